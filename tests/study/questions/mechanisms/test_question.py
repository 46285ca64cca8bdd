"""The study of mechanisms: its numbers against statsmodels, its words against its numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import indexer
from indexer.errors import UsageError
from indexer.study.frames import FLOWS, Facts, partners, within
from indexer.study.questions.mechanisms import question as mechanisms


@pytest.fixture(scope="module")
def few():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mechanisms, "DRAWS", 39)
        yield


@pytest.fixture(scope="module")
def found(few):
    return mechanisms.study(draws=0, simulations=0)


@pytest.fixture(scope="module")
def coast():
    facts = Facts.shipped()
    index = indexer.build(edition="asean-long").without("trade_outcome")
    frame = within(partners(facts, index), 2015, 2023)
    return frame.assign(lsci=facts.of("lsci_annual_mean", frame["partner"], frame["year"]))


def line(study, mediator, window, flow, design):
    asked = "mediator == @mediator and window == @window and flow == @flow and design == @design"
    return study.table.query(asked).iloc[0]


RIGHT = {
    "between": "np.log(gdp_partner) + np.log(distance) + rcep + C(year)",
    "within": "np.log(gdp_partner) + rcep + C(partner) + C(year)",
}


@pytest.mark.parametrize("design", RIGHT)
@pytest.mark.parametrize("flow", FLOWS)
def test_paths_through_shipping_are_those_of_dummies(found, coast, flow, design):
    rows = coast[(coast["flow"] == flow) & coast["lsci"].notna()]
    a = smf.ols(f"np.log(lsci) ~ ai_partner + {RIGHT[design]}", rows).fit().params["ai_partner"]
    both = smf.ols(f"np.log(trade) ~ ai_partner + np.log(lsci) + {RIGHT[design]}", rows).fit().params
    ours = line(found, "shipping", "2015–23", flow, design)
    assert ours["a"] == pytest.approx(10 * a, rel=1e-7)
    assert ours["b"] == pytest.approx(both["np.log(lsci)"], rel=1e-7)
    assert ours["c'"] == pytest.approx(10 * both["ai_partner"], rel=1e-6)


def test_total_is_direct_and_indirect_in_every_row(found):
    known = found.table[found.table["ab"].notna()]
    assert known["c"].to_numpy() == pytest.approx((known["c'"] + known["ab"]).to_numpy(), abs=1e-9)


def test_samples_are_those_that_have_the_mediator(found):
    total = found.table[(found.table["flow"] == "total") & (found.table["design"] == "between")]
    sizes = total.set_index(["mediator", "window"])[["n", "clusters"]]
    assert sizes.loc[("shipping", "2020–24")].tolist() == [45, 9]
    assert sizes.loc[("logistics", "16, 18, 23")].tolist() == [28, 10]
    assert sizes.loc[("time", "2015–19")].tolist() == [50, 10]
    assert sizes.loc[("government", "2020–23")].tolist() == [40, 10]


def test_what_a_window_cannot_carry_is_a_row_with_its_reason(found):
    row = line(found, "cost", "2020–24", "total", "within")
    assert np.isnan(row["ab"])
    assert row["note"].startswith("no row is left of 50")
    assert "cost, 2020–24: no row is left" in found.text()


def test_governance_meets_an_index_without_it(found, coast):
    """With regulatory quality left in the index the path a is another one."""
    facts = Facts.shipped()
    rows = coast[coast["flow"] == "total"]
    rows = rows.assign(m=facts.of("wgi_regulatory_quality", rows["partner"], rows["year"]))
    mixed = smf.ols(f"m ~ ai_partner + {RIGHT['within']}", rows).fit().params["ai_partner"]
    ours = line(found, "regulation", "2015–23", "total", "within")["a"]
    index = indexer.build(edition="asean-long").without("trade_outcome")
    index = index.rebuild(index.folder, index.edition.without(frozenset({"wgi_regulatory_quality"}), "it"))
    rows = within(partners(facts, index), 2015, 2023)
    rows = rows[rows["flow"] == "total"]
    rows = rows.assign(m=facts.of("wgi_regulatory_quality", rows["partner"], rows["year"]))
    clean = smf.ols(f"m ~ ai_partner + {RIGHT['within']}", rows).fit().params["ai_partner"]
    assert ours == pytest.approx(10 * clean, rel=1e-7)
    assert abs(mixed - clean) > 1e-4


def test_the_placebo_is_trade_of_five_years_before(found, coast):
    facts = Facts.shipped()
    index = indexer.build().without("trade_outcome")
    rows = within(partners(facts, index, -5), 2015, 2019)
    rows = rows[rows["flow"] == "total"]
    rows = rows.assign(lsci=facts.of("lsci_annual_mean", rows["partner"], rows["year"] + 5)).dropna(subset=["lsci"])
    right = "np.log(gdp_partner) + np.log(distance) + C(year)"
    fit = smf.ols(f"np.log(trade) ~ ai_partner + np.log(lsci) + {right}", rows).fit()
    checks = found["checks"].set_index(["check", "window", "design"])
    assert checks.loc[("placebo: trade 5 years earlier", "2020–24", "between"), "b"] == pytest.approx(
        fit.params["np.log(lsci)"], rel=1e-7
    )


def test_leaving_out_the_extreme_partners(found):
    checks = found["checks"].query("window == '2015–23' and design == 'between'").set_index("check")["ab"]
    low, high = (checks[checks.index.str.contains(end)].iloc[0] for end in ("lowest", "highest"))
    assert low < checks["as in the table"] < high


def test_headlines_are_the_rows_of_the_table(found):
    years = found["years"].set_index(["equation", "index"])["estimate"]
    for design in RIGHT:
        row = line(found, "shipping", "2015–23", "total", design)
        for path in ("c", "a", "c'"):
            assert years[f"{path}, {design}", "same year"] == pytest.approx(row[path], rel=1e-9)
    assert (found["limits"]["clusters"] == 9).all()


def test_paths_of_the_page_are_those_of_the_study(found):
    page = (Path(__file__).parents[4] / "docs" / "study-mechanisms.md").read_text(encoding="utf-8")
    total = found.table.query("flow == 'total' and note == ''")
    for row in total.to_dict("records"):
        years = row["window"].replace("16, 18, 23", "2016, 2018, 2023")
        star = {path: "\\*" if row[f"{path}_p"] < 0.05 else "" for path in ("c", "a", "b")}
        paths = " | ".join(f"{row[path]:.2f}{star[path]}" for path in star)
        assert f"| {row['mediator']} | {years} | {row['design']} | {paths} | {row['ab']:.2f} |" in page


def test_the_assumption_is_printed(found):
    assert "Sequential ignorability is assumed" in found.caveats[0]
    assert "outcome of trade as much as its cause" in found.caveats[1]


@pytest.fixture
def own(tmp_path):
    rows = [(code, year, float(year - 2015 + len(code) * k)) for k, code in enumerate(("VNM", "THA", "SGP", "IDN"))
            for year in range(2016, 2021)]  # fmt: skip
    path = tmp_path / "own.csv"
    pd.DataFrame(rows, columns=["economy", "year", "clearance_days"]).to_csv(path, index=False)
    return path


def test_a_mediator_of_ones_own(own, few):
    table = mechanisms.study(own, draws=0, simulations=0, lags=()).table
    rows = table[table["mediator"] == "clearance_days"]
    assert rows["window"].unique().tolist() == ["2020–20", "2016–20"]
    assert rows["note"].ne("").any()


def test_an_unknown_option_is_refused():
    with pytest.raises(UsageError, match="no option 'colour'"):
        mechanisms.study(colour="red")


def test_an_edition_that_cannot_do_without_the_mediator_has_the_reason(few):
    table = mechanisms.study(draws=0, simulations=0, lags=(), edition="world").table
    rows = table.query("mediator == 'regulation' and window == '2020–23'")
    assert rows["ab"].isna().all()
    assert rows["note"].str.contains("the set 'digital_trade_rules' has no indicator left").all()
