"""What every imputation between economies checks of its cases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.errors import MethodError

Groups = Sequence[str] | np.ndarray | None
"""Label of the group of each case; None: all in one."""


def table(x: np.ndarray, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return a copy as cases × columns.

    Raises
    ------
    MethodError
        If a value is infinite or no number.
    """
    try:
        x = np.array(x, dtype=float)
    except (TypeError, ValueError):
        raise MethodError("values that are no numbers", where="impute", remedy="give numbers, NaN = missing") from None
    if x.ndim != 2:
        raise MethodError(f"an array of {x.ndim} dimensions", where="impute", remedy="give cases × columns")
    if np.isinf(x).any():
        case, j = (int(i) for i in np.argwhere(np.isinf(x))[0])
        rows = np.flatnonzero(np.isinf(x[:, j]))[:5].tolist()
        remedy = "correct the value, or leave the cell empty"
        raise MethodError(f"infinite in case {case}", where=name_of(names, j), rows=rows, remedy=remedy)
    return x


def reference(x: np.ndarray, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return the reference cases as `table` does.

    Raises
    ------
    MethodError
        If a column has no value at all.
    """
    x = table(x, names)
    for j in np.flatnonzero(np.isnan(x).all(axis=0)).tolist():
        remedy = "leave the indicator out, or widen the reference years"
        raise MethodError("no value in any reference case to impute from", where=name_of(names, j), remedy=remedy)
    return x


def matching(x: np.ndarray, n_columns: int) -> np.ndarray:
    """Return a copy of any cases, which must have the columns of the fit."""
    x = table(x)
    if x.shape[1] != n_columns:
        message = f"{x.shape[1]} columns for the imputation of {n_columns}"
        raise MethodError(message, where="impute", remedy="give the columns of the fit, in its order")
    return x


def labels(groups: Groups, n: int) -> np.ndarray:
    """Return the label of the group of each case as text.

    Raises
    ------
    MethodError
        If there are more or fewer labels than cases, or a label is missing.
    """
    if groups is None:
        return np.full(n, "")
    if len(groups) != n:
        raise MethodError(f"{len(groups)} groups for {n} cases", where="impute", remedy="give one label a case")
    # a missing label is not equal to itself
    rows = [i for i, label in enumerate(groups) if label is None or label != label]
    if rows:
        remedy = "name a group for every economy"
        raise MethodError(f"case {rows[0]} is in no group", where="impute", rows=rows[:5], remedy=remedy)
    return np.array([str(label) for label in groups], dtype=str)


def name_of(names: tuple[str, ...], j: int) -> str:
    """Return the name of a column, or its place."""
    return names[j] if j < len(names) else f"column {j}"
