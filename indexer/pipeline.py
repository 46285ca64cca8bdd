"""From a folder of indicators to an index: read, prepare, fit, score."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indexer import composite
from indexer.columns import ECONOMY, INDICATOR, VALUE, YEAR
from indexer.errors import UsageError
from indexer.folder import Folder, read
from indexer.index import Index
from indexer.methodology import Edition
from indexer.panel import Status
from indexer.prepare import Input, inputs_of, prepare
from indexer.tables import ranks


def build(
    indicators: str | Path | None = None,
    edition: str | None = None,
    *,
    economies: Iterable[str] | None = None,
    years: tuple[int, int] | None = None,
) -> Index:
    """Build an index in memory.

    Parameters
    ----------
    indicators : path, optional
        Folder of indicators; the shipped one by default.
    edition : str, optional
        Name of a methodology edition of the folder; its default edition where none is given.
    economies : iterable of str, optional
        Other economies than the edition's (ISO alpha-3). Parameters are then fitted on these, so that scores do not
        compare with the edition's, and the edition gets another name.
    years : (int, int), optional
        Other first and last year than the edition's.

    Returns
    -------
    Index

    Raises
    ------
    FactsError
        If a fact or its metadata is bad; all faults are listed.
    UsageError
        If the edition, an economy or a year is unknown.
    MethodError
        If a method refuses the data.
    """
    folder = read(None if indicators is None else Path(indicators))
    chosen = Edition.from_document(_edition_document(folder, edition))
    wanted = None if economies is None else _codes(economies, folder)
    return assemble(folder, chosen.restrict(wanted, None if years is None else _span(years)))


def assemble(folder: Folder, edition: Edition) -> Index:
    """Fit an edition on the facts of a folder and score them."""
    inputs = inputs_of(edition.entries, folder.catalogue)
    whole = tuple(
        range(
            min(edition.years[0], edition.reference_years[0]), max(edition.years[-1], edition.reference_years[-1]) + 1
        )
    )
    prepared = prepare(inputs, folder.facts, edition.economies, whole)
    lower_better = np.array([folder.catalogue.indicator(one.indicator).direction == "lower_better" for one in inputs])
    reference = prepared.imputed.at_years(edition.reference_years)
    plan = composite.fit(edition, lower_better, reference.cases())
    published = prepare(inputs, folder.facts, edition.economies, edition.years) if whole != edition.years else prepared
    seen = (published.imputed.status == Status.OBSERVED).any(axis=(0, 2))
    if not seen.all():
        year = edition.years[int(np.argmin(seen))]
        raise UsageError(
            f"no indicator has an observed value in {year}: its scores would only repeat earlier years",
            where=f"edition {edition.name}",
            remedy="end the years of the edition earlier, or add facts",
        )
    result = composite.score(plan, published.imputed.cases())
    return Index(edition, folder, inputs, published, plan, result, assemble)


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
        population_total and gdp_current_usd where an indicator enters on another basis than published.
    years : (int, int), optional
        First and last year to score; by default the years of the parameters.
    economies : iterable of str, optional
        Economies to score; by default those of the parameters.

    Returns
    -------
    DataFrame
        economy, year, index, rank, one column a set.

    Raises
    ------
    UsageError
        If the parameters are not those of an index, or the facts lack a column or an indicator, or hold a cell twice.
    MethodError
        If a fact cannot enter as the parameters say.
    """
    if not isinstance(parameters, Mapping) or not {"inputs", "scoring", "years", "economies"} <= set(parameters):
        raise UsageError(
            "these are not the parameters of an index", remedy="give index.parameters, or a release's parameters.json"
        )
    _check_facts(facts, [one["indicator"] for one in parameters["inputs"]])
    inputs = tuple(
        Input(**{**one, "repeated_at_source": tuple(one["repeated_at_source"])}) for one in parameters["inputs"]
    )
    span = _span(years) if years else tuple(parameters["years"])
    chosen = tuple(parameters["economies"]) if economies is None else tuple(sorted(economies))
    plan = composite.from_parameters(parameters["scoring"])
    panel = prepare(inputs, facts, chosen, span).imputed
    result = composite.score(plan, panel.cases())
    frame = pd.DataFrame(panel.case_labels, columns=[ECONOMY, YEAR])
    frame["index"] = result.index
    frame["rank"] = ranks(result.index, frame[YEAR].to_numpy())
    for s, one in enumerate(plan.sets):
        frame[one.id] = result.sets[:, s]
    return frame


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
