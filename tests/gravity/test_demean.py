"""Demeaning: by hand for one effect, against dense dummies for several, exact properties of the projection."""

import numpy as np
import pytest

from indexer.errors import ConvergenceError
from indexer.gravity.demean import Effects, demean


def dense(x, codes, w):
    d = np.hstack([np.eye(c.max() + 1)[c] for c in codes])
    root = np.sqrt(w)[:, None]
    return x - d @ np.linalg.lstsq(root * d, root * x, rcond=None)[0]


def test_one_effect_by_hand():
    x = np.array([1.0, 3.0, 5.0, 10.0])
    c = np.array([0, 0, 1, 1])
    np.testing.assert_allclose(demean(x, Effects([c])), [-1, 1, -2.5, 2.5])
    np.testing.assert_allclose(demean(x, Effects([c]), np.array([1.0, 3, 1, 1])), [-1.5, 0.5, -2.5, 2.5])


def test_two_effects_by_hand():
    # a full 2 x 2 table: what is left is the interaction
    x = np.array([1.0, 2.0, 3.0, 8.0])
    np.testing.assert_allclose(demean(x, Effects([np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])])), [1, -1, -1, 1])


def test_no_effects_change_nothing():
    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(demean(x, Effects([])), x)


@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("weighted", [False, True])
def test_against_dense_dummies(k, weighted):
    g = np.random.default_rng(k)
    codes = [np.unique(g.integers(0, 25, 300), return_inverse=True)[1] for _ in range(k)]
    w = np.exp(3 * g.normal(size=300)) if weighted else np.ones(300)
    x = g.normal(size=(300, 4)) * [1e-9, 1, 1e9, 1]
    x[:, 3] = g.normal(size=codes[0].max() + 1)[codes[0]]  # absorbed
    got, expected = demean(x, Effects(codes), w if weighted else None), dense(x, codes, w)
    np.testing.assert_allclose(got / np.linalg.norm(x, axis=0), expected / np.linalg.norm(x, axis=0), atol=1e-12)


def test_input_is_left_alone_and_order_of_effects_is_free():
    g = np.random.default_rng(0)
    codes = [np.unique(g.integers(0, 9, 80), return_inverse=True)[1] for _ in range(3)]
    x = g.normal(size=80)
    kept = x.copy()
    a, b = demean(x, Effects(codes)), demean(x, Effects(codes[::-1]))
    np.testing.assert_array_equal(x, kept)
    np.testing.assert_allclose(a, b, atol=1e-12)


def test_effects_that_hardly_overlap():
    # a chain: level k of one effect meets only levels k and k+1 of the other
    n = 400
    codes = [np.repeat(np.arange(n), 2), np.concatenate([[0], np.repeat(np.arange(1, n), 2), [n]])]
    x = np.random.default_rng(1).normal(size=2 * n)
    w = np.random.default_rng(2).uniform(0.5, 2, 2 * n)
    np.testing.assert_allclose(demean(x, Effects(codes), w), dense(x[:, None], codes, w)[:, 0], atol=1e-9)


def test_says_so_when_it_does_not_settle():
    g = np.random.default_rng(3)
    codes = [np.unique(g.integers(0, 60, 200), return_inverse=True)[1] for _ in range(2)]
    with pytest.raises(ConvergenceError, match="demeaning stopped"):
        demean(g.normal(size=200), Effects(codes), max_iter=1)
