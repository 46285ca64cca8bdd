"""Rank correlations of cases that are counted several times, as a bootstrap counts them."""

from __future__ import annotations

import numpy as np

from indexer.errors import MethodError

BOOTSTRAP = 1000


def agreement(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return Spearman's ρ and Kendall's τ-b.

    Parameters
    ----------
    x, y : ndarray, shape (n_cases,)
        Finite values, not constant.
    """
    spearman, kendall = _counted(x, y, np.ones((1, len(x))))
    return float(spearman[0]), float(kendall[0])


def intervals(
    x: np.ndarray, y: np.ndarray, clusters: np.ndarray, draws: int, seed: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the lower and the upper bounds (95 %) of both, clusters drawn with replacement.

    Draws in which a variable is constant have no correlation and are left out.

    Parameters
    ----------
    x, y : ndarray, shape (n_cases,)
    clusters : ndarray of int, shape (n_cases,)
        0, 1, … of each case; a cluster is drawn with all its cases.
    draws : int
        0 for none: the bounds are NaN.
    seed : int

    Raises
    ------
    MethodError
        If draws is neither 0 nor at least 100.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (percentile intervals).
    """
    nan = float("nan")
    if draws == 0:
        return (nan, nan), (nan, nan)
    if draws < 100:
        raise MethodError(f"{draws} draws are too few for an interval", remedy="draw at least 100, or 0 for none")
    m = int(clusters.max()) + 1
    times = np.random.default_rng(seed).multinomial(m, np.full(m, 1.0 / m), size=draws)
    numbers = np.array(_counted(x, y, times[:, clusters].astype(float)))
    bounds = [
        np.quantile(one[np.isfinite(one)], [0.025, 0.975]) if np.isfinite(one).any() else np.full(2, nan)
        for one in numbers
    ]
    return (float(bounds[0][0]), float(bounds[1][0])), (float(bounds[0][1]), float(bounds[1][1]))


def _counted(x: np.ndarray, y: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return ρ and τ-b for each row of counts: how often each case is there."""
    n = counts.sum(axis=1)
    (rank_x, tied_x), (rank_y, tied_y) = _ranks(x, counts), _ranks(y, counts)
    middle = ((n + 1.0) / 2.0)[:, None]
    dx, dy = np.where(counts > 0, rank_x - middle, 0.0), np.where(counts > 0, rank_y - middle, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spearman = (counts * dx * dy).sum(axis=1) / np.sqrt(
            (counts * dx * dx).sum(axis=1) * (counts * dy * dy).sum(axis=1)
        )
        pairs = n * (n - 1.0) / 2.0
        signs = (np.sign(x[:, None] - x) * np.sign(y[:, None] - y)).astype(np.float32)
        # Concordant less discordant pairs: whole numbers that even float32 holds, so no order of a sum matters.
        times = counts.astype(np.float32)
        excess = ((times @ signs) * times).sum(axis=1, dtype=float) / 2.0
        kendall = excess / np.sqrt((pairs - tied_x) * (pairs - tied_y))
    return np.clip(spearman, -1.0, 1.0), np.clip(kendall, -1.0, 1.0)


def _ranks(values: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean rank of each case in each draw, and the number of tied pairs in each draw."""
    _, level = np.unique(values, return_inverse=True)
    order = np.argsort(level, kind="stable")
    starts = np.flatnonzero(np.diff(level[order], prepend=-1))
    size = np.add.reduceat(counts[:, order], starts, axis=1)
    rank = np.cumsum(size, axis=1) - size + (size + 1.0) / 2.0
    return rank[:, level], (size * (size - 1.0)).sum(axis=1) / 2.0
