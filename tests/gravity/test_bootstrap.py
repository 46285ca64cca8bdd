"""The bootstraps: against the enumeration of every sign change with dummies, sizes, weights, refusals."""

import itertools

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import EstimationError, UsageError
from indexer.gravity.bootstrap import draw_weights


@pytest.fixture(scope="module")
def frame():
    g = np.random.default_rng(2)
    n = 160
    d = pd.DataFrame({"c": g.integers(0, 8, n), "t": g.integers(0, 6, n), "h": g.integers(0, 12, n),
                      "x": g.normal(size=n), "z": g.normal(size=n), "w": g.uniform(0.5, 2, n),
                      "q": g.integers(0, 13, n), "q2": g.integers(0, 14, n)})  # fmt: skip
    d["x"] += 0.5 * g.normal(size=8)[d.c]
    d["y"] = 0.15 * d.x + 0.4 * d.z + 0.6 * g.normal(size=8)[d.c] + 0.1 * d.t + g.normal(size=n)
    d["p"] = np.exp(d.y / 2) * g.gamma(2, 0.5, n)
    return d


def dummies(d, effects):
    return np.hstack([np.eye(d[f].max() + 1)[d[f]] for f in effects]) if effects else np.ones((len(d), 1))


def enumerate_wild(d, effects, term, null, weights):
    """T and the share of all sign changes whose t is as large, by brute force."""
    w = np.ones(len(d)) if weights is None else d[weights].to_numpy()
    x, k = d[["x", "z"]].to_numpy(), ["x", "z"].index(term)
    full = np.column_stack([x, dummies(d, effects)])
    rest = np.delete(full, k, axis=1)
    root = np.sqrt(w)

    def on(a, v):
        return a @ np.linalg.lstsq(root[:, None] * a, root * v, rcond=None)[0]

    left = x[:, k] - on(rest, x[:, k])
    square = (left * w) @ left
    c = d.c.to_numpy()

    def t(y):
        s = np.bincount(c, left * w * (y - on(full, y)))
        return ((left * w) @ y / square - null) / np.sqrt(s @ s / square**2)

    y = d.y.to_numpy() - null * x[:, k]
    under = on(rest, y)
    observed = t(d.y.to_numpy())
    drawn = [
        t(under + null * x[:, k] + np.array(v)[c] * (y - under))
        for v in itertools.product([-1, 1], repeat=int(c.max()) + 1)
    ]
    return observed, np.mean(np.abs(drawn) >= abs(observed) * (1 - 1e-10))


@pytest.mark.parametrize(
    ("effects", "text"), [([], ""), (["t"], "| t"), (["t", "h"], "| t + h"), (["c", "t"], "| c + t")]
)
@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize(("term", "null"), [("x", 0), ("z", 0.3)])
def test_wild_against_every_sign_change(frame, effects, text, weights, term, null):
    fit = gravity.ols(f"y ~ x + z {text}", frame, {"CRV1": "c"}, weights=weights)
    found = fit.bootstrap([f"{term} = {null}"], weights="rademacher").iloc[0]
    t, p = enumerate_wild(frame, effects, term, null, weights)
    assert found.statistic * np.sqrt(fit.ssc_factor) == pytest.approx(t, rel=1e-7)
    assert found.p_value == p
    assert (found.draws, found.clusters, found.method) == (256, 8, "wild")


@pytest.mark.parametrize("effects", [[], ["t"]])
def test_score_against_every_sign_change(frame, effects):
    text = " | t" if effects else ""
    fit = gravity.ppml(f"p ~ x + z{text}", frame, {"CRV1": "c"})
    found = fit.bootstrap(["x = 0"], weights="rademacher").iloc[0]
    # the restricted fit, and the score of x beside everything else, with dummies
    mu = gravity.ppml(f"p ~ z{text}", frame).fitted.to_numpy()
    rest = np.column_stack([frame.z, dummies(frame, effects)])
    root = np.sqrt(mu)
    beside = frame.x - rest @ np.linalg.lstsq(root[:, None] * rest, root * frame.x, rcond=None)[0]
    s = np.bincount(frame.c, beside * (frame.p - mu))
    signs = np.array(list(itertools.product([-1, 1], repeat=8)))
    drawn, observed = np.abs(signs @ s), abs(s.sum())
    assert abs(found.statistic) == pytest.approx(observed / np.sqrt(s @ s), rel=1e-6)
    assert found.p_value == np.mean(drawn >= observed * (1 - 1e-10))
    assert found.method == "score"


def test_a_restriction_of_several_terms_is_that_of_one_in_another_model(frame):
    # x = z: b_x (x + z) + (b_z - b_x) z
    d = frame.assign(s=frame.x + frame.z)
    for estimator, left in ((gravity.ols, "y"), (gravity.ppml, "p")):
        a = estimator(f"{left} ~ x + z | t", d, {"CRV1": "c"}).bootstrap(["x = z"], weights="rademacher")
        b = estimator(f"{left} ~ s + z | t", d, {"CRV1": "c"}).bootstrap(["z = 0"], weights="rademacher")
        assert abs(a.statistic[0]) == pytest.approx(abs(b.statistic[0]), rel=1e-6)
        assert a.p_value[0] == b.p_value[0]


@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_several_cluster_variables(frame, estimator):
    left = "y" if estimator == "ols" else "p"
    fit = getattr(gravity, estimator)(f"{left} ~ x + z | t", frame, {"CRV1": "q + q2"})
    found = fit.bootstrap()
    assert set(found.clusters) == {13}
    if estimator == "ols":
        np.testing.assert_allclose(found.statistic, fit.tidy().statistic, rtol=1e-7)
    assert found.p_value.between(1e-4, 1).all()


@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_size_with_few_clusters(estimator):
    # eight clusters with strongly correlated errors and a regressor that differs between clusters only
    rejected = []
    for seed in range(200):
        g = np.random.default_rng(seed)
        c = np.repeat(np.arange(8), 12)
        d = pd.DataFrame({"c": c, "x": g.normal(size=8)[c], "z": g.normal(size=96)})
        shock = g.normal(size=8)[c] + 0.5 * g.normal(size=96)
        d["y"] = shock if estimator == "ols" else np.exp(0.5 * shock)
        fit = getattr(gravity, estimator)("y ~ x + z", d, {"CRV1": "c"})
        rejected.append((fit.bootstrap(["x = 0"], draws=399).p_value[0] < 0.05, fit.tidy().p_value.iloc[1] < 0.05))
    boot, usual = np.mean(rejected, axis=0)
    assert boot < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert usual > boot


def test_weights():
    g = np.random.default_rng(0)
    all_of_them = draw_weights("rademacher", 5, 99, g)
    assert all_of_them.shape == (32, 5)
    assert len(np.unique(all_of_them, axis=0)) == 32
    few = draw_weights("rademacher", 20, 99, g)
    assert few.shape == (99, 20)
    webb = draw_weights("webb", 4, 60_000, g)
    roots = np.sqrt([0.5, 1, 1.5])
    np.testing.assert_allclose(np.unique(webb), np.sort(np.r_[-roots, roots]))
    assert abs(webb.mean()) < 0.01
    assert abs((webb**2).mean() - 1) < 0.01


def test_the_seed_decides(frame):
    fit = gravity.ols("y ~ x + z", frame, {"CRV1": "q"})
    assert fit.bootstrap(seed=3).equals(fit.bootstrap(seed=3))
    few = fit.bootstrap(seed=3, draws=999)
    assert few.equals(fit.bootstrap(seed=3, draws=999))
    assert not few.equals(fit.bootstrap(seed=4, draws=999))
    assert fit.bootstrap().weights.tolist() == ["rademacher", "rademacher"]


def test_printed_without_being_asked_below_thirty_clusters(frame):
    few = gravity.ppml("p ~ x + z | t", frame, {"CRV1": "q"})
    assert few.few_clusters.p_value.tolist() == few.bootstrap().p_value.tolist()
    text = few.summary()
    assert "p boot" in text
    assert f"{few.few_clusters.p_value[0]:.4f}" in text
    many = gravity.ppml("p ~ x + z | t", frame.assign(k=np.arange(160) % 40), {"CRV1": "k"})
    assert many.few_clusters is None
    assert "boot" not in many.summary()


def test_one_hypothesis_needs_no_list(frame):
    fit = gravity.ols("y ~ x + z", frame, {"CRV1": "c"})
    pd.testing.assert_frame_equal(fit.bootstrap("x = z"), fit.bootstrap(["x = z"]))
    assert fit.bootstrap("x = 0", draws=np.int64(99)).draws.tolist() == [99]


def test_terms_inside_others(frame):
    d = frame.assign(w=np.exp(frame.z))
    few = gravity.ppml("p ~ x + log(w) + I(log(w)*x) | t", d, {"CRV1": "q"}).few_clusters
    plain = gravity.ppml("p ~ x + z + xz | t", d.assign(xz=d.x * d.z), {"CRV1": "q"}).few_clusters
    assert few.hypothesis.tolist() == ["x = 0", "log(w) = 0", "I(log(w) * x) = 0"]
    np.testing.assert_allclose(few.p_value, plain.p_value, atol=2e-4)


@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_a_variance_that_is_negative_is_no_evidence(estimator):
    # scores whose sums by both cluster variables are zero: the variance is minus that by row
    g = np.random.default_rng(0)
    x = g.permutation(np.repeat([1.0, -1.0], 50)).reshape(10, 10)

    def centred(v):
        return v - v.mean(0) - v.mean(1, keepdims=True) + v.mean()

    m, flat = centred(g.normal(size=(10, 10))), centred(x)
    m = m - (m * flat).sum() / (flat * flat).sum() * flat
    a, b = (v.ravel() for v in np.indices((10, 10)))
    d = pd.DataFrame({"y": (10 + x * m).ravel(), "x": x.ravel(), "a": a, "b": b})
    fit = getattr(gravity, estimator)("y ~ x", d, {"CRV1": "a + b"})
    with pytest.raises(EstimationError, match="clustered variance of a statistic is not positive"):
        fit.bootstrap()


def test_refusals(frame):
    with pytest.raises(UsageError, match="not clustered"):
        gravity.ols("y ~ x", frame).bootstrap()
    fit = gravity.ols("y ~ x + z", frame, {"CRV1": "c"})
    for keywords, message in (
        ({"weights": "normal"}, "weights='normal'"), ({"draws": 0}, "draws=0"),
        ({"hypotheses": ["x = 0, z = 0"]}, "not one restriction"), ({"hypotheses": ["Intercept = 0"]}, "intercept"),
        ({"hypotheses": 3}, "hypotheses=3"), ({"hypotheses": [None]}, "None is no hypothesis"),
        ({"seed": "a"}, "seed='a'"), ({"seed": -1}, "seed=-1"), ({"draws": True}, "draws=True"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=message):
            fit.bootstrap(**keywords)
    with pytest.raises(UsageError, match="instruments"):
        gravity.ols("y ~ 1 | t | x ~ z", frame, {"CRV1": "c"}).bootstrap()
