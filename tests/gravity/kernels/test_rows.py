"""Loops over rows by hand, one group at a time."""

import numpy as np

from indexer.gravity.kernels import rows

PTR, CODES = np.array([0, 2, 4]), np.array([[0, 1, 0, 0]], dtype=np.int32)
W = np.array([1.0, 3.0, 1.0, 1.0])
RW = np.array([1 / 4, 1 / 2])


def test_product_of_one_range_only():
    q = np.zeros((1, 2))
    rows.product(0, 1, PTR, CODES, W, RW, np.array([[1.0, 0.0]]), np.array([0]), q)
    np.testing.assert_allclose(q, [[1 * (1 - 0.25), 3 * (0 - 0.25)]])
    rows.product(1, 2, PTR, CODES, W, RW, np.array([[1.0, 0.0]]), np.array([0]), q)
    np.testing.assert_allclose(q, [[0.75, -0.75]])  # the second group lies in one level


def test_level_sums_and_group_sums():
    q, s = np.zeros(2), np.zeros(2)
    rows.level_sums(0, 4, CODES, W, q)
    rows.group_sums(0, 2, PTR, W, s)
    assert q.tolist() == [3.0, 3.0]
    assert s.tolist() == [4.0, 2.0]
