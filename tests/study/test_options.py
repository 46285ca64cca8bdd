import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.study.options import Options


def test_a_number_is_one_lag():
    assert Options.of(lags=2).lags == (2,)
    assert Options.of(lags=(1, 3), leads=[6]).leads == (6,)


@pytest.mark.parametrize("given", [{"lags": 0}, {"lags": (-1,)}, {"leads": (1.5,)}, {"draws": -1}, {"draws": True}])
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
