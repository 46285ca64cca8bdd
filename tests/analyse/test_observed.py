"""Observed parts of the within-variation: by hand on a made folder, and as the China-ASEAN study has them."""

from pathlib import Path

import numpy as np
import pytest

import indexer
from indexer.analyse.observed import within_cells, within_observed
from indexer.errors import MethodError, UsageError


@pytest.fixture(scope="module")
def index():
    return indexer.build().without("trade_outcome")


def test_all_cells_observed_is_one(small_folder):
    assert within_observed(indexer.build(small_folder)) == pytest.approx(1.0)


def test_the_share_by_hand(small_folder):
    # broadband of 2022 is not there for Viet Nam: carried from 2021
    path = small_folder / "networks/broadband_per_100.csv"
    rows = [line for line in path.read_text().splitlines() if not line.startswith("VNM,2022")]
    path.write_text("\n".join(rows) + "\n")
    index = indexer.build(small_folder)
    cells = within_cells(index)
    gone = (cells["economy"] == "VNM") & (cells["year"] == 2022) & (cells["indicator"] == "broadband_per_100")
    assert cells.loc[~cells["observed"], "status"].tolist() == ["carried"]
    assert gone.equals(~cells["observed"])
    # two-way demeaned index and contribution of that cell, from the published scores and weights
    wide = index.scores.pivot(index="economy", columns="year", values="index")
    within = wide.sub(wide.mean(axis=1), axis=0) - wide.mean() + wide.to_numpy().mean()
    weight = index.weights.set_index("node").loc["broadband_per_100", "effective_weight"]
    tall = index.cells[index.cells["indicator"] == "broadband_per_100"]
    one = weight * tall.pivot(index="economy", columns="year", values="normalised")
    moved = one.sub(one.mean(axis=1), axis=0) - one.mean() + one.to_numpy().mean()
    part = moved.loc["VNM", 2022] * within.loc["VNM", 2022] / (within.to_numpy() ** 2).sum()
    assert within_observed(index) == pytest.approx(1 - part, rel=1e-9)


def test_parts_and_weights_sum_to_one(index):
    cells = within_cells(index, years=(2020, 2023))
    assert cells[["part", "weight"]].sum().tolist() == pytest.approx([1.0, 1.0])
    assert set(cells["year"]) == {2020, 2021, 2022, 2023}


def test_of_some_economies_only_theirs_count(index):
    partners = [one for one in index.edition.economies if one != "CHN"]
    cells = within_cells(index, partners)
    assert "CHN" not in set(cells["economy"])
    assert cells["part"].sum() == pytest.approx(1.0)
    whole = within_cells(index)
    assert not np.allclose(cells["part"], whole.loc[whole["economy"] != "CHN", "part"], rtol=1e-3)


def test_figures_of_the_page_are_those_of_the_shipped_edition(index):
    partners = [one for one in index.edition.economies if one != "CHN"]
    cells = within_cells(index, partners)
    share, weight = within_observed(index, partners), cells.loc[cells["observed"], "weight"].sum()
    page = (Path(__file__).parents[2] / "docs/inference.md").read_text(encoding="utf-8")
    assert f"it is {100 * share:.1f} %, while {100 * weight:.1f} % of the weight" in page


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"economies": ["VNM", "XXX"]}, "'XXX' is not in the index"),
        ({"economies": "VNM"}, "two economies"),
        ({"years": (2022, 2022)}, "two years"),
        ({"years": (2010, 2022)}, "2010-2022 are not years"),
    ],
)
def test_refusals(index, given, message):
    with pytest.raises(UsageError, match=message):
        within_cells(index, **given)


def test_a_case_without_an_index_is_refused(index, monkeypatch):
    values = index.result.index.copy()
    values[3] = np.nan
    monkeypatch.setattr(type(index.result), "index", property(lambda self: values))
    with pytest.raises(MethodError, match="1 economy-years have no index"):
        within_cells(index)
