"""Connected parts of a graph of levels, by hand."""

import numpy as np

from indexer.gravity.kernels.graph import join, number, place


def test_by_hand():
    # edges 0-a, 0-b, 1-b hang together, 2-c apart
    parent = np.arange(6)
    join(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]), 3, parent)
    label = np.empty(6, dtype=np.int64)
    assert number(parent, label) == 2
    assert label.tolist() == [0, 0, 1, 0, 0, 1]


def test_rows_in_the_order_of_their_codes():
    out = np.empty(5, dtype=np.int64)
    place(np.array([2, 0, 2, 1, 0]), np.array([0, 2, 3]), out)
    assert out.tolist() == [1, 4, 3, 0, 2]
