from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from indexer.connect.context import context, pair_minimum
from indexer.errors import UsageError
from indexer.folder import read

PAIR = {"exporter": ["CHN"], "importer": ["VNM"], "year": [2020]}


@pytest.fixture(scope="module")
def folder():
    return read()


@pytest.fixture
def small():
    """Three facts of two series."""
    facts = pd.DataFrame(
        {
            "economy": ["VNM", "CHN", "CHN"],
            "year": [2021, 2020, 2021],
            "value": [1.0, 2.0, 3.0],
            "indicator": ["a", "a", "b"],
        }
    )
    return SimpleNamespace(facts=facts, names={"CHN": "China", "VNM": "Viet Nam", "LAO": "Laos"})


def test_every_economy_in_every_year_and_nothing_filled(small):
    got = context(small, ["b", "a"])
    expected = pd.DataFrame(
        {
            "economy": ["CHN", "CHN", "VNM", "VNM"],
            "year": [2020, 2021, 2020, 2021],
            "b": [np.nan, 3.0, np.nan, np.nan],
            "a": [2.0, np.nan, np.nan, 1.0],
        }
    )
    pd.testing.assert_frame_equal(got, expected, check_dtype=False)


def test_economies_and_years_as_asked_for(small):
    got = context(small, "a", ["LAO", "VNM"], [2021, 2030, 2021])
    assert got[["economy", "year"]].values.tolist() == [["LAO", 2021], ["LAO", 2030], ["VNM", 2021], ["VNM", 2030]]
    assert got["a"].isna().tolist() == [True, True, False, True]
    assert context(small, "a", "VNM", 2021)["a"].tolist() == [1.0]
    assert context(small, "a", [], [2021]).columns.tolist() == ["economy", "year", "a"]


def test_numbers_known_from_the_publishers(folder):
    # LPI 2023 (4.3, 3.7, 3.6) and 2018; Doing Business 2020 (10 hours and 335 US$; 20.7 hours and 256 US$).
    lpi = context(folder, "lpi_overall", ["SGP", "CHN", "MYS"], [2023]).set_index("economy")["lpi_overall"]
    assert lpi.to_dict() == {"SGP": 4.3, "CHN": 3.7, "MYS": 3.6}
    border = context(folder, ["db_export_time_border", "db_export_cost_border"], ["CHN", "SGP"], [2019])
    assert border.iloc[:, 2:].values.tolist() == [[20.7, 256.2], [10.0, 335.0]]


def test_editions_of_a_survey_are_not_filled(folder):
    got = context(folder, ["lpi_overall", "gdp_current_usd"], ["CHN"], range(2010, 2026)).set_index("year")
    assert got.index[got["lpi_overall"].notna()].tolist() == [2010, 2012, 2014, 2016, 2018, 2023]
    assert got["gdp_current_usd"].notna().all()


@pytest.mark.parametrize(
    ("arguments", "message", "remedy"),
    [
        (("lpi_overal",), "no series 'lpi_overal'", "write lpi_overall"),
        (([],), "no series", "name one or more"),
        (("lpi_overall", [["CHN"]]), "holds lists", "flat"),
        (("lpi_overall", 7), "unknown economy 7", "one of"),
        (("lpi_overall", "CHN", True), "True is no year", "whole numbers"),
        (("lpi_overall", ["CHX"]), "unknown economy 'CHX'", "write"),
        (("lpi_overall", ["CHN"], ["2020"]), "'2020' is no year", "whole numbers"),
        (("lpi_overall", ["CHN"], [2020.5]), "2020.5 is no year", "whole numbers"),
    ],
)
def test_refusals(folder, arguments, message, remedy):
    with pytest.raises(UsageError, match=message) as caught:
        context(folder, *arguments)
    assert remedy in caught.value.remedy


def test_a_path_is_not_a_folder_that_was_read():
    with pytest.raises(UsageError, match="not a folder that was read"):
        context("indicators", "lpi_overall")


@pytest.mark.parametrize("year_type", ["int64", "int32", "float64"])
def test_a_pair_is_as_good_as_its_weaker_side(year_type):
    frame = pd.DataFrame({"economy": ["CHN", "VNM", "LAO"], "year": [2020] * 3, "x": [3.0, 2.0, np.nan]})
    pairs = pd.DataFrame(
        {
            "exporter": ["CHN", "VNM", "CHN", "CHN", "CHN"],
            "importer": ["VNM", "CHN", "LAO", "CHN", "VNM"],
            "year": [2020, 2020, 2020, 2020, 2021],
        },
        index=[9, 8, 7, 6, 5],
    )
    pairs["year"] = pairs["year"].astype(year_type)
    got = pair_minimum(pairs, frame, "x")
    expected = pd.Series([2.0, 2.0, np.nan, 3.0, np.nan], index=pairs.index, name="x")
    pd.testing.assert_series_equal(got, expected)


@pytest.mark.parametrize(
    ("pairs", "frame", "column", "message"),
    [
        ({"exporter": ["CHN"], "year": [2020]}, {"economy": [], "year": [], "x": []}, "x", "no column 'importer'"),
        (PAIR, {"economy": [], "year": [], "x": []}, "y", "no column 'y'"),
        ({**PAIR, "year": ["2020"]}, {"economy": ["CHN"], "year": [2020], "x": [1.0]}, "x", "'year' is not numeric"),
        (PAIR, {"economy": ["CHN"], "year": [2020], "x": ["1"]}, "x", "'x' is not numeric"),
        (
            PAIR,
            {"economy": ["CHN"] * 2, "year": [2020] * 2, "x": [1.0, 2.0]},
            "x",
            "stand twice",
        ),
    ],
)
def test_frames_that_cannot_be_joined(pairs, frame, column, message):
    with pytest.raises(UsageError, match=message):
        pair_minimum(pd.DataFrame(pairs), pd.DataFrame(frame), column)
