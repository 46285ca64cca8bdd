"""Rows of the study of digital services: blocks, missing cells, the index of another year, exports of the user."""

import numpy as np
import pytest

from indexer.errors import UsageError
from indexer.study.frames import Facts
from indexer.study.questions.digital_services import effects
from indexer.study.questions.digital_services.panel import BLOCKS, EXPORTS, RCEP, SERIES, Panel, read_exports, spans


@pytest.fixture(scope="module")
def panel():
    return Panel(Facts.shipped())


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


def test_missing_cells_are_named(panel):
    cells = panel.cells().set_index("economy")
    assert len(cells) == 15
    assert cells.loc["THA", "missing"] == "2019–2023"
    assert cells.loc["VNM", "missing"] == "2015–2019, 2023"
    assert "broadband 2010" in cells.loc["PHL", "other_gaps"]
    assert cells["used"].sum() == effects.together(panel, RCEP, "between", "ols")["size"].numbers["n"]
    assert spans([]) == ""


def test_the_index_of_a_year_stands_beside_exports_of_lag_years_later(panel):
    scores = panel.frame[["exporter", "year"]].rename(columns={"exporter": "economy"})
    scores = scores[scores["year"].between(2015, 2018)].assign(index=lambda x: x["year"].astype(float))
    rows = panel.scored(RCEP, scores, 2).dropna(subset=["ai_exporter"])
    assert (rows["ai_exporter"] == rows["year"] - 2).all()
    assert rows["year"].max() == 2020


def test_a_lead_reaches_back_to_exports_before_the_index(panel):
    scores = panel.frame[["exporter", "year"]].rename(columns={"exporter": "economy"})
    scores = scores[scores["year"].between(2015, 2018)].assign(index=lambda x: x["year"].astype(float))
    rows = panel.scored(RCEP, scores, -1).dropna(subset=["ai_exporter"])
    assert (rows["ai_exporter"] == rows["year"] + 1).all()
    assert sorted(rows["year"].unique()) == [2014, 2015, 2016, 2017]


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
        ("economy,year,services\nCHN,1990,1\n", "no exports from 2010"),
        ("economy,year,services\nCHN,2020,\n", "no exports from 2010"),
    ],
)
def test_a_table_of_exports_with_a_fault_is_refused(panel, tmp_path, text, said):
    (tmp_path / "own.csv").write_text(text)
    with pytest.raises(UsageError, match=said):
        read_exports(tmp_path / "own.csv", panel.facts.folder.names)
    with pytest.raises(UsageError, match="2 files"):
        read_exports([tmp_path / "own.csv"] * 2, panel.facts.folder.names)
