"""Comparison with outside measures, against scipy, and what is refused."""

import builtins
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import indexer
from indexer.analyse import compare, scatter
from indexer.errors import IndexerError, MethodError

ECONOMIES = ["CHN", "IDN", "KHM", "LAO", "MYS", "PHL", "SGP", "THA", "VNM"]
RNG = np.random.default_rng(2)
SCORES = pd.DataFrame(
    [(economy, year, 5.0 * k + 20.0 * RNG.random()) for k, economy in enumerate(ECONOMIES) for year in (2020, 2021)],
    columns=["economy", "year", "index"],
)
OUTSIDE = SCORES[["economy", "year"]].assign(readiness=SCORES["index"] + RNG.normal(0, 10, len(SCORES)), depth=1.5)


def test_years_and_pooled_are_those_of_scipy():
    got = compare(SCORES, OUTSIDE[["economy", "year", "readiness"]], draws=200)
    assert got["year"].tolist() == [2020, 2021, pd.NA]
    assert got["n"].tolist() == [9, 9, 18]
    assert got["economies"].tolist() == [9, 9, 9]
    for row in got.itertuples():
        rows = slice(None) if pd.isna(row.year) else (SCORES["year"] == row.year).to_numpy()
        x, y = SCORES["index"].to_numpy()[rows], OUTSIDE["readiness"].to_numpy()[rows]
        assert row.spearman == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
        assert row.kendall == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)
        assert row.spearman_low < row.spearman < row.spearman_high
        assert row.kendall_low < row.kendall < row.kendall_high


def test_the_order_of_rows_does_not_matter():
    got = compare(SCORES.sample(frac=1, random_state=1), OUTSIDE.sample(frac=1, random_state=2), draws=200)
    pd.testing.assert_frame_equal(got, compare(SCORES, OUTSIDE, draws=200))


def test_a_frame_without_years_stands_beside_every_year():
    frame = pd.DataFrame({"economy": ECONOMIES, "egdi": range(9)})
    got = compare(SCORES, frame, draws=0)
    assert got["year"].tolist() == [2020, 2021]
    assert got["spearman_low"].isna().all()


def test_a_constant_measure_has_a_note():
    got = compare(SCORES, OUTSIDE[["economy", "year", "depth"]], draws=0)
    assert set(got["note"]) == {"a constant has no ranks"}
    assert got["spearman"].isna().all()


def test_a_year_of_few_economies_has_a_note():
    frame = OUTSIDE.drop(index=OUTSIDE.index[(OUTSIDE["year"] == 2021) & (OUTSIDE["economy"] > "KHM")])
    got = compare(SCORES, frame[["economy", "year", "readiness"]], draws=0).set_index("year")
    assert got.loc[2021, "note"] == "fewer than 5 economies"
    assert got.loc[2021, "n"] == 3


def test_another_index_is_a_measure_by_the_name_of_its_edition():
    other = SimpleNamespace(
        scores=SCORES.assign(index=OUTSIDE["readiness"], rank=1, skills=3.0), edition=SimpleNamespace(name="2025.1")
    )
    frame = OUTSIDE[["economy", "year", "readiness"]].rename(columns={"readiness": "2025.1"})
    pd.testing.assert_frame_equal(compare(SCORES, other, draws=100), compare(SCORES, frame, draws=100))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (OUTSIDE[OUTSIDE["economy"] < "MYS"], "4 common economies with 'readiness'"),
        (OUTSIDE.assign(year=1990), "cases twice"),
        (OUTSIDE[OUTSIDE["year"] == 2020].assign(year=1990), "0 common economies"),
        (OUTSIDE.assign(name="x"), "'name' of the frame's rows is not finite"),
        (OUTSIDE[["economy", "year"]], "no column of values"),
        (pd.concat([OUTSIDE, OUTSIDE]), "cases twice"),
    ],
)
def test_frames_that_say_nothing_are_refused(frame, said):
    with pytest.raises(MethodError, match=said):
        compare(SCORES, frame)


def test_the_chart_has_a_label_for_every_economy():
    pytest.importorskip("altair")
    chart = scatter(SCORES, OUTSIDE, "readiness").to_dict()
    rho = stats.spearmanr(*(t.loc[SCORES["year"] == 2021].iloc[:, 2] for t in (SCORES, OUTSIDE))).statistic
    assert f"2021 (n = 9, Spearman {rho:.2f})" in str(chart)
    assert "'text': {'field': 'economy'" in str(chart)
    [data] = chart["datasets"].values()
    assert sorted(row["economy"] for row in data) == ECONOMIES


@pytest.mark.parametrize(
    ("arguments", "said"), [({"measure": "size"}, "no measure 'size'"), ({"year": 1990}, "in 1990")]
)
def test_charts_of_nothing_are_refused(arguments, said):
    pytest.importorskip("altair")
    with pytest.raises(MethodError, match=said):
        scatter(SCORES, OUTSIDE, **arguments)


def test_a_chart_of_two_indices(small_folder):
    pytest.importorskip("altair")
    index = indexer.build(small_folder)
    assert "mine and the index, 2022 (n = 5, Spearman 1.00)" in str(scatter(index, index).to_dict())


def test_without_altair_the_extra_is_named(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "altair":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(IndexerError, match=r"ai-trade-indexer\[report\]"):
        scatter(SCORES, OUTSIDE)
