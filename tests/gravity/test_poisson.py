"""Poisson: closed forms by hand, a dense generalised linear model, invariance, adding up, refusal to guess."""

import numpy as np
import pytest
import statsmodels.api as sm

from indexer.errors import ConvergenceError
from indexer.gravity.demean import Effects
from indexer.gravity.poisson import deviance, poisson


def case(seed=0, n=200, k=2, levels=8):
    g = np.random.default_rng(seed)
    codes = [np.unique(g.integers(0, levels, n), return_inverse=True)[1] for _ in range(k)]
    x = g.normal(size=(n, 2))
    mu = np.exp(x @ [0.4, -0.7] + sum(g.normal(size=levels)[c] for c in codes))
    return mu * g.gamma(2, 0.5, n) * (g.uniform(size=n) > 0.1), x, codes


def dense(y, x, codes, w=None):
    d = np.hstack([np.eye(c.max() + 1)[c][:, (k > 0) :] for k, c in enumerate(codes)])
    model = sm.GLM(y, np.hstack([x, d]), family=sm.families.Poisson(), var_weights=w)
    return model.fit(maxiter=200, tol=1e-14, tol_criterion="params")


def test_a_dummy_by_hand():
    # the fitted means are the means of the groups
    y, x = np.array([1.0, 3.0, 4.0, 8.0]), np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]])
    fit = poisson(y, x, Effects([]))
    np.testing.assert_allclose(fit.coef, [np.log(2), np.log(3)], rtol=1e-9)
    np.testing.assert_allclose(fit.mu, [2, 2, 6, 6], rtol=1e-9)
    # inverse of [[16, 12], [12, 12]]
    np.testing.assert_allclose(fit.bread, [[1 / 4, -1 / 4], [-1 / 4, 1 / 3]], rtol=1e-9)


def test_deviance_by_hand():
    assert deviance(np.array([2.0, 0.0]), np.array([1.0, 0.5])) == pytest.approx(2 * (2 * np.log(2) - 1 + 0.5))
    assert deviance(np.array([2.0]), np.array([1.0]), np.array([3.0])) == pytest.approx(6 * (2 * np.log(2) - 1))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_against_dense_dummies(k, weighted):
    y, x, codes = case(k, k=k)
    w = np.random.default_rng(9).uniform(0.5, 5, len(y)) if weighted else None
    fit, glm = poisson(y, x, Effects(codes), w), dense(y, x, codes, w)
    np.testing.assert_allclose(fit.coef, glm.params[:2], rtol=1e-9)
    np.testing.assert_allclose(fit.bread, glm.cov_params()[:2, :2], rtol=1e-8)
    np.testing.assert_allclose(fit.mu, glm.mu, rtol=1e-8)
    assert fit.deviance == pytest.approx(glm.deviance, rel=1e-10)


def test_totals_of_every_level_are_reproduced():
    y, x, codes = case(4)
    fit = poisson(y, x, Effects(codes))
    for c in codes:
        np.testing.assert_allclose(np.bincount(c, fit.mu), np.bincount(c, y), rtol=1e-10)


@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_units_scale_out(unit):
    y, x, codes = case(5)
    one, two = poisson(y, x, Effects(codes)), poisson(y * unit, x * [unit, 1] + [0, 1e3], Effects(codes))
    np.testing.assert_allclose(two.coef * [unit, 1], one.coef, rtol=1e-9)
    np.testing.assert_allclose(two.mu, one.mu * unit, rtol=1e-9)
    np.testing.assert_allclose(two.bread * np.outer([unit, 1], [unit, 1]) * unit, one.bread, rtol=1e-8)
    no_effects = poisson(y * unit, np.column_stack([np.ones(len(y)), x]), Effects([]))
    assert no_effects.coef[0] - np.log(unit) == pytest.approx(
        poisson(y, np.column_stack([np.ones(len(y)), x]), Effects([])).coef[0], rel=1e-8
    )


def test_flows_over_many_orders_of_magnitude():
    y, x, codes = case(6, n=400)
    y = y * np.exp(4 * np.random.default_rng(3).normal(size=8))[codes[0]]
    fit, glm = poisson(y, x, Effects(codes)), dense(y, x, codes)
    np.testing.assert_allclose(fit.coef, glm.params[:2], rtol=1e-8)


def test_too_few_steps_are_an_error_with_advice():
    y, x, codes = case(7)
    with pytest.raises(ConvergenceError, match="stopped after 2 steps") as caught:
        poisson(y, x, Effects(codes), max_iter=2)
    assert "max_iter" in caught.value.remedy
