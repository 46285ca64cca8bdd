"""The layout of small samples: the same as `rows`, in numpy, so that nothing waits for a compiler."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from indexer.gravity.layout.base import Layout, Weighted
from indexer.gravity.layout.sorting import Sorted


class Plain(Sorted, Layout):
    """Rows sorted by group; see `sorting.Sorted` for the parameters."""

    compiled = False
    needs_base = False

    @cached_property
    def meetings(self) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """For each other effect the pairs of group and level that occur: which by cell, and group and level of each."""
        group = np.repeat(np.arange(self.n_groups), np.diff(self.ptr))
        out = []
        for codes in self.rest:
            pairs, which = np.unique(group * max(self.n_levels, 1) + codes, return_inverse=True)
            out.append((which.ravel(), *np.divmod(pairs, max(self.n_levels, 1))))
        return out

    def scatter(
        self, column: np.ndarray, shift: float = 0.0, scale: float = 1.0, out: np.ndarray | None = None
    ) -> np.ndarray:
        out = np.empty(self.n_cells) if out is None else out
        out[:] = (column[self.order] - shift) * scale
        return out

    def group_sums(self, v: np.ndarray) -> np.ndarray:
        return np.add.reduceat(v, self.ptr[:-1])

    def level_sums(self, v: np.ndarray) -> np.ndarray:
        return sum((np.bincount(c, v, self.n_levels) for c in self.rest), np.zeros(self.n_levels))

    def effects(self, u: np.ndarray) -> np.ndarray:
        """Return D u by row."""
        return sum((u[c] for c in self.rest), np.zeros(self.n_rows))

    def poisson(
        self, y: np.ndarray, x: np.ndarray, base: np.ndarray | None, total: np.ndarray,
        u: np.ndarray, beta: np.ndarray, effect: np.ndarray, mu: np.ndarray,
    ) -> tuple[float, np.ndarray, np.ndarray]:  # fmt: skip
        eta = self.effects(u) + beta @ x
        m = np.exp(np.clip(eta + self.spread(effect), -700.0, 700.0))
        if base is not None:
            m *= base
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            factor = np.where(total > 0, total / self.group_sums(m), 0.0)
            new = effect + np.log(np.where(total > 0, factor, 1.0))
        mu[:] = m * self.spread(factor)
        level = float(y @ eta + total @ new) if self.within_range(effect, new) else -np.inf
        return level, new, self.level_sums(y - mu)

    def weighted(self, w: np.ndarray, sums: np.ndarray | None = None) -> PlainWeighted:
        return PlainWeighted(self, w, self.group_sums(w) if sums is None else sums)


class PlainWeighted(Weighted):
    """Normal equations of the effects under weights, the group effect eliminated."""

    layout: Plain

    def __init__(self, layout: Plain, w: np.ndarray, sums: np.ndarray):
        self.layout, self.w, self.sums = layout, w, sums
        self.rw = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)

    def _centred(self, v: np.ndarray) -> np.ndarray:
        s = self.layout
        return v - s.spread(s.group_sums(self.w * v) * self.rw)

    def diagonal(self) -> np.ndarray:
        q = np.zeros(self.layout.n_levels)
        for which, group, level in self.layout.meetings:
            s = np.bincount(which, self.w)
            q += np.bincount(level, s - s**2 * self.rw[group], q.size)
        return np.maximum(q, 0.0)

    def product(self, u: np.ndarray, which: np.ndarray) -> np.ndarray:
        s = self.layout
        q = np.zeros((1, *u.shape))
        for r in which:
            q[0, r] = s.level_sums(self.w * self._centred(s.effects(u[r])))
        return q

    def residual(self, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        t = self.sweep(v, u)
        return np.stack([self.layout.level_sums(self.w * r) for r in t]) if len(t) else np.zeros(u.shape)

    def sweep(self, v: np.ndarray, u: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        out = np.empty_like(v) if out is None else out
        for r in range(len(v)):
            out[r] = self._centred(v[r] - self.layout.effects(u[r]))
        return out

    def gram(self, y: np.ndarray, v: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        t = self.sweep(v, u)
        return (t * self.w) @ t.T, t @ (y - self.w)

    def group_scores(self, y: np.ndarray, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        t = self.sweep(v, u) * (y - self.w)
        return np.add.reduceat(t, self.layout.ptr[:-1], axis=1)
