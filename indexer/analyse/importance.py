"""Importance of a member of an aggregate, which is not its weight."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

FEWEST = 10
"""Cases below which no curve is fitted."""
GROUPS = 5
"""A member with no more values than this is read as groups of cases."""
BINS = 200
"""Most places of a curve; more values are gathered in bins of neighbours."""
WIDTHS = 12
"""Bandwidths tried."""


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
    return _each(y, aggregate, 3, lambda x, total: np.corrcoef(x, total)[0, 1] ** 2)


def correlation_ratio(y: np.ndarray, aggregate: np.ndarray) -> np.ndarray:
    """Return η² = Var(E[aggregate | y_j]) / Var(aggregate) of each column, over the cases where both are present.

    The expectation is a local linear regression with a Gaussian kernel on the values or on their ranks, with one of
    12 bandwidths (from five cases' room to a straight line), whichever has the least leave-one-out error; members
    with few values are taken as groups, whose means are the expectation. η² is not below the squared correlation,
    which the straight line reaches: what it has more is bend.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members)
    aggregate : ndarray, shape (n_cases,)

    Returns
    -------
    ndarray, shape (n_members,)
        In [0, 1]; NaN where a column or the aggregate does not vary, or too few cases have both.

    References
    ----------
    Paruolo, Saisana & Saltelli (2013), J. Royal Statistical Society A 176(3), 609-634; Fan & Gijbels (1996), Local
    Polynomial Modelling and Its Applications, Chapman & Hall.
    """

    def ratio(x: np.ndarray, total: np.ndarray) -> float:
        # nothing depends on units: x on [-1, 1], the aggregate in standard deviations
        x = 2 * (x - x.min()) / np.ptp(x) - 1
        total = (total - total.mean()) / total.std()
        return float(np.clip(np.var(_expected(x, total)), np.corrcoef(x, total)[0, 1] ** 2, 1.0))

    return _each(y, aggregate, FEWEST, ratio)


def _each(
    y: np.ndarray, aggregate: np.ndarray, fewest: int, measure: Callable[[np.ndarray, np.ndarray], float]
) -> np.ndarray:
    """Return a measure of each column with the aggregate; NaN where there is too little or nothing varies."""
    found = np.full(y.shape[1], np.nan)
    for j in range(y.shape[1]):
        both = np.isfinite(y[:, j]) & np.isfinite(aggregate)
        if both.sum() >= fewest and np.ptp(y[both, j]) > 0 and np.ptp(aggregate[both]) > 0:
            found[j] = measure(y[both, j], aggregate[both])
    return found


def _expected(x: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Return the expected aggregate at each case's x."""
    values, code = np.unique(x, return_inverse=True)
    if len(values) > BINS:
        edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)))
        code = np.searchsorted(edges[1:-1], x, side="right")
    count = np.bincount(code).astype(float)
    place, height = (np.bincount(code, weights=v) / count for v in (x, total))
    return np.asarray((height if len(count) <= GROUPS else _smooth(place, height, count))[code])


def _smooth(x: np.ndarray, height: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return the local linear fit at each x with the scale and bandwidth of the least leave-one-out error."""
    ranks = 2 * (np.cumsum(count) - count / 2) / count.sum() - 1
    # from five cases within two bandwidths to far beyond the range (a straight line)
    widths = np.geomspace(2 * 5 / (4 * count.sum()), 20.0, WIDTHS)[::-1]
    best, least = height, np.inf
    for scale, width in product((x, ranks), widths):
        fitted, own = _local_linear(scale, height, count, width)
        if (own > 1 - 1e-6).any():
            # alone in its window, a case says nothing of the error
            continue
        error = float((count * ((height - fitted) / (1 - own)) ** 2).sum())
        if error < least * (1 - 1e-9):
            best, least = fitted, error
    return best


def _local_linear(x: np.ndarray, height: np.ndarray, count: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Return at each x the straight line fitted around it, and the weight of its own height in that."""
    away = x - x[:, None]
    square = away * away
    kernel = np.exp(square * (-0.5 / width**2))
    both = np.column_stack([count, count * height])
    weight, level = (kernel @ both).T
    moment, cross = ((kernel * away) @ both).T
    level, centre = level / weight, moment / weight
    spread = (kernel * square) @ count - centre * moment
    # where all the weight is on one value there is no slope
    inverse = np.where(spread > 1e-12 * weight, 1 / np.maximum(spread, 1e-300), 0.0)
    fitted = level - (cross - moment * level) * inverse * centre
    return fitted, count * (1 / weight + centre**2 * inverse)
