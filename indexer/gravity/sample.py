"""The estimation sample: rows without information, dropped to a fixed point whatever the order of rows or effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

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
        masks = [(k, layout.gather(mask)) for k, mask in enumerate(concerned) if mask is not None]
        gone = np.flatnonzero(reduce(np.logical_or, (m for _, m in masks)))
        number = np.zeros(gone.size, dtype=np.int64)
        for k, mask in masks:
            number |= mask[gone].astype(np.int64) << k
        rows = design.positions(gone if layout.n_rows == design.y.size else layout.rows()[gone])
        for key in np.unique(number).tolist():
            item = ", ".join(n for k, n in enumerate(items) if key >> k & 1)
            drops.append(Drop(kind, item, reason, rows[number == key]))
        if gone.size == layout.n_rows:
            why = "; ".join(f"{d.rows.size} {d.kind} ({d.item})" for d in drops)
            raise EstimationError(
                f"no row is left of {design.y.size}: {why}", where="sample",
                remedy="use fewer or coarser fixed effects, or data with more rows per level",
            )  # fmt: skip
        layout = layout.restrict(~reduce(np.logical_or, (m for m in concerned if m is not None)))

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
            if empty := lonely(layout, y > 0, 0):
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
        if alone := lonely(layout, layout.live(), 1):
            leave_out("singleton", "the only row of its level", alone, names)
            changed = True
    return Sample(layout, tuple(drops), x, identified)


def lonely(layout: Layout, v: np.ndarray, n: int) -> list[np.ndarray | None]:
    """Return, per effect, the cells in levels where v is true n times; to a fixed point.

    With v true for positive flows and n = 0: levels whose flows are all zero; a Poisson model sends their effect to
    minus infinity, so that their rows fit perfectly and say nothing else. With v true for all rows, `layout.live()`
    itself, and n = 1: singletons, each fitted exactly by its own effect; keeping them would only understate clustered
    errors (Correia 2015). None for effects that have none, and an empty list where no effect has any.
    """
    live, left = layout.live(), v
    out: list[np.ndarray | None] = []
    while True:
        sizes = layout.by_level(live)
        sums = sizes if left is live else layout.by_level(left)
        bad = [(s == n) & (size > 0) for s, size in zip(sums, sizes, strict=True)]
        found = [layout.at_level(k, b) & live if b.any() else None for k, b in enumerate(bad)]
        if all(mask is None for mask in found):
            return out
        out = found if not out else [_either(a, b) for a, b in zip(out, found, strict=True)]
        stays = ~reduce(np.logical_or, (m for m in found if m is not None))
        same = left is live
        live = live & stays
        left = live if same else left & stays


def _either(a: np.ndarray | None, b: np.ndarray | None) -> np.ndarray | None:
    return b if a is None else a if b is None else a | b
