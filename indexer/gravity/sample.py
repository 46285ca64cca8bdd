"""The estimation sample: rows without information, dropped to a fixed point whatever the order of rows or effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.errors import EstimationError
from indexer.gravity.design import Design, Drop
from indexer.gravity.layout import Layout
from indexer.gravity.scaling import Scaled, scale
from indexer.gravity.separate import separated


@dataclass(frozen=True)
class Sample:
    """The rows that carry information, laid out for the estimation.

    Attributes
    ----------
    layout : Layout
    drops : tuple of Drop
        Rows left out on the way from the design to the sample.
    x : Scaled or None
        The regressors on the sample, where finding it had use for them.
    identified : ndarray, shape (p, p), or None
        Cross products of the regressors beside the effects on the rows with y > 0, where these prove that all are
        identified.
    """

    layout: Layout
    drops: tuple[Drop, ...]
    x: Scaled | None = None
    identified: np.ndarray | None = None


def final_sample(design: Design, layout: Layout, poisson: bool) -> Sample:
    """Drop what carries no information: for Poisson all-zero levels and separated rows, then singletons; repeated.

    Raises
    ------
    EstimationError
        If y is negative (Poisson) or no row is left.
    """
    names = list(design.effects)
    drops: list[Drop] = []
    x: Scaled | None = None
    identified: np.ndarray | None = None
    if poisson and (negative := np.flatnonzero(design.y < 0)).size:
        first = design.positions(negative[:5]).tolist()
        raise EstimationError(
            f"{negative.size} negative values on the left side of a Poisson model", where="sample", rows=first,
            remedy=f"first rows (counted from 0): {first}; trade flows are zero or positive",
        )  # fmt: skip

    def leave_out(kind: str, reason: str, concerned: Sequence[np.ndarray | None], items: Sequence[str]) -> None:
        nonlocal layout
        # a row that two effects concern is counted once, under both names
        number = np.zeros(layout.n_cells, dtype=np.uint8 if len(items) <= 8 else np.uint64)
        for k, mask in enumerate(concerned):
            if mask is not None:
                np.bitwise_or(number, mask.astype(number.dtype) << number.dtype.type(k), out=number)
        by_row = layout.gather(number)
        gone = np.flatnonzero(by_row)
        by_row = by_row[gone]
        rows = design.positions(gone if layout.n_rows == design.y.size else layout.rows()[gone])
        for key in np.unique(by_row).tolist():
            item = ", ".join(n for k, n in enumerate(items) if key >> k & 1)
            drops.append(Drop(kind, item, reason, rows[by_row == key]))
        if gone.size == layout.n_rows:
            why = "; ".join(f"{d.rows.size} {d.kind} ({d.item})" for d in drops)
            raise EstimationError(
                f"no row is left of {design.y.size}: {why}", where="sample",
                remedy="use fewer or coarser fixed effects, or data with more rows per level",
            )  # fmt: skip
        layout = layout.restrict(number == 0)

    changed = True
    while changed:
        changed = False
        if poisson:
            y = layout.scatter(design.y)
            if not y.any():
                raise EstimationError(
                    f"the left side is zero in all {layout.n_rows} rows left of the sample", where="sample",
                    remedy="a Poisson model needs positive values; check the column and the rows dropped",
                )  # fmt: skip
            if empty := lonely(layout, (y > 0).astype(np.float64), 0):
                leave_out("all-zero level", "every flow of the level is zero", empty, names)
                y = layout.scatter(design.y)
            x = scale(layout, design)
            verdict = separated(layout, y, x)
            identified = verdict.identified
            if verdict.cells is not None:
                item = ", ".join([*(design.names[k] for k in verdict.regressors), *names])
                reason = "zero predicted perfectly: the estimate would be infinite"
                leave_out("separated", reason, [verdict.cells], [item])
                changed = True
        if alone := lonely(layout, layout.indicator(), 1):
            leave_out("singleton", "the only row of its level", alone, names)
            changed = True
    return Sample(layout, tuple(drops), x, identified)


def lonely(layout: Layout, v: np.ndarray, n: int) -> list[np.ndarray | None]:
    """Return, per effect, the cells in levels where the sum of v, 0 or 1 by cell, is n; to a fixed point.

    With v marking positive flows and n = 0: levels whose flows are all zero; a Poisson model sends their effect to
    minus infinity, so that their rows fit perfectly and say nothing else. With v marking all rows and n = 1:
    singletons, each fitted exactly by its own effect; keeping them would only understate clustered errors
    (Correia 2015). None for effects that have none, and an empty list where no effect has any.
    """
    live = layout.indicator()
    left = v
    out: list[np.ndarray | None] = []
    while True:
        sizes = layout.by_level(live)
        sums = sizes if left is live else layout.by_level(left)
        found = [
            layout.at_level(k, (s == n) & (size > 0)) & (live > 0) if np.any((s == n) & (size > 0)) else None
            for k, (s, size) in enumerate(zip(sums, sizes, strict=True))
        ]
        if all(mask is None for mask in found):
            return out
        out = found if not out else [_either(a, b) for a, b in zip(out, found, strict=True)]
        stays = np.ones(layout.n_cells)
        for mask in found:
            if mask is not None:
                stays[mask] = 0.0
        left = left * stays if left is not live else live * stays
        live = live * stays if n == 0 else left


def _either(a: np.ndarray | None, b: np.ndarray | None) -> np.ndarray | None:
    return b if a is None else a if b is None else a | b
