"""Eigenvalues of noise, against a simulation of its own in the reference tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.errors import MethodError
from indexer.statistics import noise
from indexer.statistics.noise import random_eigenvalues

TABLE = Path(__file__).parents[1] / "reference" / "kmo_bartlett" / "expected_parallel_analysis.csv"


@pytest.mark.parametrize(("data", "n", "m"), [("synthetic_120x8", 120, 8), ("tai_23x8", 23, 8)])
def test_mean_and_percentile_of_chance(data, n, m):
    expected = pd.read_csv(TABLE, index_col=0).loc[data]
    got = random_eigenvalues(n, m, draws=4000)
    np.testing.assert_allclose(got.mean(axis=0), expected["random_mean"], atol=0.02)
    np.testing.assert_allclose(np.quantile(got, 0.95, axis=0), expected["random_p95"], atol=0.02)


def test_the_seed_is_the_whole_of_its_luck(monkeypatch):
    a = random_eigenvalues(30, 4, draws=130, seed=5)
    assert not np.allclose(a, random_eigenvalues(30, 4, draws=130, seed=6))
    np.testing.assert_allclose(a.sum(axis=1), 4, rtol=1e-12)
    np.testing.assert_allclose(a[:70], random_eigenvalues(30, 4, draws=70, seed=5), rtol=1e-12)
    monkeypatch.setattr(noise, "_NUMBERS", 1000)
    np.testing.assert_allclose(a, random_eigenvalues(30, 4, draws=130, seed=5), rtol=1e-12)


def test_eigenvalues_are_those_of_correlation_matrices():
    draws = np.random.default_rng(3).standard_normal((5, 20, 3))
    expected = [np.linalg.eigvalsh(np.corrcoef(one, rowvar=False))[::-1] for one in draws]
    np.testing.assert_allclose(random_eigenvalues(20, 3, draws=5, seed=3), expected, rtol=1e-12)


@pytest.mark.parametrize(("n", "m", "draws"), [(4, 4, 10), (9, 0, 10), (9, 3, 0)])
def test_too_few_cases_are_refused(n, m, draws):
    with pytest.raises(MethodError, match="at least one draw, and more cases than indicators"):
        random_eigenvalues(n, m, draws)
