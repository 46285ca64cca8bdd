"""The weighted arithmetic mean: full compensation between members."""

from __future__ import annotations

import numpy as np

from indexer.aggregate.present import present_weights
from indexer.methods import Method, Parameters


def arithmetic(y: np.ndarray, w: np.ndarray, min_share: float = 1.0) -> np.ndarray:
    """Return the weighted arithmetic mean Σ w_j y_j of each case.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members)
        Normalised values, NaN = missing.
    w : ndarray, shape (n_members,)
        Weights that sum to 1.
    min_share : float
        A case with less of its weight present gets NaN; with more, its weights are rescaled over the present members.

    Raises
    ------
    MethodError
        If the shapes do not match, or a weight is missing or negative.

    Examples
    --------
    >>> arithmetic(np.array([[10.0, 30.0]]), np.array([0.25, 0.75]))
    array([25.])
    """
    return apply(np.ascontiguousarray(y, dtype=float), present_weights(y, w, min_share), [])


def fit(y: np.ndarray, w: np.ndarray, *, names: tuple[str, ...] = ()) -> Parameters:
    """Return an empty mapping a member: there is nothing to learn."""
    return [{} for _ in range(np.shape(y)[1])]


def apply(y: np.ndarray, weights: np.ndarray, parameters: Parameters, *, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return the mean of each case with the weights of its own.

    Parameters
    ----------
    y, weights : ndarray, shape (n_cases, n_members)
        Values, NaN = missing with weight 0; weights rescaled over the present members (NaN: the case has no mean).
    parameters : list of dict
        Of `fit`.
    names : tuple of str
        Names of the members, for errors.
    """
    return np.asarray((weights * np.where(np.isfinite(y), y, 0.0)).sum(axis=1))


METHOD = Method(fit=fit, apply=apply, traits=frozenset({"linear", "monotone"}))
