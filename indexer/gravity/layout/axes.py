"""Finding the tensor behind a panel: from the columns that make up the effects, or from the effects alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd

from indexer.gravity import memory
from indexer.gravity.codes import Identifiers, Levels
from indexer.gravity.layout.dense import NONE, Axes
from indexer.gravity.layout.sorting import order_of

SPARSEST = 4.0
"""A tensor may have this many cells per row."""

Columns = frozenset[str]


class _Split(NamedTuple):
    """Columns of the three axes and of the slabs; `coarse` where the group effect may be coarser than (a, c)."""

    a: Columns
    b: Columns
    c: Columns
    first: Columns | None
    second: Columns | None
    coarse: bool


def find(effects: Sequence[tuple[str, ...]], ids: Identifiers) -> Axes | None:
    """Return the tensor of a panel in which one effect is a sum over an axis and the others vary along it.

    Parameters
    ----------
    effects : sequence of tuple of str
        The columns whose combinations are the levels of each effect; two or three effects.
    ids : Identifiers

    Returns
    -------
    Axes or None
        None where the effects have no such structure, where rows share a cell, or where the tensor would be sparse.
    """
    if len(effects) not in (2, 3):
        return None
    sets = [frozenset(e) for e in effects]
    order = sorted(range(len(effects)), key=lambda k: -_product(ids, effects[k]))
    for group in order:
        rest = [k for k in range(len(effects)) if k != group]
        for chosen in permutations(rest):
            split = _split(sets[group], [sets[k] for k in chosen], ids.sizes())
            if split is None:
                continue
            found = _place(split, ids, effects[group], (group, *chosen, -1)[:3])
            if found is not None:
                return found
    parts = [ids[e] for e in effects]
    return _directed(parts) or (_undirected(parts) if len(parts) == 3 else None)


def _bare(codes: np.ndarray, size: int | None = None) -> Levels:
    """Levels without values."""
    return Levels(codes, int(codes.max()) + 1 if size is None else size, lambda: pd.Index([]))


def _product(ids: Identifiers, columns: Sequence[str]) -> int:
    sizes = ids.sizes()
    out = 1
    for c in columns:
        out *= max(sizes[c], 1)
    return out


def _split(group: Columns, rest: Sequence[Columns], sizes: dict[str, int]) -> _Split | None:
    if len(rest) == 1:
        b, shared = rest[0] - group, rest[0] & group
        free = sorted(group - shared, key=lambda c: (-sizes[c], c))
        if not b or not free:
            return None
        c = frozenset(free[:1])
        return _Split(group - c, b, c, shared, None, False)
    common = rest[0] & rest[1]
    b = common - group
    shared = common & group
    a, c = rest[0] - b, rest[1] - b - shared
    if not b or not c or c & a:
        return None
    extra = group - a - c
    if group >= a - shared and group >= c:
        return _Split(a | extra, b, c, a, shared, False)
    return _Split(a, b, c, a, shared, True)


def _place(split: _Split, ids: Identifiers, group: tuple[str, ...], order: tuple[int, ...]) -> Axes | None:
    """Put the rows into the tensor that a split of the columns describes."""

    def levels(columns: Columns) -> Levels:
        return ids[tuple(sorted(columns))]

    b, c = levels(split.b), levels(split.c)
    n = b.codes.size
    a = levels(split.a) if split.a else _bare(np.zeros(n, np.int32), 1)
    shape = (a.size, b.size, c.size)
    if a.size * b.size * c.size > SPARSEST * n:
        return None
    cell = _cells(a.codes, b.codes, c.codes, shape)
    taken = _taken(cell, shape)
    if taken is None:
        return None
    groups = None
    if split.coarse:
        groups = _function(a.codes.astype(np.int64) * c.size + c.codes, ids[group].codes, a.size * c.size)
        if groups is None:
            return None
        groups = groups.reshape(a.size, c.size)
    first = _slab(split.first, split.a, a, levels)
    second = _slab(split.second, split.a, a, levels)
    return Axes(shape, cell, first, second, groups, (order[0], order[1], order[2]), taken)


def _slab(columns: Columns | None, of: Columns, a: Levels, levels: object) -> np.ndarray:
    if columns is None:
        return NONE
    if columns == of:
        return np.arange(a.size)
    if not columns:
        return np.zeros(a.size, dtype=np.int64)
    slab = levels(columns)  # type: ignore[operator]
    out = np.zeros(a.size, dtype=np.int64)
    out[a.codes] = slab.codes
    return out


def _cells(a: np.ndarray, b: np.ndarray, c: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    cell = memory.empty(a.size, np.int32 if shape[0] * shape[1] * shape[2] < 2**31 else np.int64)
    cell[:] = a
    for size, codes in ((shape[1], b), (shape[2], c)):
        np.multiply(cell, size, out=cell)
        np.add(cell, codes, out=cell)
    return cell


def _taken(cell: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray | None:
    """Which cells have a row; None where some have several."""
    taken = memory.zeros(shape[0] * shape[1] * shape[2], bool)
    taken[cell] = True
    return taken if int(np.count_nonzero(taken)) == cell.size else None


def _function(key: np.ndarray, value: np.ndarray, size: int) -> np.ndarray | None:
    """Return value by key where every key has one value (0 for keys that do not occur), else None."""
    out = np.zeros(size, dtype=np.int64)
    out[key] = value
    return out if np.array_equal(out[key], value) else None


def _directed(parts: Sequence[Levels]) -> Axes | None:
    """Find the axes of effects that came as ready-made identifiers, from which levels occur together.

    Levels of a pair effect and an exporter-year effect that hang together belong to one exporter, those of the
    exporter-year and importer-year effects to one year, and so on; what is found is verified by placing the rows.
    """
    sizes = sorted(p.size for p in parts)
    if len(sizes) == 3 and sizes[0] * sizes[1] < sizes[2]:
        return None  # no three axes have faces of these sizes
    group = max(range(len(parts)), key=lambda k: parts[k].size)
    rest = [k for k in range(len(parts)) if k != group]
    a = _hanging_together(parts[group], parts[rest[0]])
    if not a.any():
        return None
    if len(rest) == 1:
        b, c, block = _rank(a, parts[rest[0]]), _rank(a, parts[group]), a
    else:
        c = _hanging_together(parts[group], parts[rest[1]])
        b = _hanging_together(parts[rest[0]], parts[rest[1]])
        block = _hanging_together(_bare(a), _bare(c))
        b, c = _rank(block, _bare(b)), _rank(block, _bare(c))
    shape = (int(a.max()) + 1, int(b.max()) + 1, int(c.max()) + 1)
    if shape[0] * shape[1] * shape[2] > SPARSEST * a.size:
        return None
    cell = _cells(a, b, c, shape)
    ab, ac = a.astype(np.int64) * shape[1] + b, a.astype(np.int64) * shape[2] + c
    same = _same(ab, parts[rest[0]].codes) and _same(ac, parts[group].codes)
    if len(rest) == 2:
        same = same and _same((block.astype(np.int64) * shape[1] + b) * shape[2] + c, parts[rest[1]].codes)
    taken = _taken(cell, shape) if same else None
    if taken is None:
        return None
    second = NONE
    if len(rest) == 2:
        second = np.zeros(shape[0], dtype=np.int64)
        second[a] = block
    order = (group, rest[0], rest[1] if len(rest) == 2 else -1)
    return Axes(shape, cell, np.arange(shape[0]), second, None, order, taken)


def _undirected(parts: Sequence[Levels]) -> Axes | None:
    """Find exporters, years and importers where the pair effect does not tell who exports."""
    for group, first, second in ((2, 0, 1), (1, 0, 2), (0, 1, 2)):
        b = _hanging_together(parts[first], parts[second])
        if b.any():
            return _around(b, parts, (group, first, second))
    return None


def _around(b: np.ndarray, parts: Sequence[Levels], order: tuple[int, int, int]) -> Axes | None:
    """Place rows of known years, the pair effect being the first in `order`."""
    group, first, second = order
    a, c = (_across(b, parts[k], parts[group]) for k in (first, second))
    shape = (int(a.max()) + 1, int(b.max()) + 1, int(c.max()) + 1)
    if shape[0] * shape[1] * shape[2] > SPARSEST * a.size:
        return None
    ac = a.astype(np.int64) * shape[2] + c
    groups = _function(ac, parts[group].codes, shape[0] * shape[2])
    if groups is None:
        return None
    ab, bc = a.astype(np.int64) * shape[1] + b, b.astype(np.int64) * shape[2] + c
    cell = _cells(a, b, c, shape)
    taken = _taken(cell, shape) if _same(ab, parts[first].codes) and _same(bc, parts[second].codes) else None
    if taken is None:
        return None
    slabs = np.arange(shape[0]), np.zeros(shape[0], dtype=np.int64)
    return Axes(shape, cell, *slabs, groups.reshape(shape[0], shape[2]), order, taken)


def _across(year: np.ndarray, levels: Levels, pairs: Levels) -> np.ndarray:
    """Number, by row, the countries of which each has one level a year, known again by the pairs that it is part of."""
    from indexer.gravity.kernels.graph import follow

    sizes = np.bincount(levels.codes, minlength=levels.size)
    by_level = order_of(levels.codes, sizes)
    start = np.concatenate([[0], np.cumsum(sizes)])
    first = np.zeros(levels.size, dtype=np.int64)
    first[levels.codes] = year
    country = np.full(levels.size, -1, dtype=np.int32)
    follow(np.argsort(first, kind="stable"), by_level, start, pairs.codes, np.full((pairs.size, 2), -1), country)
    return country[levels.codes]


def _hanging_together(left: Levels, right: Levels) -> np.ndarray:
    """Number, by row, the connected parts of the graph of two effects' levels."""
    from indexer.gravity.kernels.graph import join, number

    parent = np.arange(left.size + right.size)
    join(left.codes, right.codes, left.size, parent)
    label = np.empty_like(parent)
    number(parent, label)
    out = label[left.codes]
    return _compress(out, parent.size)


def _compress(codes: np.ndarray, size: int) -> np.ndarray:
    used = np.zeros(size, dtype=bool)
    used[codes] = True
    return (np.cumsum(used, dtype=np.int32) - 1)[codes]


def _rank(block: np.ndarray, levels: Levels) -> np.ndarray:
    """Number the levels within their block from 0, by row; a level lies in one block."""
    of = np.full(levels.size, -1, dtype=np.int64)
    of[levels.codes] = block
    order = np.argsort(of, kind="stable")
    start = np.searchsorted(of[order], of[order], side="left")
    rank = np.empty(levels.size, dtype=np.int32)
    rank[order] = np.arange(levels.size) - start
    return rank[levels.codes]


def _same(left: np.ndarray, right: np.ndarray) -> bool:
    """Whether two effects have the same levels under other names."""
    return (
        _function(left, right, int(left.max()) + 1) is not None
        and _function(right, left, int(right.max()) + 1) is not None
    )
