import re
import sys

import numpy as np
import pandas as pd
import pytest

import indexer
from indexer.errors import UsageError
from indexer.simulate import plots

pytest.importorskip("altair", reason="pictures need the extra `report`")
pytest.importorskip("vl_convert", reason="pictures need the extra `report`")


@pytest.fixture(scope="module")
def index():
    return indexer.build()


@pytest.fixture(scope="module")
def found(index):
    return indexer.uncertainty(index, draws=200, over=["normalisation", "weights", "leave_out"])


@pytest.fixture(scope="module")
def charts(index, found):
    return plots.pictures(found, 2024, index.folder.names)


def rows(chart, *columns):
    """The rows of the data of a chart that have such columns, from its document."""
    for data in chart.to_dict()["datasets"].values():
        if set(columns) <= set(data[0]):
            return pd.DataFrame(data)
    raise AssertionError(f"no data with {columns}")


def test_there_are_four_pictures(charts):
    assert list(charts) == ["ranks", "acceptability", "beats", "movers"]


@pytest.mark.parametrize("name", ["ranks", "acceptability", "beats", "movers"])
def test_a_png_is_one(charts, name):
    assert plots.png(charts[name]).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["ranks", "acceptability", "beats", "movers"])
def test_a_page_loads_nothing(charts, name):
    page = plots.html(charts[name])
    assert not re.findall(r"<script[^>]*\ssrc=|<link|@import|import\(\"http", page)
    assert "vegaEmbed" in page


def test_economies_stand_in_the_order_of_their_rank(charts, index):
    own = index.scores[index.scores["year"] == 2024].sort_values("rank")["economy"].map(index.folder.names).tolist()
    layer = charts["ranks"].to_dict()["layer"][0]
    assert layer["encoding"]["y"]["sort"] == own


def test_bars_hold_the_interval_of_the_ranks(charts, found):
    drawn = rows(charts["ranks"], "from_", "to").set_index("economy").sort_index()
    own = found.ranks[found.ranks["year"] == 2024].set_index("economy").sort_index()
    assert (drawn["from_"] < own["rank_p05"].astype(float)).all()
    assert (drawn["to"] > own["rank_p95"].astype(float)).all()


def test_shares_of_a_row_sum_to_one(charts):
    shares = rows(charts["acceptability"], "share").groupby("economy")["share"].sum()
    assert shares.to_numpy() == pytest.approx(1, abs=1e-9)


def test_every_ordered_pair_has_a_cell(charts):
    assert len(rows(charts["beats"], "probability")) == 11 * 10


def test_bars_of_the_assumptions_are_means_over_the_economies(charts, found):
    drawn = rows(charts["movers"], "assumption", "sd")
    [whole] = [
        pd.DataFrame(data) for data in charts["movers"].to_dict()["datasets"].values() if "economy" not in data[0]
    ]
    moved = found.movers[found.movers["year"] == 2024]
    assert whole["sd"].sum() == pytest.approx(moved.groupby("assumption")["sd"].mean().sum(), rel=1e-12)
    assert not drawn.empty


def test_no_more_economies_than_fit_and_the_title_says_which(index, found, monkeypatch):
    monkeypatch.setattr(plots, "MOST", 4)
    made = plots.pictures(found, 2024, index.folder.names)
    assert len(rows(made["ranks"], "from_")) == 4
    for chart in made.values():
        assert "the first 4 of 11 by rank" in chart.to_dict()["title"]["text"]


def test_no_label_is_cut(charts):
    for chart in charts.values():
        assert chart.to_dict()["config"]["axis"]["labelLimit"] == 0


def test_shares_that_are_not_all_or_none_are_not_written_so():
    assert [plots._percent(one) for one in (0.0, 0.001, 0.3, 0.999, 1.0)] == ["0%", "<1%", "30%", ">99%", "100%"]


def test_the_scale_of_lightness_falls_steadily(charts):
    def lightness(colour):
        r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    encoding = charts["beats"].to_dict()["layer"][0]["encoding"]
    assert (np.diff([lightness(one) for one in encoding["color"]["scale"]["range"]]) < 0).all()


def test_an_unknown_year_is_refused(found):
    with pytest.raises(UsageError, match="year 1999"):
        plots.pictures(found, 1999, {})


def test_without_altair_the_remedy_is_said(found, monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(UsageError, match=r"altair") as refused:
        plots.pictures(found, 2024, {})
    assert "report" in refused.value.remedy
