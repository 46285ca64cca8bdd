"""Adequacy: whether the correlations of a set can carry weights that are read from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.errors import MethodError

KMO_LEAST = 0.6
ALPHA_LEAST = 0.7
CASES_PER_INDICATOR = 3.0
DOUBLE_COUNTING = 0.92
CONTRADICTION = -0.4


def kmo(y: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the Kaiser-Meyer-Olkin measure, overall and per indicator.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values; cases with a missing value are left out.

    Returns
    -------
    overall : float
        Between 0 and 1; always 0.5 for two indicators.
    per_indicator : ndarray

    Raises
    ------
    MethodError
        If the correlation matrix is singular or there are too few complete cases (`_checked`).

    References
    ----------
    Kaiser (1974), Psychometrika 39(1), 31-36. Computed by factor_analyzer.
    """
    from factor_analyzer.factor_analyzer import calculate_kmo

    per_indicator, overall = calculate_kmo(_checked(y))
    return float(overall), np.asarray(per_indicator)


def bartlett(y: np.ndarray) -> tuple[float, float]:
    """Return χ² and p value of Bartlett's test that the indicators are uncorrelated.

    The p value takes cases as independent, which the years of one economy are not.

    References
    ----------
    Bartlett (1951), Biometrika 38(3/4), 337-344. Computed by factor_analyzer.
    """
    from factor_analyzer.factor_analyzer import calculate_bartlett_sphericity

    chi2, p = calculate_bartlett_sphericity(_checked(y))
    return float(chi2), float(p)


def cronbach_alpha(y: np.ndarray) -> float:
    """Return Cronbach's α of the standardised indicators: m r̄ / (1 + (m - 1) r̄), r̄ the mean correlation.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 4.2.
    """
    correlation = np.corrcoef(_checked(y), rowvar=False)
    m = len(correlation)
    mean = (correlation.sum() - m) / (m * (m - 1))
    return float(m * mean / (1 + (m - 1) * mean))


def _checked(y: np.ndarray) -> np.ndarray:
    y = np.asarray(y, dtype=float)
    complete = y[np.isfinite(y).all(axis=1)]
    n, m = complete.shape
    if m < 2:
        raise MethodError("adequacy needs at least two indicators")
    if n <= m:
        raise MethodError(f"{n} complete cases for {m} indicators are too few", remedy="add cases")
    constant = [str(j) for j in range(m) if complete[:, j].min() == complete[:, j].max()]
    if constant:
        raise MethodError(f"constant columns: {', '.join(constant)}", remedy="leave them out")
    if np.linalg.eigvalsh(np.corrcoef(complete, rowvar=False))[0] < 1e-10:
        raise MethodError("the correlation matrix is singular", remedy="leave out an indicator that repeats others")
    return complete


@dataclass(frozen=True)
class Adequacy:
    """The checks of one set on one kind of case, and what they amount to."""

    set: str
    basis: str
    n_cases: int
    n_indicators: int
    kmo: float
    bartlett_chi2: float
    bartlett_p: float
    alpha: float
    cases_per_indicator: float
    verdict: str


def assess(y: np.ndarray, identifier: str, basis: str, weighting: str) -> Adequacy:
    """Run all checks on the normalised values of one set.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
    identifier : str
        Name of the set, or "between sets".
    basis : {"economy_years", "economies"}
        What a case is; years of one economy are not independent, so both are published.
    weighting : str
        The method in use: a failing KMO matters to one that reads weights from correlations, so the verdict says so.
    """
    complete = y[np.isfinite(y).all(axis=1)]
    n, m = complete.shape
    per = n / m if m else 0.0
    nan = float("nan")
    if m < 2:
        return Adequacy(identifier, basis, n, m, nan, nan, nan, nan, per, "not judged: one indicator")
    try:
        overall = kmo(complete)[0]
        chi2, p = bartlett(complete)
        alpha = cronbach_alpha(complete)
    except MethodError as error:
        return Adequacy(identifier, basis, n, m, nan, nan, nan, nan, per, f"not adequate: {error.message}")
    failing = []
    if m > 2 and overall < KMO_LEAST:
        failing.append(f"KMO {overall:.2f} below {KMO_LEAST}")
    if p >= 0.05:
        failing.append(f"Bartlett p {p:.2f}")
    if alpha < ALPHA_LEAST:
        failing.append(f"alpha {alpha:.2f} below {ALPHA_LEAST}")
    if per < CASES_PER_INDICATOR:
        failing.append(f"{per:.1f} cases per indicator below {CASES_PER_INDICATOR:g}")
    verdict = f"weak: {', '.join(failing)}" if failing else "adequate"
    if failing and weighting.startswith("pca"):
        verdict += "; weigh this level equally or by experts"
    elif failing:
        verdict += f"; weights are {weighting} and do not rest on it"
    if m == 2 and not failing:
        verdict = "adequate, but KMO is not judged for two indicators"
    return Adequacy(identifier, basis, n, m, overall, chi2, p, alpha, per, verdict)


@dataclass(frozen=True)
class Pair:
    """Two indicators whose correlation stands out, with what it means."""

    left: str
    right: str
    level: str
    correlation: float
    finding: str


def outstanding_pairs(y: np.ndarray, names: Sequence[str], sets: Sequence[str]) -> list[Pair]:
    """Find pairs that count the same thing twice (|r| > .92) or contradict each other (r < -.4).

    Correlations are taken over the cases in which both are present; `sets` gives the set of each name.
    """
    pairs = []
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            both = np.isfinite(y[:, i]) & np.isfinite(y[:, j])
            if both.sum() < 3 or np.ptp(y[both, i]) == 0 or np.ptp(y[both, j]) == 0:
                continue
            r = float(np.corrcoef(y[both, i], y[both, j])[0, 1])
            if abs(r) > DOUBLE_COUNTING:
                finding = "double counting: keep one, or merge them"
            elif r < CONTRADICTION:
                finding = "contradiction: check the direction"
            else:
                continue
            pairs.append(Pair(names[i], names[j], "within" if sets[i] == sets[j] else "across", r, finding))
    return pairs
