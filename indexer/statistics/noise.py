"""Eigenvalues that chance alone gives, for Horn's parallel analysis."""

from __future__ import annotations

import numpy as np

from indexer.errors import MethodError

QUANTILE = 0.95
"""Quantile of chance that an eigenvalue has to exceed."""
_NUMBERS = 60_000
"""Random numbers held at a time, few enough for a processor's cache; the stream of numbers does not depend on it."""


def random_eigenvalues(n: int, m: int, draws: int = 1000, seed: int = 1) -> np.ndarray:
    """Return the eigenvalues of correlation matrices of independent normal columns.

    Parameters
    ----------
    n, m : int
        Cases and columns.
    draws : int
    seed : int

    Returns
    -------
    ndarray, shape (draws, m)
        Descending within each draw.

    Raises
    ------
    MethodError
        If there are no more cases than columns, or no draw.

    References
    ----------
    Horn (1965), Psychometrika 30(2), 179-185; the 95 % quantile of Longman et al. (1989), Multivariate Behavioral
    Research 24(1), 59-69.

    Examples
    --------
    >>> random_eigenvalues(50, 3, draws=200).mean(axis=0).round(1)
    array([1.2, 1. , 0.8])
    """
    if m < 1 or n <= m or draws < 1:
        raise MethodError(
            f"{draws} draws of {n} cases of {m} indicators", remedy="at least one draw, and more cases than indicators"
        )
    rng = np.random.default_rng(seed)
    values = np.empty((draws, m))
    step = max(_NUMBERS // (n * m), 1)
    for start in range(0, draws, step):
        stop = min(start + step, draws)
        noise = rng.standard_normal((stop - start, n, m))
        total = np.ones(n) @ noise
        moments = noise.transpose(0, 2, 1) @ noise - total[:, :, None] * total[:, None, :] / n
        spread = np.sqrt(np.diagonal(moments, axis1=1, axis2=2))
        values[start:stop] = np.linalg.eigvalsh(moments / (spread[:, :, None] * spread[:, None, :]))[:, ::-1]
    return values
