"""Without fixed effects nothing is eliminated."""

import numpy as np
import pytest

from indexer.gravity.layout.free import Free


def test_everything_passes_through():
    layout = Free(3)
    x = np.array([[1.0, 2.0, 4.0]])
    normal = layout.weighted(np.array([1.0, 2.0, 1.0]))
    none = np.zeros((1, 0))
    np.testing.assert_array_equal(normal.sweep(x, none), x)
    gram, slope = normal.gram(np.array([2.0, 2.0, 2.0]), x, none)
    assert (gram[0, 0], slope[0]) == (1 + 8 + 16, 1 + 0 + 4)
    assert normal.product(none, np.array([0])).shape == (1, 1, 0)
    assert layout.by_level(x[0]) == []
    with pytest.raises(IndexError):
        layout.at_level(0, x[0])


def test_part_of_the_rows():
    part = Free(4).restrict(np.array([True, False, True, True]))
    assert part.rows().tolist() == [0, 2, 3]
    assert part.scatter(np.array([1.0, 2, 3, 4]), 1.0, 2.0).tolist() == [0, 4, 6]


def test_poisson_means():
    mu = np.empty(2)
    level, _, _ = Free(2).poisson(
        np.array([1.0, 3.0]), np.array([[0.0, 1.0]]), None, np.zeros(0), np.zeros(0), np.array([0.5]), np.zeros(0), mu
    )
    np.testing.assert_allclose(mu, [1, np.exp(0.5)])
    assert level == pytest.approx(3 * 0.5 - mu.sum())
