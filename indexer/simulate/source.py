"""From an index, or from plain cases, to the space that draws are made in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from indexer import composite, impute
from indexer.assumptions import Assumptions
from indexer.columns import ECONOMY, INDICATOR, VALUE, YEAR
from indexer.composite import Step
from indexer.errors import MethodError, UsageError
from indexer.index import Index
from indexer.methods import Choice, chosen
from indexer.panel import Panel
from indexer.pipeline import groups_of_cases, recipe_of
from indexer.prepare import Arranged, arrange
from indexer.recipe import Recipe
from indexer.simulate.cells import Cells, Change, innovation, walks
from indexer.simulate.space import Space, Values

NOTHING = {
    "imputation": "no cell was imputed between economies",
    "carrying": "no cell was carried or interpolated",
    "measurement": "no indicator states a measurement error in its metadata",
}


CELLS = 1
"""Sets the seeds of cells apart from those of draws."""


def space_of(index: Index, assumptions: Assumptions, seed: int = 1) -> Space:
    """Return the space of an index.

    Parameters
    ----------
    index : Index
    assumptions : Assumptions
    seed : int
        Of the draws of cells.

    Raises
    ------
    UsageError
        If an assumption that is to be left open changes nothing.
    MethodError
        If an alternative refuses the data.
    """
    return _Source(index, assumptions, seed).space()


class _Source:
    def __init__(self, index: Index, assumptions: Assumptions, seed: int):
        edition = index.edition
        self.index, self.edition, self.assumptions = index, edition, assumptions
        self.recipe = own_recipe(index)
        self.seeds = dict(
            zip(("imputation", "carrying", "measurement"), np.random.SeedSequence([seed, CELLS]).spawn(3), strict=True)
        )
        self.years = range(
            min(edition.years[0], edition.reference_years[0]), max(edition.years[-1], edition.reference_years[-1]) + 1
        )
        self.facts = index.folder.facts
        self.reference, self.published = self.arranged(self.facts)
        labels = np.repeat(np.array(edition.economies, dtype=object), len(edition.reference_years))
        at = self.reference.at_years(edition.reference_years)
        self.steps = [index.plan.treatment] + [
            composite.fit_treatment(
                replace(self.recipe, treat=tuple(self.treated(choice, j) for j in range(len(self.recipe.treat)))),
                at,
                labels,
            )
            for choice in assumptions.treatment
        ]
        self.panels = [self.filled(self.published, step) for step in self.steps]
        self.references = [
            self.reference.fill(edition.reference_years, partial(composite.treated, step)).imputed
            for step in self.steps
        ]
        self.imputations = [index.plan.imputation, *(self.imputation(panel) for panel in self.references[1:])]

    def arranged(self, facts: pd.DataFrame) -> tuple[Arranged, Arranged]:
        """Arrange facts to fit on and facts to score: later years than the published ones are never read for these."""
        index, edition, whole = self.index, self.edition, tuple(self.years)
        reference = arrange(index.inputs, facts, edition.economies, whole)
        if whole[-1] == edition.years[-1]:
            return reference, reference
        return reference, arrange(index.inputs, facts, edition.economies, edition.years)

    def filled(self, arranged: Arranged, step: tuple[Step, ...]) -> Panel:
        return arranged.fill(self.edition.years, partial(composite.treated, step)).imputed

    def treated(self, choice: Choice, j: int) -> Choice:
        """Goalposts state a scale, so that such an indicator is treated under no alternative."""
        return self.recipe.treat[j] if self.recipe.normalise[j].method == "goalposts" else choice

    def imputation(self, reference: Panel) -> Step | None:
        own = self.index.plan.imputation
        if own is None:
            return None
        method, options = chosen(impute.METHODS, own.choice, "impute")
        groups = groups_of_cases(reference, self.index.groups)
        names = self.recipe.indicators
        return replace(own, parameters=method.fit(reference.cases(), names=names, groups=groups, **options))

    def whole(self, step: Step | None, panel: Panel) -> np.ndarray:
        """Return the cases of a panel with imputation between economies."""
        plan = replace(self.index.plan, imputation=step)
        return composite.impute_between(plan, panel.cases(), groups_of_cases(panel, self.index.groups))

    def space(self) -> Space:
        values = [
            Values(self.whole(step, panel), self.whole(step, reference))
            for step, panel, reference in zip(self.imputations, self.panels, self.references, strict=True)
        ]
        changes = {}
        for name in ("imputation", "carrying", "measurement"):
            if name not in (self.assumptions.cells or {}):
                continue
            sets = (self.assumptions.cells or {})[name]
            change = getattr(self, f"{name}_change")(sets, values)
            if change is None:
                raise UsageError(f"{name} left open changes nothing: {NOTHING[name]}", remedy="leave it out of `over`")
            changes[name] = change
        edition = self.edition
        years = np.tile(np.array(edition.reference_years), len(edition.economies))
        return Space(
            self.recipe, self.index.plan, edition.economies, edition.years, years, self.assumptions, values,
            Cells(changes),
        )  # fmt: skip

    def imputation_change(self, sets: int, values: list[Values]) -> Change | None:
        """Draw imputed cells from the posterior of a model of all indicators; the others stay."""
        gaps = self.panels[0].cases()
        at = np.nonzero(np.isfinite(values[0].cases) & ~np.isfinite(gaps))
        if not len(at[0]):
            return None
        seeds, names = self.seeds["imputation"].spawn(sets), self.recipe.indicators
        pairs = zip(self.panels, self.references, strict=True)
        return Change(at, [_imputed(p.cases(), r.cases(), names, at, seeds) for p, r in pairs], added=False)

    def carrying_change(self, sets: int, values: list[Values]) -> Change | None:
        """Draw carried and interpolated cells as a random walk leaves them open, inside the range of the reference."""
        published, years = self.published, self.edition.years
        whole = published.fill(published.span, partial(composite.treated, self.steps[0])).imputed
        (e, t, j), deviations = walks(whole, np.random.default_rng(self.seeds["carrying"]), sets)
        # earlier years are there only for what reaches from them into the index's
        inside = t >= published.span.index(years[0])
        e, t, j, deviations = e[inside], t[inside] - published.span.index(years[0]), j[inside], deviations[:, inside]
        if not e.size:
            return None
        parts, rows = [], e * len(years) + t
        for step, panel, own in zip(self.steps, self.panels, values, strict=True):
            treated = composite.treated(step, published.entered.reshape(-1, published.entered.shape[2]))
            moved = deviations * innovation(treated.reshape(published.entered.shape), published.observed)[j]
            filled = panel.cases()[rows, j]
            # a share is not drawn above 1, nor anything where no economy has been
            low, high = (np.minimum(np.nanmin(own.reference, axis=0)[j], filled),
                         np.maximum(np.nanmax(own.reference, axis=0)[j], filled))  # fmt: skip
            parts.append(np.clip(filled + moved, low, high) - filled)
        return Change((rows, j), parts, added=True)

    def measurement_change(self, sets: int, values: list[Values]) -> Change | None:
        """Draw what was measured about its published value, with all that is carried and interpolated from it."""
        errors = {
            one: error
            for one in self.index.inputs
            if (error := self.index.catalogue.indicator(one.indicator).measurement_error)
        }
        if not errors:
            return None
        moved: list[list[np.ndarray]] = [[] for _ in self.steps]
        for seed in self.seeds["measurement"].spawn(sets):
            rng = np.random.default_rng(seed)
            drawn = self.facts[VALUE].to_numpy(dtype=float, copy=True)
            for one, error in errors.items():
                rows = np.flatnonzero((self.facts[INDICATOR] == one.indicator).to_numpy())
                z = rng.standard_normal(len(rows))[measured(self.facts.iloc[rows], one.repeated_at_source)]
                relative, sd = error.get("relative"), error.get("sd")
                drawn[rows] = drawn[rows] * np.exp(relative * z) if relative else drawn[rows] + sd * z
            try:
                _, published = self.arranged(self.facts.assign(**{VALUE: drawn}))
            except MethodError as failed:
                raise MethodError(
                    f"a drawn measurement error leads where the indicator cannot enter: {failed.message}",
                    where=failed.where,
                    remedy="state a relative error in the metadata, or leave measurement out of `over`",
                ) from None
            for t, step in enumerate(self.steps):
                moved[t].append(self.filled(published, step).cases() - self.panels[t].cases())
        touched = np.nonzero(np.nan_to_num(np.abs(np.array(moved)).max(axis=(0, 1))) > 0)
        return Change(touched, [np.array([one[touched] for one in part]) for part in moved], added=True)


def measured(facts: pd.DataFrame, repeated: tuple[int, ...]) -> np.ndarray:
    """Return the position of the row whose measurement each row gives: its own, or the one that its source repeats.

    Parameters
    ----------
    facts : DataFrame
        Facts of one indicator.
    repeated : tuple of int
        Years in which the source repeats the value of the year before where nothing was measured.
    """
    at = np.arange(len(facts))
    if repeated:
        cells = list(zip(facts[ECONOMY], facts[YEAR], facts[VALUE], strict=True))
        places = {(economy, year): k for k, (economy, year, _) in enumerate(cells)}
        for k in np.argsort(facts[YEAR].to_numpy(), kind="stable"):
            economy, year, value = cells[k]
            before = places.get((economy, year - 1))
            if year in repeated and before is not None and cells[before][2] == value:
                at[k] = at[before]
    return at


def own_recipe(index: Index) -> Recipe:
    """Return the methods of an index; weights of a frozen one are numbers, whatever else is left open."""
    recipe, plan = recipe_of(index.edition, index.catalogue), index.plan
    if index.frozen_from is None:
        return recipe
    groups = tuple(
        replace(
            group, weight=Choice("expert", {"weights": dict(zip(group.members, node.weights.tolist(), strict=True))})
        )
        for group, node in zip(recipe.groups, plan.nodes, strict=True)
    )
    return replace(recipe, groups=groups)


def _imputed(
    x: np.ndarray,
    reference: np.ndarray,
    names: tuple[str, ...],
    at: tuple[np.ndarray, ...],
    seeds: list[np.random.SeedSequence],
) -> np.ndarray:
    """Draw missing cells from the posterior of a model of all columns, shape (sets, n_cells).

    The same seeds, so that draws are the same under every treatment.
    """
    fitted = impute.METHODS["model"].fit(reference, names=names, iterations=10)
    return np.array([impute.draw(x, fitted, np.random.default_rng(seed))[at] for seed in seeds])


def space_of_cases(
    recipe: Recipe,
    x: np.ndarray,
    assumptions: Assumptions,
    labels: tuple[str, ...] = (),
    groups: np.ndarray | None = None,
    seed: int = 1,
) -> Space:
    """Return the space of plain cases of one year, on which everything is fitted.

    Parameters
    ----------
    recipe : Recipe
    x : ndarray, shape (n_cases, n_indicators)
        Values as they enter, NaN = missing.
    assumptions : Assumptions
        Of the draws of cells, those of imputed ones.
    labels : tuple of str
        Names of the cases; their numbers by default.
    groups : ndarray of str, optional
        Group of each case, for imputation.
    seed : int
        Of the draws of cells.

    Raises
    ------
    UsageError
        If carrying or measurement is to be left open, or imputation where no cell is imputed; if a node joins
        indicators and other nodes.
    """
    for group in recipe.groups:
        if 0 < len(set(group.members) & set(recipe.indicators)) < len(group.members):
            raise UsageError(
                f"{group.id!r} joins indicators and sets", remedy="put the indicators into a set of their own"
            )
    steps = [composite.fit_treatment(recipe, x)] + [
        composite.fit_treatment(replace(recipe, treat=(choice,) * x.shape[1]), x) for choice in assumptions.treatment
    ]
    treated = [composite.treated(step, x) for step in steps]
    plans = [
        composite.fit(recipe, one, treatment=step, groups=groups) for one, step in zip(treated, steps, strict=True)
    ]
    values = [
        Values(*[composite.impute_between(plan, one, groups)] * 2) for plan, one in zip(plans, treated, strict=True)
    ]
    changes = {}
    for name, sets in (assumptions.cells or {}).items():
        at = np.nonzero(np.isfinite(values[0].cases) & ~np.isfinite(treated[0]))
        if name != "imputation" or not at[0].size:
            raise UsageError(f"{name} left open changes nothing: {NOTHING[name]}", remedy="leave it out of `over`")
        seeds = np.random.SeedSequence([seed, CELLS]).spawn(sets)
        drawn = [_imputed(one, one, recipe.indicators, at, seeds) for one in treated]
        changes[name] = Change(at, drawn, added=False)
    names = labels or tuple(str(i) for i in range(len(x)))
    return Space(recipe, plans[0], names, (0,), np.zeros(len(x), dtype=int), assumptions, values, Cells(changes))
