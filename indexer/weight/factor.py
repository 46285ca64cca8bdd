"""Weights from rotated factors, as in section 6.1 of the Handbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option, near
from indexer.statistics.varimax import varimax
from indexer.weight.cases import matrix
from indexer.weight.components import principal_components
from indexer.weight.level import Level

ASSIGN = ("loading", "share")
TIE = 1e-9


def factor_weights(
    y: np.ndarray, n_factors: int | None = None, assign: str = "loading", names: tuple[str, ...] = ()
) -> np.ndarray:
    """Return weights from principal factors rotated by varimax.

    Squared loadings are divided by the variance that their factor explains; each indicator takes the factor on which
    it loads most, times that factor's share of the explained variance; all are rescaled to sum 1. No sign enters.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values on any scale; cases with a missing value are left out.
    n_factors : int, optional
        How many factors; without it those with an eigenvalue of at least 1.
    assign : {"loading", "share"}
        On which factor an indicator loads most: by the loading itself, or by the squared loading as a share of the
        factor's variance. The Handbook says the latter of one indicator of its example and prints the former.
    names : tuple of str
        Names of the columns, for errors.

    Returns
    -------
    ndarray, shape (n_indicators,)

    Raises
    ------
    MethodError
        As `principal_components`; or if an indicator has nothing in common with the retained factors.

    References
    ----------
    OECD/JRC (2008), section 6.1; Nicoletti, Scarpetta & Boylaud (2000), OECD Economics Department WP 226.
    """
    if assign not in ASSIGN:
        raise MethodError(f"unknown assignment {assign!r}", remedy=near(str(assign), ASSIGN))
    squared = rotated_loadings(y, n_factors, names) ** 2
    by = squared if assign == "loading" else squared / squared.sum(axis=0)
    most = by >= by.max(axis=1, keepdims=True) - TIE
    # Scaled by the factor's variance and times its share of all: the squared loading over the sum of all.
    values = np.where(most, squared, 0.0).max(axis=1)
    return np.asarray(values / values.sum())


def rotated_loadings(y: np.ndarray, n_factors: int | None = None, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return the loadings of principal components after varimax with Kaiser's normalisation.

    Returns
    -------
    ndarray, shape (n_indicators, n_factors)
        Factors in the order of the variance that they explain, each turned to a positive sum.

    Raises
    ------
    MethodError
        As `factor_weights`.
    """
    y, label = matrix(y, names)
    loadings = principal_components(y, label, "kaiser" if n_factors is None else n_factors).loadings
    common = np.sqrt((loadings**2).sum(axis=1))
    apart = [name for name, h in zip(label, common, strict=True) if h < 1e-6]
    if apart:
        raise MethodError(
            f"nothing in common with the {loadings.shape[1]} retained factors: {', '.join(apart)}",
            remedy="retain more factors, or move it to another set",
        )
    if loadings.shape[1] > 1:
        loadings = varimax(loadings)
    loadings = loadings[:, np.argsort(-(loadings**2).sum(axis=0), kind="stable")]
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))


def _fit(level: Level, factors: int | None, assign: str) -> np.ndarray:
    return factor_weights(level.y, factors, assign, level.names)


def _label(options: Mapping[str, Any]) -> str:
    return str(options["assign"]) + (f", {options['factors']} factors" if options["factors"] else "")


METHOD = Method(
    fit=_fit,
    options={"factors": Option(kind="integer", least=1), "assign": Option("loading", choices=ASSIGN)},
    traits=frozenset({"correlations"}),
    label=_label,
)
