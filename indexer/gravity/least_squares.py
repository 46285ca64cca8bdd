"""Weighted least squares with fixed effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.gravity.layout import Layout, Weighted
from indexer.gravity.solve import project

ACCURACY = 1e-12
EASY = 1e-6
"""Least eigenvalue of the correlations from which the normal equations, refined once, are as good as QR."""


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
    return normal, swept(normal, columns)


def swept(normal: Weighted, columns: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return columns beside the effects, shape (p, n_cells), in `out` where given."""
    return normal.sweep(columns, project(normal.layout, normal, columns, tol=ACCURACY), out)


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
    layout, w = normal.layout, normal.w
    gram = layout.products(x, x, w)
    scale = np.sqrt(gram.diagonal())
    if not len(x):
        beta, e = np.zeros(0), y.copy()
    elif np.linalg.eigvalsh(gram / np.outer(scale, scale))[0] > EASY:
        beta = np.linalg.solve(gram, layout.products(x, y[None], w)[:, 0])
        beta += np.linalg.solve(gram, layout.products(x, (y - beta @ x)[None], w)[:, 0])
        e = y - beta @ x
    else:
        beta, gram = solve(x, y, w)
        e = y - beta @ x
    rss, within = (float(layout.squares(v[None], w)[0]) for v in (e, y))
    return Linear(beta, x, gram, e, rss, within, normal)
