"""The last value carried forward inside one economy."""

from __future__ import annotations

import numpy as np


def carry(years: np.ndarray, x: np.ndarray, limit: int | np.ndarray, observed: np.ndarray | None = None) -> np.ndarray:
    """Carry the last value forward, at most `limit` years after it was observed; never backward.

    Parameters
    ----------
    years : ndarray of int, shape (n_years,)
        Increasing years.
    x : ndarray, shape (n_years,) or (n_years, n_series)
        Values, NaN = missing.
    limit : int or ndarray of int, shape (n_series,)
        Largest number of years between an observation and the last year that repeats it; 0 carries nothing.
    observed : ndarray of bool, optional
        Which present values are observations. A value that its publisher had carried already is present without being
        one, so that the limit counts from the true observation. Default: all present values.

    Returns
    -------
    ndarray
        A copy with the gaps after a present value filled.

    Examples
    --------
    >>> carry(np.array([2020, 2021, 2022]), np.array([1.0, np.nan, np.nan]), 1)
    array([ 1.,  1., nan])
    """
    years = np.asarray(years)
    filled = np.array(x, dtype=float)
    columns = filled.reshape(len(years), -1)
    present = np.isfinite(columns)
    seen = present if observed is None else present & np.asarray(observed, dtype=bool).reshape(columns.shape)
    # a series that begins with no observation counts from its first value
    seen = seen | (present & (np.cumsum(present, axis=0) == 1))
    at = np.arange(len(years))[:, None]
    last = np.maximum.accumulate(np.where(present, at, -1), axis=0)
    since = years[:, None] - years[np.maximum.accumulate(np.where(seen, at, -1), axis=0)]
    gap = ~present & (last >= 0) & (since <= limit)
    columns[gap] = columns[last[gap], np.nonzero(gap)[1]]
    return columns.reshape(filled.shape)
