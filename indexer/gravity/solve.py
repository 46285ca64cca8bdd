"""Conjugate gradients for the normal equations of fixed effects, and the projection of columns on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from indexer.gravity.layout import Layout, Weighted

MAX_ITER = 20_000
FLAT = 1e-13
PATIENCE = 200
"""Steps without halving the residual after which a side makes no headway."""


@dataclass
class Solution:
    """Coefficients u of the effects, shape (R, n_levels); r'z and the fall of the squares by side; steps taken."""

    u: np.ndarray
    rz: np.ndarray
    gain: np.ndarray
    steps: int


def conjugate_gradients(
    normal: Weighted,
    r: np.ndarray,
    done: Callable[[np.ndarray, np.ndarray], np.ndarray],
    u: np.ndarray | None = None,
    stalled: bool = False,
    max_iter: int = MAX_ITER,
) -> Solution:
    """Solve D'H D u = D'H v for several v at once, from the residuals r = D'H (v - D u) of a start.

    Parameters
    ----------
    normal : Weighted
    r : ndarray, shape (R, n_levels)
        Residuals of the start; changed in place.
    done : callable
        From r'z and the fall of the sum of squares so far, both shape (R,), to whether each side is solved.
    u : ndarray, shape (R, n_levels), optional
        The start, changed in place; zero where not given.
    stalled : bool
        Whether a side may be given up that has made no headway for long: its equation has no solution, or rounding
        allows no better one.

    Notes
    -----
    Preconditioned by the diagonal. The equations are singular (effects overlap) but consistent, for which conjugate
    gradients converge on the part that matters.
    """
    u = np.zeros_like(r) if u is None else u
    inverse = normal.inverse
    z = r * inverse
    rz = np.einsum("rl,rl->r", r, z)
    gain = np.zeros(len(r))
    moving = np.ones(len(r), dtype=np.int64)
    moving[rz <= 0] = 0
    step = _compiled_step() if normal.layout.compiled else _plain_step
    p, steps = z, 0
    best, since = rz.copy(), np.zeros(len(r), dtype=np.int64)
    while steps < max_iter:
        which = np.flatnonzero((moving > 0) & ~done(rz, gain))
        if not which.size:
            break
        q = normal.product(p, which)
        step(which, p, q, u, r, inverse, normal.scale, rz, gain, moving)
        steps += 1
        if stalled and steps % 16 == 0:
            better = rz < 0.5 * best
            since = np.where(better, 0, since + 16)
            best = np.where(better, rz, best)
            moving[(since > PATIENCE) | ~(rz < 1e8 * best)] = 0
    return Solution(u, rz, gain, steps)


def below(lines: np.ndarray) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return the rule that a side is solved once r'z is below its line."""
    return lambda rz, gain: rz <= lines


def _compiled_step() -> Callable[..., None]:
    from indexer.gravity.kernels.solve import step

    return step


def _plain_step(
    which: np.ndarray, p: np.ndarray, q: np.ndarray, u: np.ndarray, r: np.ndarray, inverse: np.ndarray,
    diagonal: np.ndarray, rz: np.ndarray, gain: np.ndarray, moving: np.ndarray,
) -> None:  # fmt: skip
    """The same as `kernels.solve.step`."""
    s = q[:, which].sum(axis=0)
    pq = np.einsum("rl,rl->r", p[which], s)
    good = (pq > FLAT * np.einsum("rl,l,rl->r", p[which], diagonal, p[which])) & (pq < 1e100)
    moving[which[~good]] = 0
    which, s, pq = which[good], s[good], pq[good]
    alpha = rz[which] / pq
    gain[which] += alpha * rz[which]
    u[which] += alpha[:, None] * p[which]
    r[which] -= alpha[:, None] * s
    z = r[which] * inverse
    new = np.einsum("rl,rl->r", r[which], z)
    p[which] = z + (new / rz[which])[:, None] * p[which]
    rz[which] = new


def project(
    layout: Layout, normal: Weighted, v: np.ndarray, u: np.ndarray | None = None, tol: float = 1e-13
) -> np.ndarray:
    """Return the coefficients of the effects in the weighted least-squares fits of some columns, to rounding.

    Parameters
    ----------
    v : ndarray, shape (R, n_cells)
    u : ndarray, shape (R, n_levels), optional
        A start.
    tol : float
        Residual of the equations relative to the columns' size.

    Returns
    -------
    ndarray, shape (R, n_levels)
    """
    u = np.zeros((len(v), layout.n_levels)) if u is None else u.copy()
    size = np.einsum("rc,rc,c->r", v, v, normal.w)
    lines = tol**2 * size
    before = np.inf
    for _ in range(6):
        r = normal.residual(v, u)
        rz = np.einsum("rl,l,rl->r", r, normal.inverse, r)
        worst = float((rz - lines).max(initial=0.0))
        if worst <= 0 or rz.max() > 0.25 * before:
            break
        before = float(rz.max())
        u += conjugate_gradients(normal, r, below(lines), None, stalled=True).u
    return u
