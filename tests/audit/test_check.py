"""The printed world table against decimal arithmetic of the tests' own."""

from decimal import Decimal, getcontext

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.audit.check import AGREES, UNCHECKED, WRONG, agrees, bounds, check
from indexer.audit.printed import Printed, rounded
from indexer.audit.series import Series
from indexer.connect.printed_tables import read_printed

getcontext().prec = 50


@pytest.fixture(scope="module")
def cells():
    return check(read_printed()).set_index(["series", "year"])


def test_the_world_table_has_four_rates_that_cannot_be_right(cells):
    wrong = cells.index[cells["verdict"] == WRONG].tolist()
    assert wrong == [("goods", 2020), ("goods", 2024), ("goods", 2025), ("services", 2025)]
    assert cells.loc[wrong, "recomputed"].tolist() == ["-7.2", "19.9", "2.1", "-3.6"]


def test_the_first_year_cannot_be_checked(cells):
    first = cells.xs(2019, level="year")
    assert (first["verdict"] == UNCHECKED).all()
    assert first["note"].str.contains("no amount of the year before").all()


def test_a_rate_without_the_point_of_its_column_is_noted(cells):
    odd = cells.index[cells["note"].str.contains("decimals where")].tolist()
    assert odd == [("goods", 2020), ("goods", 2025), ("services", 2019)]
    assert "3.3 if the point was lost" in cells.loc[("services", 2019), "note"]


def test_residuals_by_hand(cells):
    by_hand = (Decimal(82393) / Decimal(85452) - 1) * 100 - Decimal("4.6")
    assert cells.loc[("services", 2025), "residual_units"] == pytest.approx(float(by_hand * 10), rel=1e-12)


def test_bounds_by_hand():
    low, high = bounds(Printed("12"), Printed("10"))
    assert float(low) == pytest.approx(100 * (11.5 / 10.5 - 1))
    assert float(high) == pytest.approx(100 * (12.5 / 9.5 - 1))


@pytest.mark.parametrize("before", ["0", "-5", "0.4"])
def test_growth_on_nothing_has_no_meaning(before):
    now = Printed("3")
    expected = None if before != "0.4" else True
    assert agrees(now, Printed(before), Printed("650")) is expected


def test_a_gap_in_the_years_is_not_bridged():
    cells = (Printed("10"), Printed("12"))
    table = check([Series("x", (2019, 2021), cells, (None, Printed("20")))])
    assert table["verdict"].tolist() == [UNCHECKED, UNCHECKED]


@given(
    st.decimals("0.5", "1e6", places=4), st.decimals("0.5", "1e6", places=4),
    st.integers(0, 2), st.integers(0, 2), st.integers(0, 2),
)  # fmt: skip
def test_rates_of_unrounded_amounts_never_fail(before, now, a, b, c):
    from fractions import Fraction

    was, new = Fraction(before), Fraction(now)
    printed = [Printed(rounded(x, places)) for x, places in ((new, a), (was, b), (100 * (new / was - 1), c))]
    assert agrees(*printed) is not False


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(-1500, 100000))
def test_the_quick_answer_is_the_exact_one(now, before, tenths):
    cells = Printed(str(now)), Printed(str(before)), Printed(rounded(__import__("fractions").Fraction(tenths, 10), 1))
    low, high = bounds(cells[0], cells[1])
    assert agrees(*cells) is (low <= cells[2].high and cells[2].low <= high)


def test_everything_agreeing_says_so():
    cells = (Printed("10"), Printed("12"))
    table = check([Series("x", (2019, 2020), cells, (None, Printed("20")))])
    assert table["verdict"].tolist() == [UNCHECKED, AGREES]
    assert isinstance(table, pd.DataFrame)
