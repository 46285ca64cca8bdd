import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import aggregate
from indexer.aggregate.power import METHOD
from indexer.errors import MethodError

HALVES = np.array([0.5, 0.5])


@pytest.mark.parametrize(
    ("p", "mean"),
    [(1, aggregate.arithmetic), (0, aggregate.geometric), (-1, aggregate.harmonic), (0.0, aggregate.geometric)],
)
def test_named_cases(p, mean):
    y, w = np.array([[2.0, 8.0, np.nan], [3.0, 5.0, 7.0]]), np.array([0.5, 0.25, 0.25])
    assert np.array_equal(aggregate.power(y, w, p, 0.7), mean(y, w, 0.7))


def test_cubes_by_fractions():
    exact = Fraction(1, 2) * 2**3 + Fraction(1, 4) * 3**3 + Fraction(1, 4) * 5**3
    got = aggregate.power(np.array([[2.0, 3.0, 5.0]]), np.array([0.5, 0.25, 0.25]), 3.0)[0]
    assert got == pytest.approx(float(exact) ** (1 / 3), rel=1e-15)


@pytest.mark.parametrize("p", [1e-3, -1e-3, 1e-8, -1e-12])
def test_near_zero_by_series(p):
    # ln M_p = μ + p σ²/2 + O(p³) for the weighted mean and variance of logarithms (two equal weights: no cubic term)
    logs = np.log([2.0, 8.0])
    series = logs.mean() + p * logs.var() / 2
    got = aggregate.power(np.array([[2.0, 8.0]]), HALVES, p)[0]
    assert math.log(got) == pytest.approx(series, abs=1e-13 + abs(p) ** 3)


@pytest.mark.parametrize(("p", "extreme"), [(5000.0, 1e200), (-5000.0, 1e-200)])
def test_large_p_is_the_extreme_member_without_overflow(p, extreme):
    assert aggregate.power(np.array([[1e-200, 1e200]]), HALVES, p)[0] == pytest.approx(extreme, rel=1e-3)


def test_a_tiny_weight_keeps_its_digits():
    got = aggregate.power(np.array([[1.0, 1e8]]), np.array([1 - 1e-12, 1e-12]), 2.0)[0]
    assert got == pytest.approx(math.sqrt(1 - 1e-12 + 1e4), rel=1e-14)


def test_zero_stands_where_p_is_above_zero():
    y = np.array([[0.0, 9.0], [0.0, 0.0]])
    np.testing.assert_allclose(aggregate.power(y, HALVES, 0.5), [2.25, 0.0], rtol=1e-15)


@pytest.mark.parametrize(("value", "p"), [(0.0, -2.0), (-1.0, -2.0), (-1.0, 2.0), (-1.0, 0.5)])
def test_refused_by_cell(value, p):
    with pytest.raises(MethodError, match="case 0, member 1") as caught:
        aggregate.power(np.array([[1.0, value]]), HALVES, p)
    assert caught.value.rows == ((0, 1),)


def test_infinite_p_is_refused():
    with pytest.raises(MethodError, match="finite p"):
        aggregate.power(np.ones((1, 2)), HALVES, math.inf)


def test_p_must_be_given():
    assert METHOD.options["p"].required


@given(
    st.lists(st.floats(0.1, 100), min_size=4, max_size=4),
    st.lists(st.floats(-8, 8), min_size=2, max_size=2).map(sorted),
)
def test_rises_with_p(values, powers):
    low, high = (aggregate.power(np.array([values]), np.array([0.1, 0.2, 0.3, 0.4]), p)[0] for p in powers)
    assert low <= high * (1 + 1e-12)
