"""Distance to a reference: how many times the best, worst or mean value a case has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option, Parameters
from indexer.normalise.scale import called, check_range, columns, directions, extremes, fitted, to_range
from indexer.normalise.zscore import means

REFERENCES = ("best", "worst", "mean")
HOWS = ("ratio", "difference")


def distance_to_reference(
    x: np.ndarray, reference: np.ndarray | float | str, how: str = "ratio", names: tuple[str, ...] = ()
) -> np.ndarray:
    """Return x / reference or (x - reference) / reference.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_indicators) or (n_cases,)
        Values, NaN = missing (stays missing).
    reference : float, ndarray or {"best", "worst", "mean"}
        Of each column, above 0; a word stands for the greatest, the least or the mean of its present values.
    how : {"ratio", "difference"}
        The ratio itself, or by how much of the reference a value lies above it.
    names : tuple of str
        Names of the columns, for the error.

    Raises
    ------
    MethodError
        If a reference is not above 0: a ratio to it would turn the order of the cases, or not exist.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.4 and table 15.

    Examples
    --------
    >>> distance_to_reference(np.array([1.0, 2.0, 4.0]), "best")
    array([0.25, 0.5 , 1.  ])
    >>> distance_to_reference(np.array([1.0, 2.0, 4.0]), 2.0, how="difference")
    array([-0.5,  0. ,  1. ])
    """
    if how not in HOWS:
        raise MethodError(f"unknown distance {how!r}", remedy=f"one of: {', '.join(HOWS)}")
    values = columns(x, names)
    if isinstance(reference, str):
        at = _reference(values, names, np.zeros(values.shape[1], dtype=bool), reference)
    else:
        at = np.broadcast_to(np.asarray(reference, dtype=float), values.shape[1:])
    _positive(at, names, "the reference")
    with np.errstate(over="ignore"):
        y = values / at if how == "ratio" else (values - at) / at
    return y.reshape(np.shape(x))


def _reference(x: np.ndarray, names: Sequence[str], turned: np.ndarray, which: str) -> np.ndarray:
    if which not in REFERENCES:
        raise MethodError(f"unknown reference {which!r}", remedy=f"a number or one of: {', '.join(REFERENCES)}")
    least, greatest = extremes(x, names, vary=False)
    if which == "mean":
        return means(x)
    return np.where(turned == (which == "best"), least, greatest)


def _positive(values: np.ndarray, names: Sequence[str], what: str) -> None:
    for j in np.flatnonzero(~((values > 0) & np.isfinite(values))):
        raise MethodError(
            f"{what} of {called(names, j)} is {values[j]:g}, and a ratio needs it above 0",
            remedy="take another reference or another normalisation, such as min_max",
        )


def _fit(
    x: np.ndarray, *, names: tuple[str, ...] = (), lower_better: Any = False, low: float = 0.0, high: float = 100.0,
    given: Sequence[tuple[float, float] | None] | None = None, reference: str = "best", how: str = "ratio",
) -> Parameters:  # fmt: skip
    check_range(low, high)
    values = columns(x, names)
    turned = directions(values, lower_better)
    least = extremes(values, names)[0]
    # What is divided by (lower_better) must be above 0, what is divided need only not lie below.
    for j in np.flatnonzero(least < 0):
        raise MethodError(
            f"Negative values in data of {called(names, j)} ({least[j]:g}), which have no ratio to a reference",
            remedy="take another normalisation, such as min_max",
        )
    for j in np.flatnonzero(turned & (least == 0)):
        raise MethodError(
            f"{called(names, j)} has values of 0, and less is better: its ratio needs them above 0",
            remedy="take another normalisation, such as min_max",
        )
    at = _reference(values, names, turned, reference)
    _positive(at, names, f"the {reference} value")
    return [{"reference": value} for value in at.tolist()]


def _apply(
    x: np.ndarray, parameters: Parameters, *, names: tuple[str, ...] = (), lower_better: Any = False,
    low: float = 0.0, high: float = 100.0, reference: str = "best", how: str = "ratio",
) -> np.ndarray:  # fmt: skip
    """Spread the distance over the range: 0 at `low`, 1 at `high`.

    Where less is better the ratio is turned over, reference / x, so that the best is at 1 there too and twice as much
    counts half (the linear scale of costs in Hwang & Yoon, 1981, Multiple Attribute Decision Making). A difference is
    that ratio less 1, so the reference itself is at `high` by ratio and at `low` by difference.
    """
    values = columns(x, names)
    turned = directions(values, lower_better)
    at = np.array(fitted(parameters, "reference", values), dtype=float)
    for j in np.flatnonzero(turned & (values <= 0).any(axis=0)):
        raise MethodError(
            f"{called(names, j)} has values of 0 or less, and less is better: no ratio to its reference",
            rows=np.flatnonzero(values[:, j] <= 0)[:5].tolist(),
            remedy="check them, or take another normalisation, such as min_max",
        )
    y = np.empty(values.shape)
    y[:, ~turned] = distance_to_reference(values[:, ~turned], at[~turned], how)
    with np.errstate(over="ignore"):
        y[:, turned] = at[turned] / values[:, turned] - (1.0 if how == "difference" else 0.0)
    return to_range(y, low, high)


METHOD = Method(
    _fit, _apply, {"reference": Option("best", choices=REFERENCES), "how": Option("ratio", choices=HOWS)},
    frozenset({"range", "positive"}),
)  # fmt: skip
