"""What one result contributes to a table: estimates, sample, measures, and what must be said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import IndexerError, UsageError
from indexer.gravity.bias import BiasCorrected
from indexer.gravity.control_result import ControlFunction
from indexer.gravity.identify import meaning
from indexer.gravity.result import Fit
from indexer.gravity.second_stage import SecondStage
from indexer.gravity.summary import _bootstrap

NO_FACTOR = "no small-sample factor"
STRENGTH = "Effective F of the instruments"


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table.

    Attributes
    ----------
    estimator, left : str
        Name of the estimator, and its left side.
    terms : DataFrame
        As `fit.tidy()`, by term.
    effects : tuple of str
        Fixed effects, as written in the formula.
    n_obs : int or None
    clusters : mapping of str to int
    measures : mapping of str to float
        R² and the like, by name.
    bootstrap : mapping of str to (float, int)
        By term, p-value and draws.
    errors : str
        What the standard errors are, and the law of the statistics.
    about_bootstrap : str
    notes : tuple of str
    left_out : str
        Rows and regressors that were left out.
    identified : tuple of str
        From which variation, and what a form of the index means beside the effects.
    reason : str
        Why there is no estimate.
    """

    estimator: str = ""
    left: str = ""
    terms: pd.DataFrame = field(default_factory=pd.DataFrame)
    effects: tuple[str, ...] = ()
    n_obs: int | None = None
    clusters: Mapping[str, int] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)
    bootstrap: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    errors: str = ""
    about_bootstrap: str = ""
    notes: tuple[str, ...] = ()
    left_out: str = ""
    identified: tuple[str, ...] = ()
    reason: str = ""


def read(results: Sequence[Any], level: float = 0.95, bootstrap: bool = True) -> list[Column]:
    """Read results into columns.

    Parameters
    ----------
    results : sequence
        Each a `Fit`, a `BiasCorrected`, a `ControlFunction`, a `SecondStage`, or a text or exception that says why
        there is no estimate.
    level : float
        Coverage of the intervals.
    bootstrap : bool
        Whether to test by the cluster bootstrap where there are few clusters.

    Raises
    ------
    UsageError
        For anything else.
    """
    return [_read(result, results, level, bootstrap) for result in results]


def _read(result: Any, among: Sequence[Any], level: float, bootstrap: bool) -> Column:
    if isinstance(result, Fit):
        return _of_fit(result, level, bootstrap)
    if isinstance(result, BiasCorrected):
        return _of_corrected(result, among, level)
    if isinstance(result, ControlFunction):
        return _of_control(result, level)
    if isinstance(result, SecondStage):
        return _of_second_stage(result, level)
    if isinstance(result, IndexerError):
        return Column(reason=result.message)
    if isinstance(result, str | Exception) and str(result).strip():
        return Column(reason=str(result).strip())
    raise UsageError(
        f"a {type(result).__name__} is no result of an estimation", where="fits",
        remedy="give results of gravity.ols, gravity.ppml, bias_corrected or second_stage, or the reason why there is "
        "none as text",
    )  # fmt: skip


def _of_fit(fit: Fit, level: float, bootstrap: bool) -> Column:
    known, about, failed = _bootstrapped(fit) if bootstrap else ({}, "", ())
    measures = {"R²": fit.r2, "Within R²": fit.r2_within} if not fit.is_poisson else {"Pseudo R²": fit.pseudo_r2}
    if fit.design.instruments:
        measures = _strength(fit)  # R² of two-stage least squares says nothing
    law = "normal law" if fit.distribution == "z" else f"t law with {fit.dof} degrees of freedom"
    return Column(
        fit.estimator, fit.specification.parsed.lhs.label, fit.tidy(level).set_index("term"), tuple(fit.design.effects),
        fit.n_obs, fit.n_clusters, {k: v for k, v in measures.items() if np.isfinite(v)}, known,
        f"{_errors(fit)}, {_factor(fit)}, {law}", about, (*fit.notes, *failed), _left_out(fit), _identified(fit),
    )  # fmt: skip


def _bootstrapped(fit: Fit) -> tuple[dict[str, tuple[float, int]], str, tuple[str, ...]]:
    found, said = _bootstrap(fit)
    if found is None:
        return {}, "", tuple(said)
    cells = found[["hypothesis", "p_value", "draws"]].itertuples(index=False)
    return {h.removesuffix(" = 0"): (float(p), int(n)) for h, p, n in cells}, said[0].removeprefix("p boot: "), ()


def _strength(fit: Fit) -> dict[str, float]:
    table = fit.first_stage()
    if "effective_F" in table:
        return {STRENGTH: float(table["effective_F"].iloc[0])}
    return {f"First-stage F, {name}": float(f.iloc[0]) for name, f in table.groupby("endogenous", sort=False)["F"]}


def _errors(fit: Fit) -> str:
    known = {"iid": "assuming homoskedasticity", "hetero": "robust to heteroskedasticity"}
    return known.get(fit.vcov, fit.vcov)


def _factor(fit: Fit) -> str:
    """The small-sample factor as a formula (see `vcov.factor`)."""
    if fit.ssc == "none" or (fit.ssc == "G" and not fit.n_clusters):
        return NO_FACTOR
    if fit.n_clusters:
        return "factor G/(G-1)" + ("·(n-1)/(n-K)" if fit.ssc == "default" else "")
    return "factor n/(n-K)" if fit.vcov == "hetero" else "factor (n-1)/(n-K)"


def _left_out(fit: Fit) -> str:
    table = fit.dropped
    is_row = table["rows"].map(len) > 0
    rows = table[is_row].groupby("kind", sort=False)["count"].sum()
    parts = [f"{n:,} {'row' if n == 1 else 'rows'} ({kind})" for kind, n in rows.items()]
    parts += [f"{item} ({why})" for item, why in table.loc[~is_row, ["item", "reason"]].itertuples(index=False)]
    return ", ".join(parts)


def _identified(fit: Fit) -> tuple[str, ...]:
    effects = tuple(fit.design.effects)
    beside = (f"Identified from the variation left beside {', '.join(effects)} effects",) if effects else ()
    return (*beside, *(f"{t} is {m}" for t in fit.identified_terms if (m := meaning(t, effects))))


def _of_corrected(result: BiasCorrected, among: Sequence[Any], level: float) -> Column:
    # a correction does not hold its fit, but its estimates before the correction are that fit's to the last digit
    before = result.uncorrected["estimate"]
    own = [f for f in among if isinstance(f, Fit) and f.is_poisson and f.coef.equals(before.rename("estimate"))]
    base = _of_fit(own[0], level, False) if own else Column()
    # the corrected errors go by pair, whatever those of the fit go by
    clusters = base.clusters if list(base.clusters.values()) == [result.n_pairs] else {"pair": result.n_pairs}
    notes = [
        "estimates corrected for the bias of three-way PPML, errors for leverage (Weidner & Zylkin 2021)"
        if result.bias.any()
        else "errors corrected for leverage (Weidner & Zylkin 2021); two-way estimates have no bias of that order"
    ]
    if not result.exact:
        notes.append("leverage of the two countries' own effects only")
    if not own:
        notes.append("for left side, effects and N put the fit that was corrected into the table too")
    return Column(
        "PPML, corrected", base.left, result.tidy(level).set_index("term"), base.effects, base.n_obs,
        clusters, {}, {}, f"clustered by {next(iter(clusters))}, factor P/(P-1), normal law", "", tuple(notes),
        base.left_out, base.identified,
    )  # fmt: skip


def _of_control(result: ControlFunction, level: float) -> Column:
    base, strength = _of_fit(result.fit, level, False), result.effective_f()
    measures = {STRENGTH: strength} if np.isfinite(strength) else {}
    return replace(
        base, estimator="PPML, control function", terms=result.tidy(level).set_index("term"), measures=measures,
        errors=f"from a {result.vcov}, normal law", notes=result.notes,
    )  # fmt: skip


def _of_second_stage(result: SecondStage, level: float) -> Column:
    names = [str(n) for n in result.effects.index.names]
    effects = tuple(names) if len(names) == 2 else ("country", "year")
    return Column(
        "Second stage", f"{result.effect} effects", result.tidy(level).set_index("term"), effects, result.n_obs,
        {"country": result.n_countries}, {}, {},
        "clustered by country, with the noise of the first stage, factor G/(G-1), "
        f"t law with {result.n_countries - 1} degrees of freedom",
        "", (), "",
        (f"Identified: how {result.effect} effects, which contain multilateral resistance, move within countries",),
    )  # fmt: skip
