"""Factorised blocks: exact for one remaining effect, singular ones included, and only where they can be made."""

import numpy as np
import pytest

from indexer.gravity import precondition as module
from indexer.gravity.layout.plain import Plain
from indexer.gravity.precondition import precondition
from indexer.gravity.solve import conjugate_gradients


def normal_of(codes, seed=0):
    w = np.random.default_rng(seed).uniform(0.5, 2, codes[0].size)
    return Plain(codes).weighted(w)


def dense(normal, n):
    return np.concatenate([normal.product(np.eye(n)[[k]], np.array([0])).sum(axis=0) for k in range(n)])


def chain(n):
    return [np.repeat(np.arange(n), 2), np.concatenate([[0], np.repeat(np.arange(1, n), 2), [n]])]


@pytest.mark.parametrize("small", [10_000, 0])
def test_a_block_is_inverted(monkeypatch, small):
    # small=0: by bands
    monkeypatch.setattr(module, "SMALL_BLOCK", small)
    normal = normal_of(chain(60))
    apply = precondition(normal)
    n = normal.layout.n_levels
    matrix = dense(normal, n)
    b = matrix @ np.random.default_rng(1).normal(size=n)
    u = apply(b[None], normal.inverse)[0]
    np.testing.assert_allclose(matrix @ u, b, atol=1e-9 * np.abs(b).max())


def test_parts_that_do_not_meet_are_held_one_by_one():
    one = chain(20)
    codes = [np.concatenate([c, c + c.max() + 1]) for c in one]
    normal = normal_of(codes)
    matrix = dense(normal, normal.layout.n_levels)
    assert np.linalg.matrix_rank(matrix) == normal.layout.n_levels - 2
    b = matrix @ np.random.default_rng(1).normal(size=len(matrix))
    np.testing.assert_allclose(matrix @ precondition(normal)(b[None], normal.inverse)[0], b, atol=1e-9)


def test_takes_fewer_steps_where_effects_hardly_overlap():
    normal = normal_of(chain(500))
    b = dense(normal, normal.layout.n_levels) @ np.random.default_rng(1).normal(size=normal.layout.n_levels)
    solved = conjugate_gradients(normal, b[None].copy(), np.array([1e-16]))
    assert solved.steps < 60  # the diagonal alone: about as many as there are levels
    assert normal.layout.preconditioner is not None


def test_none_where_levels_are_too_many_and_too_well_mixed(monkeypatch):
    monkeypatch.setattr(module, "SMALL_BLOCK", 10)
    monkeypatch.setattr(module, "LARGEST_BLOCK", 20)
    monkeypatch.setattr(module, "MOST_WORK", 1e3)
    g = np.random.default_rng(0)
    assert precondition(normal_of([g.integers(0, 50, 900), g.integers(0, 60, 900)])) is None
