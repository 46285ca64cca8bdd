"""Poisson pseudo-maximum likelihood with fixed effects, by Newton's method with the group effect concentrated out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from indexer.errors import ConvergenceError
from indexer.gravity.layout import Layout, Weighted
from indexer.gravity.solve import conjugate_gradients
from indexer.gravity.standing import FAR_OFF, LONGEST, State

TOLERANCE = 1e-9
MAX_ITER = 200
LOOSE, SPENT = 1e-8, 1e-17
"""Gradient that will do where a step promises no more than this part of the sum of flows."""
NEAR, SETTLED = 2e-11, 1e-17
"""Size of the score, as part of the sum of flows, below which a step ends within the tolerance; what a step promises
below which the projections of the regressors need not follow it."""
UNFITTED, STILL = 1e-6, 1e-8
"""Relative error of the sum of means of any level, and change of a scaled slope, beyond which nothing has converged."""
FLOOR = 1e-24
"""Accuracy of a step, relative to the sum of flows, beyond which rounding allows no more."""
MOST_FAILS, MOST_LATE = 5, 10
"""Most steps in a row that do not raise the likelihood, and most that should be the last and are not."""
FAR_AWAY = 1.0
"""What the first step promises, as part of the sum of flows, beyond which another start is tried."""
FINAL = 1e-9
"""Accuracy of the regressors' projections behind the standard errors, relative to what is left of them."""
KNOWN, RESOLVED = 1e-11, 1e-10
"""Squares of the errors of a step of the slopes, and of the projections, with which they are still known."""


@dataclass(frozen=True)
class Start:
    """Where an estimation starts: slopes of the scaled regressors, effects, and the regressors' projections."""

    beta: np.ndarray
    u: np.ndarray
    effect: np.ndarray
    projections: np.ndarray


@dataclass(frozen=True)
class Poisson:
    """A Poisson fit, in the units of its inputs.

    Attributes
    ----------
    beta : ndarray, shape (p,)
        Slopes of the columns of x.
    u : ndarray, shape (n_levels,)
        Effects other than the group effect; not unique where effects overlap.
    effect : ndarray
        The group effect.
    mu : ndarray, shape (n_cells,)
        Means, times weights.
    projections : ndarray, shape (p, n_levels)
        Coefficients of the effects in the weighted fits of x.
    gram : ndarray, shape (p, p)
        X̃' diag(mu) X̃, the Hessian of the slopes.
    normal : Weighted
        The normal equations at the optimum.
    n_iter : int
    gradient : float
        The largest scaled gradient: of a column Σ x̃ (y - mu) / sqrt(Σ x̃² mu · Σ mu), of an effect the same with its
        dummy.
    path : tuple of (float, float)
        Log-likelihood (up to a constant) and scaled gradient of each step.
    """

    beta: np.ndarray
    u: np.ndarray
    effect: np.ndarray
    mu: np.ndarray
    projections: np.ndarray
    gram: np.ndarray
    normal: Weighted
    n_iter: int
    gradient: float
    path: tuple[tuple[float, float], ...]

    @property
    def start(self) -> Start:
        """A start for the estimation of a similar model."""
        return Start(self.beta, self.u, self.effect, self.projections)


def poisson(
    layout: Layout,
    y: np.ndarray,
    x: np.ndarray,
    largest: np.ndarray,
    base: np.ndarray | None = None,
    start: Start | None = None,
    tol: float = TOLERANCE,
    max_iter: int = MAX_ITER,
) -> Poisson:
    """Estimate E[y] = base·exp(x'beta + effects).

    Parameters
    ----------
    layout : Layout
    y : ndarray, shape (n_cells,)
        Not negative, not separated, of mean about 1; times the weights where there are any.
    x : ndarray, shape (p, n_cells)
        Identified beside the effects, of mean square about 1.
    largest : ndarray, shape (p,)
        Largest absolute value of each.
    base : ndarray, shape (n_cells,), optional
        exp(offset), times the weights, and zero in empty cells.
    start : Start, optional
    tol : float
        Bound on the scaled gradient (see `Poisson`); the change of the deviance, of its square's order, is then far
        below 1e-8.

    Notes
    -----
    Given the other effects and the slopes the group effect is known: mu = Y_g·exp(eta)/Σ_g exp(eta). What is left is a
    concave likelihood whose Hessian is that of weighted least squares with the group effect eliminated. Each Newton
    step solves for the score and for every regressor at once, by conjugate gradients started from the last step, no
    more accurately than the distance from the optimum deserves; a step that lowers the likelihood is halved
    (Santos Silva & Tenreyro 2006; Correia, Guimarães & Zylkin 2020).

    Raises
    ------
    ConvergenceError
        If `max_iter` steps do not suffice.
    """
    p = len(x)
    mass = float(y.sum())
    state = State(layout, y, x, base)
    if start is None:
        slopes = np.zeros(p) if layout.n_groups else _first_slopes(y, x, state.base)
        start = Start(slopes, _first_effects(layout, y, state.base), state.none, np.zeros((p, layout.n_levels)))
    state.move(start.u, start.beta, start.effect)
    along = np.concatenate([np.zeros((1, layout.n_levels)), start.projections])
    left = np.full(p, mass)  # what is left of the regressors beside the effects
    least = 0.1
    path: list[tuple[float, float]] = []
    fails, late, reach = 0, 0, np.zeros(p + 1)
    for step in range(1, max_iter + 1):
        state.balance()
        normal = state.normal()
        along[0] = 0.0
        r = np.concatenate([state.score[None], normal.residual(x, along[1:])])
        size = float(state.score @ (normal.inverse * state.score))
        # an error of the order of the square of the distance is no loss: Newton's own is of that order
        eta = max(min(least, 0.3 * math.sqrt(size / mass)), 1e-6 * least)
        sharp = max(min(0.3 * least, eta), FINAL)
        if step > 1 and size <= NEAR * mass:
            eta, sharp = 1e-6, FINAL
        floor = min(FLOOR * mass, 1e-2 * STILL**2 * float(left.min(initial=mass)))
        lines = np.concatenate([[max(eta**2 * size, floor)], sharp**2 * left])
        solved = conjugate_gradients(normal, r, lines, along, stalled=True, reach=reach)
        reach = solved.reach
        along = solved.u
        gram, slope = normal.gram(y, x, along[1:])
        left = np.maximum(np.diag(gram), 1e-26 * mass)
        move = _solve(gram, slope)
        promise = float(along[0] @ state.score + move @ slope)
        path.append((state.level, state.gradient(slope, left, mass)))
        if step == 1 and promise > FAR_AWAY * mass:
            state.restart()
            continue
        far = np.abs(along[0]).max(initial=0.0) > LONGEST
        toward = (np.clip(along[0], -LONGEST, LONGEST) if far and least > 1e-3 else along[0]) - move @ along[1:]
        toward, move = state.within_reach(normal, toward, move, largest)
        rise = float(toward @ state.score + move @ (slope + along[1:] @ state.score))
        raised = state.climb(toward, move, rise, mass)
        q = max(promise, 0.0) / mass
        if sharp <= FINAL and q <= 10 * NEAR:
            late += 1
            least_error = np.concatenate([[KNOWN * left.min(initial=mass)], RESOLVED * left])
            known = bool(np.all(solved.error <= np.maximum(least_error, lines)))
            end = _ending(state, x, along[1:], left, reach, follow=q > SETTLED)
            # rounding allows no more where a step promises next to nothing
            limit = max(tol, LOOSE) if q <= SPENT else tol
            if (
                known
                and end.gradient <= limit
                and np.abs(end.last).max(initial=0.0) <= STILL
                and end.unfitted <= UNFITTED
            ):
                path.append((state.level, end.gradient))
                return Poisson(
                    state.beta + end.last, state.u, state.effect, state.mu, along[1:], end.gram, end.normal, step,
                    end.gradient, tuple(path),
                )  # fmt: skip
        if raised < 1.0 or far:
            least = max(least * 1e-4, 1e-10)  # small levels need the step more accurately than the likelihood does
        fails = 0 if raised else fails + 1
        if fails > MOST_FAILS or late > MOST_LATE:
            break
        if fails:
            state.balance(FAR_OFF / 1000)
    raise ConvergenceError(
        f"the Poisson estimation stopped after {len(path)} steps with a scaled gradient of {path[-1][1]:.1e}"
        + (": no step raised the likelihood" if fails > MOST_FAILS else "")
        + (": rounding allows no answer, flows or offset span too many orders of magnitude" if late > MOST_LATE else "")
        + "; log-likelihood and gradient by step: "
        + ", ".join(f"{v:.8g} ({g:.0e})" for v, g in path[-5:]),
        where="ppml",
        remedy="look for regressors that are nearly collinear with the effects or with each other, for outlying "
        "values of a regressor (take logs), or allow more steps with max_iter",
    )


class _Ending(NamedTuple):
    """What is known at a point that may be the last: what is still to go, and how far off it is."""

    normal: Weighted
    gram: np.ndarray
    last: np.ndarray
    gradient: float
    unfitted: float


def _ending(
    state: State, x: np.ndarray, projections: np.ndarray, left: np.ndarray, reach: np.ndarray, follow: bool
) -> _Ending:
    """Look at a point as at the last one; let the projections, changed in place, follow the last step if asked."""
    normal = state.normal()
    if follow:
        behind = normal.residual(x, projections)
        conjugate_gradients(normal, behind, FINAL**2 * left, projections, stalled=True, reach=reach[1:].copy())
    gram, slope = normal.gram(state.y, x, projections)
    mass = float(state.y.sum())
    gradient = state.gradient(slope, np.maximum(np.diag(gram), 1e-26 * mass), mass)
    return _Ending(normal, gram, _solve(gram, slope), gradient, state.unfitted())


def _solve(gram: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return the step of the slopes."""
    try:
        return np.linalg.solve(gram, slope)
    except np.linalg.LinAlgError:
        raise ConvergenceError(
            "a regressor varies in rows only whose means have fallen to nothing", where="ppml",
            remedy="look for outlying values of a regressor or the offset (take logs)",
        ) from None  # fmt: skip


def _first_effects(layout: Layout, y: np.ndarray, base: np.ndarray | None) -> np.ndarray:
    """Logarithms of the sums of y by level, relative to the sums of the base: exact for two crossed effects."""
    if not layout.n_levels:
        return np.zeros(0)
    sums, sizes = layout.level_sums(y), layout.level_sums(layout.indicator() if base is None else base)
    good = (sums > 0) & (sizes > 0)
    out = np.zeros(layout.n_levels)
    out[good] = np.log(sums[good] / sizes[good])
    return out - (out[good].mean() if good.any() else 0.0) * good


def _first_slopes(y: np.ndarray, x: np.ndarray, base: np.ndarray | None) -> np.ndarray:
    """Slopes of the first step of iterated least squares from means halfway to the flows, without effects."""
    mu = (y + y.mean()) / 2
    z = np.log(mu) + (y - mu) / mu - (0.0 if base is None else np.log(base))
    root = np.sqrt(mu)
    return np.asarray(np.linalg.lstsq((x * root).T, z * root, rcond=None)[0])
