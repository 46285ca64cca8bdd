"""What no correlation matrix survives is found by name."""

import numpy as np
import pytest

from indexer.analyse.complete import complete_cases, correlated_cases, obstacles
from indexer.errors import MethodError

A, B, C, D = np.random.default_rng(5).normal(size=(4, 30))
NAMES = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("y", "check", "said"),
    [
        (np.column_stack([A]), "indicators", "at least two"),
        (np.column_stack([A, B, C, D])[:4], "cases", "4 complete cases for 4 indicators"),
        (np.column_stack([A, np.ones(30), C, D]), "constant", "constant: 'b'"),
        (np.column_stack([A, B, 7 - 3 * A, D]), "duplicate", "the same up to scale: 'a', 'c'"),
        (np.column_stack([A, B, A + B, D]), "singular", "singular: 'a', 'b', 'c' depend"),
    ],
)
def test_obstacles_by_name(y, check, said):
    [found] = obstacles(y, NAMES)
    assert found.check == check
    assert said in found.message
    assert found.remedy
    with pytest.raises(MethodError, match=said):
        correlated_cases(y, NAMES)


def test_too_few_cases_and_constants_are_both_said():
    assert [one.check for one in obstacles(np.ones((2, 2)))] == ["cases", "constant"]


def test_no_obstacle():
    y = np.column_stack([A, B, C, D])
    assert obstacles(y) == []
    np.testing.assert_array_equal(correlated_cases(np.vstack([y, [np.nan, 0, 0, 0]])), y)


def test_infinite_values_are_no_missing_ones():
    with pytest.raises(MethodError, match="infinite values: 'b'"):
        complete_cases(np.array([[1.0, np.inf]]), NAMES)


def test_one_dimension_is_no_table():
    with pytest.raises(MethodError, match="1 dimensions"):
        complete_cases(A)
