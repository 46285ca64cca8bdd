"""What weighting methods ask of their values: a matrix, complete cases, variation, no column that repeats others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.errors import MethodError
from indexer.statistics.correlation import complete_rows, constant, dependent, repeated


def matrix(y: np.ndarray, names: Sequence[str] = ()) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the values as floats and a name for every column.

    Raises
    ------
    MethodError
        If they are no matrix, the names are not as many as the columns, or a value is infinite.
    """
    y = np.asarray(y, dtype=float)
    if y.ndim != 2 or y.shape[1] == 0:
        raise MethodError(f"weights need cases x indicators; the shape is {y.shape}", remedy="give a matrix")
    label = tuple(names) if len(names) else tuple(f"column {j}" for j in range(y.shape[1]))
    if len(label) != y.shape[1]:
        raise MethodError(f"{len(label)} names for {y.shape[1]} columns", remedy="give every column one name")
    infinite = [label[j] for j in np.flatnonzero(np.isinf(y).any(axis=0))]
    if infinite:
        raise MethodError(f"infinite values in {', '.join(infinite)}", remedy="mark them as missing (NaN)")
    return y, label


def complete_cases(y: np.ndarray, label: tuple[str, ...], least: int, purpose: str) -> np.ndarray:
    """Return the rows without a missing value.

    Raises
    ------
    MethodError
        If they are fewer than `least` (which names the column with most gaps), or a column is constant over them.
    """
    complete = complete_rows(y)
    n, m = complete.shape
    if n < least:
        gaps = np.isnan(y).sum(axis=0)
        worst = f"; most are missing in {label[int(gaps.argmax())]}" if gaps.any() else ""
        raise MethodError(
            f"{n} complete cases for {m} indicators ({', '.join(label)}) are too few for {purpose}{worst}",
            remedy="add years or economies, or weight equally",
        )
    unvaried = constant(complete)
    if unvaried.any():
        said = ", ".join(name for name, is_flat in zip(label, unvaried, strict=True) if is_flat)
        raise MethodError(f"constant over the complete cases: {said}", remedy="leave it out of the set")
    return complete


def refuse_repetition(r: np.ndarray, label: tuple[str, ...]) -> None:
    """Refuse a correlation matrix in which indicators repeat each other, by their names.

    Raises
    ------
    MethodError
        If two are the same up to scale, or one is a sum of others.
    """
    same = [f"{label[i]} and {label[j]}" for i, j in repeated(r)]
    said = "the same up to scale: " + "; ".join(same)
    if not same:
        group = dependent(r)[1]
        if not group:
            return
        said = f"one indicator is a sum of others: {', '.join(label[j] for j in group)}"
    raise MethodError(
        f"the correlation matrix of {', '.join(label)} is singular: {said}",
        remedy="keep one of the indicators that say the same",
    )
