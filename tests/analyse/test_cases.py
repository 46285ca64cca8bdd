"""Tables of scores are checked before they are analysed."""

import pandas as pd
import pytest

from indexer.analyse.cases import checked, shown, years_of
from indexer.errors import MethodError

SCORES = pd.DataFrame({"economy": ["VNM", "CHN"], "year": [2020, 2020], "index": [40, 70]})


def test_cases_come_in_order_with_floats():
    got = checked(SCORES, ["economy", "year"], ["index"])
    assert got["economy"].tolist() == ["CHN", "VNM"]
    assert got["index"].dtype == float


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (SCORES.drop(columns="year"), "no column 'year'"),
        (SCORES.assign(year=["2020", "2020"]), "not whole numbers"),
        (SCORES.assign(index=["a", "b"]), "column 'index' of the scores is not finite"),
        (SCORES.assign(index=[1.0, float("inf")]), "not finite"),
        (SCORES.assign(index=[True, False]), "not finite"),
        (SCORES.assign(economy="VNM"), "cases twice"),
    ],
)
def test_tables_that_are_none_are_refused(table, said):
    with pytest.raises(MethodError, match=said):
        checked(table, ["economy", "year"], ["index"])


def test_what_errors_show():
    assert shown(SCORES) == [("VNM", 2020), ("CHN", 2020)]
    assert years_of(SCORES) == "one of: 2020"
