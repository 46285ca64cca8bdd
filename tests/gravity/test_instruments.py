"""Two-stage least squares: against pyfixest, first stages by hand, intervals that hold with weak instruments."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from indexer import gravity
from indexer.errors import AbsorbedRegressorError, EstimationError, UsageError
from indexer.gravity.instruments import anderson_rubin


@pytest.fixture(scope="module")
def frame():
    g = np.random.default_rng(3)
    n = 900
    d = pd.DataFrame({
        "a": g.integers(0, 30, n), "b": g.integers(0, 12, n), "c": g.integers(0, 40, n), "x": g.normal(size=n),
        "z1": g.normal(size=n), "z2": 50 + 1e-3 * g.normal(size=n), "noise": g.normal(size=n),
        "w": g.uniform(0.5, 2, n),
    })  # fmt: skip
    u = g.normal(size=n)
    d["e"] = 0.4 * d.z1 + 200 * (d.z2 - 50) + 0.3 * d.x + u + 0.1 * d.a
    d["y"] = 1 + 0.5 * d.e + 0.7 * d.x + 0.8 * u + g.normal(size=n) + 0.2 * d.b
    return d


FORMULAS = ["y ~ x | a + b | e ~ z1 + z2", "y ~ x | e ~ z1 + z2", "y ~ 1 | a | e ~ z1", "y ~ x | a + b | e ~ z1"]


@pytest.mark.parametrize("vcov", ["iid", "hetero", {"CRV1": "c"}], ids=str)
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("weights", [None, "w"])
def test_against_pyfixest(frame, formula, vcov, weights):
    pyfixest = pytest.importorskip("pyfixest")
    frame = frame.assign(z2=1000 * (frame.z2 - 50))  # their products lose digits on such a column
    ours = gravity.ols(formula, frame, vcov, weights=weights)
    theirs = pyfixest.feols(formula, frame, vcov=vcov, weights=weights)
    names = list(theirs.coef().index)
    np.testing.assert_allclose(ours.coef[names], theirs.coef(), rtol=1e-8)
    np.testing.assert_allclose(ours.se[names], theirs.se(), rtol=1e-7)


def swept(d, columns, effects):
    full = np.hstack([np.ones((len(d), 1)), *[pd.get_dummies(d[k]).to_numpy(float) for k in effects], d[["x"]]])
    v = d[columns].to_numpy()
    return v - full @ np.linalg.lstsq(full, v, rcond=None)[0]


def by_hand(d, effects):
    """Slopes of y and e on the instruments beside effects and x, instruments, their residuals."""
    v = swept(d, ["y", "e", "z1", "z2"], effects)
    z = v[:, 2:]
    slopes = np.linalg.lstsq(z, v[:, :2], rcond=None)[0].T
    return slopes, z, v[:, :2] - z @ slopes.T


def test_effective_f_by_hand(frame):
    # Montiel Olea & Pflueger (2013), eq. 6: π'Z'Zπ / tr(Σ), instruments beside the exogenous regressors
    fit = gravity.ols("y ~ x | b | e ~ z1 + z2", frame, "hetero", ssc="none")
    slopes, z, r = by_hand(frame, ["b"])
    q = z.T @ z
    v = np.linalg.inv(q) @ ((z * r[:, [1]]).T @ (z * r[:, [1]])) @ np.linalg.inv(q)
    assert fit.effective_f() == pytest.approx(slopes[1] @ q @ slopes[1] / np.trace(v @ q), rel=1e-8)
    table = fit.first_stage()
    np.testing.assert_allclose(table.estimate, slopes[1], rtol=1e-6)
    np.testing.assert_allclose(table.std_error, np.sqrt(np.diag(v)), rtol=1e-6)
    assert table.F.iloc[0] == pytest.approx(slopes[1] @ np.linalg.solve(v, slopes[1]) / 2, rel=1e-6)
    assert table.effective_F.iloc[0] == fit.effective_f()


def test_with_one_instrument_the_effective_f_is_the_squared_t(frame):
    fit = gravity.ols("y ~ x | a | e ~ z1", frame, {"CRV1": "c"})
    first = gravity.ols("e ~ x + z1 | a", frame, {"CRV1": "c"})
    assert fit.effective_f() == pytest.approx((first.coef["z1"] / first.se["z1"]) ** 2, rel=1e-8)
    assert fit.first_stage().statistic.iloc[0] ** 2 == pytest.approx(fit.effective_f(), rel=1e-8)


@pytest.mark.parametrize("vcov", ["hetero", {"CRV1": "c"}], ids=str)
def test_anderson_rubin_ends_where_the_reduced_form_stops_rejecting(frame, vcov):
    fit = gravity.ols("y ~ x | a + b | e ~ z1 + z2", frame, vcov)
    ((low, high),) = fit.anderson_rubin(0.9)
    assert low < fit.coef["e"] < high
    for end in (low, high):
        reduced = gravity.ols("q ~ x + z1 + z2 | a + b", frame.assign(q=frame.y - end * frame.e), vcov)
        assert reduced.wald("z1 = 0, z2 = 0").p_value == pytest.approx(0.1, rel=1e-3)


def test_anderson_rubin_with_weak_instruments(frame):
    ((low, high),) = anderson_rubin(np.array([0.1]), np.array([1e-3]), np.diag([0.04, 0.04]), 3.84)
    assert (low, high) == (-np.inf, np.inf)
    # strong reduced form, weak first stage: everything but the middle
    found = anderson_rubin(np.array([2.0]), np.array([0.1]), np.diag([0.04, 0.04]), 3.84)
    assert len(found) == 2
    assert (found[0][0], found[1][1]) == (-np.inf, np.inf)
    for end in (found[0][1], found[1][0]):
        assert (2.0 - 0.1 * end) ** 2 / (0.04 + 0.04 * end**2) == pytest.approx(3.84, rel=1e-9)
    # two instruments that contradict each other
    assert anderson_rubin(np.array([1.0, -1.0]), np.array([1.0, 1.0]), 1e-4 * np.eye(4), 3.0) == []


def test_covers_as_it_says():
    inside, runs = 0, 300
    for seed in range(runs):
        g = np.random.default_rng(seed)
        z, u = g.normal(size=(2, 200))
        e = 0.1 * z + u
        d = pd.DataFrame({"z": z, "e": e, "y": 0.5 * e + u + 0.3 * g.normal(size=200)})
        inside += any(a <= 0.5 <= b for a, b in gravity.ols("y ~ 1 | e ~ z", d).anderson_rubin(0.9))
    assert abs(inside / runs - 0.9) < 3 * np.sqrt(0.09 / runs)


def test_several_endogenous_regressors(frame):
    d = frame.assign(e2=0.5 * frame.z2 * 1000 + frame.noise)
    fit = gravity.ols("y ~ x | b | e + e2 ~ z1 + z2", d)
    pyfixest_free = np.column_stack([np.ones(len(d)), pd.get_dummies(d.b).to_numpy(float)[:, 1:], d.x])
    z, x = (np.column_stack([d[c], pyfixest_free]) for c in (["z1", "z2"], ["e", "e2"]))
    slopes = np.linalg.solve(z.T @ x, z.T @ d.y.to_numpy())[:2]
    np.testing.assert_allclose(fit.coef[["e", "e2"]], slopes, rtol=1e-6)
    assert np.isnan(fit.effective_f())
    assert list(fit.first_stage().endogenous) == ["e", "e", "e2", "e2"]
    assert "effective" not in fit.summary()
    with pytest.raises(UsageError, match="one of several"):
        fit.anderson_rubin()


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("y ~ x | a | e + noise ~ z1", "1 instruments for 2 endogenous regressors"),
        ("y ~ x | a | e ~ z1 + two", "collinear"),
        ("y ~ x | a | e ~ by_a", "'by_a' does not vary beside"),
        ("y ~ x | e ~ x2", "'x2' does not vary beside"),
    ],
)
def test_refusals(frame, formula, message):
    d = frame.assign(two=2 * frame.z1 + 3, by_a=frame.a.astype(float) ** 2, x2=1 - 2 * frame.x)
    with pytest.raises(EstimationError, match=message):
        gravity.ols(formula, d)


def test_endogenous_regressors_that_the_effects_absorb(frame):
    d = frame.assign(by_a=2.0 * frame.a)
    with pytest.raises(AbsorbedRegressorError, match=r"no endogenous regressor is left: 'by_a' is absorbed .* a\b"):
        gravity.ols("y ~ x | a | by_a ~ z1", d, on_absorbed="drop")
    # one that is left is instrumented as if it stood alone
    fit = gravity.ols("y ~ x | a | by_a + e ~ z1 + z2", d, on_absorbed="drop")
    alone = gravity.ols("y ~ x | a | e ~ z1 + z2", d)
    pd.testing.assert_series_equal(fit.coef, alone.coef)


def test_what_only_models_with_instruments_have(frame):
    fit = gravity.ols("y ~ x + e | a", frame)
    for ask in (fit.first_stage, fit.effective_f, fit.anderson_rubin):
        with pytest.raises(UsageError, match="no instruments"):
            ask()
    with pytest.raises(UsageError, match="no instruments"):
        gravity.ppml("w ~ x | a | e ~ z1", frame)


def test_summary_shows_strength_and_interval(frame):
    fit = gravity.ols("y ~ x | a + b | e ~ z1 + z2", frame)
    text = fit.summary()
    assert text.startswith("2SLS")
    assert f"effective F {fit.effective_f():.4g}" in text
    assert "Anderson-Rubin interval 95 %: [" in text
    assert stats.t(fit.dof).sf(0) == 0.5
