"""No treatment; skewness and kurtosis are reported all the same."""

from __future__ import annotations

import numpy as np

from indexer.methods import Method, Parameters
from indexer.treat.moments import moments
from indexer.treat.record import apply, columns, record


def fit(x: np.ndarray, *, names: tuple[str, ...] = (), economies: np.ndarray | None = None) -> Parameters:
    """Describe the columns and change nothing.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_columns)
        Reference cases, NaN = missing.
    names : tuple of str
        Columns, for errors.
    economies : ndarray, optional
        Not read.

    Raises
    ------
    MethodError
        If a value is infinite.
    """
    g1, g2 = moments(columns(x, names))
    return [record("none", pair, pair) for pair in zip(g1, g2, strict=True)]


METHOD = Method(fit=fit, apply=apply)
