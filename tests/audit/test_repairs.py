"""Slips planted by hand in a table that is right; the world table as printed."""

import pytest

from indexer.audit.check import holds
from indexer.audit.printed import Printed
from indexer.audit.repairs import NONE, groups, repairs
from indexer.audit.series import Series
from indexer.connect.printed_tables import read_printed


def world(name):
    return next(one for one in read_printed() if one.name == name)


@pytest.fixture
def digital():
    """The one series of the world table that agrees throughout."""
    series = world("digital_delivery")
    assert not groups(series)
    return series


@pytest.mark.parametrize(
    ("column", "year", "text", "kind"),
    [
        ("amount", 2021, "36723", "transposed digits"),
        ("amount", 2021, "37523", "digit misread"),
        ("amount", 2022, "3901", "dropped digit"),
        ("amount", 2022, "390001", "added digit"),
        ("growth", 2021, "174", "lost decimal point"),
        ("growth", 2023, "-9.0", "added sign"),
        ("growth", 2021, "14.7", "transposed digits"),
        ("growth", 2024, "18.8", "wrong base year"),
    ],
)
def test_a_planted_slip_is_undone(digital, column, year, text, kind):
    row = digital.years.index(year)
    right = digital.column(column)[row].text
    first = repairs([digital.with_cell(column, row, Printed(text))]).iloc[0]
    assert (first["column"], first["year"], first["printed"], first["proposed"]) == (column, year, text, right)
    assert (first["kind"], first["left"]) == (kind, 0)
    assert first["reconciled"] == first["of"] == (2 if column == "amount" else 1)


def test_a_repair_makes_the_series_agree(digital):
    spoilt = digital.with_cell("amount", 2, Printed("36723"))
    for one in repairs([spoilt]).to_dict("records"):
        row = spoilt.years.index(one["year"])
        mended = spoilt.with_cell(one["column"], row, Printed(one["proposed"]))
        assert sum(holds(mended, k) is False for k in range(7)) == one["left"]


def test_shares_of_the_best_add_up(digital):
    found = repairs([digital.with_cell("growth", 2, Printed("14.7"))], most=1000)
    best = found[found["left"] == found["left"].min()]
    assert best["share"].sum() == pytest.approx(1)


def test_the_world_table():
    found = repairs(read_printed())
    first = found[found["rank"] == 1].set_index(["series", "years"])
    assert first.loc[("goods", "2020"), "kind"] == NONE
    assert first.loc[("goods", "2020"), "proposed"] == "-7.2"
    assert first.loc[("services", "2025"), ["column", "proposed", "kind"]].tolist() == [
        "amount",
        "89393",
        "digit misread",
    ]
    goods = first.loc[("goods", "2024, 2025")]
    # 2.1 is the growth of 2025, printed a line too high; then 24 is wrong as well
    assert goods[["proposed", "kind", "left"]].tolist() == ["19.9", "rate of another year", 1]


def test_a_table_that_agrees_needs_no_repair(digital):
    assert repairs([digital]).empty


def test_a_rate_is_repaired_to_the_decimals_of_its_column():
    found = repairs([world("goods")], most=1000)
    rates = found[(found["column"] == "growth") & (found["kind"] != NONE)]
    assert all(Printed(text).decimals == 1 for text in rates["proposed"])


def test_neighbouring_failures_are_one_group():
    cells = tuple(Printed(one) for one in ("100", "190", "121", "133"))
    series = Series("x", (2000, 2001, 2002, 2003), cells, (None, *(Printed("10.0"),) * 3))
    assert groups(series) == [[1, 2]]
    first = repairs([series]).iloc[0]
    assert (first["column"], first["year"], first["left"]) == ("amount", 2001, 0)
