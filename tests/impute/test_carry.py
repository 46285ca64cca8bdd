import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import impute

NAN = np.nan


@pytest.mark.parametrize(
    ("limit", "expected"), [(0, [1, NAN, NAN, NAN]), (1, [1, 1, NAN, NAN]), (2, [1, 1, 1, NAN]), (9, [1, 1, 1, 1])]
)
def test_carry_stops_at_its_limit(limit, expected):
    got = impute.carry(np.arange(2020, 2024), np.array([1, NAN, NAN, NAN], dtype=float), limit)
    np.testing.assert_array_equal(got, expected)


def test_carry_never_goes_backward():
    got = impute.carry(np.arange(2020, 2023), np.array([NAN, NAN, 5.0]), 9)
    np.testing.assert_array_equal(got, [NAN, NAN, 5.0])


def test_carry_counts_from_the_last_observation():
    # 2021 repeats 2020 at its source: two years after the observation of 2020 is 2022, and 2023 stays empty.
    x = np.array([7.0, 7.0, NAN, NAN])
    got = impute.carry(np.arange(2020, 2024), x, 2, observed=np.array([True, False, False, False]))
    np.testing.assert_array_equal(got, [7.0, 7.0, 7.0, NAN])


def test_input_is_left_alone():
    x = np.array([1.0, NAN, 3.0])
    impute.carry(np.arange(3), x, 2)
    assert np.isnan(x[1])


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=3, max_size=12), st.integers(0, 5))
def test_present_values_never_change(values, limit):
    x = np.array([NAN if v is None else v for v in values])
    filled = impute.carry(np.arange(2000, 2000 + len(x)), x, limit)
    np.testing.assert_array_equal(filled[np.isfinite(x)], x[np.isfinite(x)])


def test_each_series_may_have_its_own_limit():
    x = np.array([[1.0, 2.0], [NAN, NAN], [NAN, NAN]])
    got = impute.carry(np.arange(2020, 2023), x, np.array([0, 2]))
    np.testing.assert_array_equal(got, [[1, 2], [NAN, 2], [NAN, 2]])
