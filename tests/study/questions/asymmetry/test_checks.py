"""The stacked equation is the separate ones, its difference theirs; the checks move what they say."""

import pandas as pd
import pytest

import indexer
from indexer import gravity
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.asymmetry.checks import DIFFERENCE, checks, equation, instrumented, rows, stacked
from indexer.study.questions.china_asean import question as ladder


@pytest.fixture(scope="module")
def facts():
    return Facts.shipped()


@pytest.fixture(scope="module")
def index():
    return indexer.build().without("trade_outcome")


@pytest.fixture(scope="module")
def data(facts, index):
    return rows(facts, 2020, 2024, index, 0)


@pytest.mark.parametrize("rung", ladder.RUNGS)
def test_stacked_coefficients_are_the_separate_ones(data, rung):
    fit = equation(rung).estimate(data).fit
    single = {
        flow: ladder.equation(rung, flow).estimate(data[data["flow"] == flow]).fit for flow in ("exports", "imports")
    }
    for term in single["imports"].coef.index:
        if term == "Intercept":
            continue
        assert fit.coef[term] == pytest.approx(single["imports"].coef[term], rel=1e-6, abs=1e-9)
        both = fit.coef[term] + fit.coef[f"{term}:away"]
        assert both == pytest.approx(single["exports"].coef[term], rel=1e-6, abs=1e-9)


def test_errors_are_the_separate_ones_but_for_the_factor(data):
    rung = "4 PPML of 3"
    fit = equation(rung).estimate(data).fit
    single = ladder.equation(rung, "imports").estimate(data[data["flow"] == "imports"]).fit
    assert fit.se["ai_partner"] / fit.ssc_factor**0.5 == pytest.approx(single.se["ai_partner"] / single.ssc_factor**0.5)


def test_a_formula_without_effects_gets_an_intercept_of_its_own_for_exports():
    assert stacked("log(trade) ~ ai_partner + rcep") == (
        "log(trade) ~ ai_partner + ai_partner:away + rcep + rcep:away + away"
    )


def test_leaving_out_nobody_stands_within_leaving_out_one(facts, index, data):
    found = checks(facts, index, 2020, 2024).set_index(["rung", "check"])
    rung = "4 PPML of 3"
    own = equation(rung).estimate(data).numbers["estimate"]
    assert found.loc[(rung, "as in the table"), "low"] == own
    least, most = found.loc[(rung, "leaving out one partner in turn"), ["low", "high"]]
    assert least < own < most
    without = equation(rung).estimate(data[data["partner"] != "SGP"]).numbers["estimate"]
    assert least <= without <= most


def test_the_instrumented_difference_is_that_of_the_flows(facts, index, data):
    users = facts.series("internet_users_pct").reset_index()
    users.columns = ["economy", "year", "users"]
    tables = {
        one.name: one.frame
        for one in instrumented(facts, index, (2020, 2024), Options.of(instrument=users, draws=0, simulations=0))
    }
    found = tables["instrument_difference"].set_index("equation")["estimate"]
    each = {}
    merged = data.merge(users.rename(columns={"economy": "partner"}), on=["partner", "year"], how="left")
    for flow in ("exports", "imports"):
        fit = gravity.ols(
            "log(trade) ~ log(gdp_partner) + log(distance) + rcep | year | ai_partner ~ users",
            merged[merged["flow"] == flow], vcov={"CRV1": "partner"},
        )  # fmt: skip
        each[flow] = 10 * fit.coef["ai_partner"]
    assert found["2 as PPML, exports − imports"] == pytest.approx(each["exports"] - each["imports"], rel=1e-6)
    assert set(tables["instrument"]["estimator"]) == {"2SLS", "control-function PPML"}


def test_without_an_instrument_there_is_no_table(facts, index):
    assert instrumented(facts, index, (2020, 2024), Options.of()) == []


def test_the_difference_is_the_wald_test_of_equality(data):
    """A regression with one coefficient for each flow, and equality tested in it."""
    both = data.assign(ai_x=data["ai_partner"] * data["away"], ai_m=data["ai_partner"] * (1 - data["away"]))
    formula = equation("3 + partner effects").formula
    assert DIFFERENCE in formula
    other = formula.replace("ai_partner + ai_partner:away", "ai_x + ai_m")
    wald = gravity.ols(other, both, vcov={"CRV1": "partner"}, ssc="default").wald("ai_x = ai_m")
    numbers = equation("3 + partner effects").estimate(data).numbers
    assert (wald.law, wald.dof) == ("F", (1, 9))
    assert (numbers["estimate"] / numbers["se"]) ** 2 == pytest.approx(wald.statistic, rel=1e-8)
    assert numbers["p"] == pytest.approx(wald.p_value, rel=1e-8)


def test_the_rows_are_exports_above_imports(data):
    assert data.groupby("flow")["away"].unique().map(list).to_dict() == {"exports": [1.0], "imports": [0.0]}
    assert isinstance(data, pd.DataFrame)
    assert len(data) == 100
