"""Parallel analysis: how many components say more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.analyse.complete import correlated_cases
from indexer.errors import MethodError
from indexer.statistics.correlation import correlations
from indexer.statistics.kaiser import above_chance, kaiser
from indexer.statistics.noise import QUANTILE, random_eigenvalues


@dataclass(frozen=True, eq=False)
class ParallelAnalysis:
    """Eigenvalues beside those of noise of the same size.

    Attributes
    ----------
    eigenvalues : ndarray, shape (n_indicators,)
        Of the correlation matrix, falling.
    random_mean, random_p95 : ndarray, shape (n_indicators,)
        Mean and 95 % quantile over the draws of uncorrelated normal values.
    draws, seed : int
    """

    eigenvalues: np.ndarray
    random_mean: np.ndarray
    random_p95: np.ndarray
    draws: int
    seed: int

    @property
    def retained(self) -> int:
        """How many leading components lie above the 95 % quantile of chance."""
        return above_chance(self.eigenvalues, self.random_p95)

    @property
    def kaiser(self) -> int:
        """How many have an eigenvalue of at least 1 (Kaiser's rule), at least one."""
        return kaiser(self.eigenvalues)


def parallel_analysis(y: np.ndarray, draws: int = 1000, seed: int = 1, names: Sequence[str] = ()) -> ParallelAnalysis:
    """Compare the eigenvalues of the correlation matrix with those of noise.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values; cases with a missing value are left out.
    draws : int
        Tables of noise.
    seed : int
        Of the noise; the same seed gives the same table.
    names : sequence of str
        Of the indicators, for the error.

    Raises
    ------
    MethodError
        With fewer than 20 draws, or as `kmo`.

    References
    ----------
    Horn (1965), Psychometrika 30(2), 179-185; the 95 % quantile of Longman et al. (1989), Multivariate Behavioral
    Research 24(1), 59-69.
    """
    if draws < 20:
        raise MethodError(f"{draws} draws are too few for a 95 % quantile", remedy="draw at least 20, better 1000")
    complete = correlated_cases(y, names)
    n, m = complete.shape
    values = random_eigenvalues(n, m, draws, seed)
    eigenvalues = np.linalg.eigvalsh(correlations(complete))[::-1]
    return ParallelAnalysis(eigenvalues, values.mean(axis=0), np.quantile(values, QUANTILE, axis=0), draws, seed)
