"""Columns without their units: centred where the model has a constant, divided by their spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.errors import EstimationError
from indexer.gravity import memory
from indexer.gravity.design import Design
from indexer.gravity.layout import Layout
from indexer.gravity.terms import INTERCEPT

ROUNDING = 1e-13
SMALLEST = 1e-140
"""Columns below this have squares that are no numbers."""


@dataclass(frozen=True)
class Scaled:
    """Columns as cells, (column - shift)·scale.

    Attributes
    ----------
    cells : ndarray, shape (p, n_cells)
        Of mean square 1, or zero where `flat`.
    shift, scale : ndarray, shape (p,)
    flat : ndarray of bool, shape (p,)
        Columns that are constant on the sample (an intercept is not: it stands as it is).
    noise : ndarray, shape (p,)
        How far rounding of the column reaches in these units.
    largest : ndarray, shape (p,)
        Largest absolute value.
    intercept : int or None
        Number of the intercept, where there is one.
    """

    cells: np.ndarray
    shift: np.ndarray
    scale: np.ndarray
    flat: np.ndarray
    noise: np.ndarray
    largest: np.ndarray
    intercept: int | None = None

    def __len__(self) -> int:
        return len(self.cells)

    def take(self, which: Sequence[int] | np.ndarray) -> Scaled:
        """Return some of the columns."""
        w = np.asarray(which, dtype=int)
        if w.size == len(self) and np.array_equal(w, np.arange(len(self))):
            return self
        at = w.tolist().index(self.intercept) if self.intercept in w.tolist() else None
        return Scaled(self.cells[w], self.shift[w], self.scale[w], self.flat[w], self.noise[w], self.largest[w], at)

    def units(self) -> np.ndarray:
        """Return the matrix that takes slopes of these columns to slopes of the columns as they were, shape (p, p)."""
        back = np.diag(self.scale) if len(self) else np.zeros((0, 0))
        if self.intercept is not None:
            back[self.intercept] = -self.scale * self.shift
            back[self.intercept, self.intercept] = 1.0
        return back


def scale(layout: Layout, design: Design) -> Scaled:
    """Return the regressors of a design on a sample."""
    return scale_columns(layout, design.x, design.names, design.has_constant)


def scale_columns(
    layout: Layout, columns: Sequence[np.ndarray], names: Sequence[str], has_constant: bool,
    known: Mapping[int, tuple[Scaled, int]] | None = None,
) -> Scaled:  # fmt: skip
    """Return columns on a sample, free of their units.

    Parameters
    ----------
    columns : sequence of ndarray, each over the rows of the design
    has_constant : bool
        Whether the model has a constant, so that centring changes nothing.
    known : mapping of int to (Scaled, int), optional
        Where the same columns were made before on this sample, by their numbers here.

    Raises
    ------
    EstimationError
        For a column so large or small that its square is no number.
    """
    p = len(columns)
    cells = memory.empty((p, layout.n_cells))
    shift, factor, flat, noise, reach = np.zeros(p), np.ones(p), np.zeros(p, dtype=bool), np.zeros(p), np.ones(p)
    parts = shift, factor, flat, noise, reach
    for k, (column, name) in enumerate(zip(columns, names, strict=True)):
        if known and k in known:
            old, j = known[k]
            layout.copy(old.cells[j], cells[k])
            for new, part in zip(parts, (old.shift, old.scale, old.flat, old.noise, old.largest), strict=True):
                new[k] = part[j]
            continue
        if name == INTERCEPT:
            cells[k] = layout.indicator()
            continue
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            mean, spread, low, high = layout.moments(column)
        if not np.isfinite(spread) or (spread == 0 and high > low and max(abs(low), abs(high)) < SMALLEST):
            raise EstimationError(
                f"{name!r} reaches {max(abs(low), abs(high)):.0e}: its square is out of the range of numbers",
                where="formula", remedy=f"multiply or divide {name!r} by a power of ten",
            )  # fmt: skip
        if has_constant:
            shift[k], size = mean, spread
        else:
            size = float(np.hypot(mean, spread))
        largest = max(abs(low), abs(high))
        flat[k] = size <= ROUNDING * largest
        factor[k] = 0.0 if flat[k] else 1.0 / size
        noise[k] = 0.0 if flat[k] else ROUNDING * largest / size
        reach[k] = max(high - shift[k], shift[k] - low) * factor[k]
        layout.scatter(column, shift[k], factor[k], cells[k])
    at = list(names).index(INTERCEPT) if INTERCEPT in names else None
    return Scaled(cells, *parts, at)
