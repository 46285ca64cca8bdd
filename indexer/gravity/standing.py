"""Where a Poisson estimation stands, and the ways from there: along a direction, by scaling levels, or anew."""

from __future__ import annotations

import numpy as np

from indexer.gravity import memory
from indexer.gravity.layout import Layout, Weighted
from indexer.gravity.solve import conjugate_gradients

FAR_OFF, LONGEST, FARTHEST, MOST_SWEEPS = 1.0, 5.0, 5.0, 30
"""Log of the ratio of flows to means from which a level is scaled; longest way of a level's effect in one step, and of
the log of any mean; most scalings between two steps."""
LEAST_RISE = 0.1
"""Part of the promised rise that a step has to bring."""


class State:
    """Where the estimation stands: slopes and effects, the means and likelihood there, and the score of the effects."""

    def __init__(self, layout: Layout, y: np.ndarray, x: np.ndarray, base: np.ndarray | None):
        self.layout, self.y, self.x = layout, y, x
        self.base = layout.indicator() if layout.needs_base and base is None else base
        self.total = layout.group_sums(y)
        self.sums = layout.level_sums(y)
        self.share = max(len(layout.levels_used()) - 1, 1)
        self.none = np.zeros_like(self.total)
        self.mu, self._trial = memory.empty(layout.n_cells), memory.empty(layout.n_cells)
        self.u, self.beta, self.effect, self.score = np.zeros(0), np.zeros(0), self.none, np.zeros(0)
        self.level = -np.inf

    def normal(self) -> Weighted:
        """Return the normal equations of the effects."""
        out = self.layout.weighted(self.mu, self.total)
        out.by_level = self.sums - self.score
        return out

    def move(self, u: np.ndarray, beta: np.ndarray, effect: np.ndarray) -> None:
        """Go to a point, or to one without effects where the exponentials do not carry that far."""
        for target, group in ((u, effect), (np.zeros_like(u), self.none)):
            self.u, self.beta = target.copy(), beta.copy()
            self.level, self.effect, self.score = self.layout.poisson(
                self.y, self.x, self.base, self.total, self.u, self.beta, group, self.mu
            )
            if np.isfinite(self.level):
                return

    def restart(self) -> None:
        """Go to the weighted least squares fit of linearised flows, from means halfway to the flows.

        The start of iterated least squares (McCullagh & Nelder 1989, ch. 2): near rows whose flows are far from what
        effects alone make of them.
        """
        ones = np.ones_like(self.y) if self.base is None else self.base
        mu = (self.y + ones * (self.y.sum() / ones.sum())) / 2
        good = mu > 0
        z = np.zeros_like(mu)
        z[good] = np.log(mu[good] / ones[good]) + (self.y[good] - mu[good]) / mu[good]
        columns = np.concatenate([z[None], self.x])
        normal = self.layout.weighted(mu)
        along = np.zeros((len(columns), self.layout.n_levels))
        r = normal.residual(columns, along)
        lines = 1e-6 * np.einsum("rl,l,rl->r", r, normal.inverse, r)
        conjugate_gradients(normal, r, lines, along, stalled=True)
        gram = normal.gram(self.y, columns, along)[0]
        beta = np.linalg.lstsq(gram[1:, 1:], gram[1:, 0], rcond=1e-12)[0]
        self.move(along[0] - beta @ along[1:], beta, self.none)

    def attempt(self, u: np.ndarray, beta: np.ndarray, worse: float) -> bool:
        """Go to a point unless the likelihood there is worse by more than `worse`; return whether gone."""
        level, effect, score = self.layout.poisson(
            self.y, self.x, self.base, self.total, u, beta, self.effect, self._trial
        )
        if not level >= self.level - worse:
            return False
        self.level, self.effect, self.score, self.u, self.beta = level, effect, score, u, beta
        self.mu, self._trial = self._trial, self.mu
        return True

    def balance(self, far: float = FAR_OFF) -> None:
        """Scale levels whose means are far from their flows (generalised iterative scaling, Darroch & Ratcliff 1972).

        Newton steps see a level by its weight in the likelihood; where flows span many orders of magnitude, small
        levels may be left far off, from where a Newton step overshoots.
        """
        good = self.sums > 0
        for _ in range(MOST_SWEEPS):
            mu = np.maximum(self.sums - self.score, 1e-300)
            off = np.where(good, np.log(np.where(good, self.sums, 1.0) / mu), 0.0)
            if np.abs(off).max(initial=0.0) < far:
                return
            if not self.attempt(self.u + np.clip(off, -LONGEST, LONGEST) / self.share, self.beta, np.inf):
                return

    def within_reach(
        self, normal: Weighted, toward: np.ndarray, move: np.ndarray, largest: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Shorten a step on which the logarithm of some mean would change by more than `FARTHEST`."""
        if 2 * np.abs(toward).max(initial=0.0) + np.abs(move) @ largest > FARTHEST:
            changes = normal.sweep((move @ self.x)[None], -toward[None])[0]
            far = float(np.abs(changes * (normal.w > 0)).max(initial=0.0))
            if far > FARTHEST:
                return toward * (FARTHEST / far), move * (FARTHEST / far)
        return toward, move

    def climb(self, toward: np.ndarray, move: np.ndarray, rise: float, mass: float) -> float:
        """Go along a direction, halving until the likelihood rises by a part of what its slope there, `rise`, promises.

        Far out the likelihood is almost flat: a step that only raises it may end where no further one can be made
        (Armijo 1966). Return the part of the way gone, or 0.
        """
        size = 1.0
        while size > 1e-5:
            worse = 1e-13 * (abs(self.level) + mass) - LEAST_RISE * size * max(rise, 0.0)
            if self.attempt(self.u + size * toward, self.beta + size * move, worse):
                return size
            size /= 2
        return 0.0

    def unfitted(self) -> float:
        """Return how far the means of any level are off; see `unfitted`."""
        return unfitted(self.score, self.sums)

    def gradient(self, slope: np.ndarray, left: np.ndarray, mass: float) -> float:
        """Return the largest scaled gradient; see `scaled_gradient`."""
        return scaled_gradient(slope, left, self.score, self.sums, mass)


def unfitted(score: np.ndarray, sums: np.ndarray) -> float:
    """Return how far, relative to its flows, the means of any level are off.

    A gradient does not show it of levels with next to none of the flows. `score` and `sums` are the sums of y - mu and
    of y by level, shape (n_levels,).
    """
    off = np.abs(score[sums > 0]) / sums[sums > 0]
    return float(off.max(initial=0.0))


def scaled_gradient(slope: np.ndarray, left: np.ndarray, score: np.ndarray, sums: np.ndarray, mass: float) -> float:
    """Return the largest scaled gradient (see `poisson.Poisson`).

    Parameters
    ----------
    slope, left : ndarray, shape (p,)
        X̃'(y - mu), and what is left of the regressors beside the effects.
    score, sums : ndarray, shape (n_levels,)
        Sums of y - mu and of y by level.
    mass : float
        Sum of y.
    """
    by_level = np.maximum(sums, sums - score)
    good = by_level > 0
    parts = np.concatenate([np.abs(slope) / np.sqrt(left * mass), np.abs(score[good]) / np.sqrt(by_level[good] * mass)])
    return float(parts.max(initial=0.0))
