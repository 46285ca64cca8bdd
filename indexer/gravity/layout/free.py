"""The layout of a model without fixed effects: nothing to eliminate."""

from __future__ import annotations

import numpy as np

from indexer.gravity.layout.base import Layout, Weighted

EMPTY = np.zeros(0)


class Free(Layout):
    """Rows as they are.

    Parameters
    ----------
    n_rows : int
        Rows of the design.
    rows : ndarray of int, optional
        Those in the sample; all where not given.
    """

    compiled = False
    n_groups = n_levels = 0

    def __init__(self, n_rows: int, rows: np.ndarray | None = None):
        self._rows = np.arange(n_rows) if rows is None else rows
        self.n_rows = self.n_cells = self._rows.size

    def rows(self) -> np.ndarray:
        return self._rows

    def restrict(self, keep: np.ndarray) -> Free:
        return Free(0, self._rows[keep])

    def scatter(
        self, column: np.ndarray, shift: float = 0.0, scale: float = 1.0, out: np.ndarray | None = None
    ) -> np.ndarray:
        out = np.empty(self.n_cells) if out is None else out
        out[:] = (column[self._rows] - shift) * scale
        return out

    def gather(self, cells: np.ndarray) -> np.ndarray:
        return cells.copy()

    def indicator(self) -> np.ndarray:
        return np.ones(self.n_cells)

    def group_sums(self, v: np.ndarray) -> np.ndarray:
        return EMPTY

    def level_sums(self, v: np.ndarray) -> np.ndarray:
        return EMPTY

    def spread(self, by_group: np.ndarray) -> np.ndarray:
        return np.zeros(self.n_cells)

    def by_level(self, v: np.ndarray) -> list[np.ndarray]:
        return []

    def positions(self, k: int) -> slice:
        raise IndexError("a model without fixed effects has no levels")

    def at_level(self, k: int, values: np.ndarray) -> np.ndarray:
        raise IndexError("a model without fixed effects has no levels")

    def poisson(
        self, y: np.ndarray, x: np.ndarray, base: np.ndarray | None, total: np.ndarray,
        u: np.ndarray, beta: np.ndarray, effect: np.ndarray, mu: np.ndarray,
    ) -> tuple[float, np.ndarray, np.ndarray]:  # fmt: skip
        eta = beta @ x
        mu[:] = np.exp(np.clip(eta, -700.0, 700.0))
        if base is not None:
            mu *= base
        return float(y @ eta - mu.sum()), effect, EMPTY

    def weighted(self, w: np.ndarray, sums: np.ndarray | None = None) -> FreeWeighted:
        return FreeWeighted(self, w)

    def codes(self) -> tuple[np.ndarray, list[np.ndarray]]:
        return np.zeros(self.n_rows, dtype=int), []


class FreeWeighted(Weighted):
    """Weights alone."""

    layout: Free

    def __init__(self, layout: Free, w: np.ndarray):
        self.layout, self.w, self.sums = layout, w, EMPTY

    def diagonal(self) -> np.ndarray:
        return EMPTY

    def product(self, u: np.ndarray, which: np.ndarray) -> np.ndarray:
        return np.zeros((1, *u.shape))

    def residual(self, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        return np.zeros(u.shape)

    def sweep(self, v: np.ndarray, u: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        out = np.empty_like(v) if out is None else out
        out[:] = v
        return out

    def gram(self, y: np.ndarray, v: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (v * self.w) @ v.T, v @ (y - self.w)

    def group_scores(self, y: np.ndarray, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        return np.zeros((len(v), 0))
