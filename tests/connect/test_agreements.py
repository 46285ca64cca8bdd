import numpy as np
import pandas as pd

from indexer.connect.agreements import rcep_share
from indexer.folder import read_trade


def share(one, other, year):
    return rcep_share(read_trade().rcep, pd.Series([one]), pd.Series([other]), pd.Series([year]))[0]


def test_days_count_from_the_later_of_the_two():
    assert share("CHN", "MYS", 2022) == 289 / 365  # from 18 March
    assert share("MYS", "PHL", 2023) == 213 / 365  # from 2 June
    assert share("CHN", "VNM", 2021) == 0
    assert share("CHN", "VNM", 2022) == 1
    assert share("CHN", "IDN", 2024) == 1


def test_leap_years_have_a_day_more():
    days = pd.DataFrame({"economy": ["A", "B"], "in_force": ["2024-12-31", "2020-01-01"]})
    assert rcep_share(days, pd.Series(["A"]), pd.Series(["B"]), pd.Series([2024]))[0] == 1 / 366


def test_without_a_day_there_is_none():
    assert share("CHN", "MMR", 2024) == 0
    assert share("CHN", "USA", 2024) == 0


def test_rows_keep_their_order_whatever_their_labels():
    frame = pd.DataFrame({"a": ["CHN", "CHN"], "b": ["PHL", "VNM"], "y": [2022, 2022]}, index=[7, 3])
    np.testing.assert_array_equal(rcep_share(read_trade().rcep, frame["a"], frame["b"], frame["y"]), [0.0, 1.0])
