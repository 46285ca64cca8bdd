"""Loops over a tensor of cells against dense matrices: products and cross products, one range of slabs or two."""

import numpy as np
import pytest

from indexer.gravity.kernels import dense

A, B, C = 4, 3, 5
FIRST, SECOND, START = np.arange(A), np.zeros(A, dtype=np.int64), A * B
PLACE = (FIRST, SECOND, START)
LEVELS = A * B + B * C


@pytest.fixture
def cells():
    """Weights, their reciprocal sums by (a, c), two columns, coefficients of effects and the dummies of these."""
    g = np.random.default_rng(0)
    w, x, u = g.uniform(0.2, 2, (A, B, C)), g.normal(size=(2, A, B, C)), g.normal(size=(2, LEVELS))
    a, b, c = (v.ravel() for v in np.meshgrid(range(A), range(B), range(C), indexing="ij"))
    d = np.zeros((A * B * C, LEVELS))
    d[np.arange(len(a)), a * B + b] = d[np.arange(len(a)), START + b * C + c] = 1.0
    return w, 1 / w.sum(axis=1), x, u, d


def centred(w, v):
    """Cells [k, a, b, c] minus their weighted mean by (a, c)."""
    return v - ((w * v).sum(axis=2) / w.sum(axis=1))[:, :, None]


def left(w, x, u, d):
    """What is left of columns beside effects, shape (k, a, b, c)."""
    return centred(w, x - (u @ d.T).reshape(x.shape))


def by_range(kernel, *shapes):
    """Add up what a kernel adds to arrays for two ranges of slabs."""
    out = [np.zeros(s) for s in shapes]
    for lo, hi in ((0, 1), (1, A)):
        kernel(lo, hi, out)
    return out


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_product(cells, kind):
    w, rw, _, u, d = cells
    q = np.zeros((2, LEVELS), kind)
    for lo, hi in ((0, 1), (1, A)):
        dense.product(lo, hi, w.astype(kind), rw.astype(kind), *PLACE, u.astype(kind), np.array([1]), q)
    expected = d.T @ (w * centred(w, (d @ u[1]).reshape(1, A, B, C))[0]).ravel()
    np.testing.assert_allclose(q[1], expected, atol=1e-12 if kind is np.float64 else 1e-5)
    assert not q[0].any()


def test_cross_products(cells):
    w, rw, x, u, d = cells
    y, uz = np.random.default_rng(1).uniform(size=(A, B, C)), np.random.default_rng(2).normal(size=(2, LEVELS))

    def run(lo, hi, out):
        dense.cross(lo, hi, w, rw, y, x[:1], u[:1], x, uz, *PLACE, *out)

    r, g, h, e = by_range(run, (1, LEVELS), (1, 1), (1, 2), (1,))
    v, z = left(w, x[:1], u[:1], d), left(w, x, uz, d)
    np.testing.assert_allclose(r[0], d.T @ (w * v[0]).ravel(), atol=1e-12)
    np.testing.assert_allclose(g, [[(w * v * v).sum()]])
    np.testing.assert_allclose(h[0], [(w * v[0] * one).sum() for one in z])
    np.testing.assert_allclose(e, [(v[0] * (y - w)).sum()])


def test_gram_and_residual(cells):
    w, rw, x, u, d = cells
    y, none = np.random.default_rng(1).uniform(size=(A, B, C)), np.zeros((0, 0, 0))
    v = left(w, x, u, d)
    (q,) = by_range(lambda lo, hi, out: dense.residual(lo, hi, w, rw, x, *PLACE, u, none, out[0]), (2, LEVELS))
    np.testing.assert_allclose(q, (w * v).reshape(2, -1) @ d, atol=1e-12)
    g, e = by_range(lambda lo, hi, out: dense.gram(lo, hi, w, rw, y, x, *PLACE, u, none, *out), (2, 2), (2,))
    np.testing.assert_allclose(g, (w * v).reshape(2, -1) @ v.reshape(2, -1).T)
    np.testing.assert_allclose(e, (v * (y - w)).sum(axis=(1, 2, 3)), atol=1e-12)


def test_scores(cells):
    w, _, x, u, d = cells
    y = w[:, ::-1].copy()  # the sums by (a, c) are those of w
    out = np.full((2, A, C), np.nan)
    dense.scores(0, A, w, y, x, *PLACE, u, out)
    np.testing.assert_allclose(out, (left(w, x, u, d) * (y - w)).sum(axis=2), atol=1e-12)


def test_steps_end_at_the_solution(cells):
    w, rw, x, _, d = cells
    h = np.diag(w.ravel()) - sum(
        np.outer(part, part) / part.sum()
        for a in range(A)
        for c in range(C)
        for part in [np.where((np.indices((A, B, C))[[0, 2]] == [[[[a]]], [[[c]]]]).all(axis=0), w, 0.0).ravel()]
    )
    form = d.T @ h @ d
    r = x.reshape(2, -1) @ h @ d
    target = r.copy()
    scale = np.diag(form).copy()
    inverse, u = 1 / scale, np.zeros((2, LEVELS))
    p, rz = r * inverse, np.einsum("kl,l,kl->k", r, inverse, r)
    state = np.zeros(2), np.zeros(2), np.ones(2, dtype=np.int64)
    error = np.empty(2)
    lines = np.array([1e-20, np.inf])  # the second side need not be solved
    taken, ended = dense.descend(
        w, rw, *PLACE, p, u, r, inverse, scale, rz, *state, lines, 40.0, 50, np.empty((1, 2, LEVELS)), error
    )
    assert ended
    assert 0 < taken < 50
    np.testing.assert_allclose(u[0] @ form, target[0], atol=1e-8)
    assert not u[1].any()
    assert error[0] <= 1e-20
    assert state[0][0] == pytest.approx(u[0] @ target[0])  # by how much the sum of squares has fallen


def test_products_of_cells():
    g = np.random.default_rng(3)
    v, x, out = g.normal(size=(2, 3000)), g.normal(size=(3, 3000)), np.zeros((2, 3))
    for lo, hi in ((0, 1700), (1700, 3000)):
        dense.products(lo, hi, v, x, np.zeros(0), out)
    np.testing.assert_allclose(out, v @ x.T)


def test_moments_of_the_rows_that_count():
    column, cell, out = np.array([1.0, 5.0, 2.0, 100.0]), np.array([0, 2, 1, -1]), np.empty(5)
    dense.moments(0, 4, cell, column, out)
    np.testing.assert_allclose(out, [3, 8 / 3, 26 / 3, 1, 5])
    dense.moments(3, 4, cell, column, out)
    assert out[0] == out[2] == 0
