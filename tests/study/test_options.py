import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.study.options import Options


def test_a_number_is_one_lag():
    assert Options.of(lags=2).lags == (2,)
    assert Options.of(lags=(1, 3), leads=[6]).leads == (6,)


@pytest.mark.parametrize(
    "given",
    [
        {"lags": 0},
        {"lags": (-1,)},
        {"lags": None},
        {"lags": 1.5},
        {"leads": (1.5,)},
        {"draws": -1},
        {"draws": True},
        {"simulations": 49},
        {"seed": -1},
        {"seed": "one"},
        {"edition": 2024},
        {"instrument": 3},
    ],
)
def test_numbers_that_are_none_are_refused(given):
    with pytest.raises(UsageError):
        Options.of(**given)


def test_an_unknown_option_is_refused_with_the_known():
    with pytest.raises(UsageError, match="no option 'lagz'") as caught:
        Options.of(lagz=1)
    assert "lags" in str(caught.value)


def test_an_instrument_needs_keys_a_variable_and_one_row_of_each():
    good = pd.DataFrame({"economy": ["VNM"], "year": [2020], "z": [1.0]})
    assert Options.of(instrument=good).instruments() is good
    for bad in (good[["economy", "z"]], good[["year", "z"]], good[["economy", "year"]], pd.concat([good, good])):
        with pytest.raises(UsageError, match="instrument"):
            Options.of(instrument=bad).instruments()


def test_an_instrument_is_read_from_a_file(tmp_path):
    path = tmp_path / "z.csv"
    path.write_text("economy,year,z\nNAM,2020,1\n", encoding="utf-8")
    assert Options.of(instrument=path).instruments()["economy"].tolist() == ["NAM"]


def test_a_lag_asked_for_twice_is_one():
    assert Options.of(lags=(1, np.int64(1), 2)).lags == (1, 2)


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match=r"there is no file nothing\.csv"):
        Options.of(instrument="nothing.csv").instruments()


@pytest.mark.parametrize("column", ["year", "z"])
def test_text_where_numbers_belong_is_refused(column):
    bad = pd.DataFrame({"economy": ["VNM"], "year": [2020], "z": [1.0]}).astype(object).assign(**{column: "x"})
    with pytest.raises(UsageError, match=f"the column '{column}' is not numeric"):
        Options.of(instrument=bad.infer_objects()).instruments()


def test_an_instrument_is_of_economies_or_of_pairs():
    # two rows of one economy and year would double the flows they are merged with
    both = pd.DataFrame({"economy": "VNM", "exporter": ["CHN", "SGP"], "year": 2020, "z": [1.0, 2.0]})
    with pytest.raises(UsageError, match="has economy and exporter"):
        Options.of(instrument=both).instruments()
