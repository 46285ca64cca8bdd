"""Percentile ranks: which share of the reference cases lies below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Parameters
from indexer.normalise.ranks import below
from indexer.normalise.scale import called, check_range, columns, directions, extremes, fitted, to_range


def percentile_rank(x: np.ndarray, reference: np.ndarray | None = None, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return (r - 1) / (n - 1), r the rank of a value among the n reference values: the share that lies below it.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_indicators) or (n_cases,)
        Values, NaN = missing (stays missing).
    reference : ndarray, shape (n_reference, n_indicators) or (n_reference,), optional
        What the values are ranked among, NaN = missing; `x` itself by default. A value above all of it is at 1.
    names : tuple of str
        Names of the columns, for the error.

    Raises
    ------
    MethodError
        If a column has fewer than two reference values, or the columns do not match.

    References
    ----------
    COINr's `n_prank`. The Handbook's percentile (section 5.7) is r / n instead.

    Examples
    --------
    >>> percentile_rank(np.array([1.0, 2.0, 2.0, 4.0, 5.0]))
    array([0.  , 0.25, 0.25, 0.75, 1.  ])
    """
    values = columns(x, names)
    base = values if reference is None else columns(reference, names)
    if base.shape[1] != values.shape[1]:
        raise MethodError(
            f"reference values of {base.shape[1]} columns for {values.shape[1]}", remedy="give the same columns"
        )
    n = (~np.isnan(base)).sum(axis=0)
    for j in np.flatnonzero(n < 2):
        raise MethodError(
            f"{called(names, j)} has {n[j]} reference value{'' if n[j] == 1 else 's'}: no percentile rank",
            remedy="give at least two, or leave the indicator out",
        )
    return np.minimum(below(values, base) / (n - 1), 1.0).reshape(np.shape(x))


def _fit(
    x: np.ndarray, *, names: tuple[str, ...] = (), lower_better: Any = False, low: float = 0.0, high: float = 100.0,
    given: Sequence[tuple[float, float] | None] | None = None,
) -> Parameters:  # fmt: skip
    check_range(low, high)
    values = columns(x, names)
    directions(values, lower_better)
    extremes(values, names)
    return [{"reference": np.sort(column[~np.isnan(column)]).tolist()} for column in values.T]


def _apply(
    x: np.ndarray, parameters: Parameters, *, names: tuple[str, ...] = (), lower_better: Any = False,
    low: float = 0.0, high: float = 100.0,
) -> np.ndarray:  # fmt: skip
    values = columns(x, names)
    reference = fitted(parameters, "reference", values)
    base = np.full((max(map(len, reference), default=0), values.shape[1]), np.nan)
    for j, column in enumerate(reference):
        base[: len(column), j] = column
    # Where less is better the sign turns before the ranking, so that tied values share the worse place there too.
    sign = np.where(directions(values, lower_better), -1.0, 1.0)
    return to_range(percentile_rank(sign * values, sign * base, names), low, high)


METHOD = Method(_fit, _apply, {}, frozenset({"range"}))
