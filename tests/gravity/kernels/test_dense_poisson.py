"""Means of a Poisson model over a tensor of cells, against the same in plain numpy."""

import numpy as np
import pytest

from indexer.gravity.kernels import dense, dense_poisson

A, B, C = 3, 4, 5
FIRST, SECOND, NONE = np.arange(A), np.zeros(A, dtype=np.int64), np.zeros(0, dtype=np.int64)
NO_BASE = np.zeros((0, 0, 0))


@pytest.fixture(params=["both", "first", "second"])
def model(request):
    """Which effects there are, and a model with them: left side, regressors, effects, the means expected."""
    g = np.random.default_rng(4)
    has_a, has_b = request.param != "second", request.param != "first"
    start = A * B if has_a else 0
    place = (FIRST if has_a else NONE, SECOND if has_b else NONE, start)
    u = 0.3 * g.normal(size=start + (B * C if has_b else 0))
    y = g.gamma(1.0, 1.0, (A, B, C))
    y[0, :, 1] = 0.0  # a group without flows
    x, beta, base = g.normal(size=(2, A, B, C)), np.array([0.2, -0.1]), g.uniform(0.5, 2, (A, B, C))
    effects = np.zeros((A, B, C))
    if has_a:
        effects += u[:start].reshape(A, B, 1)
    if has_b:
        effects += u[start:].reshape(1, B, C)
    return place, y, x, u, beta, base, np.tensordot(beta, x, 1) + effects


def level_sums(place, v):
    sums = [v.sum(axis=2).ravel()] if place[0].size else []
    return np.concatenate([*sums, *([v.sum(axis=0).ravel()] if place[1].size else [])])


@pytest.mark.parametrize("with_base", [False, True])
def test_means_and_all_of_a_step_in_two_passes(model, with_base):
    place, y, x, u, beta, base, eta = model
    z, start = base if with_base else NO_BASE, np.zeros((A, C))
    raw = np.exp(eta) * (base if with_base else 1.0)
    total = y.sum(axis=1)
    expected = raw * (total / raw.sum(axis=1))[:, None]
    mu, factor, q, level = np.empty_like(y), np.empty((A, C)), np.zeros(u.size), np.zeros(1)
    dense_poisson.poisson(0, A, y, x, z, total, *place, u, beta, start, mu, factor, q, level)
    np.testing.assert_allclose(mu, expected)
    np.testing.assert_allclose(q, level_sums(place, y - expected), atol=1e-12)
    np.testing.assert_allclose(level, (y * eta).sum())

    p = np.random.default_rng(5).normal(size=(2, u.size))
    again, single, rw = np.empty_like(y), np.empty(y.shape, np.float32), np.empty((A, C))
    score, size, r = np.zeros(u.size), np.zeros(u.size), np.zeros((2, u.size))
    gram, slope, other = np.zeros((2, 2)), np.zeros(2), np.zeros(1)
    for lo, hi in ((0, 1), (1, A)):
        dense_poisson.newton(lo, hi, y, x, z, total, *place, u, beta, start, p, again, single, factor, rw, score, other,
                             size, r, gram, slope)  # fmt: skip
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(rw, np.where(total > 0, 1 / total, 0.0))
    wanted_r, wanted_size = np.zeros_like(r), np.zeros_like(size)
    wanted_gram, wanted_slope, none = np.zeros((2, 2)), np.zeros(2), np.zeros((0, 0, 0))
    dense.residual(0, A, mu, rw, x, *place, p, none, wanted_r)
    dense.gram(0, A, mu, rw, y, x, *place, p, none, wanted_gram, wanted_slope)
    dense.diagonal(0, A, mu, rw, *place, wanted_size)
    for found, wanted in ((again, mu), (score, q), (other, level), (r, wanted_r), (size, wanted_size),
                          (gram, wanted_gram), (slope, wanted_slope)):  # fmt: skip
        np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(single, mu, rtol=1e-6)


def test_groups_that_span_several_slabs(model):
    place, y, x, u, beta, base, eta = model
    raw = base * np.exp(eta)
    mu, sums, level, q = np.empty_like(y), np.empty((A, C)), np.zeros(1), np.zeros(u.size)
    dense_poisson.poisson_means(0, A, y, x, base, *place, u, beta, np.zeros((A, C)), mu, sums, level)
    np.testing.assert_allclose(mu, raw)
    np.testing.assert_allclose(sums, raw.sum(axis=1))
    dense_poisson.poisson_scores(0, A, y, *place, np.full((A, C), 0.5), mu, q)
    np.testing.assert_allclose(mu, raw / 2)
    np.testing.assert_allclose(q, level_sums(place, y - raw / 2), atol=1e-12)
