"""Preconditioners for effects that hardly overlap, where conjugate gradients on the diagonal alone would take for ever.

The block of the normal equations that belongs to one effect, the group effect eliminated, is factorised where it is
small, or where its levels can be put in an order in which each meets only near ones: chains of firms that share few
workers, products that few countries trade. Where neither holds the levels are so well mixed that the diagonal will do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from indexer.gravity.layout import Layout, Weighted
from indexer.gravity.layout.base import SPANNED

SMALL_BLOCK, LARGEST_BLOCK = 1500, 5000
"""Levels up to which a block is factorised as it is, and up to which that is done where no narrow band is found."""
MOST_WORK, MOST_MEMORY = 4e9, 4e7
"""Bounds on levels·band² and levels·band."""
RIDGE = 1e-13
"""Added to the diagonal, relative to it, against rounding."""

Solver = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Preconditioner:
    """Approximate inverse of the normal equations: factorised blocks of some effects, the diagonal of the others."""

    blocks: tuple[tuple[slice, Solver], ...]

    def __call__(self, r: np.ndarray, inverse: np.ndarray) -> np.ndarray:
        """Return z for residuals r, shape (R, n_levels); `inverse` is the reciprocal of the diagonal."""
        z = r * inverse
        for where, solve in self.blocks:
            z[:, where] = solve(r[:, where].T).T
        return z


def precondition(normal: Weighted) -> Preconditioner | None:
    """Factorise the blocks that can be; None where no block can."""
    layout = normal.layout
    meetings, sizes = _meetings(layout, normal.w)
    start, blocks = 0, []
    for b, size in zip(meetings, sizes, strict=True):
        where = slice(start, start + size)
        start += size
        solve = _factorise(*_block(b))
        if solve is not None:
            blocks.append((where, solve))
    return Preconditioner(tuple(blocks)) if blocks else None


def _meetings(layout: Layout, w: np.ndarray) -> tuple[list[sparse.csr_array], list[int]]:
    """Weights by group and level, one matrix for each effect but the group's, and their numbers of levels."""
    group, rest = layout.codes()
    by_row = np.asarray(layout.gather(w), dtype=np.float64)
    out, sizes, first = [], [], 0
    for k, codes in enumerate(rest):
        last = int(rest[k + 1].min()) if k + 1 < len(rest) else layout.n_levels
        shape = (int(group.max()) + 1, last - first)
        out.append(sparse.csr_array(sparse.coo_array((by_row, (group, codes - first)), shape=shape)))
        sizes.append(last - first)
        first = last
    return out, sizes


def _block(b: sparse.csr_array) -> tuple[sparse.csr_array, np.ndarray]:
    """D'H D for one effect, and the weights of its levels."""
    total = np.asarray(b.sum(axis=1)).ravel()
    by_level = np.asarray(b.sum(axis=0)).ravel()
    scaled = sparse.diags_array(np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)) @ b
    return sparse.csr_array(sparse.diags_array(by_level) - b.T @ scaled), by_level


def _factorise(s: sparse.csr_array, weight: np.ndarray) -> Solver | None:
    n = s.shape[0]
    diagonal = s.diagonal()
    # what is spanned by the group effect, or has no weight, stays where it is
    ridge = np.where(diagonal > SPANNED * weight, RIDGE * diagonal, np.where(weight > 0, weight, 1.0))
    # a constant on a connected part is taken up by the group effect: hold one level of each part
    _, part = sparse.csgraph.connected_components(s, directed=False)
    held = np.unique(part, return_index=True)[1]
    ridge[held] = np.maximum(diagonal[held], ridge[held])
    if n <= SMALL_BLOCK:
        return _dense(s, ridge)
    order = sparse.csgraph.reverse_cuthill_mckee(s, symmetric_mode=True)
    entries = s.tocoo()
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    below = place[entries.row] - place[entries.col]
    band = int(below.max(initial=0))
    if n * band**2 <= MOST_WORK and n * band <= MOST_MEMORY:
        lower = below >= 0
        table = np.zeros((band + 1, n))
        table[below[lower], place[entries.col[lower]]] = entries.data[lower]
        table[0] += ridge[order]
        try:
            factor = linalg.cholesky_banded(table, lower=True, overwrite_ab=True, check_finite=False)
        except linalg.LinAlgError:
            return None

        def solve(r: np.ndarray) -> np.ndarray:
            out = np.empty_like(r)
            out[order] = linalg.cho_solve_banded((factor, True), r[order], check_finite=False)
            return out

        return solve
    return _dense(s, ridge) if n <= LARGEST_BLOCK else None


def _dense(s: sparse.csr_array, ridge: np.ndarray) -> Solver | None:
    full = s.toarray()
    full[np.arange(ridge.size), np.arange(ridge.size)] += ridge
    try:
        factor = linalg.cho_factor(full, lower=True, overwrite_a=True, check_finite=False)
    except linalg.LinAlgError:
        return None
    return lambda r: np.asarray(linalg.cho_solve(factor, r, check_finite=False))
