"""Conjugate gradients for the normal equations of fixed effects, and the projection of columns on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from indexer.gravity.layout import Layout, Weighted

MAX_ITER = 20_000
FLAT = 1e-11
EARLY, SLOW = 12, 40
"""Steps after which to see how many will be needed, and number of steps for which a better preconditioner than the
diagonal is worth its price."""
PATIENCE = 200
"""Steps without halving the residual after which a side makes no headway."""
LONG, WINDOW = 40.0, 8
"""A step this long, relative to the preconditioner, tells that r'z says little of the error: the fall of the sum of
squares over so many steps and up to twice as many stands for it then."""


@dataclass
class Solution:
    """Coefficients of the effects, and how they were come by.

    Attributes
    ----------
    u : ndarray, shape (R, n_levels)
    gain, reach, error : ndarray, shape (R,)
        By side the fall of the sum of squares, the longest step, and an estimate of the square of the error: of the sum
        of squares less the least one.
    steps : int
    """

    u: np.ndarray
    gain: np.ndarray
    reach: np.ndarray
    error: np.ndarray
    steps: int


def conjugate_gradients(
    normal: Weighted,
    r: np.ndarray,
    lines: np.ndarray,
    u: np.ndarray | None = None,
    stalled: bool = False,
    max_iter: int = MAX_ITER,
    reach: np.ndarray | None = None,
) -> Solution:
    """Solve D'H D u = D'H v for several v at once, from the residuals r = D'H (v - D u) of a start.

    Parameters
    ----------
    normal : Weighted
    r : ndarray, shape (R, n_levels)
        Residuals of the start; changed in place.
    lines : ndarray, shape (R,)
        A side is solved once the square of its error may be taken to be below its line.
    u : ndarray, shape (R, n_levels), optional
        The start, changed in place; zero where not given.
    stalled : bool
        Whether a side may be given up that has made no headway for long: its equation has no solution, or rounding
        allows no better one.
    reach : ndarray, shape (R,), optional
        Longest steps of an earlier solution under similar weights.

    Notes
    -----
    Preconditioned by the diagonal. r'z is the square of the error where the form is about as large as the
    preconditioner in all directions; a long step tells that it is not, and what the last steps have brought is taken
    instead (Strakoš & Tichý 2002). The equations are singular (effects overlap) but consistent, for which conjugate
    gradients converge on the part that matters.
    """
    u = np.zeros_like(r) if u is None else u
    inverse, layout = normal.inverse, normal.layout
    apply = layout.preconditioner
    gain, steps, fresh = np.zeros(len(r)), 0, False
    reach = np.zeros(len(r)) if reach is None else reach
    while True:
        z = r * inverse if apply is None else apply(r, inverse)
        rz = np.einsum("rl,rl->r", r, z)
        patience = SLOW if not fresh and layout.n_levels else max_iter
        most = min(patience, max_iter - steps)
        hurry = patience == SLOW and not layout.blocks_fail
        taken, ended, error = _descend(normal, apply, r, z, rz, gain, reach, u, lines, stalled, most, hurry)
        steps += taken
        if ended or fresh or steps >= max_iter:
            break
        apply, fresh = _remake(normal, layout), True
    return Solution(u, gain, reach, error, steps)


def _remake(normal: Weighted, layout: Layout) -> Callable[[np.ndarray, np.ndarray], np.ndarray] | None:
    """Make the preconditioner of the weights at hand; the layout keeps it for weights that are not far from these."""
    from indexer.gravity.precondition import precondition

    if layout.preconditioner is not None or not layout.blocks_fail:
        layout.preconditioner = precondition(normal)
        layout.blocks_fail = layout.preconditioner is None
    return layout.preconditioner


def _descend(
    normal: Weighted, apply: Callable[[np.ndarray, np.ndarray], np.ndarray] | None, r: np.ndarray, p: np.ndarray,
    rz: np.ndarray, gain: np.ndarray, reach: np.ndarray, u: np.ndarray, lines: np.ndarray, stalled: bool, most: int,
    hurry: bool,
) -> tuple[int, bool, np.ndarray]:  # fmt: skip
    """Take up to `most` steps from the direction p; return how many, whether all sides ended, and their errors.

    In a hurry, end as soon as more than `SLOW` steps are in sight.
    """
    moving, steps, since = (rz > 0).astype(np.int64), 0, np.zeros(len(r), dtype=np.int64)
    best, first, older, newer = rz.copy(), rz.copy(), gain.copy(), gain.copy()
    if apply is None:
        error = np.empty(len(r))
        steps, ended = normal.descend(p, u, r, rz, gain, reach, moving, lines, LONG, min(most, WINDOW), error)
        if ended:
            return steps, True, error
        if steps:
            newer = gain.copy()
    inverse, scale = normal.inverse, normal.scale
    step = _compiled_step() if normal.layout.compiled and apply is None else _plain_step(apply)
    while True:
        error = np.where(reach > LONG, np.maximum(rz, gain - older), rz)
        which = np.flatnonzero((moving > 0) & ~(error <= lines))
        if not which.size or steps == most:
            return steps, not which.size, error
        step(which, p, normal.product(p, which), u, r, inverse, scale, rz, gain, reach, moving)
        steps += 1
        if hurry and steps == EARLY and _in_sight(first[which], rz[which], lines[which]) > SLOW:
            return steps, False, error
        if steps % WINDOW == 0:
            older, newer = newer, gain.copy()
        if stalled and steps % 16 == 0:
            better = rz < 0.5 * best
            since = np.where(better, 0, since + 16)
            best = np.where(better, rz, best)
            moving[(since > PATIENCE) | ~(rz < 1e8 * best)] = 0


def _in_sight(first: np.ndarray, now: np.ndarray, lines: np.ndarray) -> float:
    """Return how many steps it takes to bring r'z below the lines, at the pace of the first `EARLY` ones."""
    with np.errstate(divide="ignore", invalid="ignore"):
        paces = np.log(first / now) / EARLY
        return float(np.nanmax(np.where(paces > 0, np.log(first / lines) / paces, np.inf), initial=0.0))


def _compiled_step() -> Callable[..., None]:
    from indexer.gravity.kernels.solve import step

    return step


def _plain_step(apply: Callable[[np.ndarray, np.ndarray], np.ndarray] | None) -> Callable[..., None]:
    """Return the same as `kernels.solve.step`, with another preconditioner than the diagonal where there is one."""

    def step(
        which: np.ndarray, p: np.ndarray, q: np.ndarray, u: np.ndarray, r: np.ndarray, inverse: np.ndarray,
        diagonal: np.ndarray, rz: np.ndarray, gain: np.ndarray, reach: np.ndarray, moving: np.ndarray,
    ) -> None:  # fmt: skip
        s = q[:, which].sum(axis=0)
        pq = np.einsum("rl,rl->r", p[which], s)
        good = (pq > FLAT * np.einsum("rl,l,rl->r", p[which], diagonal, p[which])) & (pq < 1e100)
        moving[which[~good]] = 0
        which, s, pq = which[good], s[good], pq[good]
        alpha = rz[which] / pq
        gain[which] += alpha * rz[which]
        reach[which] = np.maximum(reach[which], alpha)
        u[which] += alpha[:, None] * p[which]
        r[which] -= alpha[:, None] * s
        z = r[which] * inverse if apply is None else apply(r[which], inverse)
        new = np.einsum("rl,rl->r", r[which], z)
        p[which] = z + (new / rz[which])[:, None] * p[which]
        rz[which] = new

    return step


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
    lines = tol**2 * layout.squares(v, normal.w)
    before = np.inf
    for _ in range(6):
        r = normal.residual(v, u)
        rz = np.einsum("rl,l,rl->r", r, normal.inverse, r)
        worst = float((rz - lines).max(initial=0.0))
        if worst <= 0 or rz.max() > 0.25 * before:
            break
        before = float(rz.max())
        u += conjugate_gradients(normal, r, lines, None, stalled=True).u
    return u
