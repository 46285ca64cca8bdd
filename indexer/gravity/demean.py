"""Weighted demeaning: the part of columns that fixed effects do not explain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from indexer.errors import ConvergenceError

TOLERANCE = 1e-13
ACCEPT = 1e-10


class Effects:
    """Fixed effects as sparse group sums, made once per sample.

    Parameters
    ----------
    codes : sequence of ndarray of int
        One array per effect, codes 0 … levels-1, every level used.
    """

    def __init__(self, codes: Sequence[np.ndarray]):
        self.codes = tuple(np.asarray(c, dtype=np.int64) for c in codes)
        self.levels = tuple(int(c.max(initial=-1)) + 1 for c in self.codes)
        self.sums = tuple(
            sparse.csr_array((np.ones(c.size), (c, np.arange(c.size))), shape=(m, c.size))
            for c, m in zip(self.codes, self.levels, strict=True)
        )

    def dummies(self) -> sparse.csr_array:
        """All dummy columns, rows × (sum of levels)."""
        return sparse.csr_array(sparse.vstack(self.sums).T)


def demean(
    x: np.ndarray, effects: Effects, weights: np.ndarray | None = None, tol: float = TOLERANCE, max_iter: int = 5000
) -> np.ndarray:
    """Take the weighted least-squares fit on all fixed effects out of each column.

    One effect: group means, exact. Several: with M_k taking out the means of effect k and T = M_1 … M_K … M_1, the
    residual is x - c with (I - T) c = (I - T) x, solved by conjugate gradients in the weighted inner product,
    all columns at once (Hernández-Ramos, Escalante & Raydan 2011; Correia 2017).

    Parameters
    ----------
    x : ndarray, shape (n,) or (n, k)
        Columns, no NaN. Not changed.
    effects : Effects
    weights : ndarray, shape (n,), optional
        Positive weights; None is all ones.
    tol : float
        The residual of the equation relative to the column's norm.

    Raises
    ------
    ConvergenceError
        If the columns did not settle to 1e-10 of their norm.

    Examples
    --------
    >>> demean(np.array([1.0, 3.0, 5.0]), Effects([np.array([0, 0, 1])]))
    array([-1.,  1.,  0.])
    """
    one = x.ndim == 1
    x = np.array(x[:, None] if one else x, dtype=float)
    if effects.codes and x.size:
        w = np.ones((len(x), 1)) if weights is None else np.asarray(weights, dtype=float)[:, None]
        x = _conjugate_gradients(x, effects, w, tol, max_iter)
    return x[:, 0] if one else x


def _conjugate_gradients(x: np.ndarray, effects: Effects, w: np.ndarray, tol: float, max_iter: int) -> np.ndarray:
    sizes = [s @ w for s in effects.sums]
    order = [*range(len(sizes)), *range(len(sizes) - 2, -1, -1)]

    def project(v: np.ndarray) -> np.ndarray:
        v = v.copy()
        for k in order:
            v -= ((effects.sums[k] @ (w * v)) / sizes[k])[effects.codes[k]]
        return v

    if len(sizes) == 1:
        return project(project(x))  # twice: the second takes out the rounding of large means
    norm = np.sqrt((w * x * x).sum(axis=0))
    norm[norm == 0] = 1.0
    best = np.inf
    for _restart in range(8):
        r = x - project(x)
        rr = (w * r * r).sum(axis=0)
        worst = float((np.sqrt(rr) / norm).max())
        if worst <= tol or worst > 0.5 * best:  # done, or at the floor of rounding
            break
        best, p = worst, r.copy()
        for _ in range(max_iter):
            # a column that has settled stands still: its next step would be a ratio of rounding errors
            moving = np.sqrt(rr) > 0.3 * tol * norm
            if not moving.any():
                break
            p[:, ~moving] = 0.0
            q = p - project(p)
            pq = (w * p * q).sum(axis=0)
            moving &= pq > 1e-14 * (w * p * p).sum(axis=0)
            alpha = np.divide(rr, pq, out=np.zeros_like(rr), where=moving)
            x -= alpha * p
            r -= alpha * q
            new = np.where(moving, (w * r * r).sum(axis=0), 0.0)
            p = r + np.divide(new, rr, out=np.zeros_like(rr), where=moving) * p
            rr = new
    if worst > ACCEPT:
        raise ConvergenceError(
            f"demeaning stopped at {worst:.1e} of the columns' size",
            remedy="check for effects that hardly overlap, or estimate the parts of the data that are connected",
        )
    return project(x)
