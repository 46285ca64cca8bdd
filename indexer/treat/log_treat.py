"""The logarithm of the distance from the light end, for columns that are lopsided and heavy-tailed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option, Parameters
from indexer.treat.moments import fails, moments
from indexer.treat.record import apply, columns, name_of, record


def log_treat(x: np.ndarray) -> np.ndarray:
    """Take log(x - min + 0.01·range) for positive skewness, -log(max - x + 0.01·range) for negative.

    The order of the cases is kept. COINr's `log_CT` is the first of the two.

    Parameters
    ----------
    x : ndarray, shape (n_cases,) or (n_cases, n_columns)
        Values, NaN = missing.

    Returns
    -------
    ndarray
        A treated copy; a column with fewer than four values, or a constant one, as it is.

    Raises
    ------
    MethodError
        If a value is infinite, or the range is no number.

    Examples
    --------
    >>> log_treat(np.array([0.0, 1.0, 3.0, 99.0, 100.0]))
    array([0.        , 0.69314718, 1.38629436, 4.60517019, 4.61512052])
    """
    values = columns(x)
    g1, g2 = moments(values)
    parameters = []
    for j, pair in enumerate(zip(g1, g2, strict=True)):
        reach = scale(values[:, j], pair[0], f"column {j}") if np.isfinite(pair[1]) else {}
        parameters.append(record("log" if reach else "none", pair, pair, **reach))
    return apply(values, parameters).reshape(np.shape(x))


def scale(column: np.ndarray, g1: float, where: str) -> dict[str, Any]:
    """Return minimum, maximum, range, sign and the number of cells, for the record of a column."""
    low, high = float(np.nanmin(column)), float(np.nanmax(column))
    span = high - low
    if not 0 < 0.01 * span < math.inf:
        remedy = "give the indicator in another unit"
        raise MethodError("the range has no logarithm: too wide or too narrow a number", where=where, remedy=remedy)
    treated = int((~np.isnan(column)).sum())
    return {"minimum": low, "maximum": high, "range": span, "sign": 1 if g1 >= 0 else -1, "treated": treated}


def fit(
    x: np.ndarray,
    *,
    names: tuple[str, ...] = (),
    economies: np.ndarray | None = None,
    skew: float = 2.0,
    kurtosis: float = 3.5,
) -> Parameters:
    """Find the columns with |G1| > `skew` and G2 > `kurtosis`, and the ends of their ranges.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_columns)
        Reference cases, NaN = missing.
    names : tuple of str
        Columns, for errors.
    economies : ndarray, optional
        Not read.
    skew, kurtosis : float
        A column passes where either moment is within its bound.

    Returns
    -------
    list of mapping
        `how` is "log", or "unresolved" where the logarithms still fail; they are taken all the same.

    Raises
    ------
    MethodError
        If a value is infinite, or the range of a failing column is no number.
    """
    x = columns(x, names)
    g1, g2 = moments(x)
    parameters = [record("none", pair, pair) for pair in zip(g1, g2, strict=True)]
    return logged(x, parameters, fails(g1, g2, skew, kurtosis), names, skew=skew, kurtosis=kurtosis)


def logged(
    x: np.ndarray, parameters: Parameters, failed: np.ndarray, names: tuple[str, ...], *, skew: float, kurtosis: float
) -> Parameters:
    """Return the records with those of the failed columns replaced by that of their logarithm."""
    at = np.flatnonzero(failed).tolist()
    if not at:
        return parameters
    before = [(parameters[j]["skewness"], parameters[j]["kurtosis"]) for j in at]
    reach = [scale(x[:, j], pair[0], name_of(names, j)) for j, pair in zip(at, before, strict=True)]
    draft = [record("log", pair, pair, **one) for pair, one in zip(before, reach, strict=True)]
    after = moments(apply(x[:, at], draft))
    how = np.where(fails(*after, skew, kurtosis), "unresolved", "log").tolist()
    out = list(parameters)
    for i, j in enumerate(at):
        out[j] = record(how[i], before[i], (after[0][i], after[1][i]), **reach[i])
    return out


OPTIONS = {"skew": Option(2.0, "number", above=0), "kurtosis": Option(3.5, "number")}
METHOD = Method(fit=fit, apply=apply, options=OPTIONS)
