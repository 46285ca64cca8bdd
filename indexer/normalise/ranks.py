"""Ranks: only the order of the cases counts."""

from __future__ import annotations

import numpy as np

from indexer.normalise.scale import columns


def below(x: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return how many present values of `reference` (column by column) lie below each value; NaN stays."""
    ordered = np.sort(reference, axis=0)
    present = (~np.isnan(reference)).sum(axis=0)
    count = np.empty(x.shape)
    for j in range(x.shape[1]):
        count[:, j] = np.searchsorted(ordered[: present[j], j], x[:, j], side="left")
    return np.where(np.isnan(x), np.nan, count)


def rank(x: np.ndarray) -> np.ndarray:
    """Return the rank of each value in its column: 1 for the lowest, ties take the least of their ranks.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_indicators) or (n_cases,)
        Values, NaN = missing (stays missing).

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.1; COINr's `n_rank`.

    Examples
    --------
    >>> rank(np.array([5.0, 7.0, 5.0, np.nan]))
    array([ 1.,  3.,  1., nan])
    """
    return borda(x) + 1.0


def borda(x: np.ndarray) -> np.ndarray:
    """Return the Borda points of each value in its column: how many values lie below it.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_indicators) or (n_cases,)
        Values, NaN = missing (stays missing).

    References
    ----------
    COINr's `n_borda`.
    """
    values = columns(x)
    return below(values, values).reshape(np.shape(x))
