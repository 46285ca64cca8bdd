import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import aggregate
from indexer.errors import MethodError

W = np.array([0.5, 0.25, 0.25])


def test_arithmetic_by_hand():
    assert aggregate.arithmetic(np.array([[10.0, 20.0, 40.0]]), W)[0] == 20.0


def test_geometric_by_hand():
    assert aggregate.geometric(np.array([[4.0, 1.0, 16.0]]), W)[0] == pytest.approx(4.0, rel=1e-15)


@pytest.mark.parametrize("mean", [aggregate.arithmetic, aggregate.geometric])
def test_min_share_decides_whether_there_is_a_score(mean):
    y = np.array([[8.0, 8.0, np.nan], [8.0, np.nan, np.nan], [np.nan, np.nan, np.nan]])
    np.testing.assert_allclose(mean(y, W, 0.75), [8.0, np.nan, np.nan])
    np.testing.assert_allclose(mean(y, W, 0.5), [8.0, 8.0, np.nan])


def test_missing_members_are_not_zero():
    assert aggregate.arithmetic(np.array([[10.0, 20.0, np.nan]]), W, 0.7)[0] == pytest.approx(40 / 3)


def test_two_thirds_means_two_of_three():
    thirds = np.full(3, 1 / 3)
    assert np.isfinite(aggregate.arithmetic(np.array([[1.0, 1.0, np.nan]]), thirds, 2 / 3))[0]


@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_geometric_refuses_zero_and_less_and_names_the_cell(bad):
    with pytest.raises(MethodError, match="case 1, member 2") as caught:
        aggregate.geometric(np.array([[1.0, 1.0, 1.0], [1.0, 1.0, bad]]), W)
    assert caught.value.rows == ((1, 2),)


def test_log_mean():
    assert aggregate.log_mean(2.0, 2.0) == 2.0
    assert aggregate.log_mean(math.e, 1.0) == pytest.approx(math.e - 1)
    # Neighbours: the mean lies between them, and keeps its digits.
    assert aggregate.log_mean(50.0, 50.00000000000001) == pytest.approx(50.0, rel=1e-13)
    assert aggregate.log_mean(50.0, 50.0000001) == pytest.approx(50.00000005, rel=1e-13)


@given(st.lists(st.floats(0.1, 100), min_size=3, max_size=3), st.permutations(range(3)))
def test_order_of_members_does_not_matter_and_means_are_ordered(values, order):
    y = np.array([values])
    order = list(order)
    for mean in (aggregate.arithmetic, aggregate.geometric):
        np.testing.assert_allclose(mean(y[:, order], W[order]), mean(y, W), rtol=1e-12)
    assert aggregate.geometric(y, W)[0] <= aggregate.arithmetic(y, W)[0] + 1e-9
