"""Columns without units: centred where there is a constant, flat columns found."""

import numpy as np
import pytest

from indexer.errors import EstimationError
from indexer.gravity.layout.free import Free
from indexer.gravity.scaling import scale_columns


def test_by_hand():
    x = np.array([1e12, 3e12, 5e12])
    s = scale_columns(Free(3), [x], ["x"], True)
    np.testing.assert_allclose(s.cells[0], np.array([-1, 0, 1]) * np.sqrt(1.5))
    np.testing.assert_allclose(s.cells[0] / s.scale[0] + s.shift[0], x)
    without = scale_columns(Free(3), [x], ["x"], False)
    assert without.shift[0] == 0
    assert np.mean(without.cells[0] ** 2) == pytest.approx(1)


def test_the_intercept_stands_as_it_is():
    s = scale_columns(Free(2), [np.ones(2), np.array([1.0, 2.0])], ["Intercept", "x"], True)
    np.testing.assert_array_equal(s.cells[0], 1)
    assert (s.shift[0], s.scale[0], s.flat[0]) == (0, 1, False)


def test_flat_columns_whatever_their_size():
    g = np.random.default_rng(0)
    columns = [np.full(50, 0.1), 1e6 + 1e-9 * g.normal(size=50), 1e6 + g.normal(size=50), np.zeros(50)]
    s = scale_columns(Free(50), columns, list("abcd"), True)
    assert s.flat.tolist() == [True, True, False, True]
    assert s.noise[2] == pytest.approx(1e-7, rel=0.5)
    assert s.take([2]).flat.tolist() == [False]
    assert s.take([0, 1, 2, 3]) is s


def test_how_far_columns_reach():
    columns = [np.array([-5.0, 1.0, 1.0, 3.0]), np.array([0.0, 0.0, 0.0, 9.0])]
    for constant in (True, False):
        s = scale_columns(Free(4), columns, ["a", "b"], constant)
        np.testing.assert_allclose(s.largest, np.abs(s.cells).max(axis=1), rtol=1e-12)
        np.testing.assert_allclose(s.take([1]).largest, s.largest[1:])


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_columns_whose_squares_are_no_numbers_are_refused(size):
    with pytest.raises(EstimationError, match=r"'x' reaches .* its square is out of the range of numbers"):
        scale_columns(Free(5), [size * np.arange(5.0)], ["x"], True)
