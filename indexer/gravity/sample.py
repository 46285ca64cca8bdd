"""The estimation sample: rows without information, dropped to a fixed point whatever the order of rows or effects."""

from __future__ import annotations

import numpy as np

from indexer.errors import EstimationError
from indexer.gravity.demean import Effects
from indexer.gravity.design import Design, Drop, recode
from indexer.gravity.separate import separated


def all_zero_levels(y: np.ndarray, codes: list[np.ndarray], keep: np.ndarray) -> np.ndarray:
    """Return, per effect, the rows of `keep` in levels whose y is zero throughout; shape (n_effects, n), a fixed point.

    A Poisson model sends the effect of such a level to minus infinity: its rows fit perfectly and say nothing else.
    """
    out = np.zeros((len(codes), y.size), dtype=bool)
    left = keep.copy()
    while True:
        found = np.zeros_like(out)
        for k, c in enumerate(codes):
            positive = np.bincount(c, weights=left * (y > 0), minlength=int(c.max(initial=-1)) + 1)
            found[k] = left & (positive[c] == 0)
        if not found.any():
            return out
        out |= found
        left &= ~found.any(axis=0)


def singletons(codes: list[np.ndarray], keep: np.ndarray) -> np.ndarray:
    """Return, per effect, the rows of `keep` that are alone in their level: shape (n_effects, n), to a fixed point.

    Such a row is fitted exactly by its own effect; keeping it would only understate clustered errors (Correia 2015).
    """
    out = np.zeros((len(codes), keep.size), dtype=bool)
    left = keep.copy()
    while True:
        found = np.zeros_like(out)
        for k, c in enumerate(codes):
            size = np.bincount(c, weights=left, minlength=int(c.max(initial=-1)) + 1)
            found[k] = left & (size[c] == 1)
        if not found.any():
            return out
        out |= found
        left &= ~found.any(axis=0)


def final_sample(design: Design, poisson: bool) -> Design:
    """Drop what carries no information: for Poisson all-zero levels and separated rows, then singletons; repeated.

    Raises
    ------
    EstimationError
        If y is negative (Poisson) or no row is left.
    """
    if poisson and (negative := np.flatnonzero(design.y < 0)).size:
        first = design.rows[negative[:5]].tolist()
        raise EstimationError(
            f"{negative.size} negative values on the left side of a Poisson model", where="sample", rows=first,
            remedy=f"first rows (counted from 0): {first}; trade flows are zero or positive",
        )  # fmt: skip
    names = list(design.effects)
    codes = [design.effects[k] for k in names]
    keep = np.ones(design.y.size, dtype=bool)
    drops: list[Drop] = []

    def leave_out(kind: str, reason: str, found: np.ndarray, items: list[str]) -> None:
        # a row that two effects concern is counted once, under both names
        number = np.array([1 << k for k in range(len(items))]) @ found if len(items) else np.zeros(keep.size, int)
        for key in np.unique(number[number > 0]):
            rows = np.flatnonzero(number == key)
            item = ", ".join(n for k, n in enumerate(items) if key >> k & 1)
            drops.append(Drop(kind, item, reason, design.rows[rows]))
        keep[number > 0] = False

    while True:
        before = int(keep.sum())
        if poisson:
            if not np.any(design.y[keep] > 0):
                raise EstimationError(
                    f"the left side is zero in all {before} rows left of the sample", where="sample",
                    remedy="a Poisson model needs positive values; check the column and the rows dropped",
                )  # fmt: skip
            empty = all_zero_levels(design.y, codes, keep)
            leave_out("all-zero level", "every flow of the level is zero", empty, names)
            if keep.any():
                sub = [recode(c[keep]) for c in codes]
                rows, using = separated(design.y[keep], design.x[keep], Effects(sub))
                found = np.zeros((1, keep.size), dtype=bool)
                found[0, np.flatnonzero(keep)[rows]] = True
                item = ", ".join([*(design.names[k] for k in using), *names])
                leave_out("separated", "zero predicted perfectly: the estimate would be infinite", found, [item])
        leave_out("singleton", "the only row of its level", singletons(codes, keep), names)
        if int(keep.sum()) == before:
            break
        if not keep.any():
            why = "; ".join(f"{d.rows.size} {d.kind} ({d.item})" for d in drops)
            raise EstimationError(
                f"no row is left of {design.y.size}: {why}", where="sample",
                remedy="use fewer or coarser fixed effects, or data with more rows per level",
            )  # fmt: skip
    return design.take(keep, drops)
