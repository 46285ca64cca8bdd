"""The median of an economy's group, in place of a missing value."""

from __future__ import annotations

import numpy as np

from indexer.impute.cases import Groups
from indexer.impute.group import OPTIONS, apply_groups, fit_groups
from indexer.methods import Method, Parameters


def fit(x: np.ndarray, *, names: tuple[str, ...] = (), groups: Groups = None, fallback: str = "refuse") -> Parameters:
    """Find the median of each column, by group and overall; see `group.fit_groups`.

    `fallback` is read when the values are filled in.
    """
    return fit_groups(_middle, x, names, groups)


def _middle(rows: np.ndarray) -> np.ndarray:
    n = (~np.isnan(rows)).sum(axis=1)
    row = np.arange(len(rows))
    low, high = rows[row, np.maximum(n - 1, 0) // 2], rows[row, n // 2]
    # halves first: the sum of two very large values is no number
    return np.where(low == high, low, low / 2 + high / 2)


METHOD = Method(fit=fit, apply=apply_groups, options=OPTIONS, traits=frozenset({"groups"}))
