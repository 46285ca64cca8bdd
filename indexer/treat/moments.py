"""Skewness and excess kurtosis, corrected for the size of the sample (G1 and G2)."""

from __future__ import annotations

import numpy as np


def skewness(x: np.ndarray) -> np.ndarray | float:
    """Return the sample skewness G1 of each column.

    G1 = √(n(n-1))/(n-2) · m3/m2^1.5, m the central moments (type 2 of Joanes & Gill 1998, The Statistician 47).

    Parameters
    ----------
    x : ndarray, shape (n_cases,) or (n_cases, n_columns)
        Values, NaN = missing and left out.

    Returns
    -------
    float or ndarray of shape (n_columns,)
        NaN for a constant column and for one with fewer than three values.

    Examples
    --------
    >>> round(skewness(np.array([1.0, 2.0, 3.0, 10.0])), 4)
    1.7636
    """
    return _shaped(x, moments(x)[0])


def kurtosis(x: np.ndarray) -> np.ndarray | float:
    """Return the sample excess kurtosis G2 of each column.

    G2 = (n-1)/((n-2)(n-3)) · ((n+1)(m4/m2² - 3) + 6) (type 2 of Joanes & Gill 1998).

    Parameters
    ----------
    x : ndarray, shape (n_cases,) or (n_cases, n_columns)
        Values, NaN = missing and left out.

    Returns
    -------
    float or ndarray of shape (n_columns,)
        NaN for a constant column and for one with fewer than four values.
    """
    return _shaped(x, moments(x)[1])


def moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return G1 and G2 of each column, each of shape (n_columns,)."""
    return of_sorted(ordered(x))


def ordered(x: np.ndarray) -> np.ndarray:
    """Return the columns as sorted rows, missing values last, so that no sum depends on the order of the cases."""
    x = np.asarray(x, dtype=float)
    # one column after the other in memory: each is summed as if it were alone
    return np.sort(np.ascontiguousarray(x.T if x.ndim > 1 else x[None, :]), axis=1)


def of_sorted(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return G1 and G2 of sorted rows, of shape (n_columns, n_cases), NaN last."""
    if not rows.size:
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    present = ~np.isnan(rows)
    n = present.sum(axis=1)
    count = np.maximum(n, 1)[:, None]
    first, last = rows[:, 0], rows[np.arange(len(rows)), np.maximum(n - 1, 0)]
    # powers of two, which round nothing, keep the powers of very large and very small values in range
    d = _scaled(np.where(present, rows, 0.0), np.maximum(np.abs(first), np.abs(last)))
    d = np.where(present, d - d.sum(axis=1, keepdims=True) / count, 0.0)
    d = np.where(present, d - d.sum(axis=1, keepdims=True) / count, 0.0)
    d = _scaled(d, np.abs(d).max(axis=1))
    square = d * d
    s2, s3, s4 = square.sum(axis=1), (square * d).sum(axis=1), (square * square).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        g1 = np.sqrt(n) * s3 / s2**1.5 * np.sqrt(n * (n - 1.0)) / (n - 2.0)
        g2 = ((n + 1) * (n * s4 / s2**2 - 3) + 6) * (n - 1.0) / ((n - 2.0) * (n - 3.0))
    varied = first < last
    return np.where(varied & (n >= 3), g1, np.nan), np.where(varied & (n >= 4), g2, np.nan)


def fails(g1: np.ndarray, g2: np.ndarray, skew: float, kurtosis: float) -> np.ndarray:
    """Tell which columns are lopsided and heavy-tailed at once; an undefined moment is no failure."""
    return (np.abs(g1) > skew) & (g2 > kurtosis)


def _scaled(rows: np.ndarray, largest: np.ndarray) -> np.ndarray:
    return np.ldexp(rows, -np.frexp(np.nan_to_num(largest))[1][:, None])


def _shaped(x: np.ndarray, values: np.ndarray) -> np.ndarray | float:
    return float(values[0]) if np.ndim(x) == 1 else values
