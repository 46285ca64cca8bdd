from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.statistics.correlation import (
    complete_rows,
    constant,
    correlations,
    dependent,
    flat,
    repeated,
    standardised,
)

REFERENCE = Path(__file__).parents[1] / "reference"
Y = pd.read_csv(REFERENCE / "tai_oecd" / "input.csv", index_col=0).to_numpy()
A, B, C, D = np.random.default_rng(5).normal(size=(4, 30))


def test_rounding_noise_is_no_variation():
    np.testing.assert_array_equal(constant(np.array([[0.1 + 0.2, 1.0, 0.0], [0.3, 1.0 + 1e-9, 0.0]])), [1, 0, 1])


def test_correlations_are_numpys_in_whatever_units():
    expected = np.corrcoef(Y, rowvar=False)
    np.testing.assert_allclose(correlations(Y), expected, atol=1e-14)
    units = 10.0 ** np.array([-200, -100, -9, 0, 3, 9, 100, 200])
    np.testing.assert_allclose(correlations(Y * units), expected, atol=1e-14)


def test_z_scores_are_of_mean_0_and_deviation_1():
    z = standardised(Y)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(z.std(axis=0, ddof=1), 1, rtol=1e-14)


def test_a_range_too_wide_for_a_number_varies():
    with np.errstate(all="raise"):
        assert flat(np.array([-1.7e308, 0.0]), np.array([1.7e308, 0.0])).tolist() == [False, True]


def test_rows_with_a_gap_are_left_out():
    np.testing.assert_array_equal(complete_rows(np.array([[1.0, np.nan], [2.0, 3.0]])), [[2.0, 3.0]])


def test_columns_that_are_the_same_up_to_scale():
    r = correlations(np.column_stack([A, B, 5 - 3 * A, B * 1e9]))
    assert repeated(r) == [(0, 2), (1, 3)]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_sums_of_each_other_in_any_order(order):
    y = np.column_stack([A, B, A - B, C])[:, list(order)]
    assert dependent(correlations(y))[1] == sorted(order.index(j) for j in (0, 1, 2))


def test_columns_of_their_own_do_not_depend_on_each_other():
    least, involved = dependent(correlations(np.column_stack([A, B, C, D])))
    assert involved == []
    assert least > 0.1
