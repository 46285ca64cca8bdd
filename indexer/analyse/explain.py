"""What changed: contributions of indicators to the change of a score, adding up exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.aggregate import log_mean, present_weights
from indexer.composite import Plan
from indexer.errors import UsageError


@dataclass(frozen=True)
class Contribution:
    """Part of the change of the index that an indicator explains: through its value, and through coverage.

    `coverage` is what comes from weights that were rescaled because present cells differ between the two cases.
    """

    set: str
    indicator: str
    before: float
    after: float
    value: float
    coverage: float


def decompose(
    plan: Plan, normalised: np.ndarray, sets: np.ndarray, index: np.ndarray
) -> tuple[list[Contribution], float]:
    """Split the change of the index between two cases into contributions of indicators.

    Arithmetic levels: Σ w̄ Δy + Σ ȳ Δw. Geometric levels: log-mean Divisia on logarithms, L(S1, S0)(Σ w̄ Δln y + Σ
    ln̄y Δw). Nested levels chain: what a set contributes is split over its indicators in proportion.

    Parameters
    ----------
    plan : Plan
    normalised : ndarray, shape (2, n_indicators)
        Normalised values of the case before and the case after.
    sets : ndarray, shape (2, n_sets)
        Set scores of both.
    index : ndarray, shape (2,)
        Index of both.

    Returns
    -------
    contributions : list of Contribution
    change : float
        index[1] - index[0]; the contributions sum to it within 1e-12 of its scale.

    Raises
    ------
    UsageError
        If one of the two cases has no index.

    References
    ----------
    Ang (2004), Energy Policy 32(9), 1131-1139 (log-mean Divisia).
    """
    if not np.isfinite(index).all():
        raise UsageError("one of the two has no index: too little of its weight is present")
    out = []
    # The index needs every set, so between sets no weight moves: only values below the floor leave a shift there.
    slopes, shifts = _level(sets, plan.between, plan.between_aggregate, plan.low, 1.0, index)
    for s, one in enumerate(plan.sets):
        y = normalised[:, one.columns]
        inner, moved = _level(y, one.weights, one.aggregate, plan.low, plan.min_share, sets[:, s])
        change = np.where(np.isfinite(y).all(axis=0), y[1] - y[0], 0.0)
        value = slopes[s] * inner * change
        coverage = slopes[s] * moved + shifts[s] * one.weights
        for k, j in enumerate(one.columns):
            before, after = float(y[0, k]), float(y[1, k])
            out.append(Contribution(one.id, plan.indicators[j], before, after, float(value[k]), float(coverage[k])))
    return out, float(index[1] - index[0])


def _level(
    y: np.ndarray, w: np.ndarray, how: str, low: float, min_share: float, total: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return slope and shift of each member: its part of the change is slope · Δy + shift."""
    weights = present_weights(y, w, min_share)
    mean_weight = np.where(np.isfinite(y).all(axis=0), weights.mean(axis=0), 0.0)
    # A member absent on one side has no change of its own: its entry or exit is coverage, at the value it has.
    filled = np.where(np.isfinite(y), y, np.where(np.isfinite(y[::-1]), y[::-1], 0.0))
    moved = weights[1] - weights[0]
    if how == "arithmetic":
        return mean_weight, filled.mean(axis=0) * moved
    filled = np.where(np.isfinite(y) | np.isfinite(y[::-1]), np.maximum(filled, low), 1.0)
    scale = log_mean(float(total[1]), float(total[0]))
    slopes = np.array(
        [scale * mean_weight[k] / log_mean(float(filled[1, k]), float(filled[0, k])) for k in range(len(w))]
    )
    # Δy below counts from the floored values; a value under the floor moves the score only from the floor on
    return slopes, np.log(filled).mean(axis=0) * moved * scale + _floored(y, filled, slopes)


def _floored(y: np.ndarray, filled: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    both = np.isfinite(y).all(axis=0)
    return np.where(both, slopes * ((filled[1] - filled[0]) - (y[1] - y[0])), 0.0)
