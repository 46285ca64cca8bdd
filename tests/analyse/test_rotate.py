"""Rotations, against factor_analyzer and R's stats."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from indexer.analyse.rotate import rotate
from indexer.errors import MethodError
from indexer.weight import principal_components, rotated_loadings

SIZES = ["8x2", "9x3"]


def matched(got, expected):
    """Order and turn factors as expected ones are; return loadings and the map of factors."""
    m = expected.shape[1]
    order = min(permutations(range(m)), key=lambda p: -np.abs((got[:, p] * expected).sum(axis=0)).sum())
    signs = np.sign((got[:, order] * expected).sum(axis=0))
    return got[:, order] * signs, list(order), signs


@pytest.fixture(params=SIZES)
def size(request):
    return request.param


@pytest.fixture
def table(adequacy_case, size):
    return lambda name: pd.read_csv(adequacy_case / f"{name}_{size}.csv").to_numpy(dtype=float)


@pytest.mark.parametrize("method", ["varimax", "quartimax", "promax", "oblimin"])
def test_loadings_of_factor_analyzer(table, method):
    got = rotate(table("input_loadings"), method)
    expected = table(f"expected_{method}")
    np.testing.assert_allclose(matched(got.loadings, expected)[0], expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("method", ["promax", "oblimin"])
def test_correlations_of_the_factors_of_factor_analyzer(table, method):
    got = rotate(table("input_loadings"), method)
    _, order, signs = matched(got.loadings, table(f"expected_{method}"))
    correlations = got.correlations[np.ix_(order, order)] * np.outer(signs, signs)
    np.testing.assert_allclose(correlations, table(f"expected_{method}_phi"), rtol=0, atol=1e-5)


def test_varimax_is_the_one_that_weights_by_factors_rest_on(adequacy_data):
    y = adequacy_data["tai_23x8"]
    rotated = np.abs(rotate(principal_components(y, retain=4).loadings).loadings)
    expected = np.abs(rotated_loadings(y, 4))
    order = np.argsort(-(rotated**2).sum(axis=0))
    np.testing.assert_allclose(rotated[:, order], expected, rtol=0, atol=1e-12)


def test_varimax_of_r(table):
    expected = table("expected_r_stats_varimax")
    got = matched(rotate(table("input_loadings")).loadings, expected)[0]
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-4)


def test_varimax_without_kaiser_normalisation(table):
    expected = table("expected_varimax_raw")
    got = matched(rotate(table("input_loadings"), kaiser=False).loadings, expected)[0]
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("method", ["varimax", "quartimax"])
def test_orthogonal_rotations_keep_communalities(table, method):
    loadings = table("input_loadings")
    got = rotate(loadings, method)
    np.testing.assert_allclose((got.loadings**2).sum(axis=1), (loadings**2).sum(axis=1), rtol=1e-10)
    np.testing.assert_array_equal(got.correlations, np.eye(loadings.shape[1]))


def test_one_factor_stays_as_it_is():
    np.testing.assert_array_equal(rotate(np.array([[0.5], [0.7]]), "promax").loadings, [[0.5], [0.7]])


@pytest.mark.parametrize(
    ("loadings", "method", "said"),
    [
        (np.eye(2), "equimax", "unknown rotation 'equimax'"),
        (np.ones((2, 3)), "varimax", "shape"),
        (np.ones(3), "varimax", "shape"),
        ([[0.5, np.nan], [0.1, 0.2]], "varimax", "missing: 'a'"),
        ([[0.5, 0.1], [0.0, 0.0]], "varimax", "no factor has a loading of: 'b'"),
    ],
)
def test_loadings_that_cannot_be_rotated(loadings, method, said):
    with pytest.raises(MethodError, match=said):
        rotate(loadings, method, names=("a", "b"))
