"""Least squares: by hand, and against dense dummies."""

import numpy as np
import pytest

from indexer.gravity.layout.free import Free
from indexer.gravity.least_squares import least_squares, solve, sweep


def test_a_line_by_hand():
    coef, gram = solve(np.array([[1.0, 1, 1], [0, 1, 2]]), np.array([1.0, 3.0, 5.0]), np.ones(3))
    np.testing.assert_allclose(coef, [1, 2])
    np.testing.assert_allclose(gram, [[3, 3], [3, 5]])


def test_weights_repeat_rows():
    g = np.random.default_rng(0)
    x, y, w = g.normal(size=(2, 20)), g.normal(size=20), g.integers(1, 4, 20)
    coef, gram = solve(x, y, w.astype(float))
    again = solve(np.repeat(x, w, axis=1), np.repeat(y, w), np.ones(w.sum()))
    np.testing.assert_allclose(coef, again[0])
    np.testing.assert_allclose(gram, again[1])


@pytest.mark.parametrize("path", ["plain", "rows", "dense"])
@pytest.mark.parametrize("weighted", [False, True])
def test_against_dense_dummies(grid, path, weighted):
    g = grid()
    layout = g.layout(path)
    x = g.rng.normal(size=(2, g.n))
    y = x.T @ [1.0, -2.0] + g.codes[0] + g.rng.normal(size=g.n)
    w = g.rng.uniform(0.2, 3, g.n) if weighted else np.ones(g.n)
    normal, both = sweep(layout, np.stack([layout.scatter(c) for c in (y, *x)]), layout.scatter(w))
    fit = least_squares(normal, both[0], both[1:])
    full = np.sqrt(w)[:, None] * np.hstack([x.T, g.dummies])
    b = np.linalg.lstsq(full, np.sqrt(w) * y, rcond=None)[0]
    np.testing.assert_allclose(fit.beta, b[:2], rtol=1e-10)
    np.testing.assert_allclose(np.sqrt(w) * layout.gather(fit.residuals), np.sqrt(w) * y - full @ b, atol=1e-9)
    assert fit.rss == pytest.approx(w @ layout.gather(fit.residuals) ** 2)
    root = np.sqrt(w)[:, None]
    xd = root * x.T - root * g.dummies @ np.linalg.lstsq(root * g.dummies, root * x.T, rcond=None)[0]
    np.testing.assert_allclose(fit.gram, xd.T @ xd, rtol=1e-9)


def test_no_regressors():
    y = np.array([1.0, 3, 5, 9])
    fit = least_squares(Free(4).weighted(np.ones(4)), y, np.zeros((0, 4)))
    np.testing.assert_allclose(fit.residuals, y)
    assert fit.beta.size == 0
