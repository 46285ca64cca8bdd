"""Normalisation: indicators on one scale, better always higher."""

from __future__ import annotations

import numpy as np

from indexer.errors import MethodError


def bounds(x: np.ndarray, names: tuple[str, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest present value of each column, the parameters of `min_max`.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_indicators)
        Treated values of the reference years, NaN = missing.
    names : tuple of str
        Names of the columns, for the error.

    Raises
    ------
    MethodError
        If a column has no present value or is constant.
    """
    x = np.asarray(x, dtype=float)
    for j in range(x.shape[1]):
        present = x[np.isfinite(x[:, j]), j]
        name = names[j] if names else f"column {j}"
        if present.size == 0:
            raise MethodError(
                f"indicator {name!r} has no value in the reference years",
                remedy="choose other reference years, or leave the indicator out of the edition",
            )
        if present.min() == present.max():
            raise MethodError(
                f"indicator {name!r} is constant ({present[0]:g}) in the reference years",
                remedy="leave the indicator out of the edition, or give it as context",
            )
    return np.nanmin(x, axis=0), np.nanmax(x, axis=0)


def min_max(x: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """Scale x to (x - low) / (high - low): 0 at `low`, 1 at `high`, beyond them outside [0, 1].

    Parameters
    ----------
    x : ndarray
        Values, cases × indicators, NaN = missing (stays missing).
    low, high : float or ndarray
        Bounds of each column, fitted on reference years or given as goalposts; `high` > `low`.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.3.

    Examples
    --------
    >>> min_max(np.array([1.0, 2.0, 4.0]), 1.0, 3.0)
    array([0. , 0.5, 1.5])
    """
    width = np.asarray(high, dtype=float) - np.asarray(low, dtype=float)
    if np.any(width <= 0):
        raise MethodError("the upper bound must lie above the lower one", remedy="check the goalposts")
    return np.asarray((np.asarray(x, dtype=float) - low) / width)


def reverse(y: np.ndarray, lower_better: np.ndarray) -> np.ndarray:
    """Turn the columns in which less is better: 1 - y, so that higher is better everywhere."""
    return np.where(lower_better, 1.0 - y, y)


def to_range(y: np.ndarray, low: float, high: float) -> np.ndarray:
    """Spread values on [0, 1] over [low, high]."""
    return np.asarray(low + (high - low) * y)
