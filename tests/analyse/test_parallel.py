"""Parallel analysis, against a simulation of its own in the reference tables."""

import numpy as np
import pandas as pd
import pytest

from indexer.analyse import parallel_analysis
from indexer.errors import MethodError
from indexer.weight import principal_components


@pytest.mark.parametrize(("name", "retained", "kaiser"), [("synthetic_120x8", 2, 3), ("tai_23x8", 1, 2)])
def test_eigenvalues_of_noise(adequacy_case, adequacy_data, name, retained, kaiser):
    table = pd.read_csv(adequacy_case / "expected_parallel_analysis.csv").set_index("data").loc[name]
    got = parallel_analysis(adequacy_data[name], draws=2000)
    np.testing.assert_allclose(got.eigenvalues, table["eigenvalue"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(got.random_mean, table["random_mean"], rtol=0, atol=0.02)
    np.testing.assert_allclose(got.random_p95, table["random_p95"], rtol=0, atol=0.02)
    assert (got.retained, got.kaiser) == (retained, kaiser)


def test_the_seed_gives_the_noise(adequacy_data):
    first, again, other = (parallel_analysis(adequacy_data["tai_23x8"], draws=50, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(again.random_p95, first.random_p95)
    assert np.abs(other.random_p95 - first.random_p95).max() > 1e-3


def test_it_counts_as_weights_by_components_retain(adequacy_data):
    for y in adequacy_data.values():
        got = parallel_analysis(y)
        assert got.kaiser == principal_components(y).retained
        assert got.retained == principal_components(y, retain="parallel").retained


def test_an_eigenvalue_of_exactly_one_counts():
    # [[1,a,a],[a,1,0],[a,0,1]] has the eigenvalues 1 + a√2, 1 and 1 - a√2.
    z = np.random.default_rng(0).normal(size=(60, 3))
    z = (z - z.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(z, rowvar=False))).T
    y = z @ np.linalg.cholesky(np.array([[1, 0.4, 0.4], [0.4, 1, 0], [0.4, 0, 1]])).T
    assert parallel_analysis(y, draws=20).kaiser == 2


def test_noise_keeps_no_component():
    assert parallel_analysis(np.random.default_rng(3).normal(size=(200, 6)), draws=200).retained == 0


def test_too_few_draws_are_refused(adequacy_data):
    with pytest.raises(MethodError, match="10 draws"):
        parallel_analysis(adequacy_data["tai_23x8"], draws=10)


def test_repeated_indicators_are_named(adequacy_data):
    y = adequacy_data["tai_23x8"][:, [0, 1, 0]]
    with pytest.raises(MethodError, match="'patents', 'again'"):
        parallel_analysis(y, names=("patents", "royalties", "again"))
