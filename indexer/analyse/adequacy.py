"""Adequacy: whether the correlations of a set can carry weights that are read from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.analyse.alpha import cronbach_alpha
from indexer.analyse.complete import Obstacle, called, complete_cases, obstacles
from indexer.analyse.pairs import outstanding_pairs
from indexer.analyse.parallel import parallel_analysis
from indexer.analyse.suitability import bartlett, kmo
from indexer.errors import MethodError
from indexer.methods import Evidence

__all__ = [
    "Adequacy",
    "Check",
    "Weighting",
    "assess",
    "bartlett",
    "checks",
    "cronbach_alpha",
    "kmo",
    "outstanding_pairs",
    "verdict",
]

KMO_LEAST = 0.6
KMO_OF_ONE_LEAST = 0.5
BARTLETT_MOST = 0.05
ALPHA_LEAST = 0.7
CASES_PER_INDICATOR = 3.0

_NAN = float("nan")


@dataclass(frozen=True)
class Weighting:
    """By what a level is weighted: a failing check matters where the weights are read from correlations.

    Attributes
    ----------
    label : str
        Name under which the weights are published.
    correlations : bool
        Whether they are read from correlations.
    evidence : tuple of Evidence
        What else they rest on, on these cases.
    """

    label: str
    correlations: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Check:
    """One check of one set on one kind of case.

    Attributes
    ----------
    check : str
        What was looked at; "KMO of 'x'" for a single indicator.
    number, threshold : float
        What was found, and what it is held against.
    passed : bool or None
        None where the number is no verdict (KMO of two indicators, a count of components).
    said : str
        The finding in words, where the check failed or could not be judged.
    remedy : str
        What to do, where there is something to do.
    """

    set: str
    basis: str
    check: str
    number: float
    threshold: float
    passed: bool | None
    said: str = ""
    remedy: str = ""


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


def checks(y: np.ndarray, names: Sequence[str], set: str, basis: str, weighting: Weighting) -> list[Check]:
    """Run all checks on the normalised values of one set, one row a check.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Better higher, NaN = missing; cases with a missing value are left out.
    names : sequence of str
        Of the indicators; without them errors and checks count columns.
    set : str
        Name of the set, or "between sets".
    basis : {"economy_years", "economies"}
        What a case is; years of one economy are not independent, so both are published.
    weighting : Weighting
        By what the set is weighted.

    Returns
    -------
    list of Check
        Where correlations cannot be used at all, only why; else KMO overall and of each indicator, Bartlett's p value,
        alpha, cases per indicator, what else the weights rest on, and components of at least 1 beside those that
        parallel analysis keeps.
    """
    found = _judged(y, names, set, basis, weighting)
    if _whole(found):
        analysis = parallel_analysis(y, names=names)
        said = remedy = ""
        if analysis.retained != analysis.kaiser:
            said = f"Kaiser's rule keeps {analysis.kaiser}, parallel analysis {analysis.retained}"
            remedy = "retain what parallel analysis keeps" if analysis.retained else "weigh this level equally"
        found.append(
            Check(set, basis, "components", float(analysis.kaiser), float(analysis.retained), None, said, remedy)
        )
    return found


def _judged(y: np.ndarray, names: Sequence[str], set: str, basis: str, weighting: Weighting) -> list[Check]:
    complete = complete_cases(y, names)
    n, m = complete.shape
    blocked = obstacles(complete, names)
    if not blocked:
        try:
            overall, each = kmo(complete, names)
            p = bartlett(complete, names)[1]
            alpha = cronbach_alpha(complete, names)
        except MethodError as error:
            blocked = [Obstacle("correlations", _NAN, _NAN, error.message, error.remedy)]
    if blocked:
        return [
            Check(set, basis, b.check, b.number, b.threshold, None if m < 2 else False, b.message, b.remedy)
            for b in blocked
        ]
    equally = "weigh this level equally or by experts" if weighting.correlations else f"none: {_apart(weighting)}"
    rows = [
        # Two indicators have a KMO of .5 whatever they are.
        ("KMO", overall, KMO_LEAST, None if m == 2 else overall >= KMO_LEAST,
         _below("KMO", overall, KMO_LEAST), equally),
        *(
            (f"KMO of {called(names, [j])}", one, KMO_OF_ONE_LEAST, one >= KMO_OF_ONE_LEAST,
             _below(f"KMO of {called(names, [j])}", one, KMO_OF_ONE_LEAST), "leave it out, or in another set")
            for j, one in enumerate(each.tolist() if m > 2 else ())
        ),
        ("Bartlett p", p, BARTLETT_MOST, p < BARTLETT_MOST, f"Bartlett p {p:.2f}", equally),
        ("alpha", alpha, ALPHA_LEAST, alpha >= ALPHA_LEAST, _below("alpha", alpha, ALPHA_LEAST),
         "see which indicator lowers it (alpha_if_deleted), or split the set"),
        ("cases per indicator", n / m, CASES_PER_INDICATOR, n / m >= CASES_PER_INDICATOR,
         f"{n / m:.1f} cases per indicator below {CASES_PER_INDICATOR:g}", "add cases, or fewer indicators to a set"),
        *((e.check, e.number, e.threshold, e.passed, e.said, e.remedy) for e in weighting.evidence),
    ]  # fmt: skip
    return [
        Check(set, basis, check, float(number), threshold, passed, *(("", "") if passed else (said, remedy)))
        if passed is not None
        else Check(set, basis, check, float(number), threshold, None, "not judged for two indicators")
        for check, number, threshold, passed, said, remedy in rows
    ]


def verdict(found: Sequence[Check], weighting: Weighting) -> str:
    """Say in one line what the checks of a set amount to."""
    if [one.check for one in found] == ["indicators"]:
        return "not judged: one indicator"
    failing = [one.said for one in found if one.passed is False]
    if failing and not _whole(found):
        return f"not adequate: {', '.join(failing)}"
    if failing:
        tail = "weigh this level equally or by experts" if weighting.correlations else _apart(weighting)
        return f"weak: {', '.join(failing)}; {tail}"
    unjudged = [one.check for one in found if one.passed is None and one.check == "KMO"]
    return "adequate, but KMO is not judged for two indicators" if unjudged else "adequate"


def assess(y: np.ndarray, identifier: str, basis: str, weighting: Weighting, names: Sequence[str] = ()) -> Adequacy:
    """Return the numbers and the verdict of `checks`, of which the arguments are, in one row."""
    complete = complete_cases(y, names)
    n, m = complete.shape
    found = _judged(complete, names, identifier, basis, weighting)
    numbers = {one.check: one.number for one in found}
    chi2 = bartlett(complete, names)[0] if "Bartlett p" in numbers else _NAN
    return Adequacy(
        identifier, basis, n, m, numbers.get("KMO", _NAN), chi2, numbers.get("Bartlett p", _NAN),
        numbers.get("alpha", _NAN), n / m if m else 0.0, verdict(found, weighting),
    )  # fmt: skip


def _below(what: str, number: float, least: float) -> str:
    # As many digits as show that it is below: "0.50 below 0.5" tells nobody anything.
    digits = next((d for d in range(2, 15) if round(number, d) < least), 15)
    return f"{what} {number:.{digits}f} below {least}"


def _whole(found: Sequence[Check]) -> bool:
    """Tell whether correlations could be used at all."""
    return any(one.check == "cases per indicator" for one in found)


def _apart(weighting: Weighting) -> str:
    return f"weights are {weighting.label} and do not rest on it"
