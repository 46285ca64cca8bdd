"""The study of RCEP: its numbers against statsmodels, its words against its numbers."""

import numpy as np
import pytest
import statsmodels.formula.api as smf

import indexer
from indexer.errors import UsageError
from indexer.study.frames import FLOWS, Facts, partners, within
from indexer.study.questions.rcep import question as rcep


@pytest.fixture(scope="module")
def found():
    return rcep.study(draws=0, simulations=0)


@pytest.fixture(scope="module")
def china():
    return within(partners(Facts.shipped(), indexer.build().without("trade_outcome")), 2020, 2024)


def line(found, window, flow, design):
    return found.table.query("window == @window and flow == @flow and design == @design").iloc[0]


@pytest.mark.parametrize("flow", FLOWS)
def test_the_interaction_is_that_of_poisson_with_dummies(found, china, flow):
    right = "ai_partner + rcep + ai_partner:rcep + np.log(gdp_partner) + C(partner) + C(year)"
    fit = smf.poisson(f"I(trade / 1e9) ~ {right}", china[china["flow"] == flow]).fit(
        disp=0, maxiter=200, method="newton"
    )
    ours = line(found, "2020–24", flow, "within")["estimate"]
    assert ours == pytest.approx(10 * fit.params["ai_partner:rcep"], rel=1e-5)


def test_without_myanmar_there_are_nine_partners(found):
    row = line(found, "2020–24", "total", "within, no Myanmar")
    assert (row["n"], row["clusters"]) == (45, 9)


def test_every_interaction_has_a_bootstrap(found):
    assert found.table["p_bootstrap"].between(0, 1).all()


def test_a_level_of_ai_is_absorbed_among_pairs(found):
    row = found["pairs"].query("window == '2020–22' and term == 'AI of exporter'").iloc[0]
    assert np.isnan(row["estimate"])
    assert "exporter^year" in row["note"]
    assert found["pairs"].query("window == '2020–22' and term == 'RCEP'")["n"].iloc[0] == 324


def test_headlines_are_the_rows_of_the_table(found):
    years = found["years"].set_index(["equation", "index"])["estimate"]
    row = line(found, "2020–24", "exports", "between")
    assert years["AI × RCEP, between, exports", "same year"] == row["estimate"]
    assert (found["limits"]["clusters"] == 10).all()


def test_the_sentence_follows_the_tables(found):
    row = line(found, "2020–24", "imports", "within")
    assert f"imports {100 * np.expm1(row['estimate']):+.0f} % (95 % interval" in found.sentence
    scenario = found["scenario"].iloc[0]
    assert f"adds {scenario['change']:.2f} of depth" in found.sentence
    assert f"would go with {scenario['estimate']:+.0f} % trade" in found.sentence
    assert "an extrapolation" in found.sentence
    assert "which no totals by economy can give" in found.sentence


def test_the_placebo_takes_back_the_longer_window(found):
    longer, early = (
        line(found, "2015–23", "total", "within")["estimate"],
        line(found, "2015–21", "total", "RCEP 3 years early")["estimate"],
    )
    assert ("was there before RCEP" in found.sentence) is bool(abs(early) >= 0.5 * abs(longer))


def test_printed_within_the_width(found):
    assert max(map(len, found.text().splitlines())) <= 100


def test_an_instrument_is_refused():
    with pytest.raises(UsageError, match="none for its product with RCEP"):
        rcep.study(instrument="z.csv")
