"""Rows sorted by the effect with most levels: what the general layouts share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

import numpy as np

LARGE = 50_000


def order_of(codes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the rows in the order of their codes, equal ones in their own order; `sizes` are the counts by code."""
    if codes.size < LARGE:
        return np.argsort(codes, kind="stable")
    from indexer.gravity.kernels.graph import place

    out = np.empty(codes.size, dtype=np.int64)
    place(codes, np.concatenate([[0], np.cumsum(sizes)[:-1]]), out)
    return out


class Sorted:
    """Rows of a sample in the order of the group effect.

    Parameters
    ----------
    codes : sequence of ndarray of int, each shape (n,)
        Levels of each effect by row of the design, from 0 on, with gaps or without.
    rows : ndarray of int or None
        Rows of the sample; None for all.

    Attributes
    ----------
    group, group_effect : int
        Number of the effect that is the group.
    order : ndarray of int, shape (n_rows,)
        Row of the design by cell.
    ptr : ndarray of int, shape (n_groups + 1,)
        First cell of each group.
    rest : ndarray of int, shape (number of other effects, n_rows)
        Positions of the levels of the other effects in their common vector.
    """

    group_sums: Callable[[np.ndarray], np.ndarray]
    level_sums: Callable[[np.ndarray], np.ndarray]

    def __init__(self, codes: Sequence[np.ndarray], rows: np.ndarray | None = None):
        used = [c if rows is None else c[rows] for c in codes]
        sizes = [np.bincount(c) for c in used]
        self.group = int(np.argmax([np.count_nonzero(s) for s in sizes]))
        self.group_effect: int | None = self.group
        order = order_of(used[self.group], sizes[self.group])
        self.ptr = np.concatenate([[0], np.cumsum(sizes[self.group][sizes[self.group] > 0])]).astype(np.int64)
        self.order = order if rows is None else rows[order]
        self.n_rows = self.n_cells = order.size
        self.n_groups = self.ptr.size - 1
        self._codes = tuple(codes)
        self.starts: dict[int, tuple[int, int, int]] = {}
        rest: list[np.ndarray] = []
        at = 0
        for k, (c, size) in enumerate(zip(used, sizes, strict=True)):
            if k == self.group:
                continue
            position = np.cumsum(size > 0) - 1 + at
            n = int(np.count_nonzero(size))
            self.starts[k] = (len(rest), at, at + n)
            rest.append(position[c[order]].astype(np.int32))
            at += n
        self.rest = np.stack(rest) if rest else np.zeros((0, self.n_rows), dtype=np.int32)
        self.n_levels = at
        self._back = None
        if self.n_rows > 1 and not np.all(order[1:] > order[:-1]):
            self._back = np.empty(self.n_rows, dtype=np.int64)
            self._back[order] = np.arange(self.n_rows)

    def rows(self) -> np.ndarray:
        """Return the rows of the design that are in the sample, in their order."""
        return self.gather(self.order)

    def restrict(self, keep: np.ndarray) -> Self:
        """Return the layout of part of the sample."""
        return type(self)(self._codes, np.sort(self.order[keep]))

    def by_level(self, v: np.ndarray) -> list[np.ndarray]:
        """Return the sums of v by level for each effect."""
        v = v.astype(np.float64, copy=False)
        sums = self.level_sums(v)
        return [
            self.group_sums(v) if k == self.group else sums[self.starts[k][1] : self.starts[k][2]]
            for k in range(len(self._codes))
        ]

    def positions(self, k: int) -> slice:
        """Return where the levels of effect k stand in the vector of levels."""
        return slice(*self.starts[k][1:])

    def at_level(self, k: int, values: np.ndarray) -> np.ndarray:
        """Return for every cell the value of its level of effect k."""
        if k == self.group:
            return self.spread(values)
        row, first, _ = self.starts[k]
        return values[self.rest[row] - first]

    def gather(self, cells: np.ndarray) -> np.ndarray:
        """Return the values of the sample's rows in their order."""
        return cells.copy() if self._back is None else cells[self._back]

    def indicator(self) -> np.ndarray:
        """Return 1 for every cell: none is empty."""
        return np.ones(self.n_cells)

    def spread(self, by_group: np.ndarray) -> np.ndarray:
        """Return the value of its group for every cell."""
        return np.repeat(by_group, np.diff(self.ptr))

    def codes(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return the group and the positions of the other levels by row of the sample."""
        group = np.repeat(np.arange(self.n_groups), np.diff(self.ptr))
        return self.gather(group), [self.gather(c) for c in self.rest]
