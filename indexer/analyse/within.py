"""How much of what an index does within economies over time was observed, and how much carried forward."""

from __future__ import annotations

import numpy as np

from indexer.aggregate import present_weights
from indexer.composite import Plan, Scores


def contributions(plan: Plan, result: Scores) -> np.ndarray:
    """Return what each cell adds to the index of its case: weight (rescaled over present cells) times value.

    Exact for arithmetic means, where the rows sum to the index; for geometric means a first-order reading. Missing cells add 0.

    Returns
    -------
    ndarray, shape (n_cases, n_indicators)
    """
    between = present_weights(result.sets, plan.between, plan.min_share)
    cells = np.zeros(result.normalised.shape)
    for s, one in enumerate(plan.sets):
        y = result.normalised[:, one.columns]
        inner = present_weights(y, one.weights, plan.min_share)
        cells[:, one.columns] = np.nan_to_num(between[:, [s]] * inner * np.nan_to_num(y))
    return cells


def observed_within_share(cells: np.ndarray, observed: np.ndarray, economies: np.ndarray, years: np.ndarray) -> float:
    """Return the share of the index's within-variation that comes from observed cells.

    With c̃ the contributions after economy and year means are taken out and ã = Σ_j c̃_j, the within-variation is Σ ã², which
    is the sum of c̃_j·ã over all cells; the share is the part of that sum that falls on observed cells.

    Parameters
    ----------
    cells : ndarray, shape (n_cases, n_indicators)
        Contributions of cells (`contributions`).
    observed : ndarray of bool, same shape
    economies, years : ndarray, shape (n_cases,)
        Balanced: every economy in every year.

    Returns
    -------
    float
        Usually in [0, 1]; outside it where observed and carried parts move against each other. NaN without variation.
    """
    within = cells.astype(float)
    for labels in (economies, years):
        _, code = np.unique(labels, return_inverse=True)
        means = np.stack([np.bincount(code, weights=column) for column in within.T], axis=1) / np.bincount(code)[:, None]
        within = within - means[code]
    total = within.sum(axis=1)
    variation = float((total**2).sum())
    if variation <= 1e-20:
        return float("nan")
    return float(((within * total[:, None])[observed]).sum() / variation)
