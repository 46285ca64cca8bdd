"""Rows in the order of the effect with most levels, by hand."""

import numpy as np

from indexer.gravity.layout.sorting import Sorted

FEW, MANY = np.array([1, 0, 1, 0, 1]), np.array([5, 2, 5, 0, 2])


def test_the_effect_with_most_levels_is_the_group():
    s = Sorted([FEW, MANY])
    assert (s.group, s.n_groups, s.n_levels) == (1, 3, 2)
    assert s.order.tolist() == [3, 1, 4, 0, 2]
    assert s.ptr.tolist() == [0, 1, 3, 5]
    assert s.rest.tolist() == [[0, 0, 1, 1, 1]]
    assert s.gather(np.array([30, 10, 40, 0, 20])).tolist() == [0, 10, 20, 30, 40]


def test_part_of_the_rows_and_levels_without_gaps():
    s = Sorted([FEW, MANY], np.array([0, 2, 4]))
    assert s.order.tolist() == [4, 0, 2]
    assert s.ptr.tolist() == [0, 1, 3]
    assert s.rest.tolist() == [[0, 0, 0]]
    group, rest = s.codes()
    assert group.tolist() == [1, 1, 0]
    assert [r.tolist() for r in rest] == [[0, 0, 0]]


def test_sorted_rows_need_no_way_back():
    s = Sorted([np.array([0, 0, 1])])
    assert s.gather(np.array([7.0, 8, 9])).tolist() == [7, 8, 9]
    assert s.spread(np.array([1, 2])).tolist() == [1, 1, 2]
