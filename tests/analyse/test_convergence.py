"""Convergence, against statsmodels and an exact law."""

import numpy as np
import pandas as pd
import pytest

from indexer.analyse import convergence
from indexer.errors import MethodError

YEARS = np.arange(2015, 2025)


def panel(values):
    """Scores from rows of economies and columns of years."""
    frame = pd.DataFrame(values, index=[f"E{k:02}" for k in range(len(values))], columns=YEARS[: values.shape[1]])
    return frame.stack().rename_axis(["economy", "year"]).rename("index").reset_index()


RNG = np.random.default_rng(6)
NOISY = panel(np.exp(RNG.normal(3, 0.5, (12, 1)) * np.exp(-0.03 * np.arange(10)) + RNG.normal(0, 0.05, (12, 10))))


def test_an_exact_law_is_found():
    # Each distance from the mean of the logs shrinks by e^-.02 a year: speed .02, half-life 34.66 years.
    start = np.linspace(3.0, 4.0, 8)
    got = convergence(panel(np.exp(3.5 + np.outer(start - 3.5, np.exp(-0.02 * np.arange(10))))), 2015, 2024)
    assert got.beta.loc[0, "speed"] == pytest.approx(0.02, rel=1e-10)
    assert got.beta.loc[0, "half_life"] == pytest.approx(np.log(2) / 0.02, rel=1e-10)
    np.testing.assert_allclose(got.sigma["sd"], start.std(ddof=1) * np.exp(-0.02 * np.arange(10)), rtol=1e-12)


def test_beta_is_that_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    wide = np.log(NOISY.pivot(index="economy", columns="year", values="index"))
    growth = (wide[2024] - wide[2015]) / 9
    fit = sm.OLS(growth.to_numpy(), sm.add_constant(wide[2015].to_numpy())).fit(cov_type="HC3", use_t=True)
    row = convergence(NOISY, 2015, 2024).beta.loc[0]
    assert row["slope"] == pytest.approx(fit.params[1], rel=1e-10)
    assert row["std_error"] == pytest.approx(fit.bse[1], rel=1e-10)
    assert row["p_value"] == pytest.approx(fit.pvalues[1], rel=1e-8)
    assert row["r2"] == pytest.approx(fit.rsquared, rel=1e-10)


def test_trends_are_those_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    got = convergence(NOISY, 2015, 2024)
    fit = sm.OLS(got.sigma["sd"].to_numpy(), sm.add_constant(YEARS - 2015.0)).fit()
    row = got.trends.set_index("measure").loc["sd"]
    assert row["slope"] == pytest.approx(fit.params[1], rel=1e-9)
    assert row["std_error"] == pytest.approx(fit.bse[1], rel=1e-9)
    assert row["p_value"] == pytest.approx(fit.pvalues[1], rel=1e-8)


def test_levels_for_an_index_that_reaches_zero():
    values = np.outer(np.arange(6.0), np.ones(3)) + np.array([0.0, 1.0, 2.0])
    got = convergence(panel(values), 2015, 2017, logs=False)
    np.testing.assert_allclose(got.sigma["sd"], np.arange(6.0).std(ddof=1), rtol=1e-15)
    np.testing.assert_allclose(got.sigma["cv"], np.arange(6.0).std(ddof=1) / np.array([2.5, 3.5, 4.5]), rtol=1e-15)


def test_divergence_has_no_speed():
    got = convergence(panel(np.outer(np.arange(1.0, 8.0), [1.0, 1.0, 1.0]) ** np.array([1.0, 1.5, 2.0])), 2015, 2017)
    assert got.beta.loc[0, "note"].startswith("no convergence")
    assert np.isnan(got.beta.loc[0, "half_life"])


def test_an_order_overturned_has_no_speed():
    values = np.column_stack([np.arange(1.0, 8.0), np.arange(7.0, 0.0, -1.0)])
    got = convergence(panel(values), 2015, 2016)
    assert "overturned" in got.beta.loc[0, "note"]
    assert np.isnan(got.trends["p_value"]).all()


def test_gaps_leave_an_economy_out_of_sigma_only():
    scores = NOISY.drop(index=NOISY.index[(NOISY["economy"] == "E03") & (NOISY["year"] == 2018)])
    got = convergence(scores, 2015, 2024)
    assert set(got.sigma["n"]) == {11}
    assert got.beta.loc[0, "n"] == 12


@pytest.mark.parametrize(
    ("scores", "first", "last", "said"),
    [
        (NOISY, 2024, 2015, "is not before"),
        (NOISY, 2015, 2030, "no index in 2030"),
        (NOISY[NOISY["economy"] < "E04"], 2015, 2024, "4 economies with an index in every year"),
        (NOISY.assign(index=NOISY["index"] - NOISY["index"].min()), 2015, 2024, "no logarithm: E"),
        (pd.concat([NOISY, NOISY]), 2015, 2024, "cases twice"),
        (NOISY.assign(index=1.0), 2015, 2024, "same level"),
    ],
)
def test_what_cannot_be_estimated_is_refused(scores, first, last, said):
    with pytest.raises(MethodError, match=said):
        convergence(scores, first, last)
