"""The compiled general layout gives the numbers of the plain one, whatever the number of ranges."""

import numpy as np
import pytest

from indexer.gravity.layout import rows
from indexer.gravity.layout.plain import Plain
from indexer.gravity.layout.rows import Rows


@pytest.mark.parametrize("ranges", [1, 4])
def test_same_as_plain(grid, monkeypatch, ranges):
    if ranges > 1:
        monkeypatch.setattr(rows, "ONE_THREAD", 10)
        monkeypatch.setattr(rows, "ROWS_PER_RANGE", 20)
    g = grid(effects=("ey", "iy", "pair", "y"))
    some = np.flatnonzero(g.rng.uniform(size=g.n) < 0.8)
    a, b = Rows(g.codes, some), Plain(g.codes, some)
    assert len(a.ranges) == ranges + 1
    w, x = g.rng.uniform(1, 2, g.n), g.rng.normal(size=(2, g.n))
    u = g.rng.normal(size=(2, a.n_levels))
    cells = np.stack([a.scatter(c) for c in x])
    np.testing.assert_array_equal(cells, np.stack([b.scatter(c) for c in x]))
    for call in (
        lambda n: n.product(u, np.array([0, 1])).sum(axis=0), lambda n: n.residual(cells, u),
        lambda n: n.sweep(cells, u), lambda n: n.gram(a.scatter(w), cells, u)[1], lambda n: n.diagonal(),
        lambda n: n.group_scores(a.scatter(w), cells, u),
    ):  # fmt: skip
        np.testing.assert_allclose(call(a.weighted(a.scatter(w))), call(b.weighted(b.scatter(w))), atol=1e-12)


@pytest.mark.parametrize("kind", [Rows, Plain])
def test_the_diagonal_is_exact_where_a_group_meets_a_level_twice(kind):
    # groups {0, 1, 2} and {3, 4} by the first effect, which has most levels; level 0 is in the first only
    layout = kind([np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 0])])
    assert layout.group == 0
    np.testing.assert_allclose(layout.weighted(np.ones(6)).diagonal(), [2 - 4 / 3 + 0, 1 - 1 / 3 + 0])
