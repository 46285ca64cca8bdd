"""Principal components of the correlation matrix, and how many of them are retained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.errors import MethodError
from indexer.statistics.correlation import correlations
from indexer.statistics.kaiser import TIE, above_chance, kaiser
from indexer.statistics.noise import QUANTILE, random_eigenvalues
from indexer.weight.cases import complete_cases, matrix, refuse_repetition

SEED = 1


@dataclass(frozen=True)
class PrincipalComponents:
    """Eigenvalues (descending), eigenvectors (columns, each turned to a positive sum), and how many are retained."""

    correlation: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray
    retained: int
    n_cases: int

    @property
    def loadings(self) -> np.ndarray:
        """Correlations of the indicators (rows) with the retained components."""
        k = self.retained
        return np.asarray(self.eigenvectors[:, :k] * np.sqrt(self.eigenvalues[:k]))


def principal_components(
    y: np.ndarray, names: tuple[str, ...] = (), retain: str | int | float = "kaiser", seed: int = SEED
) -> PrincipalComponents:
    """Decompose the correlation matrix of the complete cases.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values on any scale; cases with a missing value are left out.
    names : tuple of str
        Names of the columns, for errors.
    retain : {"kaiser", "parallel"}, int or float
        "kaiser": eigenvalues of at least 1; "parallel": the first ones above the 95th percentile of random data
        (Horn), both never fewer than one; a whole number of components; or the share of the variance, between 0 and
        1, that they have to reach.
    seed : int
        Seed of the random data of "parallel".

    Raises
    ------
    MethodError
        If there are no more complete cases than indicators, a column is constant, two columns are the same, the
        correlation matrix is singular, or the last retained eigenvalue equals the first one left out.
    """
    y, label = matrix(y, names)
    complete = complete_cases(y, label, y.shape[1] + 1, "principal components")
    n, m = complete.shape
    if m == 1:
        return PrincipalComponents(np.ones((1, 1)), np.ones(1), np.ones((1, 1)), 1, n)
    correlation = correlations(complete)
    refuse_repetition(correlation, label)
    values, vectors = np.linalg.eigh(correlation)
    values, vectors = values[::-1], vectors[:, ::-1]
    k = _retained(values, n, retain, seed)
    # eigenvectors of equal eigenvalues are the luck of the solver
    if k < m and values[k - 1] - values[k] < TIE * values[k - 1]:
        raise MethodError(
            f"components {k} and {k + 1} of {', '.join(label)} are equally strong: retaining {k} is a matter of luck",
            remedy="retain one more or one fewer",
        )
    return PrincipalComponents(correlation, values, _turned(values, vectors), k, n)


def _retained(values: np.ndarray, n: int, retain: str | int | float, seed: int) -> int:
    m = len(values)
    if retain == "kaiser":
        return kaiser(values)
    if retain == "parallel":
        return max(1, above_chance(values, np.quantile(random_eigenvalues(n, m, seed=seed), QUANTILE, axis=0)))
    number: float = -1.0
    if isinstance(retain, str):
        number = float(retain) if retain.isdecimal() else -1.0
    elif not isinstance(retain, bool):
        number = float(retain)
    if 0 < number < 1:
        return int((np.cumsum(values) / values.sum() < number - TIE).sum()) + 1
    if not (1 <= number <= m and number == int(number)):
        raise MethodError(
            f"cannot retain {retain} of {m} components",
            remedy="kaiser, parallel, a number from 1 to that of the indicators, or a share between 0 and 1",
        )
    return int(number)


def _turned(values: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Turn each component to a positive sum; among equally strong first ones take that of the greatest sum."""
    vectors = vectors.copy()
    tied = int((values > values[0] * (1 - TIE)).sum())
    sums = vectors[:, :tied].sum(axis=0)
    if tied > 1 and np.linalg.norm(sums) > TIE:
        basis = np.linalg.qr(np.column_stack([sums, np.eye(tied)]))[0]
        vectors[:, :tied] = vectors[:, :tied] @ basis
    sign = np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    return np.asarray(vectors * sign)
