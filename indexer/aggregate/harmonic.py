"""The weighted harmonic mean: a low member weighs most."""

from __future__ import annotations

import numpy as np

from indexer.aggregate.arithmetic import fit
from indexer.aggregate.present import ABOVE_ZERO, present_weights, refuse
from indexer.methods import Method, Parameters


def harmonic(y: np.ndarray, w: np.ndarray, min_share: float = 1.0) -> np.ndarray:
    """Return the weighted harmonic mean 1/Σ(w_j/y_j) of each case; parameters as in `arithmetic`.

    Raises
    ------
    MethodError
        If a value is zero or negative.

    Examples
    --------
    >>> harmonic(np.array([[2.0, 6.0]]), np.array([0.5, 0.5]))
    array([3.])
    """
    return apply(np.ascontiguousarray(y, dtype=float), present_weights(y, w, min_share), [])


def apply(y: np.ndarray, weights: np.ndarray, parameters: Parameters, *, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return the mean of each case with the weights of its own; arguments as for the arithmetic mean."""
    refuse(y <= 0, "a harmonic mean", "values above 0", names, ABOVE_ZERO)
    # relative to the least member, no quotient can overflow
    kept = np.where(weights > 0, y, np.inf)
    least = kept.min(axis=1, initial=np.inf)
    least = np.where(np.isfinite(least), least, 1.0)
    return np.asarray(least / (weights * (least[:, None] / kept)).sum(axis=1))


METHOD = Method(fit=fit, apply=apply, traits=frozenset({"positive", "monotone"}))
