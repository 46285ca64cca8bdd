"""Aggregation of normalised values, bottom-up, with the rule of `min_share` for missing members."""

from __future__ import annotations

import math

import numpy as np

from indexer.errors import MethodError


def present_weights(y: np.ndarray, w: np.ndarray, min_share: float) -> np.ndarray:
    """Return each case's weights over its present members, rescaled to sum 1; NaN where too little is present.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members)
        NaN = missing.
    w : ndarray, shape (n_members,)
        Weights that sum to 1.
    min_share : float
        Least share of the weight that must be present; below it the case has no score.
    """
    y = np.asarray(y, dtype=float)
    present = np.where(np.isfinite(y), w, 0.0)
    share = present.sum(axis=1)
    # 1e-9: a share of exactly two thirds must not fail by rounding
    enough = (share > 0) & (share >= min_share - 1e-9)
    return np.where(enough[:, None], present / np.where(share > 0, share, 1.0)[:, None], np.nan)


def arithmetic(y: np.ndarray, w: np.ndarray, min_share: float = 1.0) -> np.ndarray:
    """Return the weighted arithmetic mean Σ w_j y_j of each case.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members)
        Normalised values, NaN = missing.
    w : ndarray, shape (n_members,)
        Weights that sum to 1.
    min_share : float
        A case with less of its weight present gets NaN; with more, its weights are rescaled over the present members.

    Examples
    --------
    >>> arithmetic(np.array([[10.0, 30.0]]), np.array([0.25, 0.75]))
    array([25.])
    """
    weights = present_weights(y, w, min_share)
    return np.asarray((weights * np.where(np.isfinite(y), y, 0.0)).sum(axis=1))


def geometric(y: np.ndarray, w: np.ndarray, min_share: float = 1.0) -> np.ndarray:
    """Return the weighted geometric mean Π y_j^w_j of each case; parameters as in `arithmetic`.

    Raises
    ------
    MethodError
        If a value is zero or negative: such a mean does not exist, so normalise to a range that starts above 0.
    """
    y = np.asarray(y, dtype=float)
    bad = np.argwhere(y <= 0)
    if bad.size:
        raise MethodError(
            f"a geometric mean needs values above 0; {len(bad)} of {y.size} are not "
            f"(first: case {bad[0, 0]}, member {bad[0, 1]})",
            rows=[tuple(int(v) for v in cell) for cell in bad[:5]],
            remedy="normalise to a range that starts above 0, such as [1, 100]",
        )
    weights = present_weights(y, w, min_share)
    logs = np.log(np.where(np.isfinite(y), y, 1.0))
    return np.asarray(np.exp((weights * logs).sum(axis=1)))


METHODS = {"arithmetic": arithmetic, "geometric": geometric}
"""Aggregations by the names used in editions."""


def log_mean(a: float, b: float) -> float:
    """Return the logarithmic mean (a - b)/ln(a/b), with L(a, a) = a (Divisia decompositions use it)."""
    # log1p of the relative difference keeps its digits where a and b are nearly the same
    difference = (a - b) / b
    return a if difference == 0 else b * difference / math.log1p(difference)
