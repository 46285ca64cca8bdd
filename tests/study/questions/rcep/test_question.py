"""The study of RCEP: its numbers against statsmodels, its words against its numbers."""

from pathlib import Path

import numpy as np
import pytest
import statsmodels.formula.api as smf

import indexer
from indexer.errors import UsageError
from indexer.study.frames import FLOWS, Facts, partners, within
from indexer.study.questions.rcep import question as rcep

PAGE = Path(__file__).parents[4] / "docs" / "study-rcep.md"


@pytest.fixture(scope="module")
def found():
    return rcep.study(draws=0, simulations=0)


@pytest.fixture(scope="module")
def china():
    return within(partners(Facts.shipped(), indexer.build().without("trade_outcome")), 2020, 2024)


def line(found, window, flow, design):
    return found.table.query("window == @window and flow == @flow and design == @design").iloc[0]


def parts():
    """What the sentence is made of."""
    facts = Facts.shipped()
    indices = {name: indexer.build(edition=name).without("trade_outcome") for name in (None, rcep.LONG)}
    depth = rcep.rcep_depth.Depth.shipped(sorted(["CHN", *rcep.members(facts)]))
    china = partners(facts, indices[rcep.LONG])
    by_depth = rcep.rcep_depth.estimate(depth, china[china["flow"] == "total"], rcep.pairs(facts, indices[rcep.LONG]))
    return (
        rcep.interactions(facts, indices), rcep.among(facts, indices), rcep.rcep_growth.candidates(facts), by_depth,
        rcep.rcep_depth.scenarios(depth, by_depth).frame,
    )  # fmt: skip


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
    assert ("seen where no RCEP was" in found.sentence) is bool(early / longer >= 0.5)


def test_a_placebo_of_the_other_sign_takes_nothing_back(found, monkeypatch):
    args = parts()
    assert "seen where no RCEP was" in rcep.sentence(*args)
    early = args[0]["2015–21", "total", "RCEP 3 years early"]
    monkeypatch.setitem(early.numbers, "estimate", -early.numbers["estimate"])
    assert "seen where no RCEP was" not in rcep.sentence(*args)


def test_printed_within_the_width(found):
    assert max(map(len, found.text().splitlines())) <= 100


def test_an_instrument_is_refused():
    with pytest.raises(UsageError, match="none for its product with RCEP"):
        rcep.study(instrument="z.csv")


def test_the_sentence_of_the_page_is_that_of_the_study(found):
    assert found.sentence in PAGE.read_text(encoding="utf-8")


def test_numbers_of_the_page_are_those_of_the_study(found):
    page = PAGE.read_text(encoding="utf-8")
    for (window, design), rows in found.table.groupby(["window", "design"]):
        by = rows.set_index("flow")
        cells = [f"{by.loc[f, 'estimate']:.2f} ({by.loc[f, 'se']:.2f}) {by.loc[f, 'p_bootstrap']:.2f}" for f in FLOWS]
        assert f"| {window} | {design} | {' | '.join(cells)} |" in page
    for row in found["depth"].itertuples():
        said = f"{row.estimate:.3f} | {row.low:.3f} to {row.high:.3f} | {row.p:.3f} | {row.p_bootstrap:.3f}"
        assert f"| {row.flows} | {row.depth} | {said} |" in page
