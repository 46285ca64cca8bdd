"""Facts under fitted parameters: nothing is fitted here."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from indexer import composite
from indexer.columns import ECONOMY, INDICATOR, VALUE, YEAR
from indexer.composite import Plan, Scores
from indexer.errors import UsageError
from indexer.frozen import inputs_of_parameters, parameters_of
from indexer.located import of_cases
from indexer.panel import Panel, Status
from indexer.parameters import from_parameters
from indexer.prepare import Arranged, Prepared, Treatment, arrange
from indexer.tables import ranks


def score(
    parameters: Mapping[str, Any],
    facts: pd.DataFrame,
    years: tuple[int, int] | None = None,
    economies: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Score facts with fitted parameters; nothing is fitted anew.

    Parameters
    ----------
    parameters : mapping
        `index.parameters`, or the content of a release's parameters.json.
    facts : DataFrame
        Columns economy, year, value, indicator, with the earlier years that carrying needs, and
        population_total and gdp_current_usd where an indicator enters on another basis than published. A release's
        facts.csv is such a table.
    years : (int, int), optional
        First and last year to score; by default the years of the parameters.
    economies : iterable of str, optional
        Economies to score; by default those of the parameters.

    Returns
    -------
    DataFrame
        economy, year, index, rank, one column a set. Scoring the facts that the parameters were fitted on gives the
        same scores to the last bit.

    Raises
    ------
    UsageError
        If the parameters are not those of an index, or the facts lack a column or an indicator, hold a cell twice, or
        a value that is no number.
    MethodError
        If a fact cannot enter as the parameters say.
    """
    parameters = parameters_of(parameters)
    facts = _checked(facts, [one["indicator"] for one in parameters["inputs"]])
    asked = span(years) if years else tuple(parameters["years"])
    chosen = tuple(parameters["economies"]) if economies is None else _with_facts(economies, facts)
    groups = parameters["groups"]
    if strangers := [economy for economy in chosen if groups and economy not in groups]:
        raise UsageError(
            f"the parameters know no group of {strangers[0]!r}, from which its gaps would be imputed",
            remedy="add it to `groups` of the parameters",
        )
    plan = from_parameters(parameters["scoring"])
    prepared, result = scored(arrange(inputs_of_parameters(parameters), facts, chosen, asked), asked, plan, groups)
    frame = pd.DataFrame(prepared.imputed.case_labels, columns=[ECONOMY, YEAR])
    frame["index"] = result.index
    frame["rank"] = ranks(result.index, frame[YEAR].to_numpy())
    for k, node in enumerate(plan.nodes[:-1]):
        frame[node.id] = result.nodes[:, k]
    return frame


def scored(
    arranged: Arranged, years: tuple[int, ...], plan: Plan, groups: Mapping[str, str], where: str = "facts"
) -> tuple[Prepared, Scores]:
    """Treat, fill and score facts in their places.

    Parameters
    ----------
    arranged : Arranged
    years : tuple of int
        Years to score.
    plan : Plan
        What was fitted.
    groups : mapping
        Group of each economy from which imputation takes its values; empty where none is asked for.
    where : str
        What errors call the facts.

    Raises
    ------
    UsageError
        If no indicator has an observed value in one of the years.
    MethodError
        If a method refuses a value; economy and year are named.
    """
    prepared = arranged.fill(years, treatment_of(arranged, plan.treatment))
    with of_cases(prepared.imputed.case_labels):
        prepared = _complete(prepared, plan, groups)
        _refuse_unobserved(prepared.imputed, where)
        return prepared, composite.score(plan, prepared.imputed.cases())


def treatment_of(arranged: Arranged, steps: tuple[composite.Step, ...]) -> Treatment:
    """Return fitted treatment as `Arranged.fill` takes it, whose errors name economy and year."""
    labels = [(economy, year) for economy in arranged.economies for year in arranged.span]

    def treat(values: np.ndarray) -> np.ndarray:
        with of_cases(labels):
            return composite.treated(steps, values)

    return treat


def groups_of_cases(panel: Panel, groups: Mapping[str, str]) -> np.ndarray | None:
    """Return the group of each case, from which imputation takes its values; None where none is asked for."""
    return np.array([groups[economy] for economy, _ in panel.case_labels], dtype=object) if groups else None


def span(years: tuple[int, int]) -> tuple[int, ...]:
    """Return all years from the first to the last.

    Raises
    ------
    UsageError
        If these are not two whole numbers, the first one first.
    """
    try:
        first, last = (operator.index(year) for year in years)
    except (TypeError, ValueError):
        raise UsageError(f"years is {years!r}", remedy="give first and last year, such as (2020, 2023)") from None
    if first > last:
        raise UsageError(f"years {first}:{last} run backwards", remedy="first year first")
    return tuple(range(first, last + 1))


def _refuse_unobserved(panel: Panel, where: str) -> None:
    seen = (panel.status == Status.OBSERVED).any(axis=(0, 2))
    if not seen.all():
        year = panel.years[int(np.argmin(seen))]
        raise UsageError(
            f"no indicator has an observed value in {year}: its scores would only repeat earlier years",
            where=where,
            remedy="ask for other years, or add facts",
        )


def _complete(prepared: Prepared, plan: Plan, groups: Mapping[str, str]) -> Prepared:
    """Fill from other economies what time could not fill, and mark it."""
    panel = prepared.imputed
    if plan.imputation is None:
        return prepared
    values = composite.impute_between(plan, panel.cases(), groups_of_cases(panel, groups)).reshape(panel.values.shape)
    filled = np.isfinite(values) & ~np.isfinite(panel.values)
    status = np.where(filled, np.int8(Status.IMPUTED), panel.status)
    return replace(prepared, imputed=replace(panel, values=values, status=status))


def _with_facts(economies: Iterable[str], facts: pd.DataFrame) -> tuple[str, ...]:
    if isinstance(economies, str):
        raise UsageError(f"economies is one text, {economies!r}", remedy='give a list of codes, such as ["CHN", "VNM"]')
    chosen, known = tuple(sorted(set(economies))), set(facts[ECONOMY])
    if not chosen:
        raise UsageError("economies is empty", remedy="leave it out for those of the parameters")
    if strangers := [economy for economy in chosen if economy not in known]:
        raise UsageError(f"no fact of {strangers[0]!r}", where="economies", remedy="give its facts, or leave it out")
    return chosen


def _checked(facts: pd.DataFrame, indicators: list[str]) -> pd.DataFrame:
    """Return the facts with values as floats."""
    where, columns = "facts", [ECONOMY, YEAR, VALUE, INDICATOR]
    if not isinstance(facts, pd.DataFrame):
        remedy = f"give a DataFrame with the columns {', '.join(columns)}"
        raise UsageError(f"a {type(facts).__name__} is no table", where=where, remedy=remedy)
    if lost := [name for name in columns if name not in facts]:
        raise UsageError(f"no column {lost[0]!r}", where=where, remedy=f"give the columns {', '.join(columns)}")
    if not pd.api.types.is_integer_dtype(facts[YEAR]) or facts[YEAR].isna().any():
        raise UsageError("years are not whole numbers", where=where, remedy="make the column year integers")
    if missing := [name for name in indicators if name not in set(facts[INDICATOR])]:
        raise UsageError(f"no fact of {missing[0]!r}", where=where, remedy="give every indicator of the parameters")
    if (twice := facts.duplicated([ECONOMY, YEAR, INDICATOR])).any():
        first = facts.loc[twice, [ECONOMY, YEAR, INDICATOR]].iloc[0].tolist()
        raise UsageError(f"{int(twice.sum())} cells stand twice", where=where, rows=first, remedy=f"such as {first}")
    return facts if facts[VALUE].dtype == np.float64 else facts.assign(**{VALUE: _numbers(facts)})


def _numbers(facts: pd.DataFrame) -> list[float]:
    values = facts[VALUE].astype(object).tolist()
    missing = [one is None or one is pd.NA for one in values]
    odd = [i for i, one in enumerate(values) if not missing[i] and (not isinstance(one, Real) or isinstance(one, bool))]
    if odd:
        cells = [f"{economy} {year}" for economy, year in facts[[ECONOMY, YEAR]].iloc[odd[:5]].itertuples(index=False)]
        raise UsageError(
            f"{len(odd)} values are no numbers (first: {facts[INDICATOR].iloc[odd[0]]}, {cells[0]}: "
            f"{values[odd[0]]!r})",
            where="facts",
            rows=cells,
            remedy="give numbers, and leave a missing cell out",
        )
    return [float("nan") if gone else float(one) for gone, one in zip(missing, values, strict=True)]
