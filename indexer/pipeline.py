"""From a folder of indicators to an index: read, prepare, fit or take what was fitted, score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from indexer import composite
from indexer.catalogue import Catalogue
from indexer.columns import ECONOMY
from indexer.composite import Plan
from indexer.coverage_rule import by_rule, named
from indexer.errors import UsageError
from indexer.folder import Folder, read
from indexer.frozen import inputs_now, parameters_of, thaw
from indexer.index import Index
from indexer.located import of_cases
from indexer.methodology import Edition
from indexer.parameters import from_parameters
from indexer.prepare import Arranged, arrange, goalposts, inputs_of
from indexer.recipe import Recipe
from indexer.scoring import groups_of_cases, scored, span, treatment_of

__all__ = ["assemble", "build", "groups_of_cases", "recipe_of"]


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
    asked = None if years is None else span(years)
    if freeze_from is not None:
        chosen, parameters = thaw(folder, edition, parameters_of(freeze_from), wanted, asked)
        return assemble(folder, chosen, parameters)
    document = _edition_document(folder, edition)
    if wanted is not None:
        document = {**document, "economies": list(wanted)} if by_rule(document) else document
    return assemble(folder, Edition.from_document(named(document, folder)).restrict(wanted, asked))


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
        inputs, plan = inputs_now(frozen, folder.catalogue), from_parameters(frozen["scoring"])
        arranged = arrange(inputs, folder.facts, edition.economies, years)
    prepared, result = scored(arranged, years, plan, groups, f"edition {edition.name}")
    prepared = prepared.corrected(folder.corrections)
    origin = None if frozen is None else str(frozen["edition"])
    return Index(edition, folder, inputs, prepared, plan, result, groups, rebuild, origin)


def _fit(recipe: Recipe, arranged: Arranged, years: tuple[int, ...], groups: Mapping[str, str]) -> Plan:
    cases = [(economy, year) for economy in arranged.economies for year in years]
    with of_cases(cases):
        labels = np.array([economy for economy, _ in cases], dtype=object)
        treatment = composite.fit_treatment(recipe, arranged.at_years(years), labels)
    reference = arranged.fill(years, treatment_of(arranged, treatment)).imputed
    with of_cases(cases):
        return composite.fit(
            recipe,
            reference.cases(),
            treatment=treatment,
            groups=groups_of_cases(reference, groups),
            years=np.array([year for _, year in cases]),
        )


def _groups(folder: Folder, edition: Edition) -> dict[str, str]:
    """Return the group of each economy that imputation takes its values from; empty where none is asked for."""
    if not edition.impute_group:
        return {}
    if edition.impute_group not in folder.economies:
        raise UsageError(
            f"no column {edition.impute_group!r} in the table of economies, whose groups imputation takes",
            where=f"edition {edition.name}",
            remedy="add it to _reference/economies.csv",
        )
    column = folder.economies.set_index(ECONOMY)[edition.impute_group]
    return {economy: str(column[economy]) for economy in edition.economies}


def recipe_of(edition: Edition, catalogue: Catalogue) -> Recipe:
    """Return what is to be fitted of an edition, with directions and goalposts from the metadata."""
    lower = {one.indicator: catalogue.indicator(one.indicator).direction == "lower_better" for one in edition.entries}
    return edition.recipe(lower, goalposts(edition.entries, catalogue))


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


def _edition_document(folder: Folder, name: str | None) -> Mapping[str, Any]:
    name = name or folder.catalogue.default_edition
    if name not in folder.editions:
        raise UsageError(
            f"no edition {name!r} in {folder.root}", remedy=f"one of: {', '.join(sorted(folder.editions))}"
        )
    return folder.editions[name]
