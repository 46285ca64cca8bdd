"""How much of what an index does within economies over time was observed, and how much carried forward."""

from __future__ import annotations

import numpy as np

from indexer.aggregate import present_weights
from indexer.composite import Plan, Scores


def contributions(plan: Plan, result: Scores) -> np.ndarray:
    """Return what each cell adds to the index of its case: weight (rescaled over present cells) times value.

    Exact for arithmetic means, where the rows sum to the index; for geometric means a first-order reading. Missing
    cells add 0.

    Returns
    -------
    ndarray, shape (n_cases, n_indicators)
    """
    n = len(plan.indicators)
    stack = np.column_stack([result.normalised, result.nodes])
    share = np.zeros(stack.shape)
    share[:, -1] = 1.0
    for k in range(len(plan.nodes) - 1, -1, -1):
        node = plan.nodes[k]
        columns = list(node.columns)
        inner = np.nan_to_num(present_weights(stack[:, columns], node.weights, node.min_share))
        share[:, columns] += share[:, [n + k]] * inner
    return np.asarray(share[:, :n] * np.nan_to_num(result.normalised))


def within_parts(cells: np.ndarray, economies: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Split the within-variation of an index over its cells.

    With c̃ the contributions after economy and year means are taken out and ã = Σ_j c̃_j, the within-variation is Σ
    ã², which is the sum of c̃_j·ã over all cells. Sum the parts over the observed cells for the observed share, over
    an indicator's cells for its share.

    Parameters
    ----------
    cells : ndarray, shape (n_cases, n_indicators)
        Contributions of cells (`contributions`).
    economies, years : ndarray, shape (n_cases,)
        Balanced: every economy in every year.

    Returns
    -------
    ndarray, shape (n_cases, n_indicators)
        Parts that sum to 1; a part is negative where its cell moves against the index. NaN where nothing varies.
    """
    within = cells.astype(float)
    for labels in (economies, years):
        _, code = np.unique(labels, return_inverse=True)
        means = (
            np.stack([np.bincount(code, weights=column) for column in within.T], axis=1) / np.bincount(code)[:, None]
        )
        within = within - means[code]
    total = within.sum(axis=1)
    variation = float((total**2).sum())
    if variation <= 1e-20:
        return np.full(cells.shape, np.nan)
    return np.asarray(within * total[:, None] / variation)
