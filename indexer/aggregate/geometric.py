"""The weighted geometric mean: partial compensation; and the logarithmic mean that its decomposition uses."""

from __future__ import annotations

import math

import numpy as np

from indexer.aggregate.arithmetic import fit
from indexer.aggregate.present import ABOVE_ZERO, present_weights, refuse
from indexer.methods import Method, Parameters


def geometric(y: np.ndarray, w: np.ndarray, min_share: float = 1.0) -> np.ndarray:
    """Return the weighted geometric mean Π y_j^w_j of each case; parameters as in `arithmetic`.

    Raises
    ------
    MethodError
        If a value is zero or negative: such a mean does not exist, so normalise to a range that starts above 0.

    Examples
    --------
    >>> geometric(np.array([[4.0, 16.0]]), np.array([0.5, 0.5])).round(12)
    array([8.])
    """
    return apply(np.ascontiguousarray(y, dtype=float), present_weights(y, w, min_share), [])


def apply(y: np.ndarray, weights: np.ndarray, parameters: Parameters, *, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return the mean of each case with the weights of its own; arguments as for the arithmetic mean."""
    refuse(y <= 0, "a geometric mean", "values above 0", names, ABOVE_ZERO)
    logs = np.log(np.where(np.isfinite(y), y, 1.0))
    return np.asarray(np.exp((weights * logs).sum(axis=1)))


def log_mean(a: float, b: float) -> float:
    """Return the logarithmic mean (a - b)/ln(a/b), with L(a, a) = a (Divisia decompositions use it)."""
    difference = (a - b) / b
    if difference == 0:
        return a
    # log1p of the relative difference keeps its digits where a and b are nearly the same, and only there
    return (a - b) / (math.log1p(difference) if abs(difference) < 0.5 else math.log(a) - math.log(b))


METHOD = Method(fit=fit, apply=apply, traits=frozenset({"positive", "divisia", "monotone"}))
