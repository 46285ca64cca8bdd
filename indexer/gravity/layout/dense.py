"""The layout of (nearly) complete panels: a dense tensor of cells whose group effect is a sum over the middle axis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from indexer.gravity import memory
from indexer.gravity.kernels import cuts, dense_poisson, share
from indexer.gravity.kernels import dense as loops
from indexer.gravity.layout.base import Layout, Point, Weighted

ONE_THREAD = 40_000
CELLS_PER_RANGE = 120_000
TOGETHER = 4_000_000
"""Bytes that a product may read, all sides counted, for a second thread not to be worth waking."""
NONE = np.zeros(0, dtype=np.int64)
NO_EFFECTS, NO_WEIGHTS, NO_WEIGHT = np.zeros((0, 0, 0)), np.zeros((0, 0)), np.zeros(0)


@dataclass(frozen=True)
class Axes:
    """Where each row stands in the tensor, and which effects vary how.

    Attributes
    ----------
    shape : (int, int, int)
        Lengths of the axes a, b, c.
    cell : ndarray of int, shape (n,)
        Position of each row in the flattened tensor; -1 for rows outside the sample. No two rows share a cell.
    first, second : ndarray of int, shape (A,), or empty
        Slab of the effect with a level per (slab of a, b), and of the effect with a level per (slab of a, b, c).
    groups : ndarray of int, shape (A, C), or None
        Level of the group effect by (a, c) where it is coarser than (a, c), as for undirected pairs.
    order : tuple of int
        Which of the model's effects is the group effect, the first and the second (-1 where absent).
    taken : ndarray of bool, shape (A·B·C,)
        Which cells have a row of the sample.
    """

    shape: tuple[int, int, int]
    cell: np.ndarray
    first: np.ndarray
    second: np.ndarray
    groups: np.ndarray | None
    order: tuple[int, int, int]
    taken: np.ndarray


class Dense(Layout):
    """Cells of a tensor [a, b, c]; see `Axes`."""

    def __init__(self, axes: Axes):
        self.axes = axes
        a, b, c = axes.shape
        self.shape = axes.shape
        self.group_effect = axes.order[0] if axes.groups is None else None
        self.n_cells = a * b * c
        self.cell = axes.cell
        self.present = axes.taken
        self.n_rows = int(np.count_nonzero(self.present))
        self.first, self.second, self.groups = axes.first, axes.second, axes.groups
        n_first = (int(axes.first.max()) + 1) * b if axes.first.size else 0
        n_second = (int(axes.second.max()) + 1) * b * c if axes.second.size else 0
        self.start, self.n_levels = n_first, n_first + n_second
        self.n_groups = a * c if axes.groups is None else int(axes.groups.max()) + 1
        n = 1 if self.n_cells < ONE_THREAD else min(max(2, self.n_cells // CELLS_PER_RANGE), 4)
        self.ranges = cuts([1] * a, n)
        n_ranges = len(self.ranges) - 1
        self._parts = [slice(self.ranges[k], self.ranges[k + 1]) for k in range(n_ranges)]
        self.complete = self.n_rows == self.n_cells

    @cached_property
    def needs_base(self) -> bool:  # type: ignore[override]
        """Whether cells are missing from groups that are there: groups that are missing vanish with their sums."""
        if self.complete:
            return False
        sizes = self.group_sums(self.indicator())
        return self.groups is not None or not bool(np.all((sizes == 0) | (sizes == self.shape[1])))

    # --- rows and cells -------------------------------------------------------------------------------------------

    def scatter(
        self, column: np.ndarray, shift: float = 0.0, scale: float = 1.0, out: np.ndarray | None = None
    ) -> np.ndarray:
        out = memory.empty(self.n_cells) if out is None else out
        if not self.complete:
            out.fill(0.0)
        column = np.ascontiguousarray(column, dtype=np.float64)
        edges = self._row_parts(len(column))
        share(lambda k: loops.fill(edges[k], edges[k + 1], self.cell, column, shift, scale, out), len(edges) - 1)
        return out

    def gather(self, cells: np.ndarray) -> np.ndarray:
        flat = cells.reshape(-1)
        if self.n_rows == self.cell.size:
            return flat[self.cell]
        return flat[self.cell[self.cell >= 0]]

    def live(self) -> np.ndarray:
        return self.present

    @cached_property
    def _indicator(self) -> np.ndarray:
        out = memory.empty(self.n_cells)
        out[:] = 1.0 if self.complete else self.present
        out.flags.writeable = False
        return out

    def indicator(self) -> np.ndarray:
        return self._indicator

    def rows(self) -> np.ndarray:
        return np.flatnonzero(self.cell >= 0)

    def restrict(self, keep: np.ndarray) -> Dense:
        n = self.cell.size
        cell = memory.empty(n, self.cell.dtype)
        parts = self._row_parts(n)
        share(lambda k: loops.restrict(parts[k], parts[k + 1], self.cell, keep, cell), len(parts) - 1)
        return Dense(replace(self.axes, cell=cell, taken=self.present & keep))

    def moments(self, column: np.ndarray) -> tuple[float, float, float, float]:
        column = np.ascontiguousarray(column, dtype=np.float64)
        parts = self._row_parts(column.size)
        n = len(parts) - 1
        found = np.empty((n, 5))
        share(lambda k: loops.moments(parts[k], parts[k + 1], self.cell, column, found[k]), n)
        rows, means, squares = found[:, 0], found[:, 1], found[:, 2]
        low, high = float(found[:, 3].min()), float(found[:, 4].max())
        if low == high:
            return low, 0.0, low, high
        mean = float(rows @ means) / self.n_rows
        spread = float(squares.sum() + rows @ (means - mean) ** 2)
        return mean, float(np.sqrt(spread / self.n_rows)), low, high

    def products(self, v: np.ndarray, x: np.ndarray, w: np.ndarray | None = None) -> np.ndarray:
        w = NO_WEIGHT if w is None else w
        edges = self._row_parts(self.n_cells)
        out = np.zeros((len(edges) - 1, len(v), len(x)))
        share(lambda k: loops.products(edges[k], edges[k + 1], v, x, w, out[k]), len(out))
        return out.sum(axis=0)

    def copy(self, v: np.ndarray, out: np.ndarray) -> None:
        edges = self._row_parts(self.n_cells)
        share(lambda k: np.copyto(out[edges[k] : edges[k + 1]], v[edges[k] : edges[k + 1]]), len(edges) - 1)

    def _row_parts(self, n: int) -> list[int]:
        return [0, n] if n < ONE_THREAD else [0, n // 2, n]

    def by_level(self, v: np.ndarray) -> list[np.ndarray]:
        n, t = len(self._parts), v.reshape(self.shape)
        groups, q = np.empty((self.shape[0], self.shape[2])), memory.zeros((n, self.n_levels))
        self._share(lambda k, lo, hi: loops.counts(lo, hi, t, self.first, self.second, self.start, groups, q[k]))
        sums = q.sum(axis=0)
        parts = [self._grouped(groups), sums[: self.start], sums[self.start :]]
        return [parts[self.axes.order.index(k)] for k in range(sum(o >= 0 for o in self.axes.order))]

    def imbalance(self, zero: np.ndarray, w: np.ndarray, sums: np.ndarray) -> np.ndarray:
        if self.groups is not None:
            return super().imbalance(zero, w, sums)
        n = len(self._parts)
        q, t, z = memory.zeros((n, self.n_levels)), w.reshape(self.shape), zero.reshape(self.shape)
        self._share(lambda k, lo, hi: loops.imbalance(lo, hi, z, t, sums, self.first, self.second, self.start, q[k]))
        return q.sum(axis=0)

    def positions(self, k: int) -> slice:
        return slice(0, self.start) if self.axes.order[1] == k else slice(self.start, self.n_levels)

    def levels_used(self) -> list[int]:
        out = super().levels_used()
        if self.groups is not None:  # sums by group are shown once for each (a, c)
            used = self.group_sums(self.indicator()) > 0
            out[self.axes.order[0]] = np.unique(self.groups[used]).size
        return out

    def at_level(self, k: int, values: np.ndarray) -> np.ndarray:
        role, (a, b, c) = self.axes.order.index(k), self.shape
        if role == 0:
            return self.spread(values)
        if role == 1:
            by_ab = values.reshape(-1, b)[self.first]
            return np.broadcast_to(by_ab[:, :, None], (a, b, c)).reshape(-1)
        return values.reshape(-1, b, c)[self.second].reshape(-1)

    # --- sums -----------------------------------------------------------------------------------------------------

    def _grouped(self, pairs: np.ndarray) -> np.ndarray:
        """Sums by (a, c) as sums by group, shown by (a, c)."""
        if self.groups is None:
            return pairs
        shape = pairs.shape
        flat = pairs.reshape(-1, self.groups.size)
        g = self.groups.reshape(-1)
        return np.stack([np.bincount(g, row, self.n_groups)[g] for row in flat]).reshape(shape)

    def group_sums(self, v: np.ndarray) -> np.ndarray:
        return self._grouped(v.reshape(self.shape).sum(axis=1))

    def level_sums(self, v: np.ndarray) -> np.ndarray:
        q = np.zeros((len(self._parts), self.n_levels))
        t = v.reshape(self.shape)
        self._share(lambda k, lo, hi: loops.level_sums(lo, hi, t, self.first, self.second, self.start, q[k]))
        return q.sum(axis=0)

    def spread(self, by_group: np.ndarray) -> np.ndarray:
        a, _, c = self.shape
        return np.broadcast_to(by_group.reshape(a, 1, c), self.shape).reshape(-1)

    def _share(self, function: Any) -> None:
        share(lambda k: function(k, self.ranges[k], self.ranges[k + 1]), len(self._parts))

    # --- Poisson --------------------------------------------------------------------------------------------------

    def poisson(
        self, y: np.ndarray, x: np.ndarray, base: np.ndarray | None, total: np.ndarray,
        u: np.ndarray, beta: np.ndarray, effect: np.ndarray, mu: np.ndarray,
    ) -> tuple[float, np.ndarray, np.ndarray]:  # fmt: skip
        n, shape = len(self._parts), self.shape
        t, m = y.reshape(shape), mu.reshape(shape)
        xs = x.reshape((len(x), *shape))
        z = np.zeros((0, 0, 0)) if base is None else base.reshape(shape)
        factor, ll, q = np.empty((shape[0], shape[2])), np.zeros((n, 1)), np.zeros((n, self.n_levels))
        e, place = effect.reshape(factor.shape), (self.first, self.second, self.start)
        if self.groups is None:
            self._share(
                lambda k, lo, hi: dense_poisson.poisson(
                    lo, hi, t, xs, z, total, *place, u, beta, e, m, factor, q[k], ll[k]
                )
            )
        else:
            self._share(
                lambda k, lo, hi: dense_poisson.poisson_means(lo, hi, t, xs, z, *place, u, beta, e, m, factor, ll[k])
            )
            sums = self._grouped(factor)
            with np.errstate(divide="ignore", invalid="ignore"):
                factor = np.where(total > 0, total / sums, 0.0)
            self._share(lambda k, lo, hi: dense_poisson.poisson_scores(lo, hi, t, *place, factor, m, q[k]))
        likelihood, new = self._level(ll, total, e, factor)
        return likelihood, new, q.sum(axis=0)

    def newton(
        self, y: np.ndarray, x: np.ndarray, base: np.ndarray | None, total: np.ndarray, sums: np.ndarray,
        u: np.ndarray, beta: np.ndarray, effect: np.ndarray, p: np.ndarray, mu: np.ndarray,
    ) -> Point:  # fmt: skip
        if self.groups is not None:
            return super().newton(y, x, base, total, sums, u, beta, effect, p, mu)
        n, shape, k, size = len(self._parts), self.shape, len(x), self.n_levels
        t, m, xs = y.reshape(shape), mu.reshape(shape), x.reshape((k, *shape))
        z = NO_EFFECTS if base is None else base.reshape(shape)
        factor, rw = np.empty((2, shape[0], shape[2]))
        single = memory.empty(shape, np.float32)
        q, ll, g, slope = np.zeros((n, k + 2, size)), np.zeros((n, 1)), np.zeros((n, k, k)), np.zeros((n, k))
        e, place = effect.reshape(factor.shape), (self.first, self.second, self.start)
        self._share(
            lambda i, lo, hi: dense_poisson.newton(
                lo, hi, t, xs, z, total, *place, u, beta, e, p, m, single, factor, rw, q[i, 0], ll[i], q[i, 1],
                q[i, 2:], g[i], slope[i],
            )
        )  # fmt: skip
        likelihood, new = self._level(ll, total, e, factor)
        sides = q.sum(axis=0) if n > 1 else q[0]
        normal = DenseWeighted(self, mu, total, rw)
        normal.by_level, normal.scale = sums - sides[0], np.maximum(sides[1], 0.0)
        normal._single = normal.rounded(single)
        return Point(likelihood, new, sides[0], normal, sides[2:], g.sum(axis=0), slope.sum(axis=0))

    def _level(
        self, parts: np.ndarray, total: np.ndarray, effect: np.ndarray, factor: np.ndarray
    ) -> tuple[float, np.ndarray]:
        """Likelihood and group effect from sums over ranges and factors of the group effect."""
        new = effect + np.log(factor, out=np.zeros_like(factor), where=factor > 0)
        if not self.within_range(effect, new):
            return -np.inf, new
        return float(parts.sum()) + self._effect_sum(total, new), new

    def _effect_sum(self, total: np.ndarray, effect: np.ndarray) -> float:
        """Σ over groups of total·effect; a group that spans several (a, c) counts once."""
        if self.groups is None:
            return float((total * effect).sum())
        one = np.zeros(self.n_groups)
        one[self.groups.reshape(-1)] = (total * effect).reshape(-1)
        return float(one.sum())

    def weighted(self, w: np.ndarray, sums: np.ndarray | None = None) -> DenseWeighted:
        return DenseWeighted(self, w, self.group_sums(w) if sums is None else sums)

    # --- for matrices ---------------------------------------------------------------------------------------------

    def codes(self) -> tuple[np.ndarray, list[np.ndarray]]:
        a, b, c = np.unravel_index(self.cell[self.cell >= 0], self.shape)
        group = a * self.shape[2] + c if self.groups is None else self.groups[a, c]
        rest = []
        if self.first.size:
            rest.append(self.first[a] * self.shape[1] + b)
        if self.second.size:
            rest.append(self.start + (self.second[a] * self.shape[1] + b) * self.shape[2] + c)
        return group, rest


class DenseWeighted(Weighted):
    """Normal equations of the effects under weights, the group effect eliminated."""

    layout: Dense

    def __init__(self, layout: Dense, w: np.ndarray, sums: np.ndarray, rw: np.ndarray | None = None):
        self.layout, self.sums = layout, sums
        self.w, self._w = w, w.reshape(layout.shape)
        if rw is None:
            with np.errstate(divide="ignore"):
                rw = np.where(sums > 0, 1.0 / sums, 0.0)
        self.rw = rw
        self._single: DenseWeighted | None = None
        self._place = (layout.first, layout.second, layout.start)

    def diagonal(self) -> np.ndarray:
        s = self.layout
        q = np.zeros((len(s._parts), s.n_levels))
        if s.groups is None:
            s._share(lambda k, lo, hi: loops.diagonal(lo, hi, self._w, self.rw, s.first, s.second, s.start, q[k]))
            return np.maximum(q.sum(axis=0), 0.0)
        return s.level_sums(self.w)  # an upper bound is as good for scaling

    def rounded(self, w: np.ndarray) -> DenseWeighted:
        """Return the same with weights in single precision."""
        out = DenseWeighted(self.layout, w.reshape(-1), self.sums, self.rw.astype(np.float32))
        out.by_level, out.scale, out.inverse = self.by_level, self.scale, self.inverse
        return out

    @property
    def single(self) -> DenseWeighted:
        """The same with products in single precision, made once."""
        if self.layout.groups is not None:
            return self
        if self._single is None:
            self._single = self.rounded(self.w.astype(np.float32))
        return self._single

    def product(self, u: np.ndarray, which: np.ndarray) -> np.ndarray:
        s, kind = self.layout, self.w.dtype
        q = memory.zeros((len(s._parts), *u.shape), kind)
        if s.groups is None:
            v = np.asarray(u, kind)
            s._share(
                lambda k, lo, hi: loops.product(lo, hi, self._w, self.rw, *self._place, v, which, q[k])
            )  # fmt: skip
            return q
        nothing = np.broadcast_to(np.zeros(1), (len(which), s.n_cells))
        q[0, which] = -self.residual(nothing, u[which])
        return q

    def _tensors(self, v: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(v).reshape((len(v), *self.layout.shape))

    def _group_effects(self, v: np.ndarray, u: np.ndarray, always: bool = False) -> np.ndarray:
        """The group effect of v - D u by (a, c) for each column; empty where the loops make it on the way."""
        s = self.layout
        if s.groups is None and not always:
            return NO_EFFECTS
        d = np.empty((len(v), s.shape[0], s.shape[2]))
        rw = self.rw if s.groups is None else NO_WEIGHTS
        s._share(lambda k, lo, hi: loops.group_means(lo, hi, self._w, rw, v, *self._place, u, d))
        return d if s.groups is None else s._grouped(d) * self.rw

    def residual(self, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        s, t = self.layout, self._tensors(v)
        q = memory.zeros((len(s._parts), *u.shape))
        d = self._group_effects(t, u)
        s._share(lambda k, lo, hi: loops.residual(lo, hi, self._w, self.rw, t, *self._place, u, d, q[k]))
        return q.sum(axis=0)

    def sweep(self, v: np.ndarray, u: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        s, t = self.layout, self._tensors(v)
        out = memory.empty(v.shape) if out is None else out
        o, d = self._tensors(out), self._group_effects(t, u, always=True)
        s._share(lambda k, lo, hi: loops.sweep(lo, hi, t, *self._place, u, d, o))
        return out

    def cross(
        self, y: np.ndarray, v: np.ndarray, u: np.ndarray, z: np.ndarray, uz: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        s, f, m = self.layout, len(v), len(z)
        if s.groups is not None:
            return super().cross(y, v, u, z, uz)
        n, t, x, zs = len(s._parts), y.reshape(s.shape), self._tensors(v), self._tensors(z)
        q, g, h, e = np.zeros((n, *u.shape)), np.zeros((n, f, f)), np.zeros((n, f, m)), np.zeros((n, f))
        s._share(
            lambda k, lo, hi: loops.cross(
                lo, hi, self._w, self.rw, t, x, u, zs, uz, *self._place, q[k], g[k], h[k], e[k]
            )
        )  # fmt: skip
        return q.sum(axis=0), g.sum(axis=0), h.sum(axis=0), e.sum(axis=0)

    def descend(
        self, p: np.ndarray, u: np.ndarray, r: np.ndarray, rz: np.ndarray, gain: np.ndarray, reach: np.ndarray,
        moving: np.ndarray, lines: np.ndarray, long: float, most: int, error: np.ndarray,
    ) -> tuple[int, bool]:  # fmt: skip
        s = self.layout
        if s.groups is not None or (len(s._parts) > 1 and len(p) * self.w.nbytes > TOGETHER):
            return 0, False
        q = np.empty((1, *p.shape), self.w.dtype)
        taken, ended = loops.descend(
            self._w, self.rw, *self._place, p, u, r, self.inverse, self.scale, rz, gain, reach, moving, lines, long,
            most, q, error,
        )  # fmt: skip
        return int(taken), bool(ended)

    def gram(self, y: np.ndarray, v: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        s, x, p = self.layout, self._tensors(v), len(v)
        d, t = self._group_effects(x, u), y.reshape(s.shape)
        g, e = np.zeros((len(s._parts), p, p)), np.zeros((len(s._parts), p))
        s._share(lambda k, lo, hi: loops.gram(lo, hi, self._w, self.rw, t, x, *self._place, u, d, g[k], e[k]))
        return g.sum(axis=0), e.sum(axis=0)

    def group_scores(self, y: np.ndarray, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        s, x, t = self.layout, self._tensors(v), y.reshape(self.layout.shape)
        out = np.empty((len(v), s.shape[0], s.shape[2]))
        s._share(lambda k, lo, hi: loops.scores(lo, hi, self._w, t, x, *self._place, u, out))
        return out.reshape(len(v), -1)
