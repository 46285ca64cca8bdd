"""What the methods share: columns that are checked, direction, and the published range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.statistics.correlation import flat

OUTSIDE = 1e-9
"""Share of the range by which a value must lie outside before it counts: less is rounding."""


def called(names: Sequence[str], j: int | np.integer) -> str:
    """Return what an error calls column `j`."""
    return f"indicator {names[int(j)]!r}" if len(names) > j else f"column {j}"


def columns(x: np.ndarray, names: Sequence[str] = ()) -> np.ndarray:
    """Return `x` as cases × columns of finite numbers and NaN; one dimension is one column.

    Raises
    ------
    MethodError
        If a value is no number or infinite, or `x` has more than two dimensions.
    """
    try:
        x = np.asarray(x, dtype=float)
    except (TypeError, ValueError) as error:
        raise MethodError("the values are not all numbers", remedy="give numbers, NaN where missing") from error
    if x.ndim not in (1, 2):
        raise MethodError(f"values of {x.ndim} dimensions", remedy="give an array of cases × indicators")
    x = x.reshape(len(x), -1) if x.ndim == 1 else x
    infinite = np.isinf(x)
    if infinite.any():
        j = int(infinite.any(axis=0).argmax())
        rows = np.flatnonzero(infinite[:, j])[:5].tolist()
        raise MethodError(f"{called(names, j)} has infinite values", rows=rows, remedy="leave such cells missing")
    return x


def extremes(x: np.ndarray, names: Sequence[str] = (), *, vary: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest present value of each column of `x` (from `columns`).

    Raises
    ------
    MethodError
        If a column has no present value or, where it must `vary`, is constant.
    """
    least = np.fmin.reduce(x, axis=0, initial=np.nan)
    greatest = np.fmax.reduce(x, axis=0, initial=np.nan)
    for j in np.flatnonzero(np.isnan(least)):
        raise MethodError(
            f"{called(names, j)} has no value in the reference years",
            remedy="choose other reference years, or leave the indicator out of the edition",
        )
    for j in np.flatnonzero(flat(least, greatest)) if vary else ():
        raise MethodError(
            f"{called(names, j)} is constant ({least[j]:g}) in the reference years",
            remedy="leave the indicator out of the edition, or give it as context",
        )
    return least, greatest


def directions(x: np.ndarray, lower_better: Any) -> np.ndarray:
    """Return one truth value a column, from one for all or one for each."""
    turned = np.asarray(lower_better, dtype=bool)
    if turned.ndim > 1 or (turned.ndim == 1 and turned.size != x.shape[1]):
        raise MethodError(
            f"{turned.size} directions for {x.shape[1]} columns", remedy="give one truth value for each column"
        )
    return np.broadcast_to(turned, x.shape[1:])


def fitted(parameters: Sequence[Mapping[str, Any]], key: str, x: np.ndarray) -> list[Any]:
    """Return the value under `key` of each column's parameters.

    Raises
    ------
    MethodError
        If the parameters belong to other columns or to another method.
    """
    if len(parameters) != x.shape[1]:
        raise MethodError(
            f"parameters of {len(parameters)} columns for {x.shape[1]}", remedy="give the columns that were fitted"
        )
    if not all(key in one for one in parameters):
        raise MethodError(f"parameters without {key!r}", remedy="give the parameters that this method fitted")
    return [one[key] for one in parameters]


def check_range(low: float, high: float) -> None:
    """Refuse a published range that is empty or turned over."""
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise MethodError(f"no range from {low:g} to {high:g}", remedy="give a low below the high, such as 0 and 100")


def reverse(y: np.ndarray, lower_better: np.ndarray) -> np.ndarray:
    """Turn the columns in which less is better: 1 - y, so that higher is better everywhere."""
    return np.where(lower_better, 1.0 - y, y)


def to_range(y: np.ndarray, low: float, high: float) -> np.ndarray:
    """Spread values on [0, 1] over [low, high]."""
    return np.asarray(low + (high - low) * y)


def outside(y: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return which values lie outside [low, high] by more than rounding; missing ones do not.

    Examples
    --------
    >>> outside(np.array([-1.0, 0.0, 100.0, 100.5, np.nan]), 0.0, 100.0).tolist()
    [True, False, False, True, False]
    """
    low, high = sorted((low, high))
    slack = OUTSIDE * (high - low)
    return np.asarray((y < low - slack) | (y > high + slack))
