"""Draws of uncertain cells: imputed ones, carried and interpolated ones, measured ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from indexer.panel import Panel, Status


@dataclass(frozen=True, eq=False)
class Change:
    """What one source does to cells: `values` replace them, or are added (shape: sets × cells), by treatment."""

    at: tuple[np.ndarray, ...]
    values: Sequence[np.ndarray]
    added: bool


@dataclass(frozen=True, eq=False)
class Cells:
    """The changes by source; number 0 of each leaves the cells as they are."""

    changes: Mapping[str, Change] = field(default_factory=dict)

    @property
    def sets(self) -> dict[str, int]:
        """Number of draws of each source."""
        return {name: len(change.values[0]) for name, change in self.changes.items()}

    @cached_property
    def places(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row and column of every cell that a source changes, and how many stand above it in its column."""
        pairs = np.concatenate([np.column_stack(change.at) for change in self.changes.values()])
        column, row = np.unique(pairs[:, ::-1], axis=0).T
        return row, column, np.arange(len(row)) - np.searchsorted(column, column)

    def drawn(self, treatment: int, base: np.ndarray, numbers: tuple[int, ...]) -> np.ndarray:
        """Return values with the numbered draw of each source, in the order of the sources."""
        if not any(numbers):
            return base
        out = base.copy()
        for change, number in zip(self.changes.values(), numbers, strict=True):
            if number and change.added:
                out[change.at] += change.values[treatment][number - 1]
            elif number:
                out[change.at] = change.values[treatment][number - 1]
        return out


def innovation(values: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Return the root mean square change from one year to the next of each indicator, between observed cells.

    Parameters
    ----------
    values, observed : ndarray, shape (n_economies, n_years, n_indicators)

    Returns
    -------
    ndarray, shape (n_indicators,)
        0 where no two years in a row were observed.
    """
    both = observed[:, 1:] & observed[:, :-1]
    change = np.where(both, values[:, 1:] - values[:, :-1], 0.0)
    n = both.sum(axis=(0, 1))
    return np.asarray(np.sqrt((change**2).sum(axis=(0, 1)) / np.maximum(n, 1)))


def walks(
    panel: Panel, rng: np.random.Generator, sets: int
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    """Draw how far filled cells may lie from what was filled in, in units of the yearly innovation.

    A series is taken for a random walk between and after its observations: a value carried h years has variance h, one
    interpolated between observations h₀ years before and h₁ after has h₀h₁/(h₀ + h₁). Years of one series vary
    together.

    Parameters
    ----------
    panel : Panel
        With status and source year of every cell, over all years that have facts: the ends of what was interpolated lie
        among them.
    rng : Generator
    sets : int
        Number of draws.

    Returns
    -------
    at : tuple of ndarray
        Economy, year and indicator (positions) of the filled cells.
    deviations : ndarray, shape (sets, n_cells)
    """
    filled = np.isin(panel.status, [Status.CARRIED, Status.INTERPOLATED])
    places, parts = [], []
    years = np.array(panel.years)
    for e, j in np.argwhere(filled.any(axis=1)):
        status, source = panel.status[e, :, j], panel.source_year[e, :, j]
        known = ~np.isin(status, [Status.CARRIED, Status.INTERPOLATED, Status.MISSING])
        first = int(years[0])
        path = np.cumsum(rng.standard_normal((sets, len(years))), axis=1)
        for t in np.flatnonzero(filled[e, :, j]):
            here = path[:, years[t] - first]
            if status[t] == Status.CARRIED:
                away = here - path[:, source[t] - first]
            else:
                # an end that its source had repeated, and nothing else, is taken for the end of the panel
                start = int(years[:t][known[:t]][-1]) if known[:t].any() else first
                end = int(years[t:][known[t:]][0]) if known[t:].any() else int(years[-1])
                share = (years[t] - start) / max(end - start, 1)
                away = here - (1 - share) * path[:, start - first] - share * path[:, end - first]
            places.append((e, t, j))
            parts.append(away)
    at = np.array(places, dtype=int).reshape(-1, 3)
    deviations = np.array(parts).T if parts else np.empty((sets, 0))
    return (at[:, 0], at[:, 1], at[:, 2]), deviations
