"""Parallel analysis: how many components say more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.analyse.complete import correlated_cases
from indexer.errors import MethodError

_NUMBERS = 60_000  # random numbers held at a time, few enough for a processor's cache


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
        above = self.eigenvalues > self.random_p95
        return len(above) if above.all() else int(np.argmin(above))

    @property
    def kaiser(self) -> int:
        """How many have an eigenvalue above 1 (Kaiser's rule), at least one."""
        return max(int((self.eigenvalues > 1.0).sum()), 1)


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
    rng = np.random.default_rng(seed)
    values = np.empty((draws, m))
    step = max(_NUMBERS // (n * m), 1)
    for start in range(0, draws, step):
        stop = min(start + step, draws)
        noise = rng.standard_normal((stop - start, n, m))
        total = np.ones(n) @ noise
        moments = noise.transpose(0, 2, 1) @ noise - total[:, :, None] * total[:, None, :] / n
        spread = np.sqrt(np.diagonal(moments, axis1=1, axis2=2))
        values[start:stop] = np.linalg.eigvalsh(moments / (spread[:, :, None] * spread[:, None, :]))[:, ::-1]
    eigenvalues = np.linalg.eigvalsh(np.corrcoef(complete, rowvar=False))[::-1]
    return ParallelAnalysis(eigenvalues, values.mean(axis=0), np.quantile(values, 0.95, axis=0), draws, seed)
