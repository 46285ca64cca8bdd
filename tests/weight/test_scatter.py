from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import MethodError
from indexer.weight import pca_weights, scatter_weights
from indexer.weight.scatter import METHOD


def z_scores(y):
    return (y - y.mean(axis=0)) / y.std(axis=0, ddof=1)


def best_part(h):
    """Try every part of the indicators: the best vector of no negative entry."""
    best, value = None, -1.0
    for size in range(1, len(h) + 1):
        for part in combinations(range(len(h)), size):
            values, vectors = np.linalg.eigh(h[np.ix_(part, part)])
            v = vectors[:, -1] * np.sign(vectors[:, -1].sum())
            if v.min() >= -1e-9 and values[-1] > value + 1e-12:
                value, best = values[-1], np.zeros(len(h))
                best[list(part)] = np.maximum(v, 0)
    return best / best.sum()


def test_two_years_by_hand():
    # H = [[2, 1], [1, 2]]·c has the vector (1, 1); with H = [[4, 0], [0, 1]] all weight goes to the first.
    a = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [1.0, 1.0], [-1.0, -1.0]])
    np.testing.assert_allclose(scatter_weights([a[:4], a[4:]]), [0.5, 0.5], atol=1e-12)
    np.testing.assert_allclose(scatter_weights([a[:4] * [2, 1]]), [1, 0], atol=1e-12)


def test_pooled_scores_give_the_first_component(tai, level):
    y = tai.y[:, [0, 1, 2, 4, 5, 6, 7]]
    got = METHOD.fit(level(y, years=np.arange(23) % 3), z_scores="pooled")
    np.testing.assert_allclose(got, pca_weights(y, "first"), atol=1e-12)


def test_yearly_scores_give_the_mean_of_the_years_correlations(tai, level):
    y, years = tai.y[:, [2, 4, 5, 6]], np.arange(23) % 2
    h = sum((sum(years == t) - 1) * np.corrcoef(y[years == t], rowvar=False) for t in (0, 1))
    v = np.abs(np.linalg.eigh(h)[1][:, -1])
    np.testing.assert_allclose(METHOD.fit(level(y, years=years), z_scores="yearly"), v / v.sum(), atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 6), st.randoms(use_true_random=False))
def test_the_best_of_all_parts_in_any_order(seed, m, random):
    z = np.random.default_rng(seed).normal(size=(12, m))
    w = scatter_weights([z[:5], z[5:]])
    assert (w >= 0).all()
    np.testing.assert_allclose(w, best_part(z.T @ z), atol=1e-7)
    columns = random.sample(range(m), m)
    np.testing.assert_allclose(scatter_weights([z[5:][:, columns], z[:5][:, columns]]), w[columns], atol=1e-9)


def test_units_do_not_matter_to_an_edition(tai, level):
    years = np.arange(23) % 3
    expected = METHOD.fit(level(tai.y, years=years), z_scores="pooled")
    got = METHOD.fit(level(tai.y * 10.0 ** np.arange(-4, 4) + 7, years=years), z_scores="pooled")
    np.testing.assert_allclose(got, expected, atol=1e-11)


def test_incomplete_cases_are_left_out(tai):
    z = z_scores(tai.y)
    holed = np.vstack([z, np.full(8, np.nan)])
    np.testing.assert_array_equal(scatter_weights([holed]), scatter_weights([z]))


def test_refusals(tai, level):
    with pytest.raises(MethodError, match="different columns, or none"):
        scatter_weights([])
    with pytest.raises(MethodError, match="different columns"):
        scatter_weights([np.ones((2, 2)), np.ones((2, 3))])
    with pytest.raises(MethodError, match="0 in every complete case: b"):
        scatter_weights([np.array([[1.0, 0.0], [2.0, 0.0]])], ("a", "b"))
    with pytest.raises(MethodError, match=r"weighting . or . scatters the cases equally"):
        scatter_weights([z_scores(np.array([[1.0, 3.0], [2.0, 1.0], [3.0, 2.0]]))], ("a", "b"))
    with pytest.raises(MethodError, match="year 2: 2 complete cases"):
        METHOD.fit(level(tai.y[:12, :3], years=[1] * 10 + [2] * 2), z_scores="yearly")


def test_many_that_point_against_each_other_are_given_up():
    rng = np.random.default_rng(0)
    factor = rng.normal(size=(60, 1))
    z = factor * np.where(np.arange(24) % 2, 1, -1) + 0.2 * rng.normal(size=(60, 24))
    with pytest.raises(MethodError, match="too many of"):
        scatter_weights([z_scores(z)])
