"""Shannon entropy weights: an indicator on which economies differ more gets more weight."""

from __future__ import annotations

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method
from indexer.statistics.correlation import constant
from indexer.weight.cases import matrix
from indexer.weight.level import Level


def entropy_weights(y: np.ndarray, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return entropy weights, pooled over all cases.

    With p = y/Σy over the n_j present cases, e_j = -Σ p ln p / ln n_j (0·ln 0 = 0; nothing is shifted), the weight
    is w_j = (1 - e_j) / Σ (1 - e_k).

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Normalised values, non-negative, NaN = missing (left out of its column alone). Not invariant to a shift: the
        range that they were normalised to is part of the method.
    names : tuple of str
        Names of the columns, for errors.

    Returns
    -------
    ndarray, shape (n_indicators,)

    Raises
    ------
    MethodError
        If a value is negative, or a column is constant, all zero or has fewer than two present cases.

    References
    ----------
    Shannon (1948); Zou, Yun & Sun (2006), J. Environmental Sciences 18(5), 1020-1023.

    Examples
    --------
    >>> entropy_weights(np.array([[1.0, 0.0], [2.0, 2.0], [3.0, 4.0]])).round(3)
    array([0.159, 0.841])
    """
    y, label = matrix(y, names)
    divergence = np.empty(y.shape[1])
    for j, name in enumerate(label):
        column = y[np.isfinite(y[:, j]), j]
        if np.any(column < 0):
            raise MethodError(
                f"Negative values in data: entropy weights need values of at least 0; {name!r} has {column.min():g}",
                remedy="fit them on min-max values, not on z-scores",
            )
        if column.size < 2 or constant(column[:, None])[0]:
            raise MethodError(
                f"{name!r} does not vary over the cases: it has no entropy weight",
                remedy="leave it out, or weight equally",
            )
        p = column / column.max()  # a sum of great values would not be finite
        p = p / p.sum()
        p = p[p > 0]
        # Never below 0, where rounding has more to say than a dispersion that small.
        divergence[j] = max(0.0, 1.0 + float((p * np.log(p)).sum()) / np.log(column.size))
    total = divergence.sum()
    if total <= 0:
        raise MethodError(f"{', '.join(label)} hardly vary: no entropy weight", remedy="weight equally")
    return np.asarray(divergence / total)


def dispersion_share(y: np.ndarray) -> np.ndarray:
    """Return CV²/ΣCV², what entropy weights come near to where dispersion is small.

    Since 1 - e ≈ CV²/(2 ln n), this share shows how far an entropy weight is nothing but relative variation.
    """
    mean = np.nanmean(y, axis=0)
    # about a mean of 0 there is no relative variation: the share is not a number
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        cv2 = np.nanvar(y, axis=0) / mean**2
        return np.asarray(cv2 / cv2.sum())


def _fit(level: Level) -> np.ndarray:
    return entropy_weights(level.unit, level.names)


METHOD = Method(fit=_fit, traits=frozenset({"positive"}))
