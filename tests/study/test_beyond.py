"""What stands beside a headline, against the plain estimators."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

import indexer
from indexer import gravity
from indexer.errors import UsageError
from indexer.study.beyond import Headline, beyond, limits
from indexer.study.estimate import Equation
from indexer.study.frames import Facts, partners, within
from indexer.study.options import Options

FORMULA = "trade ~ ai_partner + log(gdp_partner) | partner + year"


def rows(facts, index, lag):
    frame = within(partners(facts, index, lag), 2020, 2024)
    return frame[frame["flow"] == "exports"]


@pytest.fixture(scope="module")
def headline():
    index = indexer.build().without("trade_outcome")
    members = tuple(code for code in index.scores["economy"].unique() if code != "CHN")
    equation = Equation("within", "ppml", FORMULA, "ai_partner", scale=10.0)
    return Headline(equation, index, partial(rows, Facts.shipped()), members)


@pytest.fixture(scope="module")
def instrument(headline):
    """The index of the year before with noise: an instrument that works, for the sake of the arithmetic."""
    scores = headline.index.scores
    noise = np.random.default_rng(3).normal(0, 1, len(scores))
    return pd.DataFrame(
        {"economy": scores["economy"], "year": scores["year"], "z": scores["index"].astype(float) + noise}
    )


def table(made, name):
    return next(one.frame for one in made if one.name == name)


def test_lags_and_leads_are_the_index_of_other_years(headline):
    years = table(beyond([headline], Options.of(draws=0, lags=1, leads=6)), "years")
    frame = rows(Facts.shipped(), headline.index, 1)
    fit = gravity.ppml(FORMULA, frame, vcov={"CRV1": "partner"}, ssc="default")
    assert years["index"].tolist() == ["same year", "1 earlier", "6 later (placebo)"]
    assert years["estimate"][1] == pytest.approx(10 * fit.coef["ai_partner"], rel=1e-12)
    assert years["n"][1] == 40
    assert np.isnan(years["estimate"][2])  # no trade of 2020-2024 has an index six years later
    assert years["note"][2]


def test_draw_zero_is_the_plain_fit_and_draws_are_of_one_scale(headline):
    spread = table(beyond([headline], Options.of(draws=30, lags=())), "draws").iloc[0]
    assert spread["estimate"] == headline.found().numbers["estimate"]
    assert spread["p05"] < spread["median"] < spread["p95"]
    assert spread["draws"] == 30
    again = table(beyond([headline], Options.of(draws=30, lags=())), "draws").iloc[0]
    assert again["median"] == spread["median"]


def test_two_stage_least_squares_is_that_of_the_estimator(headline, instrument):
    made = table(beyond([headline], Options.of(draws=0, lags=(), instrument=instrument)), "instrument")
    frame = rows(Facts.shipped(), headline.index, 0).merge(
        instrument.rename(columns={"economy": "partner"}), on=["partner", "year"]
    )
    fit = gravity.ols(
        "log(trade) ~ log(gdp_partner) | partner + year | ai_partner ~ z", frame, {"CRV1": "partner"}, ssc="default"
    )
    first = made.set_index("estimator").loc["2SLS"]
    assert first["estimate"] == pytest.approx(10 * fit.coef["ai_partner"], rel=1e-10)
    assert first["effective_f"] == pytest.approx(fit.effective_f(), rel=1e-10)
    ((low, high),) = fit.anderson_rubin()
    assert first["anderson_rubin"] == f"[{10 * low:.3f}, {10 * high:.3f}]"
    second = made.set_index("estimator").loc["control-function PPML"]
    assert np.isfinite(second[["estimate", "se"]].astype(float)).all()


def test_an_instrument_that_says_nothing_gives_no_number(headline, instrument):
    noise = instrument.assign(z=np.random.default_rng(8).normal(size=len(instrument)))
    made = table(beyond([headline], Options.of(draws=0, lags=(), instrument=noise)), "instrument")
    assert made["estimate"].isna().all()
    assert made["note"].str.contains("says nothing of the index: effective F 0").all()


def test_an_instrument_of_an_economy_does_not_fit_a_pair(headline, instrument):
    from dataclasses import replace

    pair = replace(headline, regressor="ai_gap")
    with pytest.raises(UsageError, match="belongs to a pair"):
        beyond([pair], Options.of(draws=0, lags=(), instrument=instrument))


def test_an_instrument_may_not_take_the_name_of_a_column(headline, instrument):
    with pytest.raises(UsageError, match="already have a column 'rcep'"):
        beyond([headline], Options.of(draws=0, lags=(), instrument=instrument.rename(columns={"z": "rcep"})))


def test_limits_say_clusters_and_what_would_be_found(headline):
    row = limits([headline], Options.of(simulations=60)).frame.iloc[0]
    assert row["clusters"] == 10
    assert row["rows"] == 50
    assert row["detectable"] > 0
    assert 0 <= row["size"] <= 1
    none = limits([headline], Options.of(simulations=0)).frame.iloc[0]
    assert np.isnan(none["detectable"])
