"""The study of digital services: against pyfixest, what is missing, what it refuses, what its page says."""

import json
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import UsageError
from indexer.study.frames import Facts
from indexer.study.questions import digital_services as question
from indexer.study.questions import digital_services_effects as effects
from indexer.study.questions.digital_services_panel import (
    BLOCKS,
    EXPORTS,
    RCEP,
    SERIES,
    WORLD,
    Panel,
    read_exports,
    spans,
)

PAGE = Path(__file__).parents[3] / "docs" / "study-digital-services.md"
RIGHT = "size + institutions + infrastructure + ict"


@pytest.fixture(scope="module")
def panel():
    return Panel(Facts.shipped())


@pytest.fixture(scope="module")
def study():
    return question.study(draws=0, simulations=0)


@pytest.fixture(scope="module")
def blocks(study):
    return study["coefficients"].set_index(["sample", "effects", "estimator", "regressor"]).sort_index()


def peer(frame, estimator, right, vcov=None):
    pf = pytest.importorskip("pyfixest")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if estimator == "ols":
            frame = frame[frame["services"] > 0]
            return pf.feols(f"log(services) ~ {right}", frame, vcov=vcov or {"CRV1": "exporter"})
        frame = frame.assign(services=frame["services"] / frame["services"].mean())
        return pf.fepois(
            f"services ~ {right}", frame, vcov={"CRV1": "exporter"}, ssc=pf.ssc(k_adj=True, k_fixef="nonnested"),
            iwls_tol=1e-12,
        )  # fmt: skip


@pytest.mark.parametrize("sample", [RCEP, WORLD])
@pytest.mark.parametrize("design", ["between", "within"])
@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_coefficients_and_errors_are_those_of_pyfixest(blocks, panel, sample, design, estimator):
    fit = peer(panel.rows(sample), estimator, f"{RIGHT} | {effects.DESIGNS[design]}")
    mine = blocks.loc[(sample, design, estimator)]
    for name in effects.REGRESSORS:
        assert mine.loc[name, "estimate"] == pytest.approx(float(fit.coef()[name]), abs=2e-6)
        assert mine.loc[name, "se"] == pytest.approx(float(fit.se()[name]), rel=2e-3)


def test_what_a_regressor_explains_of_the_rest_follows_from_its_t(blocks, panel):
    fit = peer(panel.rows(RCEP), "ols", f"{RIGHT} | year", "iid")
    years = panel.rows(RCEP).dropna(subset=list(effects.REGRESSORS))["year"].nunique()
    free = fit._N - years - len(effects.REGRESSORS)
    t = fit.tstat()
    for name in effects.REGRESSORS:
        expected = t[name] ** 2 / (t[name] ** 2 + free)
        assert blocks.loc[(RCEP, "between", "ols", name), "left_over"] == pytest.approx(expected, rel=1e-6)


def test_changes_in_ten_years_are_interactions_with_the_trend(study, panel):
    moving = " + ".join(f"{name}:trend" for name in effects.MOVING)
    fit = peer(panel.rows(RCEP), "ols", f"{RIGHT} + {moving} | exporter + year")
    table = study["falling"].set_index(["sample", "effects", "estimator", "regressor"]).sort_index()
    mine = table.loc[(RCEP, "within", "ols")]
    for name in effects.MOVING:
        assert mine.loc[name, "estimate"] == pytest.approx(float(fit.coef()[f"{name}:trend"]), abs=1e-6)
    assert panel.frame.groupby("year")["trend"].first().diff().dropna().to_numpy() == pytest.approx(0.1)


def test_a_window_is_the_equation_on_its_five_years(study, panel):
    fit = peer(panel.rows(WORLD, 2016, 2020), "ols", f"{RIGHT} | year")
    table = study["rolling"]
    at = (table["sample"] == WORLD) & (table["effects"] == "between") & (table["last"] == 2020)
    mine = table[at].set_index("regressor")
    assert mine["first"].unique() == [2016]
    for name in effects.REGRESSORS:
        assert mine.loc[name, "estimate"] == pytest.approx(float(fit.coef()[name]), abs=1e-6)


def test_leaving_out_one_economy_is_estimating_without_it(study, panel):
    row = study["left_out"].set_index(["effects", "estimator", "regressor"]).loc[("within", "ols", "institutions")]
    frame = panel.rows(RCEP)
    fit = peer(frame[frame["exporter"] != row["without_low"]], "ols", f"{RIGHT} | exporter + year")
    assert row["lowest"] == pytest.approx(float(fit.coef()["institutions"]), abs=1e-6)
    assert row["lowest"] < row["estimate"] < row["highest"]


def test_blocks_are_means_of_standardised_parts(panel):
    frame = panel.frame
    parts = [(frame[name] - frame[name].mean()) / frame[name].std() for name in BLOCKS["institutions"]]
    mean = (parts[0] + parts[1] + parts[2]) / 3
    np.testing.assert_allclose(frame["institutions"], (mean - mean.mean()) / mean.std(), atol=1e-12)
    np.testing.assert_allclose(frame[list(BLOCKS)].std(), 1)
    known = frame[["broadband", "servers"]].notna().all(axis=1)
    assert (frame["infrastructure"].notna() == known).all()


def test_exports_of_services_are_explained_by_no_export_of_services():
    assert not {EXPORTS, "ict_service_exports_usd"} & set(SERIES.values())


def test_missing_cells_are_named(study, panel):
    cells = study["cells"].set_index("economy")
    assert len(cells) == 15
    assert cells.loc["THA", "missing"] == "2019–2023"
    assert cells.loc["VNM", "missing"] == "2015–2019, 2023"
    assert "broadband 2010" in cells.loc["PHL", "other_gaps"]
    assert cells["used"].sum() == study["coefficients"].query("sample == 'RCEP'")["n"].iloc[0]
    assert spans([]) == ""


def test_the_index_holds_none_of_the_networks_beside_it(study):
    from indexer.study.options import Options

    index = question._index(Options(), [])
    assert not question.ITSELF & set(index.plan.indicators)
    assert not index.has_trade_outcome
    assert study["ai"]["estimate"].notna().all()


def test_the_index_of_a_year_stands_beside_exports_of_lag_years_later(panel):
    scores = panel.frame[["exporter", "year"]].rename(columns={"exporter": "economy"})
    scores = scores[scores["year"].between(2015, 2018)].assign(index=lambda x: x["year"].astype(float))
    rows = panel.scored(RCEP, scores, 2).dropna(subset=["ai_exporter"])
    assert (rows["ai_exporter"] == rows["year"] - 2).all()
    assert rows["year"].max() == 2020


def test_an_edition_without_all_members_is_refused():
    with pytest.raises(UsageError, match="has no AUS, JPN, KOR, NZL"):
        question.study(edition="2024.1", draws=0, simulations=0)


def test_own_exports_stand_in_place_of_the_shipped_ones(panel, tmp_path):
    own = panel.exports.reset_index().assign(services=lambda x: 2 * x["services"])
    own.to_csv(tmp_path / "own.csv", index=False)
    names = panel.facts.folder.names
    mine = Panel(panel.facts, read_exports(tmp_path / "own.csv", names))
    one, other = (effects.together(p, RCEP, "within", "ppml")["size"].numbers for p in (panel, mine))
    assert other["estimate"] == pytest.approx(one["estimate"], abs=1e-8)
    np.testing.assert_allclose(mine.frame["services"], 2 * panel.frame["services"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("economy,year\nCHN,2020\n", "no column 'services'"),
        ("economy,year,services\nCHN,2020,x\n", "not numeric"),
        ("economy,year,services\nXYZ,2020,1\n", "unknown economies"),
        ("economy,year,services\nCHN,2020,-1\n", "negative exports"),
        ("economy,year,services\nCHN,2020,1\nCHN,2020,2\n", "stand twice"),
        ("economy,year,services\nCHN,2020.5,1\n", "not whole"),
        ("economy,year,services\nCHN,1990,1\n", "no year from 2010"),
    ],
)
def test_a_table_of_exports_with_a_fault_is_refused(panel, tmp_path, text, said):
    (tmp_path / "own.csv").write_text(text)
    with pytest.raises(UsageError, match=said):
        read_exports(tmp_path / "own.csv", panel.facts.folder.names)
    with pytest.raises(UsageError, match="2 files"):
        read_exports([tmp_path / "own.csv"] * 2, panel.facts.folder.names)


def test_an_instrument_of_economies_is_taken():
    series = Facts.shipped().series("mean_years_schooling").rename("schooling").reset_index()
    table = question.study(draws=0, simulations=0, instrument=series)["instrument"]
    assert set(table["estimator"]) == {"2SLS", "control-function PPML"}
    assert table["estimate"].notna().any()


def test_the_sentence_says_what_the_tables_say_and_what_they_do_not(study, blocks):
    row = blocks.loc[(RCEP, "between", "ols", "size")]
    assert f"size {row['estimate']:+.2f} [{row['low']:+.2f}, {row['high']:+.2f}]" in study.sentence
    assert "What it does not show" in study.sentence
    assert not re.search(r"\bnan\b", study.text())


def marks(part):
    """Return every distinct row with an interval in a chart."""
    if isinstance(part, dict):
        own = {json.dumps(part, sort_keys=True)} if isinstance(part.get("conf_low"), float) else set()
        return own.union(*(marks(one) for one in part.values()))
    return set().union(*(marks(one) for one in part)) if isinstance(part, list) else set()


def test_the_picture_is_drawn_of_all_windows(study):
    pytest.importorskip("altair")
    drawn = marks(study.figures[0].draw().to_dict())
    assert len(drawn) == 30  # ten windows, three regressors


def test_numbers_of_the_page_are_those_of_the_study(study):
    text = PAGE.read_text(encoding="utf-8")
    assert study.sentence in text.replace("\n", " ")
    for name in ("coefficients", "claim", "falling", "rolling", "parts", "left_out", "cells"):
        table = next(one for one in study.tables if one.name == name)
        for line in table.markdown().splitlines():
            if line.startswith("| "):
                assert re.sub(r"\s+", " ", line) in text, (name, line)
