"""Min-max: the least reference value at 0, the greatest at 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option, Parameters
from indexer.normalise.scale import check_range, columns, directions, extremes, fitted, reverse, to_range


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
        If a column has no present value, is constant or holds an infinite value.
    """
    return extremes(columns(x, names), names)


def min_max(x: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """Scale x to (x - low) / (high - low): 0 at `low`, 1 at `high`, beyond them outside [0, 1].

    Parameters
    ----------
    x : ndarray
        Values, cases × indicators, NaN = missing (stays missing).
    low, high : float or ndarray
        Bounds of each column, fitted on reference years or given as goalposts; `high` > `low`.

    Raises
    ------
    MethodError
        If an upper bound does not lie above its lower one by a number that floats can hold.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.3.

    Examples
    --------
    >>> min_max(np.array([1.0, 2.0, 4.0]), 1.0, 3.0)
    array([0. , 0.5, 1.5])
    """
    with np.errstate(over="ignore", invalid="ignore"):
        width = np.asarray(high, dtype=float) - np.asarray(low, dtype=float)
    if not np.all((width > 0) & (width < np.inf)):
        raise MethodError("the upper bound must lie above the lower one", remedy="check the goalposts")
    with np.errstate(over="ignore"):
        return np.asarray((np.asarray(x, dtype=float) - low) / width)


def distance_to_best(x: np.ndarray, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return 1 - (max - x) / (max - min) of each column: 1 at its greatest value.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_indicators) or (n_cases,)
        Values, NaN = missing (stays missing).
    names : tuple of str
        Names of the columns, for the error.

    Raises
    ------
    MethodError
        If a column has no present value or is constant.

    References
    ----------
    Becker, Caperna, Del Sorbo, Norlén, Papadimitriou & Saisana (2022), COINr, J. Open Source Software 7(78), 4567:
    `n_dist2max`.

    Examples
    --------
    >>> distance_to_best(np.array([1.0, 2.0, 3.0]))
    array([0. , 0.5, 1. ])
    """
    values = columns(x, names)
    least, greatest = extremes(values, names)
    return np.asarray(1.0 - min_max(-values, -greatest, -least)).reshape(np.shape(x))


def _fit(
    x: np.ndarray, *, names: tuple[str, ...] = (), lower_better: Any = False, low: float = 0.0, high: float = 100.0,
    given: Sequence[tuple[float, float] | None] | None = None, clip: bool = False,
) -> Parameters:  # fmt: skip
    check_range(low, high)
    values = columns(x, names)
    directions(values, lower_better)
    least, greatest = extremes(values, names)
    return [{"lower": a, "upper": b} for a, b in zip(least.tolist(), greatest.tolist(), strict=True)]


def between(
    x: np.ndarray, parameters: Parameters, *, names: tuple[str, ...] = (), lower_better: Any = False,
    low: float = 0.0, high: float = 100.0, clip: bool = False,
) -> np.ndarray:  # fmt: skip
    """Spread values between the fitted `lower` and `upper` of each column over [low, high], better higher."""
    values = columns(x, names)
    y = min_max(values, np.array(fitted(parameters, "lower", values)), np.array(fitted(parameters, "upper", values)))
    y = reverse(y, directions(values, lower_better))
    return to_range(np.clip(y, 0.0, 1.0) if clip else y, low, high)


METHOD = Method(_fit, between, {"clip": Option(False, "boolean")}, frozenset({"range"}))
