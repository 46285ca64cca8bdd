"""Projections on effects: against dense dummies, for effects that hardly overlap, equations without a solution."""

import numpy as np
import pytest

from indexer.gravity.layout.plain import Plain
from indexer.gravity.layout.rows import Rows
from indexer.gravity.solve import conjugate_gradients, project


def left(layout, x, w):
    normal = layout.weighted(layout.scatter(w))
    cells = np.stack([layout.scatter(c) for c in x])
    return np.stack([layout.gather(v) for v in normal.sweep(cells, project(layout, normal, cells))])


def dense(x, codes, w):
    d = np.hstack([np.eye(c.max() + 1)[c] for c in codes])
    root = np.sqrt(w)
    return x - (d @ np.linalg.lstsq(root[:, None] * d, (root * x).T, rcond=None)[0]).T


@pytest.mark.parametrize("kind", [Plain, Rows])
@pytest.mark.parametrize("k", [1, 2, 3, 4])
@pytest.mark.parametrize("weighted", [False, True])
def test_against_dense_dummies(kind, k, weighted):
    g = np.random.default_rng(k)
    codes = [np.unique(g.integers(0, 25, 300), return_inverse=True)[1] for _ in range(k)]
    w = np.exp(3 * g.normal(size=300)) if weighted else np.ones(300)
    x = g.normal(size=(4, 300)) * np.array([1e-9, 1, 1e9, 1])[:, None]
    x[3] = g.normal(size=codes[0].max() + 1)[codes[0]]  # absorbed
    size = np.linalg.norm(x, axis=1)[:, None]
    np.testing.assert_allclose(left(kind(codes), x, w) / size, dense(x, codes, w) / size, atol=1e-12)


@pytest.mark.parametrize("kind", [Plain, Rows])
def test_effects_that_hardly_overlap(kind):
    # a chain: level k of one effect meets only levels k and k+1 of the other
    n = 400
    codes = [np.repeat(np.arange(n), 2), np.concatenate([[0], np.repeat(np.arange(1, n), 2), [n]])]
    x = np.random.default_rng(1).normal(size=(1, 2 * n))
    w = np.random.default_rng(2).uniform(0.5, 2, 2 * n)
    np.testing.assert_allclose(left(kind(codes), x, w), dense(x, codes, w), atol=1e-9)


def test_an_equation_without_a_solution_is_given_up(grid):
    g = grid()
    layout = g.layout("plain")
    normal = layout.weighted(layout.indicator())
    r = np.ones((1, layout.n_levels))  # not orthogonal to the redundancy of the effects
    solved = conjugate_gradients(normal, r, np.array([1e-20]), None, stalled=True)
    assert solved.error[0] > 1e-20
    assert solved.steps < 20_000


def test_the_fall_of_the_squares_is_what_the_effects_explain(grid):
    g = grid()
    layout = g.layout("dense")
    normal = layout.weighted(layout.indicator())
    x = layout.scatter(g.rng.normal(size=g.n))[None]
    none = np.zeros((1, layout.n_levels))
    before = normal.gram(layout.indicator(), x, none)[0][0, 0]
    r = normal.residual(x, none)
    solved = conjugate_gradients(normal, r, np.array([1e-24]), none)
    after = normal.gram(layout.indicator(), x, solved.u)[0][0, 0]
    assert before - solved.gain[0] == pytest.approx(after)
