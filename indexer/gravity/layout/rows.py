"""The general layout: rows sorted by the effect with most levels, the other effects read through codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from indexer.gravity import memory
from indexer.gravity.kernels import cuts, share
from indexer.gravity.kernels import rows as loops
from indexer.gravity.layout.base import Layout, Weighted
from indexer.gravity.layout.sorting import Sorted

ONE_THREAD = 20_000
ROWS_PER_RANGE = 60_000
NO_SCORES = np.zeros((0, 0))


class Rows(Sorted, Layout):
    """Rows sorted by group; see `sorting.Sorted` for the parameters."""

    needs_base = False

    def __init__(self, codes: Sequence[np.ndarray], rows: np.ndarray | None = None):
        super().__init__(codes, rows)
        self._divide()

    def _divide(self) -> None:
        n = 1 if self.n_rows < ONE_THREAD else min(max(2, self.n_rows // ROWS_PER_RANGE), 4)
        self.ranges = cuts(np.diff(self.ptr), n)

    def scatter(
        self, column: np.ndarray, shift: float = 0.0, scale: float = 1.0, out: np.ndarray | None = None
    ) -> np.ndarray:
        out = memory.empty(self.n_cells) if out is None else out
        column = np.ascontiguousarray(column, dtype=np.float64)
        edges = np.linspace(0, self.n_cells, len(self.ranges)).astype(int)
        share(lambda k: loops.fill(edges[k], edges[k + 1], self.order, column, shift, scale, out), len(self.ranges) - 1)
        return out

    def _share(self, function: Callable[[int, int, int], None]) -> None:
        share(lambda k: function(k, self.ranges[k], self.ranges[k + 1]), len(self.ranges) - 1)

    def group_sums(self, v: np.ndarray) -> np.ndarray:
        out = np.empty(self.n_groups)
        self._share(lambda k, lo, hi: loops.group_sums(lo, hi, self.ptr, v, out))
        return out

    def level_sums(self, v: np.ndarray) -> np.ndarray:
        q = np.zeros((len(self.ranges) - 1, self.n_levels))
        self._share(lambda k, lo, hi: loops.level_sums(self.ptr[lo], self.ptr[hi], self.rest, v, q[k]))
        return q.sum(axis=0)

    def poisson(
        self, y: np.ndarray, x: np.ndarray, base: np.ndarray | None, total: np.ndarray,
        u: np.ndarray, beta: np.ndarray, effect: np.ndarray, mu: np.ndarray,
    ) -> tuple[float, np.ndarray, np.ndarray]:  # fmt: skip
        n = len(self.ranges) - 1
        ll, q, new = np.zeros((n, 1)), np.zeros((n, self.n_levels)), np.empty(self.n_groups)
        b = np.zeros(0) if base is None else base
        self._share(
            lambda k, lo, hi: loops.poisson(
                lo, hi, self.ptr, self.rest, y, x, b, total, u, beta, effect, mu, new, q[k], ll[k]
            )
        )
        level = float(ll.sum()) + float(total @ new) if self.within_range(effect, new) else -np.inf
        return level, new, q.sum(axis=0)

    def weighted(self, w: np.ndarray, sums: np.ndarray | None = None) -> RowsWeighted:
        return RowsWeighted(self, w, self.group_sums(w) if sums is None else sums)


class RowsWeighted(Weighted):
    """Normal equations of the effects under weights, the group effect eliminated."""

    layout: Rows

    def __init__(self, layout: Rows, w: np.ndarray, sums: np.ndarray):
        self.layout, self.w, self.sums = layout, w, sums
        with np.errstate(divide="ignore"):
            self.rw = np.where(sums > 0, 1.0 / sums, 0.0)

    def diagonal(self) -> np.ndarray:
        s = self.layout
        q = np.zeros((len(s.ranges) - 1, s.n_levels))
        s._share(lambda k, lo, hi: loops.diagonal(lo, hi, s.ptr, s.rest, self.w, self.rw, q[k]))
        return np.maximum(q.sum(axis=0), 0.0)

    def product(self, u: np.ndarray, which: np.ndarray) -> np.ndarray:
        s = self.layout
        q = memory.zeros((len(s.ranges) - 1, *u.shape))
        s._share(lambda k, lo, hi: loops.product(lo, hi, s.ptr, s.rest, self.w, self.rw, u, which, q[k]))
        return q

    def residual(self, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        s = self.layout
        q = memory.zeros((len(s.ranges) - 1, *u.shape))
        s._share(lambda k, lo, hi: loops.residual(lo, hi, s.ptr, s.rest, self.w, self.rw, v, u, q[k]))
        return q.sum(axis=0)

    def sweep(self, v: np.ndarray, u: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        s = self.layout
        out = memory.empty(v.shape) if out is None else out
        s._share(lambda k, lo, hi: loops.sweep(lo, hi, s.ptr, s.rest, self.w, self.rw, v, u, out))
        return out

    def _gram(self, y: np.ndarray, v: np.ndarray, u: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        t, n, m = self.layout, len(self.layout.ranges) - 1, len(v)
        g, e = np.zeros((n, m, m)), np.zeros((n, m))
        t._share(lambda k, lo, hi: loops.gram(lo, hi, t.ptr, t.rest, self.w, self.rw, y, v, u, g[k], e[k], s))
        low = np.tril(g.sum(axis=0))
        return low + np.tril(low, -1).T, e.sum(axis=0)

    def gram(self, y: np.ndarray, v: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self._gram(y, v, u, NO_SCORES)

    def group_scores(self, y: np.ndarray, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        s = np.zeros((len(v), self.layout.n_groups))
        self._gram(y, v, u, s)
        return s
