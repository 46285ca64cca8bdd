"""Poisson: closed forms by hand, a dense generalised linear model, adding up, warm starts, refusal to guess."""

from itertools import pairwise

import numpy as np
import pytest
import statsmodels.api as sm

from indexer.errors import ConvergenceError
from indexer.gravity.layout.free import Free
from indexer.gravity.poisson import poisson
from indexer.gravity.standing import State

PATHS = ["plain", "rows", "dense"]


def case(grid, spread=1.0, **options):
    g = grid(n=7, m=8, t=5, **options)
    x = g.rng.normal(size=(2, g.n))
    mu = np.exp([0.4, -0.7] @ x + sum(spread * g.rng.normal(size=c.max() + 1)[c] for c in g.codes))
    y = mu * g.rng.gamma(2, 0.5, g.n) * (g.rng.uniform(size=g.n) > 0.1)
    return g, y / y.mean(), x


def fit(layout, y, x, **options):
    cells = np.stack([layout.scatter(c) for c in x])
    return poisson(layout, layout.scatter(y), cells, np.abs(cells).max(axis=1, initial=0.0), **options)


def dense(g, y, x, w=None):
    u, s, _ = np.linalg.svd(g.dummies, full_matrices=False)
    model = sm.GLM(y, np.hstack([x.T, u[:, s > 1e-10]]), family=sm.families.Poisson(), var_weights=w)
    return model.fit(maxiter=200, tol=1e-14, tol_criterion="params")


def test_a_dummy_by_hand():
    # the fitted means are the means of the groups
    y, x = np.array([1.0, 3.0, 4.0, 8.0]) / 4, np.array([[1.0, 1, 1, 1], [0, 0, 1, 1]])
    f = poisson(Free(4), y, x, np.ones(2))
    np.testing.assert_allclose(f.beta, [np.log(0.5), np.log(3)], rtol=1e-9)
    np.testing.assert_allclose(f.mu, [0.5, 0.5, 1.5, 1.5], rtol=1e-9)
    np.testing.assert_allclose(f.gram, [[4, 3], [3, 3]], rtol=1e-9)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("options", [{}, {"undirected": True}, {"effects": ("ey", "iy")}, {"effects": ("pair", "y")},
                                     {"effects": ("pair",)}], ids=str)  # fmt: skip
def test_against_dense_dummies(grid, path, options):
    if path == "dense" and options.get("effects") == ("pair",):
        pytest.skip("one effect is no panel")
    g, y, x = case(grid, **options)
    keep = y == y
    for c in g.codes:
        keep &= np.bincount(c, y)[c] > 0
    assert keep.all()
    layout = g.layout(path)
    f, glm = fit(layout, y, x), dense(g, y, x)
    np.testing.assert_allclose(f.beta, glm.params[:2], rtol=1e-9)
    np.testing.assert_allclose(np.linalg.inv(f.gram), glm.cov_params()[:2, :2], rtol=1e-8)
    np.testing.assert_allclose(layout.gather(f.mu), glm.mu, rtol=1e-7)


@pytest.mark.parametrize("path", PATHS)
def test_weights_and_offset_are_a_base(grid, path):
    g, y, x = case(grid)
    w, off = g.rng.uniform(0.5, 5, g.n), g.rng.normal(size=g.n)
    layout = g.layout(path)
    f = fit(layout, w * y, x, base=layout.scatter(w * np.exp(off)))
    u, s, _ = np.linalg.svd(g.dummies, full_matrices=False)
    model = sm.GLM(y, np.hstack([x.T, u[:, s > 1e-10]]), family=sm.families.Poisson(), var_weights=w, offset=off)
    glm = model.fit(maxiter=200, tol=1e-14, tol_criterion="params")
    np.testing.assert_allclose(f.beta, glm.params[:2], rtol=1e-9)
    np.testing.assert_allclose(layout.gather(f.mu), w * glm.mu, rtol=1e-8)


@pytest.mark.parametrize("path", PATHS)
def test_totals_of_every_level_are_reproduced(grid, path):
    g, y, x = case(grid)
    layout = g.layout(path)
    mu = layout.gather(fit(layout, y, x).mu)
    for c in g.codes:
        np.testing.assert_allclose(np.bincount(c, mu), np.bincount(c, y), rtol=1e-9)


@pytest.mark.parametrize("path", PATHS)
def test_flows_over_many_orders_of_magnitude(grid, path):
    g, y, x = case(grid, spread=2.0)
    layout = g.layout(path)
    f, glm = fit(layout, y, x), dense(g, y, x)
    np.testing.assert_allclose(f.beta, glm.params[:2], rtol=1e-7)
    assert f.gradient < 1e-9


@pytest.mark.parametrize("path", PATHS)
def test_a_warm_start_takes_fewer_steps_to_the_same_place(grid, path):
    g, y, x = case(grid)
    layout = g.layout(path)
    first = fit(layout, y, x)
    again = fit(layout, y, x, start=first.start)
    near = fit(layout, y, x + 0.01 * g.rng.normal(size=x.shape), start=first.start)
    np.testing.assert_allclose(again.beta, first.beta, rtol=1e-9)
    assert again.n_iter < first.n_iter
    assert near.n_iter < first.n_iter


def test_a_step_beyond_the_range_of_exponentials_is_no_progress(grid):
    g, y, _ = case(grid)
    for path in PATHS:
        layout = g.layout(path)
        total = layout.group_sums(layout.scatter(y))
        u = 1e4 * g.rng.normal(size=layout.n_levels)
        base = layout.indicator() if layout.needs_base else None
        level, _, _ = layout.poisson(layout.scatter(y), np.zeros((0, layout.n_cells)), base, total, u, np.zeros(0),
                                     np.zeros_like(total), np.empty(layout.n_cells))  # fmt: skip
        assert level == -np.inf


@pytest.fixture
def far(grid):
    """Domestic flows that dwarf the others, and a dummy for those of each country: effects alone start far off."""
    g = grid(n=7, m=7, t=4, effects=("ey", "iy"), share=1.0)
    e, i = g.frame.e.to_numpy(), g.frame.i.to_numpy()
    x = np.stack([((e == i) & (e == k)).astype(float) for k in range(7)])
    mu = np.exp(6.0 * (e == i) + g.rng.normal(size=7)[e] + g.rng.normal(size=7)[i])
    y = mu * g.rng.gamma(2, 0.5, g.n)
    return g, y / y.mean(), x


@pytest.mark.parametrize("path", PATHS)
def test_another_start_where_the_first_step_promises_too_much(far, path, monkeypatch):
    g, y, x = far
    restarts = []
    restart = State.restart
    monkeypatch.setattr(State, "restart", lambda self: restarts.append(1) or restart(self))
    f = fit(g.layout(path), y, x)
    assert restarts == [1]
    np.testing.assert_allclose(f.beta, dense(g, y, x).params[:7], rtol=1e-8)


def test_another_start_is_a_step_of_the_path_too(far):
    g, y, x = far
    with pytest.raises(ConvergenceError, match="stopped after 1 steps"):
        fit(g.layout("plain"), y, x, max_iter=1)


@pytest.mark.parametrize("path", PATHS)
def test_the_likelihood_rises_with_every_step(far, path):
    g, y, x = far
    levels = [v for v, _ in fit(g.layout(path), y, x).path]
    assert all(b >= a - 1e-12 * abs(a) for a, b in pairwise(levels))


def test_too_few_steps_are_an_error_with_the_path_and_advice(grid):
    g, y, x = case(grid)
    with pytest.raises(ConvergenceError, match=r"stopped after 2 steps.*by step: ") as caught:
        fit(g.layout("plain"), y, x, max_iter=2)
    assert "max_iter" in caught.value.remedy


def test_no_regressors(grid):
    g, y, _ = case(grid)
    layout = g.layout("dense")
    f = poisson(layout, layout.scatter(y), np.zeros((0, layout.n_cells)), np.zeros(0))
    assert f.mu.sum() == pytest.approx(y.sum())
    assert f.beta.size == 0
