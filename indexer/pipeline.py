"""From a folder of indicators to an index: read, prepare, fit or take what was fitted, score."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indexer import composite
from indexer.catalogue import Catalogue
from indexer.columns import ECONOMY, INDICATOR, VALUE, YEAR
from indexer.composite import Plan
from indexer.errors import MethodError, UsageError
from indexer.folder import Folder, read
from indexer.frozen import parameters_of, thaw
from indexer.index import Index
from indexer.methodology import Edition, Recipe
from indexer.panel import Panel, Status
from indexer.parameters import from_parameters
from indexer.prepare import Arranged, Input, Prepared, arrange, goalposts, inputs_of, present
from indexer.tables import ranks


def build(
    indicators: str | Path | None = None,
    edition: str | None = None,
    *,
    economies: Iterable[str] | None = None,
    years: tuple[int, int] | None = None,
    freeze_from: str | Path | Mapping[str, Any] | None = None,
) -> Index:
    """Build an index in memory.

    Parameters
    ----------
    indicators : path, optional
        Folder of indicators; the shipped one by default.
    edition : str, optional
        Name of a methodology edition of the folder; its default edition where none is given. With `freeze_from` it
        may also be a new name.
    economies : iterable of str, optional
        Other economies than the edition's (ISO alpha-3). Parameters are then fitted on these, so that scores do not
        compare with the edition's, and the edition gets another name.
    years : (int, int), optional
        Other first and last year than the edition's.
    freeze_from : path or mapping, optional
        parameters.json of an earlier release, or its content: facts are scored with what was fitted then, and nothing
        is fitted anew, so that scores compare with that release's.

    Returns
    -------
    Index

    Raises
    ------
    FactsError
        If a fact or its metadata is bad; all faults are listed.
    UsageError
        If the edition, an economy or a year is unknown, or frozen parameters do not fit the edition.
    MethodError
        If a method refuses the data.
    """
    folder = read(None if indicators is None else Path(indicators))
    wanted = None if economies is None else _codes(economies, folder)
    span = None if years is None else _span(years)
    if freeze_from is not None:
        chosen, parameters = thaw(folder, edition, parameters_of(freeze_from), wanted, span)
        return assemble(folder, chosen, parameters)
    document = _edition_document(folder, edition)
    if wanted is not None:
        document = {**document, "economies": list(wanted)} if _by_rule(document) else document
    return assemble(folder, Edition.from_document(_named(document, folder)).restrict(wanted, span))


def assemble(
    folder: Folder,
    edition: Edition,
    frozen: Mapping[str, Any] | None = None,
    known: tuple[Folder, Arranged] | None = None,
) -> Index:
    """Fit an edition on the facts of a folder, or take frozen parameters, and score the facts.

    `known` are facts that stand in their places already, and their folder: most variants of an edition share them.
    """
    years, reference_years = edition.years, edition.reference_years
    groups = _groups(folder, edition)
    rebuild: Callable[[Folder, Edition], Index] = assemble
    if frozen is None:
        inputs = inputs_of(edition, folder.catalogue)
        whole = tuple(range(min(years[0], reference_years[0]), max(years[-1], reference_years[-1]) + 1))
        if known and known[0] is folder and known[1].answers(inputs, edition.economies, whole):
            arranged = known[1]
        else:
            arranged = arrange(inputs, folder.facts, edition.economies, whole)
        rebuild = partial(assemble, known=(folder, arranged))
        plan = _fit(recipe_of(edition, folder.catalogue), arranged, reference_years, groups)
        if whole[-1] != years[-1]:
            arranged = arrange(inputs, folder.facts, edition.economies, years)
    else:
        inputs, plan = _inputs(frozen), from_parameters(frozen["scoring"])
        arranged = arrange(inputs, folder.facts, edition.economies, years)
    prepared = _complete(arranged.fill(years, partial(composite.treated, plan.treatment)), plan, groups)
    _refuse_unobserved(prepared.imputed, f"edition {edition.name}")
    result = composite.score(plan, prepared.imputed.cases())
    origin = None if frozen is None else str(frozen["edition"])
    return Index(edition, folder, inputs, prepared, plan, result, groups, rebuild, origin)


def _refuse_unobserved(panel: Panel, where: str) -> None:
    seen = (panel.status == Status.OBSERVED).any(axis=(0, 2))
    if not seen.all():
        year = panel.years[int(np.argmin(seen))]
        raise UsageError(
            f"no indicator has an observed value in {year}: its scores would only repeat earlier years",
            where=where,
            remedy="ask for other years, or add facts",
        )


def _fit(recipe: Recipe, arranged: Arranged, years: tuple[int, ...], groups: Mapping[str, str]) -> Plan:
    labels = np.repeat(np.array(arranged.economies, dtype=object), len(years))
    treatment = composite.fit_treatment(recipe, arranged.at_years(years), labels)
    reference = arranged.fill(years, partial(composite.treated, treatment)).imputed
    return composite.fit(
        recipe,
        reference.cases(),
        treatment=treatment,
        groups=groups_of_cases(reference, groups),
        years=np.tile(np.array(years), len(arranged.economies)),
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


def groups_of_cases(panel: Panel, groups: Mapping[str, str]) -> np.ndarray | None:
    """Return the group of each case of a panel, from which imputation takes its values; None where none is asked for."""
    return np.array([groups[economy] for economy, _ in panel.case_labels], dtype=object) if groups else None


def _groups(folder: Folder, edition: Edition) -> dict[str, str]:
    """Return the group of each economy that imputation takes its values from; empty where none is asked for."""
    if not edition.impute_group:
        return {}
    column = folder.economies.set_index(ECONOMY)[edition.impute_group]
    return {economy: str(column[economy]) for economy in edition.economies}


def recipe_of(edition: Edition, catalogue: Catalogue) -> Recipe:
    """Return what is to be fitted of an edition, with directions and goalposts from the metadata."""
    lower = {one.indicator: catalogue.indicator(one.indicator).direction == "lower_better" for one in edition.entries}
    return edition.recipe(lower, goalposts(edition.entries, catalogue))


def _inputs(parameters: Mapping[str, Any]) -> tuple[Input, ...]:
    return tuple(
        Input(**{**one, "repeated_at_source": tuple(one["repeated_at_source"])}) for one in parameters["inputs"]
    )


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
        If the parameters are not those of an index, or the facts lack a column or an indicator, or hold a cell twice.
    MethodError
        If a fact cannot enter as the parameters say.
    """
    parameters = parameters_of(parameters)
    _check_facts(facts, [one["indicator"] for one in parameters["inputs"]])
    span = _span(years) if years else tuple(parameters["years"])
    chosen = tuple(parameters["economies"]) if economies is None else _with_facts(economies, facts)
    groups = parameters["groups"]
    if strangers := [economy for economy in chosen if groups and economy not in groups]:
        raise UsageError(
            f"the parameters know no group of {strangers[0]!r}, from which its gaps would be imputed",
            remedy="add it to `groups` of the parameters",
        )
    plan = from_parameters(parameters["scoring"])
    arranged = arrange(_inputs(parameters), facts, chosen, span)
    panel = _complete(arranged.fill(span, partial(composite.treated, plan.treatment)), plan, groups).imputed
    _refuse_unobserved(panel, "facts")
    result = composite.score(plan, panel.cases())
    frame = pd.DataFrame(panel.case_labels, columns=[ECONOMY, YEAR])
    frame["index"] = result.index
    frame["rank"] = ranks(result.index, frame[YEAR].to_numpy())
    for k, node in enumerate(plan.nodes[:-1]):
        frame[node.id] = result.nodes[:, k]
    return frame


def _with_facts(economies: Iterable[str], facts: pd.DataFrame) -> tuple[str, ...]:
    if isinstance(economies, str):
        raise UsageError(f"economies is one text, {economies!r}", remedy='give a list of codes, such as ["CHN", "VNM"]')
    chosen, known = tuple(sorted(set(economies))), set(facts[ECONOMY])
    if not chosen:
        raise UsageError("economies is empty", remedy="leave it out for those of the parameters")
    if strangers := [economy for economy in chosen if economy not in known]:
        raise UsageError(f"no fact of {strangers[0]!r}", where="economies", remedy="give its facts, or leave it out")
    return chosen


def _check_facts(facts: pd.DataFrame, indicators: list[str]) -> None:
    where, columns = "facts", [ECONOMY, YEAR, VALUE, INDICATOR]
    if lost := [name for name in columns if name not in facts]:
        raise UsageError(f"no column {lost[0]!r}", where=where, remedy=f"give the columns {', '.join(columns)}")
    if not pd.api.types.is_integer_dtype(facts[YEAR]):
        raise UsageError("years are not whole numbers", where=where, remedy="make the column year integers")
    if missing := [name for name in indicators if name not in set(facts[INDICATOR])]:
        raise UsageError(f"no fact of {missing[0]!r}", where=where, remedy="give every indicator of the parameters")
    if (twice := facts.duplicated([ECONOMY, YEAR, INDICATOR])).any():
        first = facts.loc[twice, [ECONOMY, YEAR, INDICATOR]].iloc[0].tolist()
        raise UsageError(f"{int(twice.sum())} cells stand twice", where=where, rows=first, remedy=f"such as {first}")


def _codes(economies: Iterable[str], folder: Folder) -> tuple[str, ...]:
    if isinstance(economies, str):
        raise UsageError(f"economies is one text, {economies!r}", remedy='give a list of codes, such as ["CHN", "VNM"]')
    codes = tuple(dict.fromkeys(economies))
    for code in codes:
        if code not in folder.names:
            raise UsageError(f"unknown economy {code!r}", remedy="use ISO 3166-1 alpha-3 codes, such as CHN")
    if not codes:
        raise UsageError("economies is empty", remedy="leave it out for those of the edition")
    return codes


def _span(years: tuple[int, int]) -> tuple[int, ...]:
    try:
        first, last = (operator.index(year) for year in years)
    except (TypeError, ValueError):
        raise UsageError(f"years is {years!r}", remedy="give first and last year, such as (2020, 2023)") from None
    if first > last:
        raise UsageError(f"years {first}:{last} run backwards", remedy="first year first")
    return tuple(range(first, last + 1))


def _edition_document(folder: Folder, name: str | None) -> Mapping[str, Any]:
    name = name or folder.catalogue.default_edition
    if name not in folder.editions:
        raise UsageError(
            f"no edition {name!r} in {folder.root}", remedy=f"one of: {', '.join(sorted(folder.editions))}"
        )
    return folder.editions[name]


def _by_rule(document: Mapping[str, Any]) -> bool:
    return isinstance(document["economies"], Mapping)


def _named(document: Mapping[str, Any], folder: Folder) -> Mapping[str, Any]:
    """Return the document with its economies by name: those that its rule of coverage lets in."""
    if not _by_rule(document):
        return document
    rule = document["economies"]
    everyone = tuple(sorted(set(folder.facts[ECONOMY]) - set(rule.get("except", ()))))
    edition = Edition.from_document({**document, "economies": list(everyone)})
    there = present(inputs_of(edition, folder.catalogue), folder.facts, everyone, edition.years)
    enough = there.mean(axis=(1, 2)) >= rule["at_least"]
    start = 0
    for one in edition.sets:
        part = there[:, :, start : start + len(one.entries)]
        enough &= part.mean(axis=(1, 2)) >= rule.get("in_each_set", 0.0)
        start += len(one.entries)
    chosen = [economy for economy, fits in zip(everyone, enough, strict=True) if fits]
    if not chosen:
        raise MethodError(
            "no economy has the facts that the rule asks for",
            where=f"edition {document['edition']}",
            remedy="lower `at_least` or `in_each_set` under `economies`, or choose years with more facts",
        )
    return {**document, "economies": chosen, "economies_rule": dict(rule)}
