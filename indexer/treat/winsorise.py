"""Winsorisation: extreme values set to the next less extreme one, until skewness or kurtosis is moderate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option, Parameters
from indexer.treat.moments import fails, of_sorted, ordered
from indexer.treat.record import apply, columns, record


def winsorise(x: np.ndarray, skew: float = 2.0, kurtosis: float = 3.5, winmax: int = 5) -> np.ndarray:
    """Winsorise the columns with |G1| > `skew` and G2 > `kurtosis`, one extreme value at a time.

    Each step sets all cases at the most extreme value of the heavy side (the maximum for G1 >= 0, else the minimum) to
    the next less extreme value; tied cases move together and are one step. As in COINr's `winsorise` (Becker et al.,
    JOSS 7(78), 2022), which counts tied cases singly, steps are taken while the column fails, at most `winmax`. A step
    that would leave a constant is not taken.

    Parameters
    ----------
    x : ndarray, shape (n_cases,) or (n_cases, n_columns)
        Values, NaN = missing.
    skew, kurtosis : float
        A column passes where either moment is within its bound.
    winmax : int
        Steps taken in one column.

    Returns
    -------
    ndarray
        A treated copy; a column with fewer than four values, or a constant one, as it is.

    Examples
    --------
    >>> winsorise(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 90.0]))
    array([1., 2., 3., 4., 5., 5.])
    """
    parameters = fit(np.asarray(x), skew=skew, kurtosis=kurtosis, winmax=winmax)
    return apply(x, parameters).reshape(np.shape(x))


def fit(
    x: np.ndarray,
    *,
    names: tuple[str, ...] = (),
    economies: Sequence[str] | np.ndarray | None = None,
    skew: float = 2.0,
    kurtosis: float = 3.5,
    winmax: int = 5,
) -> Parameters:
    """Find the bounds of each column.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_columns)
        Reference cases, NaN = missing.
    names : tuple of str
        Columns, for errors.
    economies : sequence, optional
        Economy of each case: `winmax` counts economies. Default: each case its own.
    skew, kurtosis, winmax
        See `winsorise`.

    Returns
    -------
    list of mapping
        `how` is "winsorised", or "unresolved" where the column still fails; its bounds are applied all the same.

    Raises
    ------
    MethodError
        If a value is infinite, or `economies` are not as many as the cases.
    """
    x = columns(x, names)
    rows = ordered(x)
    before = of_sorted(rows)
    lower, upper, after = bounds(x, rows, before, economies, skew=skew, kurtosis=kurtosis, winmax=winmax)
    failed, unresolved = fails(*before, skew, kurtosis), fails(*after, skew, kurtosis)
    out = []
    for j in range(x.shape[1]):
        moments = (before[0][j], before[1][j]), (after[0][j], after[1][j])
        how = "none" if not failed[j] else "unresolved" if unresolved[j] else "winsorised"
        out.append(record(how, *moments, **found(x[:, j], lower[j], upper[j])))
    return out


def bounds(
    x: np.ndarray,
    rows: np.ndarray,
    before: tuple[np.ndarray, np.ndarray],
    economies: Sequence[str] | np.ndarray | None,
    *,
    skew: float,
    kurtosis: float,
    winmax: int,
) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return the bounds of each column (infinite where there is none), and its skewness and kurtosis within them.

    Parameters
    ----------
    x, rows : ndarray
        The cases, of shape (n_cases, n_columns), and their columns sorted (`moments.ordered`).
    before : pair of ndarray
        Skewness and kurtosis of the columns.
    economies : sequence or None
        `winmax` limits the steps that reach a further economy: one that reaches none is free, tied economies are one.
    """
    order, starts = _grouped(economies, len(x))
    x = x[order]
    g1, g2 = (values.copy() for values in before)
    lower, upper = np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf)
    changed, steps = (np.zeros(x.shape[1], dtype=int) for _ in range(2))
    j = np.flatnonzero(fails(g1, g2, skew, kurtosis))
    while j.size:
        now = np.clip(rows[j], lower[j, None], upper[j, None])
        bottom, top = np.nanmin(now, axis=1, keepdims=True), np.nanmax(now, axis=1, keepdims=True)
        second_top = np.where(now < top, now, -np.inf).max(axis=1)
        second_bottom = np.where(now > bottom, now, np.inf).min(axis=1)
        high = g1[j] >= 0
        low_to, high_to = np.where(high, lower[j], second_bottom), np.where(high, second_top, upper[j])
        beyond = (x[:, j] < low_to) | (x[:, j] > high_to)
        economies_beyond = np.logical_or.reduceat(beyond, starts, axis=0).sum(axis=0)
        two_left = np.where(high, second_top > bottom[:, 0], second_bottom < top[:, 0])
        free = economies_beyond == changed[j]
        step = two_left & ((steps[j] < winmax) | free)
        j = j[step]
        steps[j] += ~free[step]
        lower[j], upper[j], changed[j] = low_to[step], high_to[step], economies_beyond[step]
        g1[j], g2[j] = of_sorted(np.clip(rows[j], lower[j, None], upper[j, None]))
        j = j[fails(g1[j], g2[j], skew, kurtosis)]
    return lower, upper, (g1, g2)


def found(column: np.ndarray, lower: float, upper: float) -> dict[str, Any]:
    """Return the finite bounds and the number of cells beyond them, for the record of a column."""
    ends = (float(lower) if np.isfinite(lower) else None), (float(upper) if np.isfinite(upper) else None)
    treated = int(((column < lower) | (column > upper)).sum())
    return {"lower": ends[0], "upper": ends[1], "treated": treated}


def _grouped(economies: Sequence[str] | np.ndarray | None, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return an order of the cases in which each economy's are adjacent, and where each begins."""
    if economies is None:
        return np.arange(n), np.arange(n)
    if len(economies) != n:
        raise MethodError(f"{len(economies)} economies for {n} cases", where="treat", remedy="give one label a case")
    labels = np.array([str(e) for e in economies])
    order = np.argsort(labels, kind="stable")
    return order, np.flatnonzero(np.r_[True, labels[order][1:] != labels[order][:-1]])


OPTIONS = {
    "skew": Option(2.0, "number", above=0),
    "kurtosis": Option(3.5, "number"),
    "winmax": Option(5, "integer", least=0),
}
METHOD = Method(fit=fit, apply=apply, options=OPTIONS)
