"""Least squares: by hand, and against dense dummies."""

import numpy as np
import pytest

from indexer.gravity.demean import Effects
from indexer.gravity.least_squares import least_squares, solve


def test_a_line_by_hand():
    coef, bread = solve(np.array([[1.0, 0], [1, 1], [1, 2]]), np.array([1.0, 3.0, 5.0]))
    np.testing.assert_allclose(coef, [1, 2])
    np.testing.assert_allclose(bread, [[5 / 6, -1 / 2], [-1 / 2, 1 / 2]])


def test_weights_repeat_rows():
    g = np.random.default_rng(0)
    x, y, w = g.normal(size=(20, 2)), g.normal(size=20), g.integers(1, 4, 20)
    coef, bread = solve(x, y, w.astype(float))
    again = solve(np.repeat(x, w, axis=0), np.repeat(y, w))
    np.testing.assert_allclose(coef, again[0])
    np.testing.assert_allclose(bread, again[1])


@pytest.mark.parametrize("weighted", [False, True])
def test_against_dense_dummies(weighted):
    g = np.random.default_rng(1)
    codes = [np.unique(g.integers(0, 12, 150), return_inverse=True)[1] for _ in range(3)]
    x = g.normal(size=(150, 2)) * [1e-8, 1e8] + [0, 1e9]
    y = x @ [1e8, 1e-8] + codes[0] + g.normal(size=150)
    w = g.uniform(0.2, 3, 150) if weighted else np.ones(150)
    fit = least_squares(y, x, Effects(codes), w if weighted else None)
    d = np.hstack([np.eye(c.max() + 1)[c] for c in codes])
    # the same column space with columns of size one
    full = np.sqrt(w)[:, None] * np.hstack([(x - x.mean(axis=0)) / x.std(axis=0), d])
    b = np.linalg.lstsq(full, np.sqrt(w) * y, rcond=None)[0]
    np.testing.assert_allclose(fit.coef, b[:2] / x.std(axis=0), rtol=1e-10)
    np.testing.assert_allclose(np.sqrt(w) * fit.residuals, np.sqrt(w) * y - full @ b, atol=1e-7)
    assert fit.rss == pytest.approx(w @ fit.residuals**2)


def test_no_regressors():
    fit = least_squares(np.array([1.0, 3, 5, 9]), np.zeros((4, 0)), Effects([np.array([0, 0, 1, 1])]))
    np.testing.assert_allclose(fit.residuals, [-1, 1, -2, 2])
    assert fit.coef.size == 0
