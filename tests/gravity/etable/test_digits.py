"""Decimals follow the error."""

import numpy as np
import pytest

from indexer.gravity.etable.digits import decimals, number, pattern, probability


@pytest.mark.parametrize(
    ("estimate", "error", "digits", "shown"),
    [
        (1.23456, 0.4, 3, ("1.235", "0.400")),
        (-0.0051597, 0.0029088, 3, ("-0.0052", "0.0029")),
        (1234.5678, 12.3, 1, ("1,234.6", "12.3")),
        (0.5, 0.0, 2, ("0.50", "0.00")),
        (0.1234, np.nan, 2, ("0.12", "—")),
        (3e-12, 1e-12, 3, ("3.00e-12", "1.00e-12")),
        (4e12, 1e11, 3, ("4.00e+12", "1.00e+11")),
        (7.0, 2.0, 0, ("7.0", "2.0")),
        (71.0, 20.0, 0, ("71", "20")),
    ],
)
def test_estimate_and_error_have_the_same_decimals(estimate, error, digits, shown):
    how = decimals(estimate, error, digits)
    assert (number(estimate, how), number(error, how)) == shown


def test_a_tiny_estimate_with_a_large_error_asks_for_no_decimals():
    assert decimals(1e-9, 0.5, 3) == ",.3f"


def test_no_number_is_a_dash_and_no_end_a_sign():
    assert [number(v, ".2f") for v in (np.nan, np.inf, -np.inf)] == ["—", "∞", "-∞"]


@pytest.mark.parametrize(
    ("p", "draws", "shown"),
    [(0.0004, None, "<0.001"), (0.0006, None, "0.001"), (0.0, 9999, "<0.001"), (0.0, 20, "<0.05")],
)
def test_small_probabilities_are_less_than_something(p, draws, shown):
    assert probability(p, 3, draws) == shown


def test_formats_of_a_spreadsheet():
    assert [pattern(how) for how in (",.0f", ",.2f", ".1e", ",d")] == ["#,##0", "#,##0.00", "0.0E+00", "#,##0"]
