"""Whether the direction of a component is more than chance: its sign over bootstrap draws."""

from __future__ import annotations

import numpy as np

from indexer.errors import MethodError
from indexer.statistics.correlation import standardised
from indexer.weight.cases import matrix
from indexer.weight.components import SEED, PrincipalComponents, principal_components

DRAWS = 1000


def pca_sign_stability(
    y: np.ndarray,
    names: tuple[str, ...] = (),
    retain: str | int | float = "kaiser",
    draws: int = DRAWS,
    seed: int = SEED,
) -> np.ndarray:
    """Return in which share of bootstrap draws each retained component has a sum of loadings of the same sign.

    Cases are drawn with replacement. In each draw a component is the one nearest to the original (in absolute inner
    product), turned towards it; the draw agrees where the loadings then sum to more than 0, as the original's do.
    A share near one half says that turning it to a positive sum is a matter of luck.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values on any scale; cases with a missing value are left out.
    names : tuple of str
        Names of the columns, for errors.
    retain : {"kaiser", "parallel"}, int or float
        See `principal_components`.
    draws, seed : int

    Returns
    -------
    ndarray, shape (n_retained,)

    Raises
    ------
    MethodError
        As `principal_components`.
    """
    y, label = matrix(y, names)
    pc = principal_components(y, label, retain, seed)
    return stability_of(pc, y[~np.isnan(y).any(axis=1)], draws, seed)


def stability_of(pc: PrincipalComponents, complete: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Return what `pca_sign_stability` does, for components at hand and their complete cases."""
    n, m = complete.shape
    if m == 1:
        return np.ones(1)
    z = standardised(_in_order(complete))
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(n, np.full(n, 1.0 / n), size=draws) / n
    mean = weights @ z
    second = weights @ (z[:, :, None] * z[:, None, :]).reshape(n, m * m)
    covariance = second.reshape(draws, m, m) - mean[:, :, None] * mean[:, None, :]
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    vary = (variance > 1e-10).all(axis=1)  # a draw in which a column is constant says nothing
    if not vary.any():
        raise MethodError("no bootstrap draw in which every indicator varies", remedy="add cases")
    deviation = np.sqrt(variance[vary])
    r = covariance[vary] / (deviation[:, :, None] * deviation[:, None, :])
    vectors = np.linalg.eigh(r)[1]
    inner = pc.eigenvectors[:, : pc.retained].T @ vectors
    nearest = np.abs(inner).argmax(axis=2)
    sums = np.take_along_axis(vectors.sum(axis=1), nearest, axis=1)
    turned = sums * np.sign(np.take_along_axis(inner, nearest[:, :, None], axis=2)[:, :, 0])
    return np.asarray((turned > 0).mean(axis=0))


def _in_order(complete: np.ndarray) -> np.ndarray:
    """Sort the cases by their ranks, so that which are drawn depends on no order of rows or columns, and on no unit."""
    ranks = np.column_stack([np.unique(column, return_inverse=True)[1] for column in complete.T])
    keys = np.hstack([np.sort(ranks, axis=1), ranks])  # the later ones decide only between the same set of ranks
    return np.asarray(complete[np.lexsort(keys.T[::-1])])
