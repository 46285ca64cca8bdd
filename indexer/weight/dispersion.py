"""Weights by dispersion alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option, near
from indexer.statistics.correlation import constant
from indexer.weight.cases import matrix
from indexer.weight.level import Level

HOW = ("sd", "cv")


def dispersion_weights(y: np.ndarray, how: str = "sd", names: tuple[str, ...] = ()) -> np.ndarray:
    """Return the standard deviations, or coefficients of variation, rescaled to sum 1.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values on one scale (on z-scores every standard deviation is 1), NaN = missing (left out of its column alone).
    how : {"sd", "cv"}
        The coefficient of variation is not invariant to a shift: the range is part of the method.
    names : tuple of str
        Names of the columns, for errors.

    Returns
    -------
    ndarray, shape (n_indicators,)

    Raises
    ------
    MethodError
        If a column does not vary or, for "cv", its mean is not positive.

    Examples
    --------
    >>> dispersion_weights(np.array([[0.0, 0.0], [1.0, 0.5]])).round(3)
    array([0.667, 0.333])
    """
    y, label = matrix(y, names)
    if how not in HOW:
        raise MethodError(f"unknown measure of dispersion {how!r}", remedy=near(how, HOW))
    largest = max(float(np.nanmax(np.abs(y), initial=0.0)), np.finfo(float).tiny)
    spread = np.empty(len(label))
    for j, name in enumerate(label):
        column = y[np.isfinite(y[:, j]), j] / largest
        if column.size < 2 or constant(column[:, None])[0]:
            raise MethodError(
                f"{name!r} does not vary over the cases: it has no weight by dispersion",
                remedy="leave it out, or weight equally",
            )
        spread[j] = column.std(ddof=1)
        if how == "cv":
            mean = float(column.mean())
            if mean <= 0:
                raise MethodError(
                    f"{name!r} has a mean of {mean * largest:g}: no coefficient of variation",
                    remedy="fit it on min-max values, or weigh by sd",
                )
            spread[j] /= mean
    return np.asarray(spread / spread.sum())


def _fit(level: Level, how: str) -> np.ndarray:
    return dispersion_weights(level.unit, how, level.names)


def _label(options: Mapping[str, Any]) -> str:
    return str(options["how"])


METHOD = Method(fit=_fit, options={"how": Option("sd", choices=HOW)}, label=_label)
