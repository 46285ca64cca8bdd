"""From the optimum of another model: the optimum that a cold start finds, in fewer looks, or no answer."""

import numpy as np
import pytest

from indexer.gravity import nearby
from indexer.gravity.nearby import Optimum, Totals, poisson_nearby
from indexer.gravity.poisson import poisson

CASES = [("plain", {}), ("rows", {}), ("dense", {}), ("dense", {"undirected": True}), ("rows", {"undirected": True}),
         ("dense", {"effects": ("ey", "iy")}), ("dense", {"effects": ("pair", "y")}),
         ("rows", {"effects": ("pair",)})]  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda c: f"{c[0]}-{'-'.join(map(str, c[1].values()))}")
def model(request, grid):
    """A Poisson model of two regressors at its optimum, and what is needed to estimate others."""
    path, options = request.param
    g = grid(n=8, m=9, t=5, **options)
    x = g.rng.normal(size=(2, g.n))
    mu = np.exp([0.4, -0.7] @ x + sum(g.rng.normal(size=c.max() + 1)[c] for c in g.codes))
    y = mu * g.rng.gamma(2, 0.5, g.n) * (g.rng.uniform(size=g.n) > 0.1)
    g.layout = g.layout(path)
    g.x, g.y = x, g.layout.scatter(y / y.mean())
    g.totals = Totals(float(g.y.sum()), g.layout.group_sums(g.y), g.layout.level_sums(g.y))
    g.core = cold(g, x)
    return g


def cells(g, x):
    return np.stack([g.layout.scatter(c) for c in x])


def cold(g, x):
    return poisson(g.layout, g.y, cells(g, x), np.abs(x).max(axis=1))


def optimum(g, kept, same, fresh, near=()):
    """The optimum as a model sees it whose regressors `fresh` may be like those of it in `near`."""
    n, near = len(fresh), list(near)
    slopes, along = np.zeros(n), np.zeros((n, len(g.core.u)))
    if near:
        slopes, along = g.core.beta[near], g.core.projections[near]
    places = (np.array(v, dtype=int) for v in (kept, same, fresh))
    return Optimum(g.core, cells(g, g.x), *places, slopes, along, np.full(n, 0.3 * g.totals.mass))


def found(g, x, near, tol=1e-9):
    return poisson_nearby(g.layout, g.y, cells(g, x), None, g.totals, near, tol)


def same(a, b):
    np.testing.assert_allclose(a.beta, b.beta, rtol=1e-9)
    np.testing.assert_allclose(a.gram, b.gram, rtol=1e-7)
    np.testing.assert_allclose(a.mu, b.mu, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(a.normal.by_level, b.normal.by_level, rtol=1e-6)
    assert a.gradient < 1e-9


@pytest.mark.parametrize("size", [0.01, 0.3, 1.0])
def test_other_values_of_a_regressor(model, size):
    g = model
    x = g.x + size * np.stack([np.zeros(g.n), g.rng.normal(size=g.n)])
    new, wanted = found(g, x, optimum(g, [0], [0], [1], near=[1])), cold(g, x)
    same(new, wanted)
    # the projections are those of the regressors under the new means, to the accuracy asked for
    left = new.normal.residual(cells(g, x), new.projections)
    error = np.einsum("pl,l,pl->p", left, new.normal.inverse, left)
    assert np.all(error <= (3 * nearby.SHARP) ** 2 * np.diag(new.gram))


def test_more_fewer_and_reordered_regressors(model):
    g = model
    q = g.rng.normal(size=g.n)
    for x, near in (
        (np.stack([g.x[1]]), optimum(g, [0], [1], [])),
        (np.stack([q, g.x[1], g.x[0]]), optimum(g, [1, 2], [1, 0], [0])),
        (np.stack([q, g.x[0], q * g.x[1]]), optimum(g, [1], [0], [0, 2])),
        (np.stack([q]), optimum(g, [], [], [0])),
    ):
        same(found(g, x, near), cold(g, x))


def test_the_same_model_needs_no_step(model):
    again = found(model, model.x, optimum(model, [0, 1], [0, 1], []))
    same(again, model.core)
    assert len(again.path) == 1


def test_no_answer_from_too_far(model):
    g = model
    x = np.stack([g.x[0], np.log(g.layout.gather(g.y) + 1e-3)])  # explains all that was left to explain
    assert found(g, x, optimum(g, [0], [0], [1], near=[1])) is None


def test_no_answer_where_equations_are_not_solved_in_time(model, monkeypatch):
    g = model
    x = np.stack([g.x[0], g.x[1] + 0.3 * g.rng.normal(size=g.n)])
    near = optimum(g, [0], [0], [1], near=[1])
    assert found(g, x, near) is not None
    monkeypatch.setattr(nearby, "MOST_PRODUCTS", 0)
    assert found(g, x, near) is None or not g.layout.n_levels


def test_no_answer_where_a_regressor_is_spanned(model):
    g = model
    x = np.stack([g.x[0], g.x[0]])
    answer = found(g, x, optimum(g, [0], [0], [1]))
    assert answer is None


def test_a_start_for_the_other_way(model):
    g = model
    start = optimum(g, [1], [0], [0], near=[1]).start
    np.testing.assert_array_equal(start.beta, g.core.beta[[1, 0]])
    np.testing.assert_array_equal(start.projections, g.core.projections[[1, 0]])
    x = g.x[[1, 0]]
    warm = poisson(g.layout, g.y, cells(g, x), np.abs(x).max(axis=1), start=start)
    np.testing.assert_allclose(warm.beta, g.core.beta[[1, 0]], rtol=1e-9)


def test_a_model_without_effects_is_none_of_its_business(grid):
    from indexer.gravity.layout.free import Free

    y, x = np.array([1.0, 3.0, 4.0, 8.0]) / 4, np.array([[1.0, 1, 1, 1], [0, 0, 1, 1]])
    core = poisson(Free(4), y, x, np.ones(2))
    whole = Optimum(core, x, np.arange(2), np.arange(2), np.arange(0), np.zeros(0), np.zeros((0, 0)), np.zeros(0))
    assert poisson_nearby(Free(4), y, x, None, Totals(4.0, y[:0], y[:0]), whole) is None
