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


def sweep(layout: Layout, columns: np.ndarray, w: np.ndarray) -> tuple[Weighted, np.ndarray]:
    """Return the normal equations under weights, and columns beside the effects.

    Parameters
    ----------
    layout : Layout
    columns : ndarray, shape (p, n_cells)
    w : ndarray, shape (n_cells,)
        Weights, zero in empty cells.
    """
    normal = layout.weighted(w)
    return normal, normal.sweep(columns, project(layout, normal, columns, tol=ACCURACY))


def least_squares(normal: Weighted, y: np.ndarray, x: np.ndarray) -> Linear:
    """Regress y on x, both swept of the effects (Frisch–Waugh–Lovell).

    Parameters
    ----------
    normal : Weighted
        The normal equations under the weights.
    y : ndarray, shape (n_cells,)
    x : ndarray, shape (p, n_cells)
        Identified beside the effects.
    """
    w = normal.w
    beta, gram = solve(x, y, w)
    e = y - beta @ x
    return Linear(beta, x, gram, e, float(w @ (e * e)), float(w @ (y * y)), normal)
