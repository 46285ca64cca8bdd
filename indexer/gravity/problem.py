"""An estimation problem on its sample, free of units, and its solution in the user's units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from indexer.errors import ConvergenceError, EstimationError
from indexer.gravity import memory
from indexer.gravity.design import Design
from indexer.gravity.identify import Witnesses, witnesses
from indexer.gravity.layout import Layout, Weighted
from indexer.gravity.least_squares import Linear, least_squares, sweep, swept
from indexer.gravity.nearby import Optimum, Totals, poisson_nearby
from indexer.gravity.poisson import MAX_ITER, TOLERANCE, Poisson, Start, poisson
from indexer.gravity.scaling import Scaled


@dataclass(frozen=True)
class Accuracy:
    """Bound on the scaled gradient, and most steps, of a Poisson estimation."""

    tol: float = TOLERANCE
    max_iter: int = MAX_ITER


class Problem:
    """Left side, weights and offset of a model on its sample.

    The left side is divided by its mean (Poisson), or centred where the model has a constant and divided by its spread
    (least squares), so that flows of 1e-12 and 1e12 are the same problem.

    Parameters
    ----------
    design : Design
    layout : Layout
        Of the final sample.
    is_poisson : bool
    y : ndarray, shape (n,), optional
        Another left side over the rows of the design.
    """

    def __init__(self, design: Design, layout: Layout, is_poisson: bool, y: np.ndarray | None = None):
        self.design, self.layout, self.is_poisson = design, layout, is_poisson
        self.has_constant = design.has_constant
        left = design.y if y is None else y
        self.raw = left
        w, off = design.weights, design.offset
        self.shift, self.base = 0.0, None
        if is_poisson:
            self.w = np.zeros(0)
            cells = layout.scatter(left if w is None else left * w)
            self.unit = float(cells.sum()) / layout.n_rows
            cells /= self.unit
            if off is not None or w is not None:
                self.base = self._base(off, w)
            elif not self.has_constant:
                self.base = np.full(layout.n_cells, 1.0 / self.unit)
        else:
            if off is not None:
                left = left - off
            self.w = layout.indicator() if w is None else layout.scatter(w)
            rows = left[layout.rows()]
            if self.has_constant:
                self.shift = float(rows.mean())
            spread = float(np.sqrt(np.mean((rows - self.shift) ** 2)))
            largest = float(np.abs(rows).max(initial=0.0))
            self.unit = spread if spread > 1e-13 * largest else (largest or 1.0)
            cells = layout.scatter(left, self.shift, 1.0 / self.unit)
        self.y = cells
        self._witnesses: tuple[Witnesses | None] | None = None

    def of(self, design: Design) -> Problem:
        """Return the same problem for a design that differs in its regressors only."""
        other = copy(self)
        if self.is_poisson:
            other.totals = self.totals  # made once for all
        other.design = design
        return other

    @cached_property
    def totals(self) -> Totals:
        """Sums of the left side."""
        return Totals(float(self.y.sum()), self.layout.group_sums(self.y), self.layout.level_sums(self.y))

    @property
    def positive(self) -> Weighted:
        """Normal equations on the rows with y > 0."""
        w = memory.empty(self.layout.n_cells)
        np.greater(self.y, 0, out=w)
        return self.layout.weighted(w)

    def witnesses(self, x: Scaled) -> Witnesses | None:
        """Return what tells that other regressors are identified on the rows with y > 0; made of x the first time.

        None where that x tells too little.
        """
        if self._witnesses is None:
            self._witnesses = (witnesses(self.layout, self.positive, x),)
        return self._witnesses[0]

    def _base(self, off: np.ndarray | None, w: np.ndarray | None) -> np.ndarray:
        rows = self.layout.rows()
        if off is None:
            factor = np.array(w, dtype=np.float64)
        else:
            # a constant in the offset is taken up by the model's constant
            middle = float(off[rows].max()) if self.has_constant else 0.0
            factor = np.exp(off - middle) * (1.0 if w is None else w)
        return self.layout.scatter(factor / (factor[rows].mean() if self.has_constant else self.unit))

    def sweep(self, x: Scaled, known: Mapping[int, int] | None = None) -> np.ndarray:
        """Take the effects out of left side and regressors (least squares); return the regressors' cross products.

        By row, and in units in which each regressor has mean square 1 under the weights. `known` says which regressors
        are among those swept last, by their number there: these, and the left side, are taken over.
        """
        layout = self.layout
        if known is None:
            self._swept = self._sweep(x)
        else:
            normal, old = self._swept
            both = memory.empty((len(x) + 1, layout.n_cells))
            layout.copy(old[0], both[0])
            for k in range(len(x)):
                if k in known:
                    layout.copy(old[known[k] + 1], both[k + 1])
                else:
                    swept(normal, x.cells[k : k + 1], both[k + 1 : k + 2])
            self._swept = normal, both
        found = self._swept[1][1:]
        gram = layout.products(found, found, self.w)
        size = np.sqrt(layout.squares(x.cells, self.w))
        return np.asarray(gram / np.outer(size, size)) if size.all() else np.zeros_like(gram)

    def solve(
        self, x: Scaled, names: tuple[str, ...], which: Sequence[int] | None = None,
        start: Start | Optimum | None = None, accuracy: Accuracy = Accuracy(),
    ) -> Solution:  # fmt: skip
        """Estimate with the regressors given, which must be identified.

        `which` says which of the regressors swept before they are (least squares); `start` is where to start (Poisson),
        the optimum of a model that differs in some regressors only, where there is one.
        """
        if self.is_poisson:
            if isinstance(start, Optimum):
                core = poisson_nearby(self.layout, self.y, x.cells, self.base, self.totals, start, accuracy.tol)
                if core is not None:
                    return Solution(self, x, names, core)
                start = start.start
            try:
                core = self._poisson(x, start, accuracy)
            except ConvergenceError:
                if start is None:
                    raise
                core = self._poisson(x, None, accuracy)
            return Solution(self, x, names, core)
        normal, both = self._sweep(x) if which is None else self._swept
        columns = both[1:] if which is None or len(which) == len(both) - 1 else both[1:][list(which)]
        return Solution(self, x, names, least_squares(normal, both[0], columns))

    def _sweep(self, x: Scaled) -> tuple[Weighted, np.ndarray]:
        """Normal equations, and left side and regressors beside the effects."""
        both = memory.empty((len(x) + 1, self.layout.n_cells))
        for k, column in enumerate((self.y, *x.cells)):
            self.layout.copy(column, both[k])
        return sweep(self.layout, both, self.w)

    def _poisson(self, x: Scaled, start: Start | None, accuracy: Accuracy) -> Poisson:
        return poisson(self.layout, self.y, x.cells, x.largest, self.base, start, accuracy.tol, accuracy.max_iter)


class Solution:
    """Estimates in the user's units, and what follows from them.

    Attributes
    ----------
    coef : ndarray, shape (p,)
    bread : ndarray, shape (p, p)
        Inverse Hessian: (X̃'WX̃)^-1, with W the weights (least squares) or weights times means (Poisson).
    """

    def __init__(self, problem: Problem, x: Scaled, names: tuple[str, ...], core: Linear | Poisson):
        self.problem, self.x, self.names, self.core = problem, x, names, core
        self._back = back = x.units()
        constant = 0.0
        unit = problem.unit
        inverse = np.linalg.inv(core.gram) if len(x) else core.gram
        if problem.is_poisson:
            self.coef = back @ core.beta
            self.bread = back @ inverse @ back.T / unit
            self._size = 1.0
            constant = np.log(unit) - self._base_shift()
        else:
            self.coef = back @ core.beta * unit
            self.bread = back @ inverse @ back.T
            self._size = unit
            constant = problem.shift
        if x.intercept is not None:
            self.coef[x.intercept] += constant
        self._inverse = inverse

    def _base_shift(self) -> float:
        """Log of what the base was multiplied by, beside weights and offset, for the sake of range."""
        p, design = self.problem, self.problem.design
        if p.base is None:
            return 0.0
        rows = p.layout.rows()[:1]
        true = 1.0 if design.weights is None else float(design.weights[rows][0])
        off = 0.0 if design.offset is None else float(design.offset[rows][0])
        return float(-np.log(p.layout.gather(p.base)[0]) + np.log(true) + off)

    @property
    def normal(self) -> Weighted:
        """The normal equations at the estimate."""
        return self.core.normal

    def sandwich(self, meat: np.ndarray) -> np.ndarray:
        """Return bread·meat·bread for the meat of scores as `scores` or `group_scores` give them."""
        b = self._back @ self._inverse
        return b @ meat @ b.T * self._size**2

    def sigma2(self) -> float:
        """Variance of the error that the bread is multiplied by: Σ w e²/(n-1) in least squares, 1 in Poisson."""
        if isinstance(self.core, Poisson):
            return 1.0
        return self.core.rss * self._size**2 / max(self.problem.layout.n_rows - 1, 1)

    @cached_property
    def swept(self) -> np.ndarray:
        """Scaled regressors beside the effects as cells, shape (p, n_cells)."""
        if isinstance(self.core, Poisson):
            return self.normal.sweep(self.x.cells, self.core.projections)
        return self.core.x

    @cached_property
    def residual_cells(self) -> np.ndarray:
        """Weight times (y - fitted) as cells, in scaled units."""
        if isinstance(self.core, Poisson):
            return self.problem.y - self.core.mu
        return self.problem.w * self.core.residuals

    def scores(self) -> np.ndarray:
        """Row contributions to the gradient of the scaled slopes, shape (p, n_rows)."""
        layout = self.problem.layout
        e = layout.gather(self.residual_cells)
        return np.stack([layout.gather(v) * e for v in self.swept]) if len(self.x) else np.zeros((0, e.size))

    def group_scores(self) -> np.ndarray:
        """The same summed by level of the group effect, shape (p, groups)."""
        if isinstance(self.core, Poisson):
            return self.normal.group_scores(self.problem.y, self.x.cells, self.core.projections)
        layout, e = self.problem.layout, self.residual_cells
        sums = [layout.group_sums(v * e).reshape(-1) for v in self.swept]
        return np.stack(sums) if sums else np.zeros((0, layout.n_groups))

    def fitted(self) -> np.ndarray:
        """Fitted values of the left side by row of the sample, in the user's units; Poisson: means."""
        p, layout = self.problem, self.problem.layout
        if isinstance(self.core, Poisson):
            mu = layout.gather(self.core.mu) * p.unit
            w = p.design.weights
            return mu if w is None else mu / w[layout.rows()]
        y = p.raw[layout.rows()]
        return y - layout.gather(self.core.residuals) * p.unit

    def check_left_side(self) -> None:
        """Refuse a left side that the effects explain wholly (least squares)."""
        p = self.problem
        if isinstance(self.core, Linear) and p.design.effects:
            total = float(p.w @ (p.y * p.y))
            level = float(np.abs(p.raw).max(initial=0.0)) / p.unit
            if self.core.within_ss <= 1e-18 * max(total, p.layout.n_rows * level**2 * 1e-8):
                raise EstimationError(
                    "the left side does not vary beside the fixed effects: there is nothing to explain",
                    where="formula", remedy="use fewer or coarser fixed effects",
                )  # fmt: skip
