"""Eigenvalues that chance alone gives, for Horn's parallel analysis."""

from __future__ import annotations

import numpy as np

from indexer.errors import MethodError

BLOCK = 64
"""Draws held in memory together; the stream of numbers does not depend on it."""


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
    Horn (1965), Psychometrika 30(2), 179-185.

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
    found = []
    for start in range(0, draws, BLOCK):
        z = rng.standard_normal((min(BLOCK, draws - start), n, m))
        z -= z.mean(axis=1, keepdims=True)
        z /= np.sqrt((z**2).sum(axis=1, keepdims=True))
        found.append(np.linalg.eigvalsh(z.transpose(0, 2, 1) @ z)[:, ::-1])
    return np.concatenate(found)
