"""Varimax rotation of loadings, to the last digit."""

from __future__ import annotations

import numpy as np


def varimax(loadings: np.ndarray, normalise: bool = True) -> np.ndarray:
    """Rotate loadings so that squared loadings vary most within each factor.

    Parameters
    ----------
    loadings : ndarray, shape (n_indicators, n_factors)
        At least two factors, and no indicator without a loading.
    normalise : bool
        Whether to rotate loadings that are scaled to communality 1, and scale them back (Kaiser).

    Returns
    -------
    ndarray, shape (n_indicators, n_factors)
        Factors in no particular order or sign.

    References
    ----------
    Kaiser (1958), Psychometrika 23(3), 187-200. Begun by factor_analyzer.
    """
    from factor_analyzer import Rotator

    rotated = Rotator(method="varimax", normalize=normalise, max_iter=1000, tol=1e-6).fit_transform(loadings)
    # The library stops at a criterion that is flat around the optimum (.001 in the loadings); Kaiser's plane rotations
    # go on from there until the angles are nothing, so that published digits do not depend on the platform.
    common = np.sqrt((loadings**2).sum(axis=1)) if normalise else np.ones(len(loadings))
    x = rotated / common[:, None]
    k = x.shape[1]
    for _ in range(100):
        widest = 0.0
        for p in range(k - 1):
            for q in range(p + 1, k):
                u, v = x[:, p] ** 2 - x[:, q] ** 2, 2 * x[:, p] * x[:, q]
                above = 2 * (u @ v - u.sum() * v.sum() / len(x))
                below = (u @ u - v @ v) - (u.sum() ** 2 - v.sum() ** 2) / len(x)
                if np.hypot(above, below) < 1e-12:  # the plane has no best angle
                    continue
                angle = np.arctan2(above, below) / 4
                widest = max(widest, abs(float(angle)))
                turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
                x[:, [p, q]] = x[:, [p, q]] @ turn
        if widest < 1e-14:
            break
    return np.asarray(x * common[:, None])
