"""The study's numbers against statsmodels with dummies, and its words against its numbers."""

import numpy as np
import pytest
import statsmodels.formula.api as smf

import indexer
from indexer.analyse.observed import within_observed
from indexer.study import china_asean
from indexer.study.frames import FLOWS, Facts, partners, within
from indexer.study.options import Options
from indexer.study.questions.china_asean.question import sentence, windows


@pytest.fixture(scope="module")
def data():
    return within(partners(Facts.shipped(), indexer.build().without("trade_outcome")), 2020, 2024)


def line(study, window, flow, rung):
    return study["ladder"].query("window == @window and flow == @flow and rung == @rung").iloc[0]


def test_every_rung_of_every_window_and_flow(study):
    ladder = study.table
    counts = ladder.groupby("window", sort=False)["n"].agg(["size", "first"])
    assert counts.loc[["2020–2024", "2020–2023", "2015–2023"], "first"].tolist() == [50, 40, 90]
    rungs = ladder[ladder["window"] == "2015–2023"]["rung"].unique().tolist()
    assert rungs == ["1 log-OLS", "2 + year effects", "2 as PPML", "3 + partner effects", "4 PPML of 3"]


@pytest.mark.parametrize(
    ("rung", "right"),
    [
        ("1 log-OLS", "np.log(gdp_china) + np.log(gdp_partner) + np.log(distance) + rcep"),
        ("2 + year effects", "np.log(gdp_partner) + np.log(distance) + rcep + C(year)"),
        ("3 + partner effects", "np.log(gdp_partner) + rcep + C(partner) + C(year)"),
    ],
)
@pytest.mark.parametrize("flow", FLOWS)
def test_log_ols_agrees_with_dummies(study, data, flow, rung, right):
    fit = smf.ols(f"np.log(trade) ~ ai_partner + {right}", data[data["flow"] == flow]).fit()
    assert line(study, "2020–2024", flow, rung)["estimate"] == pytest.approx(10 * fit.params["ai_partner"], rel=1e-7)


@pytest.mark.parametrize("flow", FLOWS)
def test_ppml_agrees_with_dummies(study, data, flow):
    fit = smf.poisson(
        "I(trade / 1e9) ~ ai_partner + np.log(gdp_partner) + rcep + C(partner) + C(year)", data[data["flow"] == flow]
    ).fit(disp=0, maxiter=200, method="newton")
    found = line(study, "2020–2024", flow, "4 PPML of 3")["estimate"]
    assert found == pytest.approx(10 * fit.params["ai_partner"], rel=1e-6)


def test_what_cannot_be_carried_is_a_line_with_its_reason(study):
    own = line(study, "2020–2024", "total", "2 + China's AI")
    assert np.isnan(own["estimate"])
    assert "absorbed" in own["note"]
    level = study["structural"].set_index("rung").loc["5 AI of exporter"]
    assert np.isnan(level["estimate"])
    assert "exporter^year" in level["note"]


def test_rung_five_is_all_pairs_to_2022(study):
    gap = study["structural"].set_index("rung").loc["5 gap of AI"]
    assert gap["n"] == 324
    assert gap["clusters"] == 108


def test_the_ladder_holds_rung_five_and_the_depth_of_rules(study):
    ladder, five = study.table, study["structural"].set_index("rung")
    mine = ladder[ladder["flow"] == "all pairs"].set_index("rung")
    assert mine.index.tolist() == five.index.tolist()
    assert mine.loc["5 gap of AI", "estimate"] == five.loc["5 gap of AI", "estimate"]
    deep = ladder[ladder["rung"] == "3 + rules depth"]
    assert deep["n"].tolist() == [50, 50, 50]
    assert deep["estimate"].notna().all()


def test_tariffs_end_in_2022(study):
    assert study.table[study.table["rung"] == "3 + tariff"]["window"].unique().tolist() == ["2020–2022"]


def test_checks_stand_beside_the_ladder(study):
    first = study["checks"][study["checks"]["check"] == "as in the table"].set_index(["design", "flow"])["low"]
    assert first["within", "imports"] == line(study, "2020–2024", "imports", "4 PPML of 3")["estimate"]
    by = study["checks"].groupby(["check", "design"])["flow"].apply(list)
    assert all(flows == list(FLOWS) for flows in by)
    assert (study["checks"]["low"] <= study["checks"]["high"]).all()


def test_the_lead_is_the_placebo_of_the_checks(study):
    years = study["years"]
    lead = years[years["index"].str.startswith("6 later") & years["equation"].str.startswith("2 as PPML")]
    assert len(lead) == 3


def test_draw_zero_is_the_plain_fit(study):
    drawn = study["draws"].set_index("equation")["estimate"]
    assert drawn["4 PPML of 3, exports"] == line(study, "2020–2024", "exports", "4 PPML of 3")["estimate"]


def test_limits_are_of_ten_clusters(study):
    assert (study["limits"]["clusters"] == 10).all()
    assert study["limits"]["observed"].between(0.5, 1).all()


def test_the_sentence_follows_the_tables(study):
    row = line(study, "2020–2024", "total", "2 as PPML")
    assert f"{100 * np.expm1(row['estimate']):+.0f} %" in study.sentence
    assert "What it does not show: that AI raises trade, or that it does not" in study.sentence


def test_the_sentence_takes_back_only_what_the_checks_take_back(study):
    kept = study["checks"].copy()
    compute = kept["check"].str.contains("AI supercomputers")
    main = {flow: line(study, "2020–2024", flow, "4 PPML of 3")["estimate"] for flow in FLOWS}
    kept.loc[compute, "low"] = kept.loc[compute, "flow"].map(main)
    kept.loc[kept["check"].str.startswith("placebo"), ["low", "high"]] = 0.0
    said = sentence(study.table, kept)
    assert "rests on one indicator" not in said
    assert "tell partners apart" not in said
    assert "rests on one indicator" in study.sentence
    assert "tell partners apart" in study.sentence


def test_the_models_are_the_rungs(study):
    assert list(study.models) == [
        f"{rung}, total"
        for rung in ("1 log-OLS", "2 + year effects", "2 as PPML", "3 + partner effects", "4 PPML of 3")
    ]


def test_windows_are_cut_to_the_years_of_the_edition():
    spans = windows(Options.of(edition="world"))
    assert [(first, last, index.edition.document) for first, last, index in spans] == [
        (2020, 2023, "world"),
        (2015, 2023, "asean-long"),
    ]


def test_another_edition_says_its_own_years_and_the_partners_only():
    other = china_asean(edition="world", draws=0, simulations=0, lags=())
    assert "(2020–2023, PPML)" in other.sentence
    assert "10 partners over 4 years" in other.sentence
    assert other["ladder"]["window"].iloc[0] == "2020–2023"
    index = indexer.build(edition="world").without("trade_outcome")
    share = within_observed(index, Facts.shipped().members, (2020, 2023))
    assert other["limits"]["observed"].tolist() == [share] * 6  # of ten partners and not of 181 economies


def test_the_sentence_can_do_without_an_indicator_that_is_not_there(study):
    kept = study["checks"][~study["checks"]["check"].str.contains("AI supercomputers")]
    said = sentence(study.table, kept)
    assert "AI compute" not in said
    assert "rests on one indicator" not in said
