"""What a treatment learnt of each column, and how it is applied to any cases."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Parameters
from indexer.treat.transform import elementwise


def columns(x: np.ndarray, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return a copy as cases × columns.

    Raises
    ------
    MethodError
        If a value is infinite or no number.
    """
    try:
        x = np.array(x, dtype=float)
    except (TypeError, ValueError):
        raise MethodError("values that are no numbers", where="treat", remedy="give numbers, NaN = missing") from None
    if x.ndim not in (1, 2):
        raise MethodError(f"an array of {x.ndim} dimensions", where="treat", remedy="give cases × columns")
    x = x if x.ndim == 2 else x[:, None]
    if np.isinf(x).any():
        case, j = (int(i) for i in np.argwhere(np.isinf(x))[0])
        rows = np.flatnonzero(np.isinf(x[:, j]))[:5].tolist()
        remedy = "correct the value, or leave the cell empty"
        raise MethodError(f"infinite in case {case}", where=name_of(names, j), rows=rows, remedy=remedy)
    return x


def name_of(names: tuple[str, ...], j: int) -> str:
    """Return the name of a column, or its place."""
    return names[j] if j < len(names) else f"column {j}"


def record(how: str, before: Iterable[float], after: Iterable[float], **values: Any) -> dict[str, Any]:
    """Describe one column.

    Parameters
    ----------
    how : {"none", "winsorised", "log", "unresolved"}
        What was done; "unresolved" where it did not suffice.
    before, after : pair of float
        Skewness and excess kurtosis; None is written where they are undefined.
    **values : float or int
        Those of lower, upper, minimum, maximum, range, sign and treated that are not empty.
    """
    g1, g2, g1_after, g2_after = (float(v) if math.isfinite(v) else None for v in (*before, *after))
    empty = {"lower": None, "upper": None, "minimum": None, "maximum": None, "range": None, "sign": None}
    described = {"skewness": g1, "kurtosis": g2, "skewness_after": g1_after, "kurtosis_after": g2_after}
    return {"how": how, **empty, **described, "treated": 0, **values}


def apply(x: np.ndarray, parameters: Parameters, **options: Any) -> np.ndarray:
    """Treat any cases as the reference cases were.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_columns)
        Values, NaN = missing.
    parameters : list of mapping
        One a column, as fitted.
    **options
        As given to the fit; nothing of them is read here.

    Returns
    -------
    ndarray
        A copy: winsorised values set to the bound, logarithms taken; a value outside the reference range on the side
        where the logarithm breaks off is floored at the range's end (see `floored`). Two cases may be tied, never
        reversed.

    Raises
    ------
    MethodError
        If the number of columns is not that of the fit, or a value is infinite.
    """
    x = _matching(x, parameters)
    for j, p in enumerate(parameters):
        if p["sign"] is not None:
            x[:, j] = _log(x[:, j], p)
        else:
            x[:, j] = within(x[:, j], p["lower"], p["upper"])
    return x


def floored(x: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Tell which values the logarithm of their column does not reach.

    These are the values below the reference minimum (for a negative sign: above the maximum). They take the transformed
    value of that minimum. Down to a hundredth of the range below the minimum a logarithm exists; it is not taken, since
    values further down, which have none and are floored, would then rank above.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_columns)
        Untreated values.
    parameters : list of mapping
        As fitted; those of a method that takes no such logarithm floor nothing.

    Returns
    -------
    ndarray of bool
        Of the shape of `x`.
    """
    x = _matching(x, parameters)
    out = np.zeros(x.shape, dtype=bool)
    for j, p in enumerate(parameters):
        if p.get("sign") is not None:
            out[:, j] = x[:, j] < p["minimum"] if p["sign"] > 0 else x[:, j] > p["maximum"]
    return out


def within(x: np.ndarray, lower: float | None, upper: float | None) -> np.ndarray:
    """Set what lies beyond the bounds to them; None bounds nothing."""
    x = np.where(x < lower, lower, x) if lower is not None else x
    return np.where(x > upper, upper, x) if upper is not None else x


def _log(column: np.ndarray, p: dict[str, Any]) -> np.ndarray:
    reach = np.maximum(column - p["minimum"] if p["sign"] > 0 else p["maximum"] - column, 0.0) + 0.01 * p["range"]
    return p["sign"] * elementwise(math.log, reach)


def _matching(x: np.ndarray, parameters: Parameters) -> np.ndarray:
    x = columns(x)
    if x.shape[1] != len(parameters):
        message = f"{x.shape[1]} columns for the treatment of {len(parameters)}"
        raise MethodError(message, where="treat", remedy="give the columns of the fit, in its order")
    return x
