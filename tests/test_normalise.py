import numpy as np
import pytest

from indexer import normalise
from indexer.errors import MethodError


def test_bounds_ignore_missing_values():
    low, high = normalise.bounds(np.array([[1.0, np.nan], [3.0, 5.0], [np.nan, 4.0]]))
    np.testing.assert_array_equal(low, [1.0, 4.0])
    np.testing.assert_array_equal(high, [3.0, 5.0])


@pytest.mark.parametrize(("column", "said"), [([2.0, 2.0], "constant"), ([np.nan, np.nan], "no value")])
def test_bounds_name_the_indicator(column, said):
    with pytest.raises(MethodError, match=f"'broadband'.*{said}"):
        normalise.bounds(np.array([column]).T, ("broadband",))


def test_min_max_keeps_values_outside_and_missing():
    got = normalise.min_max(np.array([0.0, 5.0, 20.0, np.nan]), 0.0, 10.0)
    np.testing.assert_array_equal(got, [0.0, 0.5, 2.0, np.nan])


def test_min_max_refuses_empty_width():
    with pytest.raises(MethodError, match="upper bound"):
        normalise.min_max(np.array([1.0]), 2.0, 2.0)


def test_reverse_turns_only_what_is_lower_better():
    got = normalise.reverse(np.array([[0.2, 0.2]]), np.array([True, False]))
    np.testing.assert_allclose(got, [[0.8, 0.2]])


def test_range():
    np.testing.assert_array_equal(normalise.to_range(np.array([0.0, 0.5, 1.0]), 1.0, 100.0), [1.0, 50.5, 100.0])
