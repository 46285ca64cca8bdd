"""The generalised (power) mean, of which the arithmetic, geometric and harmonic are the cases p = 1, 0, -1."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from indexer.aggregate.arithmetic import apply as apply_arithmetic
from indexer.aggregate.geometric import apply as apply_geometric
from indexer.aggregate.harmonic import apply as apply_harmonic
from indexer.aggregate.present import ABOVE_ZERO, present_weights, refuse
from indexer.errors import MethodError
from indexer.methods import Method, Option, Parameters

NAMED: dict[float, Callable[..., np.ndarray]] = {1: apply_arithmetic, 0: apply_geometric, -1: apply_harmonic}
GEOMETRIC = 1e-14
"""Powers so near 0 give the geometric mean to the last digits, and 1/p would lose them."""
NEAR = 0.1
"""Below it p is near the geometric mean's 0."""


def power(y: np.ndarray, w: np.ndarray, p: float, min_share: float = 1.0) -> np.ndarray:
    """Return the weighted power mean (Σ w_j y_j^p)^(1/p) of each case.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members)
        Normalised values, NaN = missing.
    w : ndarray, shape (n_members,)
        Weights that sum to 1.
    p : float
        1 is the arithmetic mean, 0 the geometric (the limit), -1 the harmonic; the lower, the less one member makes up
        for another.
    min_share : float
        As for the arithmetic mean.

    Raises
    ------
    MethodError
        If p is no finite number; if a value is negative (p != 1), or zero where p <= 0.

    References
    ----------
    Hardy, Littlewood & Pólya (1934), Inequalities, chapter 2.

    Examples
    --------
    >>> power(np.array([[1.0, 7.0]]), np.array([0.5, 0.5]), 2.0)
    array([5.])
    """
    return apply(np.ascontiguousarray(y, dtype=float), present_weights(y, w, min_share), [], p=p)


def fit(y: np.ndarray, w: np.ndarray, *, names: tuple[str, ...] = (), p: float) -> Parameters:
    """Return an empty mapping a member: there is nothing to learn."""
    return [{} for _ in range(np.shape(y)[1])]


def apply(
    y: np.ndarray, weights: np.ndarray, parameters: Parameters, *, names: tuple[str, ...] = (), p: float
) -> np.ndarray:
    """Return the mean of each case with the weights of its own; arguments as for the arithmetic mean, and p."""
    if not math.isfinite(p):
        raise MethodError(f"a power mean needs a finite p, not {p}", where="p", remedy="write a number, such as 0.5")
    p = 0.0 if abs(p) < GEOMETRIC else p
    if p in NAMED:
        return NAMED[p](y, weights, parameters, names=names)
    if p < 0:
        refuse(y <= 0, f"a power mean with p = {p:g}", "values above 0", names, ABOVE_ZERO)
    else:
        refuse(y < 0, f"a power mean with p = {p:g}", "values of at least 0", names, ABOVE_ZERO)
    return _mean(y, weights, p)


def _mean(y: np.ndarray, weights: np.ndarray, p: float) -> np.ndarray:
    """Return scale·(Σ w (y/scale)^p)^(1/p): with the largest (p > 0) or least member as scale no power overflows."""
    counted = weights > 0
    edge = -np.inf if p > 0 else np.inf
    kept = np.where(counted, y, edge)
    scale = kept.max(axis=1, initial=edge) if p > 0 else kept.min(axis=1, initial=edge)
    scale = np.where(np.isfinite(scale) & (scale > 0), scale, 1.0)
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        powers = p * np.log(np.where(counted, y, 1.0) / scale[:, None])
        powers[~counted] = 0.0
        total = (weights * np.exp(powers)).sum(axis=1)
        logs = np.log(total)
        if abs(p) < NEAR:
            # all powers are nearly 1: their distance from 1 keeps the digits that 1/p asks for
            near = np.log1p(np.maximum((weights * np.expm1(powers)).sum(axis=1), -1.0))
            logs = np.where(total > 0.5, near, logs)
        return np.asarray(scale * np.exp(logs / p))


METHOD = Method(
    fit=fit,
    apply=apply,
    options={"p": Option(kind="number", required=True)},
    traits=frozenset({"positive", "monotone"}),
)
