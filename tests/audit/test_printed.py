from fractions import Fraction

import pytest

from indexer.audit.printed import Printed, parse, rounded
from indexer.errors import UsageError


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("62372", 62372, 0), ("62,372", 62372, 0), ("1 234 567.50", Fraction("1234567.5"), 2),
        ("-2.7", Fraction(-27, 10), 1),
        ("−2.7", Fraction(-27, 10), 1), ("+5.0", 5, 1), ("5.0%", 5, 1), (" 9.0 ", 9, 1), ("0.00", 0, 2),
    ],
)  # fmt: skip
def test_a_number_keeps_its_decimals(text, value, decimals):
    cell = parse(text)
    assert (cell.value, cell.decimals) == (value, decimals)


@pytest.mark.parametrize("text", ["", " ", "..", "…", "n/a", "–", None])
def test_nothing_printed_is_none(text):
    assert parse(text) is None


@pytest.mark.parametrize("text", ["1,23", "12,3456", "1.2.3", "abc", "1e5", "٣", "--2", "inf", "1" + "0" * 5000])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(UsageError, match="is no number"):
        parse(text)


def test_the_unrounded_number_lies_within_half_a_unit():
    cell = Printed("-2.7")
    assert (cell.low, cell.high) == (Fraction("-2.75"), Fraction("-2.65"))


def test_rounded_keeps_zeros_and_signs():
    assert [rounded(Fraction(x), 1) for x in ("-7.18", "0.04", "2", "-0.05", "19.96")] == [
        "-7.2",
        "0.0",
        "2.0",
        "0.0",
        "20.0",
    ]
