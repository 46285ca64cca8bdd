"""Whether correlations have common causes at all: Kaiser-Meyer-Olkin and Bartlett."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.analyse.complete import called, correlated_cases
from indexer.errors import MethodError


def kmo(y: np.ndarray, names: Sequence[str] = ()) -> tuple[float, np.ndarray]:
    """Return the Kaiser-Meyer-Olkin measure, overall and per indicator.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values; cases with a missing value are left out.
    names : sequence of str
        Of the indicators, for the error.

    Returns
    -------
    overall : float
        Between 0 and 1; always 0.5 for two indicators.
    per_indicator : ndarray, shape (n_indicators,)

    Raises
    ------
    MethodError
        If there are too few complete cases, or the correlation matrix is singular (who makes it so is named), or an
        indicator is uncorrelated with all others.

    References
    ----------
    Kaiser (1974), Psychometrika 39(1), 31-36. Computed by factor_analyzer.
    """
    from factor_analyzer.factor_analyzer import calculate_kmo

    complete = correlated_cases(y, names)
    with np.errstate(invalid="ignore"):
        # on z-scores, since it judges whether the matrix can be inverted by a determinant that depends on units
        per_indicator, overall = calculate_kmo((complete - complete.mean(axis=0)) / complete.std(axis=0))
    alone = np.flatnonzero(~np.isfinite(per_indicator))
    if alone.size:
        raise MethodError(
            f"uncorrelated with all others: {called(names, alone)}; KMO does not exist", remedy="leave them out"
        )
    return float(overall), np.asarray(per_indicator)


def bartlett(y: np.ndarray, names: Sequence[str] = ()) -> tuple[float, float]:
    """Return χ² and p value of Bartlett's test that the indicators are uncorrelated.

    The p value takes cases as independent, which the years of one economy are not.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values; cases with a missing value are left out.
    names : sequence of str
        Of the indicators, for the error.

    Raises
    ------
    MethodError
        As `kmo`.

    References
    ----------
    Bartlett (1951), Biometrika 38(3/4), 337-344. Computed by factor_analyzer.
    """
    from factor_analyzer.factor_analyzer import calculate_bartlett_sphericity

    chi2, p = calculate_bartlett_sphericity(correlated_cases(y, names))
    return float(chi2), float(p)
