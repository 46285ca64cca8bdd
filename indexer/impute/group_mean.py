"""The mean of an economy's group, in place of a missing value."""

from __future__ import annotations

import numpy as np

from indexer.impute.cases import Groups
from indexer.impute.group import OPTIONS, apply_groups, fit_groups
from indexer.methods import Method, Parameters


def fit(x: np.ndarray, *, names: tuple[str, ...] = (), groups: Groups = None, fallback: str = "refuse") -> Parameters:
    """Find the mean of each column, by group and overall; see `group.fit_groups`.

    `fallback` is read when the values are filled in.
    """
    return fit_groups(_middle, x, names, groups)


def _middle(rows: np.ndarray) -> np.ndarray:
    present = ~np.isnan(rows)
    n = present.sum(axis=1)
    return np.where(n > 0, np.where(present, rows, 0.0).sum(axis=1) / np.maximum(n, 1), np.nan)


METHOD = Method(fit=fit, apply=apply_groups, options=OPTIONS, traits=frozenset({"groups"}))
