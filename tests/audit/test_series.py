import pandas as pd
import pytest

from indexer.audit.printed import Printed
from indexer.audit.series import Series, from_long, from_wide
from indexer.errors import FactsError, UsageError

WIDE = pd.DataFrame({"year": [2019, 2020], "x_amount": ["10", "12"], "x_growth": [None, "20.0"]})


def test_wide_and_long_are_the_same_series():
    long = pd.DataFrame({"series": ["x", "x"], "year": [2020, 2019], "amount": ["12", "10"], "growth": ["20.0", None]})
    assert from_wide(WIDE) == from_long(long)
    [one] = from_wide(WIDE)
    assert one == Series("x", (2019, 2020), (Printed("10"), Printed("12")), (None, Printed("20.0")))


def test_every_cell_that_is_no_number_is_named_by_line():
    wrong = WIDE.assign(x_amount=["10", "twelve"], x_growth=["?", "20.0"])
    with pytest.raises(FactsError) as error:
        from_wide(wrong, "t.csv")
    assert [(f.line, f.column, f.value) for f in error.value.faults] == [
        (2, "x_growth", "?"),
        (3, "x_amount", "twelve"),
    ]


@pytest.mark.parametrize("drop", ["x_amount", "x_growth"])
def test_half_a_series_is_refused(drop):
    with pytest.raises(UsageError, match=f"no column {drop}"):
        from_wide(WIDE.drop(columns=drop).assign(y_amount=["1", "2"], y_growth=["", ""]))


def test_years_that_stand_twice_are_refused():
    with pytest.raises(UsageError, match="stands twice"):
        from_wide(WIDE.assign(year=[2020, 2020]))


def test_usual_decimals_are_those_of_the_other_cells():
    cells = tuple(Printed(one) for one in ("1.0", "2.0", "24"))
    series = Series("x", (1, 2, 3), cells, cells)
    assert series.usual_decimals("growth", 2) == 1
    # of one each, the greater
    assert series.usual_decimals("growth", 0) == 1
