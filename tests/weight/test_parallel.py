import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.weight import random_eigenvalues


@pytest.mark.parametrize(("data", "n", "m"), [("synthetic_120x8", 120, 8), ("tai_23x8", 23, 8)])
def test_mean_and_percentile_of_chance(table, data, n, m):
    expected = table("kmo_bartlett", "expected_parallel_analysis").loc[data]
    got = random_eigenvalues(n, m, draws=4000)
    np.testing.assert_allclose(got.mean(axis=0), expected["random_mean"], atol=0.02)
    np.testing.assert_allclose(np.quantile(got, 0.95, axis=0), expected["random_p95"], atol=0.02)


def test_the_seed_is_the_whole_of_its_luck():
    a = random_eigenvalues(30, 4, draws=130, seed=5)
    np.testing.assert_array_equal(a[:70], random_eigenvalues(30, 4, draws=70, seed=5))
    assert not np.allclose(a, random_eigenvalues(30, 4, draws=130, seed=6))
    np.testing.assert_allclose(a.sum(axis=1), 4, rtol=1e-12)


def test_too_few_cases_are_refused():
    with pytest.raises(MethodError, match="more cases than indicators"):
        random_eigenvalues(4, 4)
