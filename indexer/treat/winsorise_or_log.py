"""Winsorise; where that does not suffice, take the logarithm of the raw values instead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.methods import Method, Parameters
from indexer.treat.log_treat import logged
from indexer.treat.record import apply, columns
from indexer.treat.winsorise import OPTIONS
from indexer.treat.winsorise import fit as winsorised


def fit(
    x: np.ndarray,
    *,
    names: tuple[str, ...] = (),
    economies: Sequence[str] | np.ndarray | None = None,
    skew: float = 2.0,
    kurtosis: float = 3.5,
    winmax: int = 5,
) -> Parameters:
    """Treat the columns with |G1| > `skew` and G2 > `kurtosis` (OECD/JRC Handbook 2008; COINr's `qTreat`).

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_columns)
        Reference cases, NaN = missing.
    names : tuple of str
        Columns, for errors.
    economies : sequence, optional
        Economy of each case: `winmax` counts economies. Default: each case its own.
    skew, kurtosis, winmax
        See `winsorise`.

    Returns
    -------
    list of mapping
        `how` is "none" for a column that passes, "winsorised" or "log" for one that then passes, "unresolved" for one
        that fails both. As in COINr, an unresolved column enters with its logarithm; it is to be reported by name.

    Raises
    ------
    MethodError
        If a value is infinite, `economies` are not as many as the cases, or the range of a failing column is no number.
    """
    x = columns(x, names)
    parameters = winsorised(x, names=names, economies=economies, skew=skew, kurtosis=kurtosis, winmax=winmax)
    failed = np.array([p["how"] == "unresolved" for p in parameters], dtype=bool)
    return logged(x, parameters, failed, names, skew=skew, kurtosis=kurtosis)


METHOD = Method(fit=fit, apply=apply, options=OPTIONS)
