"""Connected parts of a graph of levels, by hand."""

import numpy as np

from indexer.gravity.kernels.graph import follow, join, number, place


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


def test_a_country_is_followed_over_years_by_its_pairs():
    # three countries trade with each other; levels 0 to 2 are of the first year, 3 to 5 of the second
    country = {0: 2, 1: 0, 2: 1, 3: 1, 4: 2, 5: 0}  # by level
    level = np.repeat(np.arange(6), 2)
    out = np.full(6, -1, dtype=np.int32)
    pair = np.array([{0: (0, 1), 1: (0, 2), 2: (1, 2)}[country[k]] for k in range(6)]).ravel()
    n = follow(np.arange(6), np.argsort(level, kind="stable"), np.arange(0, 13, 2), pair, np.full((3, 2), -1), out)
    assert n == 3
    assert out.tolist() == [0, 1, 2, 2, 0, 1]
