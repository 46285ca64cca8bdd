"""Weighted least squares with fixed effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.gravity.layout import Layout, Weighted
from indexer.gravity.solve import project

ACCURACY = 1e-12


@dataclass(frozen=True)
class Linear:
    """A least-squares fit.

    Attributes
    ----------
    beta : ndarray, shape (p,)
    x : ndarray, shape (p, n_cells)
        Regressors beside the effects.
    gram : ndarray, shape (p, p)
        X̃'WX̃.
    residuals : ndarray, shape (n_cells,)
    rss, within_ss : float
        Weighted sums of squares of the residuals, and of the left side beside the effects.
    normal : Weighted
    """

    beta: np.ndarray
    x: np.ndarray
    gram: np.ndarray
    residuals: np.ndarray
    rss: float
    within_ss: float
    normal: Weighted


def solve(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the slopes of y on the rows of x and X'WX, by QR of columns scaled to unit length.

    Parameters
    ----------
    x : ndarray, shape (p, n)
        Of full rank (see `identify`).
    y, w : ndarray, shape (n,)
    """
    gram = (x * w) @ x.T
    scale = np.sqrt(np.diag(gram))
    if not scale.size:
        return scale, gram
    a = (x * np.sqrt(w)) / scale[:, None]
    q, r = np.linalg.qr(a.T)
    return np.linalg.solve(r, q.T @ (y * np.sqrt(w))) / scale, gram


def least_squares(layout: Layout, y: np.ndarray, x: np.ndarray, w: np.ndarray) -> Linear:
    """Regress y on x and fixed effects (Frisch–Waugh–Lovell: all columns swept of the effects, then least squares).

    Parameters
    ----------
    layout : Layout
    y : ndarray, shape (n_cells,)
    x : ndarray, shape (p, n_cells)
        Identified beside the effects.
    w : ndarray, shape (n_cells,)
        Weights, zero in empty cells.
    """
    normal = layout.weighted(w)
    both = np.concatenate([y[None], x])
    both = normal.sweep(both, project(layout, normal, both, tol=ACCURACY))
    yd, xd = both[0], both[1:]
    beta, gram = solve(xd, yd, w)
    e = yd - beta @ xd
    return Linear(beta, xd, gram, e, float(w @ (e * e)), float(w @ (yd * yd)), normal)
