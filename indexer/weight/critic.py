"""CRITIC weights: contrast within an indicator times its conflict with the others."""

from __future__ import annotations

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method
from indexer.statistics.correlation import correlations
from indexer.weight.cases import complete_cases, matrix
from indexer.weight.level import Level


def critic_weights(y: np.ndarray, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return CRITIC weights: σ_j Σ_k (1 - r_jk), rescaled to sum 1.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values on one scale, better higher (the paper takes min-max values: on z-scores every σ is 1); cases with a
        missing value are left out.
    names : tuple of str
        Names of the columns, for errors.

    Returns
    -------
    ndarray, shape (n_indicators,)

    Raises
    ------
    MethodError
        If there are fewer than three complete cases, a column is constant over them, or all say the same.

    References
    ----------
    Diakoulaki, Mavrotas & Papayannakis (1995), Computers & Operations Research 22(7), 763-770.

    Examples
    --------
    >>> critic_weights(np.array([[0.0, 1.0, 0.2], [0.5, 0.0, 0.0], [1.0, 0.4, 1.0]])).round(3)
    array([0.328, 0.452, 0.22 ])
    """
    y, label = matrix(y, names)
    if len(label) == 1:
        return np.ones(1)
    complete = complete_cases(y, label, 3, "CRITIC weights")
    scaled = complete / np.abs(complete).max()
    conflict = (1.0 - correlations(complete)).sum(axis=1)
    if conflict.max() < 1e-10:
        raise MethodError(
            f"{', '.join(label)} are the same up to scale: no conflict to weight by", remedy="keep one of them"
        )
    information = scaled.std(axis=0, ddof=1) * conflict
    return np.asarray(information / information.sum())


def _fit(level: Level) -> np.ndarray:
    return critic_weights(level.unit, level.names)


METHOD = Method(fit=_fit, traits=frozenset({"correlations"}))
