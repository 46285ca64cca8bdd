"""Correlations of complete columns, and what keeps their matrix from being inverted."""

from __future__ import annotations

import numpy as np

FLAT = 1e-12
"""Range relative to the greatest value below which a column is rounding noise about a constant."""
SAME = 1e-10
"""Correlations this near to one are those of one column with itself, and eigenvalues below it are none."""


def complete_rows(y: np.ndarray) -> np.ndarray:
    """Return the rows without a missing value."""
    return np.asarray(y[~np.isnan(y).any(axis=1)])


def flat(least: np.ndarray, greatest: np.ndarray) -> np.ndarray:
    """Tell which columns vary no more than by rounding, from their least and greatest values."""
    with np.errstate(over="ignore"):  # what is too wide for a number varies
        return np.asarray(greatest - least <= FLAT * np.maximum(np.abs(least), np.abs(greatest)))


def constant(complete: np.ndarray) -> np.ndarray:
    """Tell which columns without gaps vary no more than by rounding."""
    return flat(complete.min(axis=0), complete.max(axis=0))


def standardised(complete: np.ndarray) -> np.ndarray:
    """Return z-scores (divisor n - 1) of complete columns that vary, whatever their units."""
    x = complete / np.abs(complete).max(axis=0)
    x = x - x.mean(axis=0)
    x = x - x.mean(axis=0)  # what the first mean lost to rounding
    return np.asarray(x / np.sqrt((x**2).sum(axis=0) / (len(x) - 1)))


def correlations(complete: np.ndarray) -> np.ndarray:
    """Return the correlation matrix of complete columns that vary, with ones on its diagonal.

    Examples
    --------
    >>> correlations(np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]])).round(6)
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    z = standardised(complete)
    r = np.clip(z.T @ z / (len(z) - 1), -1.0, 1.0)
    r = (r + r.T) / 2
    np.fill_diagonal(r, 1.0)
    return np.asarray(r)


def repeated(r: np.ndarray) -> list[tuple[int, int]]:
    """Return the pairs of columns that are the same up to scale, in order."""
    return [(int(i), int(j)) for i, j in zip(*np.nonzero(np.triu(np.abs(r) > 1.0 - SAME, 1)), strict=True)]


def dependent(r: np.ndarray) -> tuple[float, list[int]]:
    """Return the least eigenvalue, and where it is none the columns that are sums of each other."""
    values, vectors = np.linalg.eigh(r)
    none = values < SAME
    return float(values[0]), np.flatnonzero((np.abs(vectors[:, none]) > 1e-6).any(axis=1)).tolist()
