"""Internal consistency: Cronbach's alpha."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.analyse.complete import called, complete_cases
from indexer.errors import MethodError
from indexer.statistics.correlation import constant, correlations


def cronbach_alpha(
    y: np.ndarray, names: Sequence[str] = (), standardised: bool = True, pairwise: bool = False
) -> float:
    """Return Cronbach's α: m / (m - 1) · (1 - Σ variances / variance of the sum).

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values, better higher; cases with a missing value are left out.
    names : sequence of str
        Of the indicators, for the error.
    standardised : bool
        Of standardised indicators: m r̄ / (1 + (m - 1) r̄), r̄ the mean correlation, as in the Handbook.
    pairwise : bool
        Take each covariance over the cases complete in its two indicators, as COINr does, and not over those complete
        in all.

    Raises
    ------
    MethodError
        With fewer than two indicators or two complete cases, with constant indicators, or with a constant sum.

    References
    ----------
    Cronbach (1951), Psychometrika 16(3), 297-334. OECD/JRC (2008), Handbook on Constructing Composite Indicators,
    section 4.2.
    """
    return _alpha(_products(y, names, standardised, pairwise))


def alpha_if_deleted(y: np.ndarray, names: Sequence[str] = (), standardised: bool = True) -> np.ndarray:
    """Return Cronbach's α without each of the indicators in turn; where it rises, that one does not belong.

    Parameters
    ----------
    y, names, standardised
        As for `cronbach_alpha`; all values are those of the cases complete in all indicators.

    Returns
    -------
    ndarray, shape (n_indicators,)

    Raises
    ------
    MethodError
        With fewer than three indicators, or as `cronbach_alpha`.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, table 11.
    """
    products = _products(y, names, standardised, False)
    m = len(products)
    if m < 3:
        raise MethodError("alpha if deleted needs at least three indicators", remedy="judge a set with more")
    return np.array([_alpha(np.delete(np.delete(products, j, axis=0), j, axis=1)) for j in range(m)])


def _products(y: np.ndarray, names: Sequence[str], standardised: bool, pairwise: bool) -> np.ndarray:
    complete = complete_cases(y, names)
    n, m = complete.shape
    if m < 2 or n < 2:
        raise MethodError(
            f"alpha needs two indicators and two complete cases, not {m} and {n}", remedy="add indicators or cases"
        )
    unvaried = np.flatnonzero(constant(complete))
    if unvaried.size:
        raise MethodError(f"constant: {called(names, unvaried)}", remedy="leave them out")
    if pairwise:
        import pandas as pd

        frame = pd.DataFrame(y)
        return (frame.corr() if standardised else frame.cov()).to_numpy()
    return correlations(complete) if standardised else np.cov(complete, rowvar=False)


def _alpha(products: np.ndarray) -> float:
    m, total, own = len(products), float(products.sum()), float(np.trace(products))
    if total <= 1e-12 * own:
        raise MethodError("the sum of the indicators is constant: no alpha", remedy="check their directions")
    return m / (m - 1) * (1.0 - own / total)
