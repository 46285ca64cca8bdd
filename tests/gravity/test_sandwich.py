"""Covariances: against the sandwich with a dummy for every effect, and the count of parameters."""

import numpy as np
import pandas as pd
import pytest

from indexer import gravity

EFFECTS = "e^y + i"


@pytest.fixture
def frame(grid):
    g = grid(n=12, m=11, t=3, seed=3)
    d = g.frame.copy()
    d["x"], d["z"] = g.rng.normal(size=(2, g.n))
    d["t"] = np.exp(0.3 * d.x) * g.rng.gamma(2, 0.5, g.n) * (g.rng.uniform(size=g.n) > 0.1)
    return d


def dummies(d):
    return np.hstack([pd.get_dummies(k).to_numpy(float) for k in (d.e * 100 + d.y, d.i)])


def by_hand(fit, d, keys):
    d = d[fit.sample]
    full = np.column_stack([d[["x", "z"]], dummies(d)])
    mu = fit.fitted.to_numpy()
    w = mu if fit.is_poisson else np.ones(len(d))
    bread = np.linalg.pinv(full.T @ (w[:, None] * full))
    scores = full * (d.t.to_numpy() - mu)[:, None]
    meat = 0.0
    for sign, key in keys:
        labels = np.arange(len(d)) if key is None else d.groupby(list(key)).ngroup().to_numpy()
        s = np.stack([np.bincount(labels, c) for c in scores.T])
        meat = meat + sign * s @ s.T
    return (bread @ meat @ bread)[:2, :2]


CASES = [
    ("hetero", [(1, None)]),
    ({"CRV1": "e^i"}, [(1, ("e", "i"))]),
    ({"CRV1": "e + i"}, [(1, ("e",)), (1, ("i",)), (-1, ("e", "i"))]),
]


@pytest.mark.parametrize("estimator", [gravity.ols, gravity.ppml])
@pytest.mark.parametrize(("vcov", "keys"), CASES, ids=["hetero", "one", "two"])
@pytest.mark.parametrize("effects", [EFFECTS, "i + e^y", "e^i + y"])
def test_sandwich_with_all_dummies(frame, estimator, vcov, keys, effects):
    if effects == "e^i + y":
        # clusters that are the groups of the layout: the fast sum by group against scores by row
        a = estimator(f"t ~ x + z | {effects}", frame, {"CRV1": "e^i"}, ssc="none")
        b = estimator(
            f"t ~ x + z | {effects}", frame.assign(pair2=frame.e * 50 + frame.i), {"CRV1": "pair2"}, ssc="none"
        )
        np.testing.assert_allclose(a.vcov_matrix, b.vcov_matrix, rtol=1e-9, atol=1e-15)
        return
    fit = estimator(f"t ~ x + z | {effects}", frame, vcov, ssc="none")
    np.testing.assert_allclose(fit.vcov_matrix, by_hand(fit, frame, keys), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(
    ("effects", "cluster", "nested"), [("e^i + y", "e^i", ["e^i"]), ("e^y + i", "e", ["e^y"]), ("e^y + i", "e^i", [])]
)
def test_effects_within_clusters_do_not_count(frame, effects, cluster, nested):
    fit = gravity.ols(f"t ~ x | {effects}", frame, {"CRV1": cluster})
    n, g = fit.n_obs, fit.n_clusters[cluster]
    count = [levels for name, levels in fit.effects.items() if name not in nested]
    k = 1 + sum(count) - (len(count) - 1)
    assert fit.ssc_factor == pytest.approx(g / (g - 1) * (n - 1) / (n - k), rel=1e-12)


def test_clusters_are_counted_on_the_sample(frame):
    lost = frame.assign(x=frame.x.where(frame.e != 2))
    fit = gravity.ols("t ~ x | y", lost, {"CRV1": "e"})
    assert fit.n_clusters == {"e": 11}


def test_scores_by_group_lose_nothing_where_the_fit_is_nearly_perfect():
    g = np.random.default_rng(2)
    e, i, y = (v.ravel() for v in np.meshgrid(range(30), range(30), range(6), indexing="ij"))
    d = pd.DataFrame({"e": e, "i": i, "y": y, "x": g.normal(size=e.size)})
    fit = gravity.ols("t ~ x | e^y + i^y + e^i", d.assign(t=d.x + 1e-11 * g.normal(size=e.size)), {"CRV1": "e^i"})
    assert fit.clusters.are_groups
    by_row = np.bincount(fit.clusters.codes([0]), fit.solution.scores()[0])
    assert (fit.solution.group_scores()[0] ** 2).sum() == pytest.approx((by_row**2).sum(), rel=1e-12)
