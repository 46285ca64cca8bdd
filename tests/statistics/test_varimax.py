"""The optimum itself: no plane has a better angle, whatever the platform's solver."""

from itertools import combinations

import numpy as np
import pytest

from indexer.statistics.varimax import varimax

LOADINGS = np.random.default_rng(8).normal(size=(9, 3)) @ np.diag([1.0, 0.7, 0.4])


def criterion(x):
    return float((x**4).sum() - ((x**2).sum(axis=0) ** 2).sum() / len(x))


def scaled(loadings, normalise):
    return loadings / np.sqrt((loadings**2).sum(axis=1, keepdims=True)) if normalise else loadings


@pytest.mark.parametrize("normalise", [True, False])
def test_no_turn_of_two_factors_is_better(normalise):
    got = scaled(varimax(LOADINGS, normalise), normalise)
    for p, q in combinations(range(3), 2):
        for angle in (-1e-4, 1e-4, 0.1, 0.7):
            turned = got.copy()
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            turned[:, [p, q]] = got[:, [p, q]] @ turn
            assert criterion(turned) < criterion(got)


@pytest.mark.parametrize("normalise", [True, False])
def test_it_is_a_rotation(normalise):
    got = varimax(LOADINGS, normalise)
    np.testing.assert_allclose(got @ got.T, LOADINGS @ LOADINGS.T, rtol=1e-12, atol=1e-12)


def test_whatever_it_starts_from_the_optimum_is_the_same():
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    got, again = (np.abs(varimax(one)) for one in (LOADINGS, LOADINGS @ turn))
    order = np.argsort(got.sum(axis=0)), np.argsort(again.sum(axis=0))
    np.testing.assert_allclose(again[:, order[1]], got[:, order[0]], atol=1e-12)
