"""Which members of a case are there, what their weights are then, and which values a mean cannot take."""

from __future__ import annotations

import numpy as np

from indexer.errors import MethodError

SHOWN = 5
"""Cells or cases named in an error."""
ABOVE_ZERO = "normalise to a range that starts above 0, such as [1, 100]"
"""Remedy of the means that need positive values."""


def present_weights(y: np.ndarray, w: np.ndarray, min_share: float) -> np.ndarray:
    """Return each case's weights over its present members, rescaled to sum 1; NaN where too little is present.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members)
        NaN = missing.
    w : ndarray, shape (n_members,)
        Weights that sum to 1; others are read as shares of their sum.
    min_share : float
        Least share of the weight that must be present; below it the case has no score.

    Raises
    ------
    MethodError
        If the shapes do not match, or a weight is missing or negative, or all are 0.
    """
    y, w = np.asarray(y, dtype=float), _weights(w)
    if y.ndim != 2 or y.shape[1] != w.size:
        raise MethodError(f"values of shape {y.shape} do not go with {w.size} weights",
                          remedy="give cases x members, and one weight a member")  # fmt: skip
    finite = np.isfinite(y)
    if len(y) > 1 and y.flags.c_contiguous and finite.all():
        # all cases have the weights of one (in another layout the sum would be taken in another order)
        return np.repeat(present_weights(y[:1], w, min_share), len(y), axis=0)
    present = np.where(finite, w, 0.0)
    share = present.sum(axis=1)
    # 1e-9: a share of exactly two thirds must not fail by rounding
    enough = (share > 0) & (share >= min_share - 1e-9)
    return np.where(enough[:, None], present / np.where(share > 0, share, 1.0)[:, None], np.nan)


def _weights(w: np.ndarray) -> np.ndarray:
    w = np.asarray(w, dtype=float)
    if w.ndim != 1 or not (w >= 0).all() or not 0 < w.sum() < np.inf:
        raise MethodError(f"weights must be numbers of at least 0, not all 0: {w.tolist()}",
                          remedy="give one weight a member, summing to 1")  # fmt: skip
    # weights that sum to 1 but for rounding stay as they are, to the last bit
    return w if abs(w.sum() - 1) <= 1e-9 else w / w.sum()


def member(names: tuple[str, ...], j: int) -> str:
    """Return the name of a member, or its position where it has none."""
    return names[j] if j < len(names) else f"member {j}"


def refuse(bad: np.ndarray, mean: str, needs: str, names: tuple[str, ...], remedy: str) -> None:
    """Name the cells that a mean cannot take.

    Parameters
    ----------
    bad : ndarray of bool, shape (n_cases, n_members)
    mean, needs : str
        Which mean, and what it needs.
    names : tuple of str
        Names of the members.
    remedy : str

    Raises
    ------
    MethodError
        If there is a bad cell.
    """
    if not bad.any():
        return
    cells = np.argwhere(bad)
    case, j = (int(v) for v in cells[0])
    raise MethodError(
        f"{mean} needs {needs}; {len(cells)} of {bad.size} are not (first: case {case}, {member(names, j)})",
        rows=[tuple(int(v) for v in cell) for cell in cells[:SHOWN]],
        remedy=remedy,
    )
