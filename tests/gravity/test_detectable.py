"""Detectable effects: the exact non-central t answer for least squares, brute force for clusters and for Poisson."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from indexer import gravity
from indexer.errors import EstimationError, UsageError
from indexer.gravity.detectable import detectable


@pytest.fixture(scope="module")
def plain():
    g = np.random.default_rng(3)
    d = pd.DataFrame({"x": g.normal(size=60), "w": g.normal(size=60)})
    return d.assign(y=1 + 0.2 * d["x"] + g.normal(size=60))


def panel(seed, b=0.0, clusters=40, poisson=True):
    """Five years of each cluster; x the same in every sample; errors run on within clusters."""
    fixed, g = np.random.default_rng(99), np.random.default_rng(seed)
    c, t = (a.ravel() for a in np.meshgrid(range(clusters), range(5), indexing="ij"))
    x = fixed.normal(size=clusters)[c] * t / 5 + 0.3 * fixed.normal(size=c.size)
    e = g.normal(size=(clusters, 5))
    for k in range(1, 5):
        e[:, k] = 0.6 * e[:, k - 1] + 0.8 * e[:, k]
    mean, e = b * x + 0.3 * fixed.normal(size=clusters)[c] + 0.1 * t, e.ravel()
    return pd.DataFrame({"c": c, "t": t, "x": x, "y": np.exp(mean + 0.5 * e - 0.125) if poisson else mean + 0.5 * e})


def fitted(seed, b=0.0, poisson=True, **more):
    run = gravity.ppml if poisson else gravity.ols
    return run("y ~ x | c + t", panel(seed, b, poisson=poisson, **more), {"CRV1": "c"})


def brute_force(poisson, effects, runs=120):
    """The effect that truly new samples let a test on t(39) find 80 % of the time, and its size."""
    critical = stats.t.ppf(0.975, 39)
    shares = []
    for b in (0.0, *effects):
        fits = [fitted(1000 + k, b, poisson) for k in range(runs)]
        shares.append(np.mean([abs(f.coef["x"] / f.se["x"]) > critical for f in fits]))
    if not shares[1] < 0.8 < shares[-1]:
        raise AssertionError(f"{effects} do not lie on both sides: {shares}")
    return np.interp(stats.norm.ppf(0.8), stats.norm.ppf(shares[1:]), effects), shares[0]


def test_least_squares_with_iid_errors_has_the_exact_answer(plain):
    fit = gravity.ols("y ~ x + w", plain, "iid")
    found = detectable(fit, "x", draws=4000)
    critical, se = stats.t.ppf(0.975, fit.dof), fit.se["x"]

    def power(b):
        return stats.nct.sf(critical, fit.dof, b / se) + stats.nct.cdf(-critical, fit.dof, b / se)

    exact = optimize.brentq(lambda b: power(b) - 0.8, 1e-6, 10 * se)
    assert found.effect == pytest.approx(exact, abs=4 * found.effect_error)
    assert found.effect_error < 0.02 * exact
    assert found.size == pytest.approx(0.05, abs=4 * found.size_error)
    assert not found.adjusted
    assert found.stated == pytest.approx(critical)
    for row in found.curve.to_dict("records"):
        assert row["power"] == pytest.approx(power(row["effect"]), abs=4 * max(row["error"], 0.002))


@pytest.mark.parametrize(("poisson", "effects"), [(False, (0.2, 0.3, 0.4)), (True, (0.2, 0.3, 0.4))])
def test_with_clusters_it_is_what_new_samples_show(poisson, effects):
    effect, size = brute_force(poisson, effects)
    found = [detectable(fitted(k, poisson=poisson), "x", draws=100) for k in range(6)]
    # each rests on the residuals of one sample: their middle is compared
    assert np.median([one.effect for one in found]) == pytest.approx(effect, rel=0.15)
    assert np.mean([one.size for one in found]) == pytest.approx(size, abs=0.05)
    assert all(one.errors[-1] == "c" and one.law == "t(39)" for one in found)


def test_errors_that_run_on_within_clusters_are_kept_so():
    data, g = panel(1, poisson=False), np.random.default_rng(0)
    data = data.assign(x=data["x"] + g.normal(size=40)[data["c"]], y=data["y"] + 0.5 * g.normal(size=40)[data["c"]])
    fits = [gravity.ols("y ~ x | t", data, how) for how in ({"CRV1": "c"}, "hetero")]
    clustered, by_row = (detectable(fit, "x", draws=400).effect / fit.se["x"] for fit in fits)
    # about t's or z's critical value plus .84 errors each, though one error is half as large again as the other
    assert fits[0].se["x"] > 1.4 * fits[1].se["x"]
    assert clustered == pytest.approx(stats.t.ppf(0.975, 39) + stats.norm.ppf(0.8), rel=0.12)
    assert by_row == pytest.approx(1.96 + stats.norm.ppf(0.8), rel=0.12)


def test_where_the_fit_has_its_effect_does_not_matter():
    data = panel(2, poisson=False)
    shifted = data.assign(y=data["y"] + 3.0 * data["x"])
    a, b = (detectable(gravity.ols("y ~ x | c + t", d, {"CRV1": "c"}), "x", draws=100) for d in (data, shifted))
    assert a.effect == pytest.approx(b.effect, rel=1e-9)


def test_units_follow():
    data = panel(2)
    scaled = data.assign(x=data["x"] * 1000, y=data["y"] * 1e6)
    a, b = (detectable(gravity.ppml("y ~ x | c + t", d, {"CRV1": "c"}), "x", draws=60) for d in (data, scaled))
    assert a.effect == pytest.approx(1000 * b.effect, rel=1e-5)


def test_a_test_that_rejects_too_often_is_not_used():
    # the first of ten clusters hold nearly all of the variation: clustered errors are too small
    def made(seed):
        d = panel(seed, clusters=10, poisson=False)
        d["x"] *= np.exp(-1.5 * d["c"])
        return gravity.ols("y ~ x | c + t", d, {"CRV1": "c"})

    critical = stats.t.ppf(0.975, 9)
    fits = [made(seed) for seed in range(200)]
    assert np.mean([abs(f.coef["x"] / f.se["x"]) > critical for f in fits]) > 0.15
    found = [detectable(f, "x", draws=400) for f in fits[:5]]
    assert np.mean([one.size for one in found]) > 0.075
    worst = max(found, key=lambda one: one.size)
    assert worst.adjusted
    assert worst.critical > worst.stated == pytest.approx(critical)
    assert worst.curve.set_index("effect").loc[0.0, "power"] == pytest.approx(0.05, abs=0.003)
    assert "in place of 2.26" in str(worst)
    assert "Webb's weights by c" in str(worst)


def test_seed_and_workers():
    from joblib import parallel_config

    fit = fitted(1)
    found = detectable(fit, "x", draws=100, seed=7)
    with parallel_config(backend="loky", n_jobs=2):
        assert detectable(fit, "x", draws=100, seed=7).effect == pytest.approx(found.effect, rel=1e-9)
    assert detectable(fit, "x", draws=100, seed=8).effect != found.effect


def test_more_power_needs_more(plain):
    fit = gravity.ols("y ~ x + w", plain, "hetero")
    effects = [detectable(fit, "x", power=p, draws=200).effect for p in (0.5, 0.8, 0.95)]
    assert effects == sorted(effects)
    assert detectable(fit, "x", level=0.01, draws=200).effect > effects[1]


def test_it_can_be_written_as_json():
    found = detectable(fitted(1), "x", draws=50)
    again = json.loads(json.dumps(found.as_dict()))
    assert again["effect"] == found.effect
    assert len(again["curve"]) == len(found.curve)
    assert f"{found.effect:.4g}" in str(found)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"term": "z"}, "'z' has no coefficient"),
        ({"term": "(Intercept)"}, "has no coefficient"),
        ({"power": 1.2}, "power=1.2 is no probability"),
        ({"level": 0}, "level=0 is no probability"),
        ({"power": 0.04}, "needs no effect"),
        ({"draws": 10}, "draws=10 is not 50 or more"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_refusals(plain, more, message):
    fit = gravity.ols("y ~ x + w", plain, "iid")
    with pytest.raises(UsageError, match=message):
        detectable(fit, **{"term": "x"} | more)


def test_models_that_cannot_be_simulated_are_refused(plain):
    d = plain.assign(z=np.random.default_rng(0).normal(size=60) + plain["x"], row=np.arange(60) // 2)
    with pytest.raises(UsageError, match="not offered with instruments"):
        detectable(gravity.ols("y ~ w | x ~ z", d, "iid"), "x")
    three = gravity.ols("y ~ x + w", d.head(3), {"CRV1": "row"}, ssc="G")
    with pytest.raises(EstimationError, match="3 rows for 3 parameters"):
        detectable(three, "x")


def test_samples_that_do_not_converge_are_refused(monkeypatch):
    from indexer.gravity import simulated_flows

    def never(*arguments, **more):
        raise simulated_flows.ConvergenceError("stopped")

    fit = fitted(1)
    monkeypatch.setattr(simulated_flows.Problem, "solve", never)
    with pytest.raises(EstimationError, match="50 of 50 samples do not converge"):
        detectable(fit, "x", draws=50)
