"""Complete cases, and what in them no correlation matrix survives: found by name before a solver sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.errors import MethodError
from indexer.statistics.correlation import SAME, complete_rows, constant, correlations, dependent, repeated


@dataclass(frozen=True)
class Obstacle:
    """Why correlations of the cases cannot be used: what was looked at, its number, its bound, and in words."""

    check: str
    number: float
    threshold: float
    message: str
    remedy: str


def called(names: Sequence[str], columns: Sequence[int] | np.ndarray) -> str:
    """Return the names of columns, in words."""
    return ", ".join(repr(names[int(j)]) if len(names) > j else f"column {j}" for j in columns)


def complete_cases(y: np.ndarray, names: Sequence[str] = ()) -> np.ndarray:
    """Return the cases without a missing value.

    Raises
    ------
    MethodError
        If `y` is no table, or holds an infinite value.
    """
    y = np.asarray(y, dtype=float)
    if y.ndim != 2:
        raise MethodError(f"values of {y.ndim} dimensions", remedy="give an array of cases × indicators")
    infinite = np.flatnonzero(np.isinf(y).any(axis=0))
    if infinite.size:
        raise MethodError(f"infinite values: {called(names, infinite)}", remedy="leave such cells missing")
    return complete_rows(y)


def obstacles(complete: np.ndarray, names: Sequence[str] = ()) -> list[Obstacle]:
    """Find what keeps the correlation matrix of complete cases from being inverted.

    Parameters
    ----------
    complete : ndarray, shape (n_cases, n_indicators)
    names : sequence of str
        Of the indicators, for the messages.

    Returns
    -------
    list of Obstacle
        Fewer than two indicators, too few cases, constant indicators, pairs that are the same up to scale, or a
        singular matrix; later ones are looked for where there is none before.
    """
    n, m = complete.shape
    if m < 2:
        return [Obstacle("indicators", m, 2, "adequacy needs at least two indicators", "judge a set with more")]
    found = []
    if n <= m:
        found.append(
            Obstacle("cases", n, m + 1, f"{n} complete cases for {m} indicators are too few", "add cases, or fill gaps")
        )
    unvaried = np.flatnonzero(constant(complete)) if n else np.arange(m)
    if unvaried.size:
        message = f"constant: {called(names, unvaried)}"
        found.append(Obstacle("constant", unvaried.size, 0, message, "leave them out"))
    if found:
        return found
    r = correlations(complete)
    if same := repeated(r):
        pairs = "; ".join(called(names, pair) for pair in same)
        return [Obstacle("duplicate", len(same), 0, f"the same up to scale: {pairs}", "keep one of each pair")]
    least, involved = dependent(r)
    if involved:
        message = f"the correlation matrix is singular: {called(names, involved)} depend on each other"
        return [Obstacle("singular", least, SAME, message, "leave out one that the others add up to")]
    return []


def correlated_cases(y: np.ndarray, names: Sequence[str] = ()) -> np.ndarray:
    """Return the complete cases where their correlation matrix can be inverted.

    Raises
    ------
    MethodError
        With the first of `obstacles`.
    """
    complete = complete_cases(y, names)
    for one in obstacles(complete, names):
        raise MethodError(one.message, remedy=one.remedy)
    return complete
