"""Linear interpolation inside one economy."""

from __future__ import annotations

import numpy as np


def interpolate(years: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Fill gaps between two present years linearly; never beyond the first or last present year.

    Parameters
    ----------
    years : ndarray of int, shape (n_years,)
        Increasing years.
    x : ndarray, shape (n_years,) or (n_years, n_series)
        Values, NaN = missing.

    Returns
    -------
    ndarray
        A copy with the inner gaps filled. A series with fewer than two present values is returned as it is.

    Examples
    --------
    >>> interpolate(np.array([2020, 2021, 2023]), np.array([1.0, np.nan, 4.0]))
    array([1., 2., 4.])
    """
    years = np.asarray(years, dtype=float)
    filled = np.array(x, dtype=float)
    columns = filled.reshape(len(years), -1)
    present = np.isfinite(columns)
    at = np.arange(len(years))[:, None]
    before = np.maximum.accumulate(np.where(present, at, -1), axis=0)
    after = np.minimum.accumulate(np.where(present, at, len(years))[::-1], axis=0)[::-1]
    gap = ~present & (before >= 0) & (after < len(years))
    here, series = np.nonzero(gap)
    left, right = before[gap], after[gap]
    with np.errstate(over="ignore"):
        slope = (columns[right, series] - columns[left, series]) / (years[right] - years[left])
        columns[gap] = slope * (years[here] - years[left]) + columns[left, series]
    return columns.reshape(filled.shape)
