"""What weighting methods ask of their values: a matrix, complete cases, variation, no column that repeats others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.errors import MethodError

SAME = 1e-10
"""What is left of a column's variance, after the others, below which it says nothing of its own."""
FLAT = 1e-12
"""Range relative to the greatest value below which a column is rounding noise."""


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
    missing = np.isnan(y)
    complete = y[~missing.any(axis=1)]
    n, m = complete.shape
    if n < least:
        gaps = missing.sum(axis=0)
        worst = f"; most are missing in {label[int(gaps.argmax())]}" if gaps.any() else ""
        raise MethodError(
            f"{n} complete cases for {m} indicators ({', '.join(label)}) are too few for {purpose}{worst}",
            remedy="add years or economies, or weight equally",
        )
    flat = constant(complete)
    if flat.any():
        said = ", ".join(name for name, is_flat in zip(label, flat, strict=True) if is_flat)
        raise MethodError(f"constant over the complete cases: {said}", remedy="leave it out of the set")
    return complete


def constant(x: np.ndarray) -> np.ndarray:
    """Return, for each column without gaps, whether it varies no more than by rounding."""
    scale = np.maximum(np.abs(x).max(axis=0), np.finfo(float).tiny)
    return np.asarray((x / scale).max(axis=0) - (x / scale).min(axis=0) <= FLAT)


def standardised(complete: np.ndarray) -> np.ndarray:
    """Return z-scores (divisor n - 1) of complete columns that vary, whatever their units."""
    x = complete / np.abs(complete).max(axis=0)
    x = x - x.mean(axis=0)
    x = x - x.mean(axis=0)  # what the first mean lost to rounding
    return np.asarray(x / np.sqrt((x**2).sum(axis=0) / (len(x) - 1)))


def correlations(complete: np.ndarray) -> np.ndarray:
    """Return the correlation matrix of complete columns that vary, with ones on its diagonal."""
    z = standardised(complete)
    r = np.clip(z.T @ z / (len(z) - 1), -1.0, 1.0)
    r = (r + r.T) / 2
    np.fill_diagonal(r, 1.0)
    return np.asarray(r)


def refuse_repetition(r: np.ndarray, label: tuple[str, ...]) -> None:
    """Refuse a correlation matrix in which indicators repeat each other, by their names.

    Raises
    ------
    MethodError
        If two are the same up to scale, or one is a sum of others.
    """
    m = len(label)
    same = [f"{label[i]} and {label[j]}" for i in range(m) for j in range(i) if abs(r[i, j]) > 1 - SAME]
    said = "the same up to scale: " + "; ".join(same)
    if not same:
        group = _dependent(r)
        if not group:
            return
        said = f"one indicator is a sum of others: {', '.join(label[j] for j in group)}"
    raise MethodError(
        f"the correlation matrix of {', '.join(label)} is singular: {said}",
        remedy="keep one of the indicators that say the same",
    )


def _dependent(r: np.ndarray) -> list[int]:
    try:
        if (np.diag(np.linalg.cholesky(r)) ** 2).min() > SAME:
            return []
    except np.linalg.LinAlgError:
        pass
    for j in range(1, len(r)):
        share = np.linalg.lstsq(r[:j, :j], r[:j, j], rcond=None)[0]
        if 1.0 - r[:j, j] @ share <= SAME:
            return [*np.flatnonzero(np.abs(share) > 1e-6).tolist(), j]
    return []
