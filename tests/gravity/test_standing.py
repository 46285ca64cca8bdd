"""Where a Poisson estimation stands: ways that stay within reach, rise, scale levels; how far levels are off."""

import numpy as np
import pytest

from indexer.gravity.standing import FARTHEST, State

PATHS = ["plain", "rows", "dense"]


def case(grid):
    g = grid(n=7, m=8, t=5)
    x = g.rng.normal(size=(2, g.n))
    mu = np.exp([0.4, -0.7] @ x + sum(g.rng.normal(size=c.max() + 1)[c] for c in g.codes))
    y = mu * g.rng.gamma(2, 0.5, g.n)
    return g, y / y.mean(), x


def standing(g, layout, y, x):
    cells = np.stack([layout.scatter(c) for c in x])
    state = State(layout, layout.scatter(y), cells, None)
    state.move(np.zeros(layout.n_levels), np.zeros(len(x)), state.none)
    return state, cells


@pytest.mark.parametrize("path", PATHS)
def test_no_step_moves_a_mean_out_of_reach(grid, path):
    g, y, x = case(grid)
    layout = g.layout(path)
    state, cells = standing(g, layout, y, x)
    largest, normal = np.abs(cells).max(axis=1), state.normal()
    u, slopes = g.rng.normal(size=layout.n_levels), np.array([9.0, -4.0])
    toward, move = state.within_reach(normal, u, slopes, largest)
    np.testing.assert_allclose(toward / u, move[0] / slopes[0])  # the same direction
    change = layout.gather(normal.sweep((move @ cells)[None], -toward[None])[0])
    assert np.abs(change).max() == pytest.approx(FARTHEST)
    near = state.within_reach(normal, 1e-3 * u, 1e-3 * slopes, largest)
    np.testing.assert_array_equal(near[0], 1e-3 * u)


@pytest.mark.parametrize("path", PATHS)
def test_a_way_is_halved_until_it_rises_enough(grid, path):
    g, y, x = case(grid)
    state, _ = standing(g, g.layout(path), y, x)
    before, mass = state.level, float(y.sum())
    toward = state.normal().inverse * state.score
    rise = float(toward @ state.score)
    assert 0 < state.climb(64 * toward, np.zeros(2), 64 * rise, mass) < 1
    assert state.level > before
    downhill = -state.normal().inverse * state.score
    assert state.climb(downhill, np.zeros(2), -float(downhill @ state.score), mass) == 0.0


@pytest.mark.parametrize("path", PATHS)
def test_scaling_brings_every_level_near_its_flows(grid, path):
    g, y, x = case(grid)
    layout = g.layout(path)
    state, _ = standing(g, layout, y, x)
    state.move(5 * g.rng.normal(size=layout.n_levels), np.zeros(2), state.none)
    assert np.abs(np.log(state.sums / (state.sums - state.score))).max() > 1
    state.balance()
    assert np.abs(np.log(state.sums / (state.sums - state.score))).max() < 1


@pytest.mark.parametrize("path", PATHS)
def test_how_far_levels_are_off_is_relative_to_their_flows(grid, path):
    g, y, x = case(grid)
    layout = g.layout(path)
    state, _ = standing(g, layout, y, x)
    mu = layout.gather(state.mu)
    off = [np.abs(np.bincount(c, mu) / np.bincount(c, y) - 1).max() for c in g.codes]
    assert state.unfitted() == pytest.approx(max(off), rel=1e-9)
