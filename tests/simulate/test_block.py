from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import tables
from indexer.aggregate import METHODS, present_weights
from indexer.errors import MethodError
from indexer.simulate import block
from indexer.simulate.block import aggregate, ranks, weighted
from indexer.tree import Node, value

AGGREGATIONS = [
    ("arithmetic", {}),
    ("geometric", {}),
    ("harmonic", {}),
    *(("power", {"p": p}) for p in (-3.0, -1.0, -1e-3, 0.0, 1e-16, 1e-3, 0.5, 1.0, 2.0, 40.0)),
    ("topsis", {}),
    ("topsis", {"normalise": "none"}),
    ("mazziotta_pareto", {}),
    ("mazziotta_pareto", {"penalty": 1.0}),
]
N_DRAWS = 4


def oracle(method, options, parameters, y, w, min_share, low, high):
    """The same by the functions that builds use, draw by draw; all NaN where a draw has no such mean."""
    plan = SimpleNamespace(low=low, high=high)
    out = np.full((len(w), y.shape[-1] if y.ndim == 3 else len(y)), np.nan)
    for d, weights in enumerate(w):
        cases = np.ascontiguousarray(y if y.ndim == 2 else y[:, d].T)
        node = Node("a", tuple(range(len(weights))), weights, method, options, parameters, min_share)
        try:
            found = value(plan, node, cases, present_weights(cases, weights, min_share))
        except MethodError:
            continue
        enough = np.isfinite(present_weights(cases, weights, min_share)).all(axis=1)
        out[d] = np.where(enough, found, np.nan)
    return out


@st.composite
def problems(draw):
    """Values with gaps (shared by the draws, or of each), weights, a least share and a range."""
    members, cases = draw(st.integers(1, 4)), draw(st.integers(2, 5))
    shape = (cases, members) if draw(st.booleans()) else (members, N_DRAWS, cases)
    number = st.floats(-5.0, 120.0).map(lambda v: round(v, 3))
    cell = st.one_of(number, number, number, st.just(np.nan)) if draw(st.booleans()) else number
    n = int(np.prod(shape))
    y = np.array(draw(st.lists(cell, min_size=n, max_size=n))).reshape(shape)
    raw = np.array(draw(st.lists(st.floats(0.01, 1.0), min_size=N_DRAWS * members, max_size=N_DRAWS * members)))
    w = raw.reshape(N_DRAWS, members)
    low, high = draw(st.sampled_from([(1.0, 100.0), (0.0, 100.0), (None, None)]))
    return y, w / w.sum(axis=1, keepdims=True), draw(st.sampled_from([0.0, 0.5, 2 / 3, 1.0])), low, high


@pytest.mark.parametrize(("method", "options"), AGGREGATIONS, ids=str)
@given(problem=problems())
@settings(max_examples=60, deadline=None)
def test_values_are_those_of_the_aggregations_draw_by_draw(method, options, problem):
    y, w, min_share, low, high = problem
    options = METHODS[method].complete(options)
    reference = np.repeat([[1.0], [50.0], [100.0]], w.shape[1], axis=1)
    parameters = METHODS[method].fit(reference, w[0], **options)
    found = aggregate(method, options, parameters, y, w, min_share, low, high)
    expected = oracle(method, options, parameters, y, w, min_share, low, high)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("method", "options"), AGGREGATIONS, ids=str)
@pytest.mark.parametrize("layers", [2, 3])
def test_a_member_without_weight_is_no_member(method, options, layers):
    rng = np.random.default_rng(3)
    options = METHODS[method].complete(options)
    y = rng.uniform(5.0, 95.0, (6, 3))
    y[2, 2] = -4.0  # would forbid most means
    parameters = METHODS[method].fit(rng.uniform(5.0, 95.0, (9, 3)), np.ones(3) / 3, **options)
    w = np.array([[0.3, 0.7, 0.0], [0.6, 0.4, 0.0]])

    def values(columns):
        given = y[:, columns] if layers == 2 else np.repeat(y[:, columns].T[:, None], 2, axis=1)
        chosen = [parameters[j] for j in columns]
        return aggregate(method, options, chosen, given, w[:, columns], 0.5, None, None)

    found = values([0, 1, 2])
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, values([0, 1]), rtol=1e-12)


def test_a_draw_with_a_case_that_has_no_mean_has_none_at_all():
    y = np.array([[1.0, 4.0], [0.0, 9.0]])
    found = aggregate("geometric", {}, [], y, np.array([[0.5, 0.5], [0.0, 1.0]]), 0.5, None, None)
    np.testing.assert_allclose(found, [[np.nan, np.nan], [4.0, 9.0]])


def test_values_below_the_range_are_floored_where_a_mean_needs_it():
    found = aggregate("geometric", {}, [], np.array([[-3.0, 4.0]]), np.array([[0.5, 0.5]]), 0.5, 1.0, 100.0)
    assert found.tolist() == [[2.0]]


@pytest.mark.parametrize("method", ["geometric", "arithmetic"])
def test_a_case_with_too_little_present_is_alone_without_a_value(method):
    y = np.array([[4.0, np.nan], [4.0, 4.0]])
    found = aggregate(method, {}, [], y, np.array([[0.4, 0.6], [0.6, 0.4]]), 0.5, 1.0, 100.0)
    np.testing.assert_allclose(found, [[np.nan, 4.0], [4.0, 4.0]])


def test_what_is_enough_is_a_matter_of_the_fitted_weights():
    y, fitted = np.array([[4.0, np.nan]]), np.array([[0.6, 0.4], [0.4, 0.6]])
    drawn = np.array([[0.1, 0.9], [0.9, 0.1]])
    found = aggregate("arithmetic", {}, [], y, drawn, 0.5, None, None, counted=fitted)
    np.testing.assert_allclose(found, [[4.0], [np.nan]])


@pytest.mark.parametrize("method", ["harmonic", "topsis"])
@pytest.mark.parametrize("layers", [2, 3])
def test_a_method_that_knows_no_draws_is_applied_draw_by_draw(method, layers, monkeypatch):
    rng = np.random.default_rng(4)
    y = rng.uniform(5.0, 95.0, (5, 3))
    y[1, 2] = np.nan
    options = METHODS[method].complete({})
    parameters = METHODS[method].fit(rng.uniform(5.0, 95.0, (9, 3)), np.ones(3) / 3, **options)
    w = np.vstack([rng.dirichlet(np.ones(3), 3), np.zeros(3)])  # of the last draw all is left out
    given = y if layers == 2 else np.repeat(y.T[:, None], 4, axis=1)
    expected = aggregate(method, options, parameters, given, w, 0.3, 1.0, 100.0)
    monkeypatch.delitem(block._VALUES, method)
    found = aggregate(method, options, parameters, given, w, 0.3, 1.0, 100.0)
    np.testing.assert_allclose(found[:3], expected[:3], rtol=1e-12)
    assert np.isnan(found[3]).all()


def test_weighted_sums_are_the_same_of_shared_values_and_of_values_of_each_draw():
    rng = np.random.default_rng(1)
    y, w = rng.random((7, 3)), rng.random((5, 3))
    np.testing.assert_allclose(weighted(np.repeat(y.T[:, None], 5, axis=1), w), weighted(y, w), rtol=1e-14)


@given(
    scores=st.lists(
        st.one_of(st.integers(0, 4).map(float), st.floats(0, 1e-5), st.just(np.nan)), min_size=24, max_size=24
    )
)
@settings(max_examples=100, deadline=None)
def test_ranks_are_those_of_the_published_table(scores):
    drawn = np.array(scores).reshape(2, 12)  # 2 draws of 4 economies × 3 years
    years = np.tile([2020, 2021, 2022], 4)
    expected = [tables.ranks(one, years).fillna(0).to_numpy(dtype=int) for one in drawn]
    np.testing.assert_array_equal(ranks(drawn, 3), expected)


def test_ranks_ignore_digits_that_are_not_published():
    assert ranks(np.array([[1.0, 1.0 + 4e-7, 2.0]]), 1).tolist() == [[2, 2, 1]]


def test_ranks_of_many_economies_are_whole():
    scores = np.random.default_rng(2).random((1, 400))
    np.testing.assert_array_equal(ranks(scores, 1)[0], pd.Series(scores[0]).rank(ascending=False))
