"""Tests after an estimation: restrictions read and tested, RESET, Park and Gauss-Newton regressions by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from indexer import gravity
from indexer.errors import EstimationError, UsageError
from indexer.gravity.specification import restrictions

TERMS = ["Intercept", "ai_x", "ai_m", "log(dist)", "ai_x:log(dist)", "i(year, ai)[2001]", "x^2", "I(log(dist) * ai_x)",
         "I(ai_x == -1)", "log(dist):I(log(dist) * ai_x)"]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rows", "values"),
    [
        ("ai_x = ai_m", [{"ai_x": 1, "ai_m": -1}], [0]),
        ("ai_x + 2*ai_m = 1", [{"ai_x": 1, "ai_m": 2}], [1]),
        ("ai_x = 0, ai_m = 0.5", [{"ai_x": 1}, {"ai_m": 1}], [0, 0.5]),
        ("log(dist) = -1", [{"log(dist)": 1}], [-1]),
        ("ai_x:log(dist) = ai_x", [{"ai_x:log(dist)": 1, "ai_x": -1}], [0]),
        ("i(year, ai)[2001] = 0", [{"i(year, ai)[2001]": 1}], [0]),
        ("x^2 = 0", [{"x^2": 1}], [0]),
        ("Intercept = 3", [{"Intercept": 1}], [3]),
        ("ai_x", [{"ai_x": 1}], [0]),
        ("ai_x : log( dist )=-2", [{"ai_x:log(dist)": 1}], [-2]),
        ("2*ai_x = - ai_m", [{"ai_x": 2, "ai_m": 1}], [0]),
        ("I(log(dist) * ai_x) = log(dist)", [{"I(log(dist) * ai_x)": 1, "log(dist)": -1}], [0]),
        ("log(dist) - I( log(dist)*ai_x )=-1", [{"log(dist)": 1, "I(log(dist) * ai_x)": -1}], [-1]),
        ("`I(log(dist) * ai_x)` = 0", [{"I(log(dist) * ai_x)": 1}], [0]),
        ("`log(dist)` = `ai_x:log(dist)`", [{"log(dist)": 1, "ai_x:log(dist)": -1}], [0]),
        ("log(dist):I(log(dist) * ai_x) = 2", [{"log(dist):I(log(dist) * ai_x)": 1}], [2]),
        ("I(ai_x == -1) = -1, ai_x = 0", [{"I(ai_x == -1)": 1}, {"ai_x": 1}], [-1, 0]),
    ],
)
def test_restrictions_are_read(text, rows, values):
    r, value = restrictions(TERMS, text)
    expected = np.array([[row.get(t, 0) for t in TERMS] for row in rows], dtype=float)
    np.testing.assert_allclose(r, expected)
    np.testing.assert_allclose(value, values)


@pytest.mark.parametrize("text", ["ai_q = 0", "ai_x = = 1", "ai_x * ai_m = 1", "0 = 0", "", None, 3, ["ai_x = 0"]])
def test_what_cannot_be_read(text):
    with pytest.raises(UsageError, match="hypothesis") as caught:
        restrictions(TERMS, text)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("text", ["ai_x = ai_m = 0", "ai_x = 0, log(dist) = ai_m = 1", "(ai_x = ai_m) = 0"])
def test_chains_are_not_cut_to_their_first_equality(text):
    with pytest.raises(UsageError, match=r"more than one equals sign.*\n.*by commas: 'x = z, z = 0'"):
        restrictions(TERMS, text)


@pytest.fixture(scope="module")
def frame():
    g = np.random.default_rng(11)
    n = 600
    d = pd.DataFrame({
        "x": g.normal(size=n), "z": g.uniform(1, 9, n), "a": g.integers(0, 8, n), "c": g.integers(0, 40, n),
        "w": g.uniform(0.5, 2, n),
    })  # fmt: skip
    d["y"] = np.exp(0.4 * d.x - 0.8 * np.log(d.z) + 0.1 * d.a) * g.gamma(2, 0.5, n)
    return d


def test_wald_by_statsmodels(frame):
    fit = gravity.ppml("y ~ x + log(z)", frame, "hetero", ssc="none")
    glm = sm.GLM(frame.y, sm.add_constant(np.column_stack([frame.x, np.log(frame.z)])),
                 family=sm.families.Poisson()).fit(cov_type="HC0", tol=1e-14, tol_criterion="params")  # fmt: skip
    for text, theirs in (("x + log(z) = 0", "x1 + x2 = 0"), ("x = 0.4, log(z) = -0.8", "x1 = 0.4, x2 = -0.8")):
        found, expected = fit.wald(text), glm.wald_test(theirs, scalar=True)
        assert found.law == "chi2"
        assert found.dof == (expected.df_denom,)
        assert found.statistic == pytest.approx(expected.statistic, rel=1e-7)
        assert found.p_value == pytest.approx(expected.pvalue, rel=1e-6)
    line = gravity.ols("log(y) ~ x + log(z)", frame, "iid")
    f = sm.OLS(np.log(frame.y), sm.add_constant(np.column_stack([frame.x, np.log(frame.z)]))).fit()
    found, expected = line.wald("x = 0.4, log(z) = -0.8"), f.f_test("x1 = 0.4, x2 = -0.8")
    # iid errors divide by n-1 rather than n-K before the factor (n-1)/(n-K)
    assert (found.law, found.dof) == ("F", (2, 597))
    assert found.statistic == pytest.approx(float(expected.fvalue), rel=1e-9)
    assert found.p_value == pytest.approx(float(expected.pvalue), rel=1e-8)
    assert str(found).startswith("x = 0.4, log(z) = -0.8: F(2, 597) = ")


def test_one_restriction_is_the_squared_statistic(frame):
    fit = gravity.ppml("y ~ x + log(z) | a", frame, {"CRV1": "c"})
    row = fit.tidy().iloc[0]
    assert fit.wald("x = 0").statistic == pytest.approx(row.statistic**2)
    assert fit.wald("x = 0").p_value == pytest.approx(row.p_value)


def test_restrictions_that_the_covariance_cannot_carry(frame):
    fit = gravity.ppml("y ~ x + log(z) + I(x*z)", frame.assign(c=frame.c % 3), {"CRV1": "c"})
    with pytest.raises(EstimationError, match="rank 2"):
        fit.wald("x = 0, log(z) = 0, I(x*z) = 0")
    with pytest.raises(EstimationError, match="rank 1"):
        fit.wald("x = 0, 2*x = 0")


@pytest.mark.parametrize("effects", ["", " | a"])
def test_reset_is_the_wald_test_of_added_powers(frame, effects):
    for fit, estimator, left in (
        (gravity.ppml(f"y ~ x + log(z){effects}", frame, {"CRV1": "c"}), gravity.ppml, "y"),
        (gravity.ols(f"log(y) ~ x + log(z){effects}", frame, {"CRV1": "c"}), gravity.ols, "log(y)"),
    ):
        eta = fit.predict(kind="link")
        d = frame.assign(p2=eta**2, p3=eta**3)
        long = estimator(f"{left} ~ x + log(z) + p2 + p3{effects}", d, {"CRV1": "c"})
        expected, found = long.wald("p2 = 0, p3 = 0"), fit.reset((2, 3))
        assert found.statistic == pytest.approx(expected.statistic, rel=1e-5)
        assert found.dof == expected.dof
        assert fit.reset().p_value == pytest.approx(
            estimator(f"{left} ~ x + log(z) + p2{effects}", d, {"CRV1": "c"}).wald("p2 = 0").p_value, rel=1e-5
        )


def test_reset_against_the_published_p_values(trade_data):
    # Santos Silva & Tenreyro (2006), Table 5, last row: OLS on positive flows .000; PPML on positive flows and on all
    # flows .564 and .112 (their correction of the covariance differs in the third digit)
    d = pd.read_csv(trade_data / "log_of_gravity" / "log_of_gravity.csv.gz")
    x = "ldist + border + comlang + colony + comfrt_wto | s1_im + s2_ex"
    positive = d[d.trade > 0]
    assert gravity.ols(f"log(trade) ~ {x}", positive).reset().p_value == pytest.approx(0.0, abs=5e-4)
    assert gravity.ppml(f"trade ~ {x}", positive).reset().p_value == pytest.approx(0.564, abs=4e-3)
    assert gravity.ppml(f"trade ~ {x}", d).reset().p_value == pytest.approx(0.112, abs=2e-3)


def test_reset_refuses(frame):
    fit = gravity.ppml("y ~ x", frame)
    assert fit.reset(2) == fit.reset((2,))
    for powers in ((1,), (), None, 1, True, 2.0, "2", (2, 2), (2.0,)):
        with pytest.raises(UsageError, match="from 2 on"):
            fit.reset(powers)
    flat = gravity.ols("y ~ x", frame.assign(x=frame.a % 2))  # a square of two values is a line
    with pytest.raises(EstimationError, match="cannot be added"):
        flat.reset()
    with pytest.raises(UsageError, match="RESET is not offered with instruments"):
        gravity.ols("log(y) ~ x | a | z ~ w", frame.assign(w=frame.z + frame.w)).reset()


def test_reset_with_a_covariance_that_is_not_positive_definite():
    # clustered in two ways with few clusters: the statistic would be -15 and its p-value 1
    g = np.random.default_rng(12)
    d = pd.DataFrame({"x": g.normal(size=200), "a": g.integers(0, 11, 200), "b": g.integers(0, 11, 200)})
    d["y"] = np.exp(0.3 * d.x) * g.gamma(2, 0.5, 200)
    fit = gravity.ppml("y ~ x", d, {"CRV1": "a + b"})
    assert fit.reset().statistic > 0
    with pytest.raises(EstimationError, match=r"predictor\^2, predictor\^3 is not positive definite: rank 1"):
        fit.reset((2, 3))


def test_what_needs_fitted_values_that_vary(frame):
    linear = gravity.ols("log(y) ~ 1", frame)
    poisson = gravity.ppml("y ~ 1", frame)
    for test in (linear.park, poisson.park, poisson.proportional, linear.proportional, linear.reset, poisson.reset):
        with pytest.raises(EstimationError, match="the fitted values do not vary"):
            test()


def test_park_by_hand(frame):
    fit = gravity.ols("log(y) ~ x + log(z)", frame)
    mu = np.exp(fit.predict().to_numpy())
    aux = sm.OLS(np.log((frame.y - mu) ** 2), sm.add_constant(np.log(mu))).fit(cov_type="HC1")
    found = fit.park()
    assert found.statistic == pytest.approx(float(((aux.params.iloc[1] - 2) / aux.bse.iloc[1]) ** 2), rel=1e-8)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(np.sqrt(found.statistic)), rel=1e-8)


def test_variance_proportional_to_the_mean_by_hand(frame):
    fit = gravity.ppml("y ~ x + log(z)", frame)
    mu, y = fit.fitted.to_numpy(), frame.y.to_numpy()
    aux = sm.OLS((y - mu) ** 2 / np.sqrt(mu), np.column_stack([np.sqrt(mu), np.log(mu) * np.sqrt(mu)])).fit(
        cov_type="HC1"
    )
    assert fit.proportional().statistic == pytest.approx(float((aux.params[1] / aux.bse[1]) ** 2), rel=1e-6)
    # the unit of the flows does not matter
    other = gravity.ppml("y ~ x + log(z)", frame.assign(y=frame.y * 1e9)).proportional()
    assert other.statistic == pytest.approx(fit.proportional().statistic, rel=1e-5)


def test_they_size_and_power():
    # variance proportional to the square of the mean: Park holds, proportional to the mean does not
    park, linear = [], []
    for seed in range(60):
        g = np.random.default_rng(seed)
        x = g.normal(size=1500)
        d = pd.DataFrame({"x": x, "y": np.exp(x) * g.lognormal(-0.125, 0.5, 1500)})
        park.append(gravity.ols("log(y) ~ x", d).park().p_value < 0.05)
        linear.append(gravity.ppml("y ~ x", d).proportional().p_value < 0.05)
    assert np.mean(park) < 0.2
    assert np.mean(linear) > 0.6


def test_they_need_flows_in_levels(frame):
    with pytest.raises(UsageError, match="flows in levels"):
        gravity.ols("y ~ x", frame).park()
