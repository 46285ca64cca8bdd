"""Importance of a member of an aggregate, which is not its weight."""

from __future__ import annotations

import numpy as np


def importance(y: np.ndarray, aggregate: np.ndarray) -> np.ndarray:
    """Return the squared correlation of each column with the aggregate, over the cases where both are present.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members)
    aggregate : ndarray, shape (n_cases,)

    References
    ----------
    Paruolo, Saisana & Saltelli (2013), J. Royal Statistical Society A 176(3), 609-634.
    """
    squared = np.full(y.shape[1], np.nan)
    for j in range(y.shape[1]):
        both = np.isfinite(y[:, j]) & np.isfinite(aggregate)
        if both.sum() > 2 and np.ptp(y[both, j]) > 0 and np.ptp(aggregate[both]) > 0:
            squared[j] = np.corrcoef(y[both, j], aggregate[both])[0, 1] ** 2
    return squared
