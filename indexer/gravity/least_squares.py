"""Weighted least squares on columns from which the fixed effects have been taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.gravity.demean import Effects, demean


@dataclass(frozen=True)
class Linear:
    """A least-squares fit: slopes, demeaned regressors, (X'WX)^-1, residuals and the sums of squares behind R²."""

    coef: np.ndarray
    x: np.ndarray
    bread: np.ndarray
    residuals: np.ndarray
    rss: float
    within_ss: float


def solve(x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the slopes of y on x and (X'WX)^-1, by QR of columns scaled to unit length.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Of full column rank (see `identify`).
    y : ndarray, shape (n,)
    weights : ndarray, shape (n,), optional
    """
    root = np.ones(len(y)) if weights is None else np.sqrt(weights)
    a = x * root[:, None]
    scale = np.linalg.norm(a, axis=0)
    scale[scale == 0] = 1.0
    q, r = np.linalg.qr(a / scale)
    inverse = np.linalg.inv(r) / scale[:, None]
    return inverse @ (q.T @ (y * root)), inverse @ inverse.T


def least_squares(y: np.ndarray, x: np.ndarray, effects: Effects, weights: np.ndarray | None = None) -> Linear:
    """Regress y on x and fixed effects (Frisch–Waugh–Lovell: all columns demeaned, then ordinary least squares).

    Parameters
    ----------
    y : ndarray, shape (n,)
    x : ndarray, shape (n, p)
        Identified beside the effects.
    effects : Effects
    weights : ndarray, shape (n,), optional
        Positive.
    """
    if effects.codes:  # means first: a large offset would eat the digits that demeaning works with
        x, y = x - x.mean(axis=0), y - y.mean()
    both = demean(np.column_stack([y, x]), effects, weights)
    yd, xd = both[:, 0], both[:, 1:]
    coef, bread = solve(xd, yd, weights)
    e = yd - xd @ coef
    w = np.ones(len(y)) if weights is None else weights
    return Linear(coef, xd, bread, e, float(w @ (e * e)), float(w @ (yd * yd)))
