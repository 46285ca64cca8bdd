"""Imputation inside one economy: linear interpolation, and the last value carried forward."""

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
    for column in columns.T:
        present = np.isfinite(column)
        if present.sum() < 2:
            continue
        first, last = years[present][[0, -1]]
        gap = ~present & (years > first) & (years < last)
        column[gap] = np.interp(years[gap], years[present], column[present])
    return columns.reshape(filled.shape)


def carry(years: np.ndarray, x: np.ndarray, limit: int, observed: np.ndarray | None = None) -> np.ndarray:
    """Carry the last value forward, at most `limit` years after it was observed; never backward.

    Parameters
    ----------
    years : ndarray of int, shape (n_years,)
        Increasing years.
    x : ndarray, shape (n_years,) or (n_years, n_series)
        Values, NaN = missing.
    limit : int
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
    seen = np.isfinite(columns) if observed is None else np.asarray(observed, dtype=bool).reshape(columns.shape)
    for column, true in zip(columns.T, seen.T, strict=True):
        last_value, last_year = np.nan, None
        for t, year in enumerate(years):
            if np.isfinite(column[t]):
                last_value = column[t]
                last_year = year if true[t] or last_year is None else last_year
            elif last_year is not None and year - last_year <= limit:
                column[t] = last_value
    return columns.reshape(filled.shape)
