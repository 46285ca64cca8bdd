"""What every layout of a sample offers to the estimators, whatever the loops behind it.

A layout keeps the rows of the sample as cells, ordered so that the level of one effect, the group, can be summed over
quickly and eliminated exactly; the levels of the remaining effects stand in one vector of length `n_levels`. With W the
weights and D the dummies of the remaining effects, H = W - W 1 (1'W1)^-1 1'W (by group) is what the weights become
once the group effect is eliminated; the normal equations of the effects are then D'H D u = D'H v.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np

SPANNED = 1e-12
"""Part of a level's weight that is left of it beside the group effect, below which that effect spans it."""


class Point(NamedTuple):
    """A Poisson model at given slopes and effects, and the normal equations there with some columns x beside D p.

    Attributes
    ----------
    likelihood, effect, score
        As `Layout.poisson` gives them.
    normal : Weighted
        Under the means.
    residual : ndarray, shape (p, n_levels)
        D'H (x - D p).
    gram : ndarray, shape (p, p)
        X̃' diag(mu) X̃, with X̃ as in `Weighted.sweep`.
    slope : ndarray, shape (p,)
        X̃'(y - mu).
    """

    likelihood: float
    effect: np.ndarray
    score: np.ndarray
    normal: Weighted
    residual: np.ndarray
    gram: np.ndarray
    slope: np.ndarray


class Layout(ABC):
    """Rows of a sample as cells.

    Attributes
    ----------
    n_rows, n_cells, n_groups, n_levels : int
        Rows of the sample; cells (some may be empty); levels of the group effect; levels of the other effects.
    group_effect : int or None
        Number of the effect whose levels are the groups; None where a group is only part of a level, or there is none.
    preconditioner : callable or None
        Better than the diagonal, made when that was slow; kept, since the weights of one step are like the last ones.
    blocks_fail : bool
        Whether making one was tried in vain.
    compiled, needs_base : bool
        Whether the loops are compiled; whether a Poisson mean has to be held at zero in some cells by its base.
    """

    n_rows: int
    n_cells: int
    n_groups: int
    n_levels: int
    compiled = True
    needs_base = False
    group_effect: int | None = None
    preconditioner: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    blocks_fail = False

    @abstractmethod
    def scatter(
        self, column: np.ndarray, shift: float = 0.0, scale: float = 1.0, out: np.ndarray | None = None
    ) -> np.ndarray:
        """Return (column - shift)·scale as cells, shape (n_cells,), in `out` where given.

        `column` has all rows, in the sample or not.
        """

    def moments(self, column: np.ndarray) -> tuple[float, float, float, float]:
        """Return mean, standard deviation, least and largest value of a column of the design over the sample."""
        rows = self.rows()
        c = column if rows.size == column.size else column[rows]
        low, high = float(c.min()), float(c.max())
        if low == high:  # a mean may differ in the last digit
            return low, 0.0, low, high
        mean = float(c.mean())
        d = c - mean
        return mean, float(np.sqrt(d @ d / d.size)), low, high

    def products(self, v: np.ndarray, x: np.ndarray, w: np.ndarray | None = None) -> np.ndarray:
        """Return the sums over cells of the products of every v (q, n_cells) with every x (p, n_cells), shape (q, p).

        Weighted where w, shape (n_cells,), is given.
        """
        return (v if w is None else v * w) @ x.T

    def squares(self, v: np.ndarray, w: np.ndarray) -> np.ndarray:
        """Return the weighted sum of squares of each v (q, n_cells), shape (q,)."""
        return np.array([self.products(one[None], one[None], w)[0, 0] for one in v])

    def copy(self, v: np.ndarray, out: np.ndarray) -> None:
        """Copy cells v, shape (n_cells,), to `out`."""
        out[:] = v

    @abstractmethod
    def gather(self, cells: np.ndarray) -> np.ndarray:
        """Return the values of the sample's rows in their order, shape (n_rows,)."""

    @abstractmethod
    def indicator(self) -> np.ndarray:
        """Return 1 for cells in the sample and 0 for empty ones."""

    def live(self) -> np.ndarray:
        """Return which cells are in the sample."""
        return np.ones(self.n_cells, dtype=bool)

    @abstractmethod
    def rows(self) -> np.ndarray:
        """Return the rows of the design that are in the sample, in their order."""

    @abstractmethod
    def restrict(self, keep: np.ndarray) -> Layout:
        """Return the layout of part of the sample; `keep` says of each cell whether it stays."""

    @abstractmethod
    def by_level(self, v: np.ndarray) -> list[np.ndarray]:
        """Return the sums of v, numbers or true and false, by level, for each effect in the order of the model."""

    def imbalance(self, zero: np.ndarray, w: np.ndarray, sums: np.ndarray) -> np.ndarray:
        """Return D'e, e = w·(sum of `zero` by group)/sums - zero, which sums to nothing in every group.

        `zero` is true or false by cell, `sums` the sums of w by group.
        """
        z = zero.astype(np.float64)
        share = np.divide(self.group_sums(z), sums, out=np.zeros_like(sums), where=sums > 0)
        return self.level_sums(w * self.spread(share) - z)

    @abstractmethod
    def positions(self, k: int) -> slice:
        """Return where the levels of effect k, not the group effect, stand in the vector of levels."""

    def levels_used(self) -> list[int]:
        """Return the number of levels of each effect in the sample, in the order of the model."""
        return [int(np.count_nonzero(s)) for s in self.by_level(self.live())]

    @abstractmethod
    def at_level(self, k: int, values: np.ndarray) -> np.ndarray:
        """Return for every cell the value of its level of effect k, `values` as `by_level` gives them."""

    @abstractmethod
    def group_sums(self, v: np.ndarray) -> np.ndarray:
        """Return sums by group, in the shape that the other methods take them."""

    @abstractmethod
    def level_sums(self, v: np.ndarray) -> np.ndarray:
        """Return D'v, shape (n_levels,)."""

    @abstractmethod
    def spread(self, by_group: np.ndarray) -> np.ndarray:
        """Return the value of its group for every cell."""

    @abstractmethod
    def poisson(
        self, y: np.ndarray, x: np.ndarray, base: np.ndarray | None, total: np.ndarray,
        u: np.ndarray, beta: np.ndarray, effect: np.ndarray, mu: np.ndarray,
    ) -> tuple[float, np.ndarray, np.ndarray]:  # fmt: skip
        """Evaluate a Poisson model at given slopes and effects, with the group effect at its optimum.

        Parameters
        ----------
        y : ndarray, shape (n_cells,)
        x : ndarray, shape (p, n_cells)
        base : ndarray, shape (n_cells,), or None
            Factor of the mean: exp(offset)·weight, zero in empty cells.
        total : ndarray
            Sums of y by group.
        u, beta : ndarray, shape (n_levels,), (p,)
        effect : ndarray
            A group effect near the optimum, so that exponentials stay in range.
        mu : ndarray, shape (n_cells,)
            Filled with the means.

        Returns
        -------
        likelihood : float
            Σ y eta, up to what does not depend on u and beta; not finite where the exponentials overflowed.
        effect : ndarray
            The group effect.
        score : ndarray, shape (n_levels,)
            D'(y - mu).
        """

    def newton(
        self, y: np.ndarray, x: np.ndarray, base: np.ndarray | None, total: np.ndarray, sums: np.ndarray,
        u: np.ndarray, beta: np.ndarray, effect: np.ndarray, p: np.ndarray, mu: np.ndarray,
    ) -> Point:  # fmt: skip
        """Evaluate a Poisson model and all that a Newton step needs, for columns x with the coefficients p.

        `sums` are the sums of y by level. The rest as in `poisson`.
        """
        likelihood, effect, score = self.poisson(y, x, base, total, u, beta, effect, mu)
        normal = self.weighted(mu, total)
        normal.by_level = sums - score
        gram, slope = normal.gram(y, x, p)
        return Point(likelihood, effect, score, normal, normal.residual(x, p), gram, slope)

    @staticmethod
    def within_range(before: np.ndarray, after: np.ndarray) -> bool:
        """Whether group effects moved so little that no exponential on the way was held at its bound."""
        return bool(np.abs(after - before).max(initial=0.0) < 600.0)  # false for NaN too

    @abstractmethod
    def weighted(self, w: np.ndarray, sums: np.ndarray | None = None) -> Weighted:
        """Return the normal equations under weights; `sums` are the weights' sums by group, where known."""

    @abstractmethod
    def codes(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return, by row of the sample, the group and the positions of the levels of the other effects."""


class Weighted(ABC):
    """The normal equations of the effects under given weights, the group effect eliminated."""

    layout: Layout
    w: np.ndarray
    sums: np.ndarray

    @abstractmethod
    def diagonal(self) -> np.ndarray:
        """Return the diagonal of D'H D (or something close to it), shape (n_levels,)."""

    @cached_property
    def by_level(self) -> np.ndarray:
        """Sums of the weights by level, made once; may be set where they are known."""
        return self.layout.level_sums(self.w)

    @cached_property
    def scale(self) -> np.ndarray:
        """The diagonal, made once."""
        return self.diagonal()

    @cached_property
    def inverse(self) -> np.ndarray:
        """Reciprocal of the diagonal; zero for levels of which elimination of the group effect leaves but rounding."""
        good = self.scale > SPANNED * self.by_level
        return np.where(good, 1.0 / np.where(good, self.scale, 1.0), 0.0)

    @property
    def single(self) -> Weighted:
        """The same with products in single precision, where that is faster."""
        return self

    @abstractmethod
    def product(self, u: np.ndarray, which: np.ndarray) -> np.ndarray:
        """Return D'H D u for the rows of u in `which`, shape (ranges, R, n_levels): to be summed over ranges."""

    @abstractmethod
    def residual(self, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Return D'H (v - D u), shape (R, n_levels)."""

    def cross(
        self, y: np.ndarray, v: np.ndarray, u: np.ndarray, z: np.ndarray, uz: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return `residual` of v, Ṽ'WṼ, Ṽ'WZ̃ and Ṽ'(y - w), with Ṽ and Z̃ as in `sweep`.

        Shapes (R, n_levels), (R, R), (R, M) and (R,) for R columns v with coefficients u and M columns z with uz.
        """
        gram, slope = self.gram(y, np.concatenate([v, z]), np.concatenate([u, uz]))
        n = len(v)
        return self.residual(v, u), gram[:n, :n], gram[:n, n:], slope[:n]

    def descend(
        self, p: np.ndarray, u: np.ndarray, r: np.ndarray, rz: np.ndarray, gain: np.ndarray, reach: np.ndarray,
        moving: np.ndarray, lines: np.ndarray, long: float, most: int, error: np.ndarray,
    ) -> tuple[int, bool]:  # fmt: skip
        """Take up to `most` steps of the conjugate gradients at once, where loops can do that.

        `p`, `u` and `r` have shape (R, n_levels), what else is an array has shape (R,); see `kernels.solve.step`. All
        but `lines` are changed in place, `error` is filled. Return how many steps were taken, and whether all sides
        have ended.
        """
        return 0, False

    @abstractmethod
    def sweep(self, v: np.ndarray, u: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Return v - D u minus its weighted mean by group, shape (R, n_cells)."""

    @abstractmethod
    def gram(self, y: np.ndarray, v: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return Ṽ'WṼ and Ṽ'(y - w), with Ṽ as in `sweep`."""

    @abstractmethod
    def group_scores(self, y: np.ndarray, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Return Σ Ṽ (y - w) by group, shape (R, number of groups or of parts of groups); y has the group sums of w."""
