"""The tensor layout: missing groups need no mask, missing cells do; ranges of work do not change the result."""

import gc
import weakref

import numpy as np
import pytest

from indexer.gravity.layout import dense
from indexer.gravity.layout.base import Weighted
from indexer.gravity.layout.dense import Axes, Dense, DenseWeighted
from indexer.gravity.solve import conjugate_gradients


def tensor(cell, shape=(2, 3, 2), groups=None):
    first, second = np.arange(shape[0]), np.zeros(shape[0], dtype=int)
    taken = np.zeros(np.prod(shape), dtype=bool)
    taken[np.asarray(cell)] = True
    return Dense(Axes(shape, np.asarray(cell), first, second, groups, (0, 1, 2), taken))


def test_a_missing_group_needs_no_base_a_missing_cell_does():
    assert not tensor(range(12)).needs_base
    # cells 0, 2, 4 are the group (a, c) = (0, 0)
    assert not tensor([k for k in range(12) if k not in (0, 2, 4)]).needs_base
    assert tensor([k for k in range(12) if k != 2]).needs_base


def test_levels_by_hand():
    layout = tensor(range(12))
    v = np.arange(12.0)
    pairs, exporter_years, importer_years = layout.by_level(v)
    np.testing.assert_array_equal(pairs, [[0 + 2 + 4, 1 + 3 + 5], [6 + 8 + 10, 7 + 9 + 11]])
    np.testing.assert_array_equal(exporter_years, [1, 5, 9, 13, 17, 21])
    np.testing.assert_array_equal(importer_years, [6, 8, 10, 12, 14, 16])


def test_a_coarser_group_counts_once(grid):
    g = grid(n=5, m=5, undirected=True)
    layout = g.layout("dense")
    assert layout.groups is not None
    assert layout.group_effect is None
    assert layout.levels_used()[2] == g.frame["pair"].nunique()


@pytest.mark.parametrize("undirected", [False, True])
def test_the_number_of_ranges_does_not_matter(grid, monkeypatch, undirected):
    g = grid(n=9, m=8, undirected=undirected)
    one = g.layout("dense")
    monkeypatch.setattr(dense, "ONE_THREAD", 10)
    monkeypatch.setattr(dense, "CELLS_PER_RANGE", 60)
    four = g.layout("dense")
    assert (len(one.ranges), len(four.ranges)) == (2, 5)
    w, x = one.scatter(g.rng.uniform(1, 2, g.n)), one.scatter(g.rng.normal(size=g.n))[None]
    u = g.rng.normal(size=(1, one.n_levels))
    for call in (
        lambda n: n.product(u, np.array([0])).sum(axis=0), lambda n: n.residual(x, u), lambda n: n.sweep(x, u),
        lambda n: n.gram(w, x, u)[0], lambda n: n.diagonal(), lambda n: n.group_scores(w, x, u),
        lambda n: n.cross(w, x, u, x, u)[2], lambda n: n.layout.products(x, x),
    ):  # fmt: skip
        np.testing.assert_allclose(call(four.weighted(w)), call(one.weighted(w)), rtol=1e-12, atol=1e-12)


def test_conjugate_gradients_at_once_take_the_same_steps(grid, monkeypatch):
    g = grid(n=9, m=8)
    layout = g.layout("dense")
    normal = layout.weighted(layout.scatter(g.rng.uniform(0.2, 3, g.n)))
    r = normal.residual(
        np.stack([layout.scatter(v) for v in g.rng.normal(size=(2, g.n))]), np.zeros((2, layout.n_levels))
    )
    at_once = conjugate_gradients(normal, r.copy(), np.array([1e-16, 1e-6]))
    monkeypatch.setattr(DenseWeighted, "descend", Weighted.descend)
    by_step = conjugate_gradients(normal, r.copy(), np.array([1e-16, 1e-6]))
    assert at_once.steps == by_step.steps
    np.testing.assert_allclose(at_once.u, by_step.u, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(at_once.error, by_step.error, rtol=1e-6)


@pytest.mark.parametrize("undirected", [False, True])
def test_weights_are_given_back_at_once(grid, undirected):
    g = grid(n=5, m=5, undirected=undirected)
    layout = g.layout("dense")
    normal = layout.weighted(layout.scatter(g.rng.uniform(1, 2, g.n)))
    normal.single.product(g.rng.normal(size=(1, layout.n_levels)), np.array([0]))
    seen = weakref.ref(normal)
    gc.disable()
    try:
        del normal
        assert seen() is None
    finally:
        gc.enable()
