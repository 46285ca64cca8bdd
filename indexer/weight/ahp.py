"""Weights from pairwise judgements (analytic hierarchy process)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Choice, Method, Option
from indexer.weight.level import Level

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Saaty's mean consistency index of random matrices of order 1 to 15; larger ones are held against the last."""
RATIO_MOST = 0.1
RECIPROCAL = 0.01
"""How far a_ij·a_ji may be from 1: a third may be written 0.33."""


class ConsistencyWarning(UserWarning):
    """Judgements contradict each other more than Saaty's rule allows."""


@dataclass(frozen=True)
class Consistency:
    """Principal eigenvalue of the judgements, consistency index (λ - n)/(n - 1), and its ratio to that of chance."""

    eigenvalue: float
    index: float
    ratio: float


def ahp_weights(judgements: Sequence[Sequence[Any]] | np.ndarray, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return the principal eigenvector of a matrix of pairwise judgements, to sum 1.

    Parameters
    ----------
    judgements : array-like, shape (n, n)
        How many times the row matters as much as the column; fractions may be given as texts ("1/3").
    names : tuple of str
        Names of the rows, for errors.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    MethodError
        If the matrix is not square, an entry is not positive, or two entries are not reciprocal (within 0.01).

    Warns
    -----
    ConsistencyWarning
        If the consistency ratio is above 0.1.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process; OECD/JRC (2008), section 6.2.

    Examples
    --------
    >>> ahp_weights([[1, 2, 4], ["1/2", 1, 2], ["1/4", "1/2", 1]]).round(4)
    array([0.5714, 0.2857, 0.1429])
    """
    a = _judgements(judgements, names)
    ratio = _consistency(a).ratio
    if ratio > RATIO_MOST:
        warnings.warn(
            f"the judgements have a consistency ratio of {ratio:.2f} (above {RATIO_MOST:g}): look at them again",
            ConsistencyWarning,
            stacklevel=2,
        )
    return _principal(a)[1]


def ahp_consistency(judgements: Sequence[Sequence[Any]] | np.ndarray) -> Consistency:
    """Return how far judgements agree among themselves.

    Raises
    ------
    MethodError
        As `ahp_weights`.

    Examples
    --------
    >>> ahp_consistency([[1, 3], ["1/3", 1]]).ratio
    0.0
    """
    return _consistency(_judgements(judgements, ()))


def consistencies(choice: Choice) -> list[Consistency]:
    """Return the consistency of each matrix of judgements in a weighting, or in those that it combines."""
    own = [ahp_consistency(choice.options["matrix"])] if choice.method == "ahp" else []
    parts = (one for one in choice.options.get("of") or ())
    return own + [
        found
        for one in parts
        for found in consistencies(Choice(one["method"], {key: one[key] for key in one if key != "method"}))
    ]


def _consistency(a: np.ndarray) -> Consistency:
    n = len(a)
    eigenvalue = _principal(a)[0]
    if n < 3:  # one judgement cannot contradict another
        return Consistency(eigenvalue, 0.0, 0.0)
    index = (eigenvalue - n) / (n - 1)
    return Consistency(eigenvalue, index, index / RANDOM_INDEX[min(n, len(RANDOM_INDEX)) - 1])


def _principal(a: np.ndarray) -> tuple[float, np.ndarray]:
    values, vectors = np.linalg.eig(a)
    vector = np.abs(vectors[:, int(values.real.argmax())].real)  # of one sign, since every entry is positive
    for _ in range(3):
        vector = a @ (vector / vector.sum())
    return float(vector.sum()), np.asarray(vector / vector.sum())


def _judgements(judgements: Sequence[Sequence[Any]] | np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    rows = [list(row) if isinstance(row, list | tuple | np.ndarray) else [row] for row in judgements]
    n = len(rows)
    odd = [i for i in range(n) if len(rows[i]) != n]
    if not n or odd:
        raise MethodError(
            f"{n} rows of judgements, of {', '.join(str(len(row)) for row in rows) or 'no'} entries",
            remedy="give as many columns as rows",
        )
    if names and len(names) != n:
        raise MethodError(f"judgements on {n} members for {len(names)}: {', '.join(names)}", remedy="one row a member")
    label = names or tuple(f"row {i}" for i in range(n))
    a = np.array([[_entry(rows[i][j], label[i], label[j]) for j in range(n)] for i in range(n)])
    for i in range(n):
        for j in range(i + 1):
            if abs(a[i, j] * a[j, i] - 1.0) > RECIPROCAL + 1e-12:
                raise MethodError(
                    f"judgements of {label[i]} against {label[j]} ({a[i, j]:g}) and back ({a[j, i]:g}) "
                    "are not reciprocal",
                    remedy="write 1 on the diagonal and the reciprocal below it ('1/3', or 0.333)",
                )
    return a


def _entry(value: Any, row: str, column: str) -> float:
    try:
        number = float(Fraction(value)) if isinstance(value, str) else float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        number = float("nan")
    if not (np.isfinite(number) and number > 0):
        raise MethodError(
            f"the judgement of {row} against {column} is {value!r}", remedy="write a number above 0, or a fraction"
        )
    return number


def _fit(level: Level, matrix: Sequence[Sequence[Any]]) -> np.ndarray:
    return ahp_weights(matrix, level.names)


METHOD = Method(fit=_fit, options={"matrix": Option(kind="matrix", required=True)}, traits=frozenset({"given"}))
