"""Rotation of loadings, so that each indicator loads on few factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.analyse.complete import called
from indexer.errors import MethodError
from indexer.statistics.varimax import varimax

METHODS = ("varimax", "quartimax", "promax", "oblimin")


@dataclass(frozen=True, eq=False)
class Rotation:
    """Rotated loadings, in no particular order or sign, and the correlations of the factors.

    Attributes
    ----------
    loadings : ndarray, shape (n_indicators, n_factors)
    correlations : ndarray, shape (n_factors, n_factors)
        The identity for varimax and quartimax, which keep the factors apart.
    """

    loadings: np.ndarray
    correlations: np.ndarray


def rotate(
    loadings: np.ndarray, method: str = "varimax", *, kaiser: bool = True, names: Sequence[str] = ()
) -> Rotation:
    """Rotate loadings to a simple structure.

    Parameters
    ----------
    loadings : ndarray, shape (n_indicators, n_factors)
        Unrotated loadings. A single factor stays as it is.
    method : {"varimax", "quartimax", "promax", "oblimin"}
        The first two keep factors uncorrelated; promax has the power 4, oblimin the parameter 0 (quartimin).
    kaiser : bool
        Whether varimax and promax rotate loadings that are scaled to communality 1 (and scaled back).
    names : sequence of str
        Of the indicators, for the error.

    Raises
    ------
    MethodError
        If there are more factors than indicators, a value is missing, or an indicator loads on no factor.

    References
    ----------
    Kaiser (1958), Psychometrika 23(3), 187-200; Hendrickson & White (1964), British J. Statistical Psychology 17(1),
    65-70; Jennrich (2002), Psychometrika 67(1), 7-19. Computed by factor_analyzer.
    """
    if method not in METHODS:
        raise MethodError(f"unknown rotation {method!r}", remedy=f"one of: {', '.join(METHODS)}")
    loadings = np.array(loadings, dtype=float)
    if loadings.ndim != 2 or loadings.shape[1] > loadings.shape[0] or not loadings.size:
        raise MethodError(f"loadings of shape {loadings.shape}", remedy="give indicators × factors, no more factors")
    missing = np.flatnonzero(~np.isfinite(loadings).all(axis=1))
    if missing.size:
        raise MethodError(f"loadings are missing: {called(names, missing)}", remedy="give all of them")
    nowhere = np.flatnonzero((loadings == 0).all(axis=1))
    if nowhere.size:
        raise MethodError(f"no factor has a loading of: {called(names, nowhere)}", remedy="leave them out")
    m = loadings.shape[1]
    if m == 1:
        return Rotation(loadings, np.eye(1))
    if method == "varimax":
        return Rotation(varimax(loadings, kaiser), np.eye(m))
    from factor_analyzer import Rotator

    # Of promax the change of the criterion, of the others its gradient, which rounding keeps from 0.
    tolerance = 1e-10 if method == "promax" else 1e-8
    rotator = Rotator(method=method, normalize=kaiser, tol=tolerance, max_iter=5000)
    rotated = np.asarray(rotator.fit_transform(loadings))
    return Rotation(rotated, np.eye(m) if rotator.phi_ is None else np.asarray(rotator.phi_))
