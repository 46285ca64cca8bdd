import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.trade.digital import digital_part, first_and_last, growth

SCORES = pd.DataFrame(
    {
        "economy": ["A", "A", "A", "B", "B"],
        "year": [2020, 2021, 2023, 2020, 2021],
        "computing": [10.0, 20.0, 40.0, 0.0, 5.0],
        "services": [30.0, 30.0, 60.0, 0.0, np.nan],
    }
)


def test_the_part_is_a_weighted_mean_and_grows_on_the_year_before():
    found = digital_part(SCORES, {"computing": 0.3, "services": 0.1}).set_index(["economy", "year"])
    assert found["digital_part"].loc["A"].tolist() == pytest.approx([15.0, 22.5, 45.0])
    assert found.loc[("A", 2021), "digital_growth"] == pytest.approx(50.0)
    # no year before in the table; a level of 0 before; a set missing
    assert found["digital_growth"].drop(("A", 2021)).isna().all()
    assert np.isnan(found.loc[("B", 2021), "digital_part"])


def test_one_set_alone_is_itself():
    assert digital_part(SCORES, {"computing": 0.4})["digital_part"].tolist() == SCORES["computing"].tolist()


def test_a_set_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match="no set 'skills'"):
        digital_part(SCORES, {"skills": 1.0})


def test_growth_keeps_the_order_of_rows():
    backwards = SCORES.iloc[::-1]
    assert growth(backwards, "computing").loc[1] == pytest.approx(100.0)


def test_first_and_last_are_the_observed_ones():
    found = first_and_last(SCORES, "services")
    assert found.loc["A", ["first_year", "last_year", "first", "last"]].tolist() == [2020, 2023, 30.0, 60.0]
    assert found.loc["A", "growth"] == pytest.approx(100 * (2 ** (1 / 3) - 1))
    assert found.loc["A", "change"] == pytest.approx(10.0)
    assert np.isnan(found.loc["B", "growth"])
    assert np.isnan(found.loc["B", "change"])
