import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import impute

NAN = np.nan


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([1, NAN, 3], [1, 2, 3]),
        ([NAN, 1, 3], [NAN, 1, 3]),
        ([1, 3, NAN], [1, 3, NAN]),
        ([NAN, 2, NAN], [NAN, 2, NAN]),
        ([NAN, NAN, NAN], [NAN, NAN, NAN]),
    ],
)
def test_interpolation_stays_inside(x, expected):
    np.testing.assert_array_equal(impute.interpolate(np.array([2020, 2021, 2022]), np.array(x, dtype=float)), expected)


def test_interpolation_counts_years_not_rows():
    got = impute.interpolate(np.array([2010, 2011, 2014]), np.array([[0.0, 8.0], [NAN, NAN], [4.0, 0.0]]))
    np.testing.assert_array_equal(got[1], [1.0, 6.0])


def test_input_is_left_alone():
    x = np.array([1.0, NAN, 3.0])
    impute.interpolate(np.arange(3), x)
    assert np.isnan(x[1])


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=3, max_size=12))
def test_present_values_never_change(values):
    x = np.array([NAN if v is None else v for v in values])
    filled = impute.interpolate(np.arange(2000, 2000 + len(x)), x)
    np.testing.assert_array_equal(filled[np.isfinite(x)], x[np.isfinite(x)])
