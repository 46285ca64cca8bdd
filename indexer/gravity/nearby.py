"""Poisson estimation from the optimum of a model that differs in some regressors only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from indexer.gravity import memory
from indexer.gravity.layout import Layout, Weighted
from indexer.gravity.layout.base import Point
from indexer.gravity.poisson import STILL, TOLERANCE, UNFITTED, Poisson, Start
from indexer.gravity.solve import conjugate_gradients
from indexer.gravity.standing import scaled_gradient, unfitted

ROUGH = 3e-3
"""Accuracy of the new regressors' projections in the first step, relative to what is left of them."""
LAST = 3e-6
"""Scaled gradient from which a Newton step should be the last."""
SHARP = 3e-8
"""Accuracy of the projections at the end, relative to what is left of the regressors."""
PATIENT, NEARBY = 0.3, 0.1
"""Accuracy of the equations of a step relative to its size, and the size above which it counts as this."""
FASTER, MOST_STEPS, MOST_PRODUCTS = 0.5, 6, 60
"""Part of the gradient that a step may leave, most steps, and most products for the equations of one."""


class Totals(NamedTuple):
    """Sums of y: in all, by group, and by level of the other effects."""

    mass: float
    by_group: np.ndarray
    by_level: np.ndarray


@dataclass(frozen=True)
class Optimum:
    """The optimum of another model on the same sample, and what this model shares with it.

    Attributes
    ----------
    core : Poisson
        The estimates, of q regressors.
    columns : ndarray, shape (q, n_cells)
        These regressors.
    kept, same : ndarray of int, shape (k,)
        Those of this model's regressors that are its own too, and which of its own they are.
    fresh : ndarray of int, shape (f,)
        The other ones of this model.
    slopes : ndarray, shape (f,)
        What may be near the slopes of these.
    projections : ndarray, shape (f, n_levels)
        What may be near their projections.
    left : ndarray, shape (f,)
        About what is left of them beside the effects (sum of squares).
    """

    core: Poisson
    columns: np.ndarray
    kept: np.ndarray
    same: np.ndarray
    fresh: np.ndarray
    slopes: np.ndarray
    projections: np.ndarray
    left: np.ndarray

    @cached_property
    def start(self) -> Start:
        """A start for the estimation from there by `poisson`."""
        p = len(self.kept) + len(self.fresh)
        beta, along = np.empty(p), np.empty((p, len(self.core.u)))
        beta[self.kept], beta[self.fresh] = self.core.beta[self.same], self.slopes
        along[self.kept], along[self.fresh] = self.core.projections[self.same], self.projections
        return Start(beta, self.core.u, self.core.effect, along)


class _TooFarError(Exception):
    """The optimum cannot be reached from here in this way."""


def poisson_nearby(
    layout: Layout, y: np.ndarray, x: np.ndarray, base: np.ndarray | None, totals: Totals, near: Optimum,
    tol: float = TOLERANCE,
) -> Poisson | None:  # fmt: skip
    """Estimate as `poisson` does, from the optimum of another model; None where that is too far away.

    Parameters
    ----------
    layout, y, x, base, tol
        As in `poisson`.
    totals : Totals
        Of y.
    near : Optimum

    Notes
    -----
    The first step is that of iterated least squares at the other optimum, whose means, score (zero) and projections
    are known: of all equations only those of the new regressors have to be solved. Every later step makes means, score,
    normal equations and cross products together (on a tensor in two passes); what better projections change in the
    cross products follows from their equations. On a tensor these are solved in single precision, which is enough for
    the few digits that a solution gains at a time: residuals, and all that decides where the optimum is, are in double
    precision. No step is halved: where Newton's method does not converge at its pace from here, there is no answer.
    """
    if not (layout.n_groups and len(x)):
        return None
    try:
        return _estimate(layout, y, x, base, totals, near, min(tol, TOLERANCE))  # the last digits come at once
    except (_TooFarError, np.linalg.LinAlgError):
        return None


def _estimate(
    layout: Layout, y: np.ndarray, x: np.ndarray, base: np.ndarray | None, totals: Totals, near: Optimum, tol: float
) -> Poisson:
    mass, total, sums = totals
    base = layout.indicator() if layout.needs_base and base is None else base
    u, beta, along = _first(y, x, near)
    effect, mu = near.core.effect, memory.empty(layout.n_cells)
    path: list[tuple[float, float]] = []
    before = math.inf
    for step in range(1, MOST_STEPS + 1):
        at = layout.newton(y, x, base, total, sums, u, beta, effect, along, mu)
        effect, left = at.effect, np.maximum(at.gram.diagonal(), 1e-26 * mass)
        gradient = scaled_gradient(at.slope, left, at.score, sums, mass)
        path.append((at.likelihood, gradient))
        if not (math.isfinite(at.likelihood) and gradient < max(FASTER * before, tol)):
            break
        if gradient <= tol:
            return _ended(at, u, beta, along, left, totals, step, tuple(path))
        u, beta, along = _newton(at, u, beta, along, left, gradient, mass, tol)
        before = gradient
    raise _TooFarError


def _solve(normal: Weighted, r: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Return the solutions for residuals r, which are changed to those at the end."""
    ways = np.zeros_like(r)
    found = conjugate_gradients(normal.single, r, lines, ways, stalled=True, max_iter=MOST_PRODUCTS)
    if not np.all(found.error <= lines):
        raise _TooFarError
    return ways


def _first(y: np.ndarray, x: np.ndarray, near: Optimum) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return effects (n_levels,), slopes (p,) and projections (p, n_levels) after a step at the other optimum."""
    core, f, kept, same = near.core, near.fresh, near.kept, near.same
    along, gram, right = np.empty((len(x), core.u.size)), np.empty((len(x), len(x))), np.empty(len(x))
    along[kept], gram[kept[:, None], kept] = core.projections[same], core.gram[same[:, None], same]
    right[kept] = core.gram[same] @ core.beta
    if f.size:
        v = x[f[0] : f[-1] + 1] if f[-1] - f[0] == len(f) - 1 else x[f]  # no copy where it can be
        before, own, other, slope = core.normal.cross(y, v, near.projections, near.columns, core.projections)
        after = before.copy()
        moved = _solve(core.normal, after, ROUGH**2 * near.left)
        along[f], gram[f[:, None], f] = near.projections + moved, _moved(own, before, after, moved)
        gram[f[:, None], kept], gram[kept[:, None], f] = other[:, same], other[:, same].T
        right[f] = other @ core.beta + slope
    beta = np.linalg.solve(gram, right)
    return core.u + core.beta @ core.projections - beta @ along, beta, along


def _moved(gram: np.ndarray, before: np.ndarray, after: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Return the cross products (p, p) of x - D p once p has moved, all others of shape (p, n_levels).

    `before` and `after` are the residuals D'H (x - D p).
    """
    out = gram - before @ moved.T - moved @ after.T
    return np.asarray((out + out.T) / 2)


def _newton(
    at: Point, u: np.ndarray, beta: np.ndarray, along: np.ndarray, left: np.ndarray, gradient: float, mass: float,
    tol: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Take a Newton step: solve for the score and the regressors at once, no more accurately than the step deserves."""
    size = float(at.score @ (at.normal.inverse * at.score))
    if gradient < LAST:  # the regressors' projections can wait for the means that are the last
        eta, sharp = 0.1 * tol / max(gradient, tol), math.inf
    else:
        eta = sharp = PATIENT * min(math.sqrt(size / mass), NEARBY)
    r = np.concatenate([at.score[None], at.residual])
    ways = _solve(at.normal, r, np.concatenate([[eta**2 * size], sharp**2 * left]))
    moved = ways[1:]
    move = np.linalg.solve(_moved(at.gram, at.residual, r[1:], moved), at.slope - moved @ at.score)
    along = along + moved
    return u + ways[0] - move @ along, beta + move, along


def _ended(
    at: Point, u: np.ndarray, beta: np.ndarray, along: np.ndarray, left: np.ndarray, totals: Totals, step: int,
    path: tuple[tuple[float, float], ...],
) -> Poisson:  # fmt: skip
    """Bring the projections to the last means, and with them the slopes."""
    r = at.residual.copy()
    moved = _solve(at.normal, r, SHARP**2 * left)
    gram, slope = _moved(at.gram, at.residual, r, moved), at.slope - moved @ at.score
    move = np.linalg.solve(gram, slope)
    if np.abs(move).max() > STILL or unfitted(at.score, totals.by_level) > UNFITTED:
        raise _TooFarError
    gradient = scaled_gradient(slope, left, at.score, totals.by_level, totals.mass)
    return Poisson(beta + move, u, at.effect, at.normal.w, along + moved, gram, at.normal, step, gradient, path)
