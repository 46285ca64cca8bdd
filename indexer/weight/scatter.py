"""Vertical-and-horizontal scatter degree (纵横向拉开档次法): the weights that set cases of all years furthest apart."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option
from indexer.statistics.correlation import standardised
from indexer.weight.cases import complete_cases, matrix
from indexer.weight.level import Level

NOTHING = 1e-9
NODES = 3000
"""Subsets of indicators looked at before the search for non-negative weights is given up."""
Z_SCORES = ("pooled", "yearly")


def scatter_weights(blocks: Sequence[np.ndarray], names: tuple[str, ...] = ()) -> np.ndarray:
    """Return the weights that maximise w'Hw, H = Σ_t Z_t'Z_t, over unit vectors w >= 0, rescaled to sum 1.

    Where the eigenvector of the largest eigenvalue of H has no negative entry, it is the answer. Otherwise the answer
    is the largest such vector of a part of the indicators, the others having weight 0: found by branch and bound,
    since leaving an indicator out never raises the largest eigenvalue.

    Parameters
    ----------
    blocks : sequence of ndarray, each of shape (n_cases, n_indicators)
        The z-scores Z_t of each year, better higher; cases with a missing value are left out. Scores over all years
        together make H the correlation matrix times n - 1 (the answer is then the first principal component); Guo
        standardises each year by itself.
    names : tuple of str
        Names of the columns, for errors.

    Returns
    -------
    ndarray, shape (n_indicators,)

    Raises
    ------
    MethodError
        If there is no year, the years differ in their columns, a column is 0 throughout, two answers are equally
        good, or too many indicators point against each other.

    References
    ----------
    Guo, Y. (2002), 一种新的动态综合评价方法, 管理科学学报 5(2), 49-54.

    Examples
    --------
    >>> scatter_weights([np.array([[1.0, 0.5], [-1.0, -0.5]]), np.array([[2.0, 1.0], [-2.0, -1.0]])]).round(3)
    array([0.667, 0.333])
    """
    checked = [matrix(block, names) for block in blocks]
    if len({block.shape[1] for block, _ in checked}) != 1:
        raise MethodError("years of different columns, or none", remedy="give the same columns for every year")
    label = checked[0][1]
    z = np.concatenate([block[~np.isnan(block).any(axis=1)] for block, _ in checked])
    h = z.T @ z
    silent = [name for name, one in zip(label, np.diag(h), strict=True) if not one > 0]
    if silent:
        raise MethodError(f"0 in every complete case: {', '.join(silent)}", remedy="leave it out of the set")
    return _greatest(h / np.trace(h), label)


def _greatest(h: np.ndarray, label: tuple[str, ...]) -> np.ndarray:
    m = len(h)
    value, vector = _top(h)
    heap = [(-value, tuple(range(m)), vector)]
    seen = {heap[0][1]}
    best, least = np.zeros(m), -np.inf
    while heap and -heap[0][0] >= least:
        bound, part, vector = heapq.heappop(heap)
        if vector.min() >= -NOTHING:
            weights = np.zeros(m)
            weights[list(part)] = np.maximum(vector, 0.0)
            weights /= weights.sum()
            if least == -np.inf:
                best, least = weights, -bound * (1 - NOTHING)
            elif np.abs(weights - best).max() > 1e-6:
                sides = " or ".join(", ".join(label[j] for j in np.flatnonzero(w > 1e-6)) for w in (best, weights))
                raise MethodError(f"weighting {sides} scatters the cases equally", remedy="check the directions")
            continue
        for j in part:
            rest = tuple(i for i in part if i != j)
            if rest not in seen:
                seen.add(rest)
                value, vector = _top(h[np.ix_(rest, rest)])
                if value >= least:
                    heapq.heappush(heap, (-value, rest, vector))
        if len(seen) > NODES:
            raise MethodError(
                f"too many of {', '.join(label)} point against each other for weights of at least 0",
                remedy="check their directions, or split the set",
            )
    return best  # found at the latest with a single indicator


def _top(h: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the largest eigenvalue and its vector of the greatest sum."""
    values, vectors = np.linalg.eigh(h)
    space = vectors[:, values > values[-1] - NOTHING * abs(values[-1])]
    sums = space.sum(axis=0)
    if np.linalg.norm(sums) <= NOTHING:
        return float(values[-1]), np.asarray(vectors[:, -1])
    return float(values[-1]), np.asarray(space @ sums / np.linalg.norm(sums))


def _fit(level: Level, z_scores: str) -> np.ndarray:
    y, label = matrix(level.y, level.names)
    present = ~np.isnan(y).any(axis=1)
    years = np.asarray(level.years)[present]
    complete = complete_cases(y, label, 3, "scatter weights")
    if z_scores == "pooled":
        z = standardised(complete)
        return scatter_weights([z[years == year] for year in np.unique(years)], label)
    blocks = []
    for year in np.unique(years):
        try:
            blocks.append(standardised(complete_cases(complete[years == year], label, 3, "z-scores of a year")))
        except MethodError as error:
            raise MethodError(error.message, where=f"year {year}", remedy="take pooled z-scores") from error
    return scatter_weights(blocks, label)


def _label(options: Mapping[str, Any]) -> str:
    return "yearly z-scores" if options["z_scores"] == "yearly" else ""


METHOD = Method(
    fit=_fit,
    options={"z_scores": Option("pooled", choices=Z_SCORES)},
    traits=frozenset({"correlations"}),
    label=_label,
)
