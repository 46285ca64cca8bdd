from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

import indexer
from indexer.study.estimate import Equation, percent
from indexer.study.frames import Facts, partners, within


@pytest.fixture(scope="module")
def frame():
    data = within(partners(Facts.shipped(), indexer.build().without("trade_outcome")), 2020, 2024)
    return data[data["flow"] == "exports"]


WITHIN = "trade ~ ai_partner + log(gdp_partner) | partner + year"


def test_p_and_interval_are_of_t_with_clusters_less_one(frame):
    found = Equation("x", "ppml", WITHIN, "ai_partner").estimate(frame).numbers
    assert found["clusters"] == 10
    assert found["p"] == pytest.approx(2 * stats.t.sf(abs(found["estimate"] / found["se"]), 9))
    assert found["high"] - found["low"] == pytest.approx(2 * stats.t.ppf(0.975, 9) * found["se"])


def test_the_scale_multiplies_coefficient_and_error_and_leaves_p(frame):
    one = Equation("x", "ppml", WITHIN, "ai_partner").estimate(frame).numbers
    ten = Equation("x", "ppml", WITHIN, "ai_partner", scale=10.0).estimate(frame).numbers
    assert ten["estimate"] == pytest.approx(10 * one["estimate"], rel=1e-12)
    assert ten["se"] == pytest.approx(10 * one["se"], rel=1e-12)
    assert ten["p"] == pytest.approx(one["p"], rel=1e-9)


def test_what_cannot_be_identified_is_a_reason(frame):
    found = Equation("x", "ols", "log(trade) ~ ai_china | year", "ai_china").estimate(frame)
    assert found.fit is None
    assert "absorbed" in found.reason
    row = found.row(rung="2")
    assert np.isnan(row["estimate"])
    assert np.isnan(row["p_bootstrap"])
    assert row["note"] == found.reason


def test_a_term_that_is_not_there_is_a_reason(frame):
    assert Equation("x", "ppml", WITHIN, "nothing").estimate(frame).reason == "nothing is not in the equation"


def test_the_bootstrap_is_that_of_the_fit(frame):
    found = Equation("x", "ppml", WITHIN, "ai_partner").estimate(frame)
    expected = found.fit.bootstrap("ai_partner = 0", draws=1999, seed=1)["p_value"].iloc[0]
    assert found.bootstrap() == expected


def test_park_is_for_logs_only(frame):
    assert np.isnan(Equation("x", "ppml", WITHIN, "ai_partner").estimate(frame).park())
    logs = Equation("x", "ols", WITHIN.replace("trade ~", "log(trade) ~"), "ai_partner").estimate(frame)
    assert logs.park() == pytest.approx(logs.fit.park().p_value)


def test_per_cent():
    assert percent({"estimate": np.log(1.1), "low": np.log(0.9), "high": np.log(1.5)}) == (
        "+10 % (95 % interval -10 to +50)"
    )


def test_nothing_has_no_per_cent():
    assert percent(dict.fromkeys(("estimate", "low", "high"), np.nan)) == "a change that cannot be estimated of"


def test_a_perfect_fit_has_no_finite_statistic(frame):
    exact = frame.assign(trade=np.exp(frame["ai_partner"] / 10))
    found = Equation("x", "ols", "log(trade) ~ ai_partner", "ai_partner").estimate(exact)
    fit = found.fit
    object.__setattr__(found, "fit", SimpleNamespace(coef=fit.coef, se=0 * fit.se, n_obs=1, n_clusters={"partner": 10}))
    assert found.numbers["p"] == 0
