"""From long facts to the treated and imputed panel of an edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indexer import impute, treat
from indexer.catalogue import Catalogue
from indexer.columns import ECONOMY, INDICATOR, VALUE, YEAR
from indexer.errors import MethodError
from indexer.methodology import Edition, Entry
from indexer.panel import Panel, Status

POPULATION = "population_total"
GDP = "gdp_current_usd"


@dataclass(frozen=True)
class Input:
    """How an indicator gets from its file into the index: what it is, how it enters, how far it is carried.

    `without_denominator` says what a value is whose population or GDP is not known: refused, or missing.
    """

    indicator: str
    basis: str
    per: float
    unit_size: float
    enters: str
    transform: str
    carry: int
    repeated_at_source: tuple[int, ...] = ()
    without_denominator: str = "refuse"

    @property
    def needs_population(self) -> bool:
        """Whether its basis is converted by the number of people."""
        return self.enters not in ("as_published", self.basis) and "per_head" in (self.enters, self.basis)

    @property
    def needs_gdp(self) -> bool:
        """Whether its basis is converted by GDP."""
        return self.enters not in ("as_published", self.basis) and "per_gdp" in (self.enters, self.basis)


def inputs_of(edition: Edition, catalogue: Catalogue) -> tuple[Input, ...]:
    """Join the choices of an edition with the metadata of its indicators."""
    out = []
    for entry in edition.entries:
        meta = catalogue.indicator(entry.indicator)
        carry = meta.carry if entry.carry is None else entry.carry
        out.append(
            Input(
                meta.id,
                meta.basis,
                meta.per,
                meta.unit_size,
                entry.enters,
                entry.transform,
                carry,
                meta.repeated_at_source,
                edition.without_denominator,
            )
        )
    return tuple(out)


def goalposts(entries: Iterable[Entry], catalogue: Catalogue) -> dict[str, tuple[float, float] | None]:
    """Return the goalposts of each indicator on the scale on which it is normalised: after its transform."""
    found: dict[str, tuple[float, float] | None] = {}
    for entry in entries:
        given = entry.goalposts or catalogue.indicator(entry.indicator).goalposts
        if given is None or entry.normalise.method != "goalposts":
            found[entry.indicator] = None
            continue
        try:
            low, high = treat.TRANSFORMS[entry.transform](np.array(given, dtype=float)).tolist()
        except MethodError as error:
            where = f"goalposts of {entry.indicator!r}"
            raise MethodError(error.message, where=where, remedy=error.remedy) from None
        found[entry.indicator] = (low, high)
    return found


@dataclass(frozen=True)
class Prepared:
    """The panel after each step, over the years of the edition.

    As published, as it enters (on its basis, transformed), treated, and filled over time.
    """

    raw: Panel
    entered: Panel
    treated: Panel
    imputed: Panel

    def corrected(self, corrections: pd.DataFrame) -> Prepared:
        """Mark the observed cells that a row of the corrections (economy, year, indicator) is about."""
        cells = list(corrections[[ECONOMY, YEAR, INDICATOR]].itertuples(index=False, name=None))
        panels = (self.raw, self.entered, self.treated, self.imputed)
        return Prepared(*(panel.corrected(cells) for panel in panels)) if cells else self


Treatment = Callable[[np.ndarray], np.ndarray]
"""Fitted treatment of values of shape (n_cases, n_indicators)."""


@dataclass(frozen=True)
class Arranged:
    """Facts in their places, on the basis on which they enter and transformed.

    `years` were asked for; `span` begins with the earliest year that has a fact.
    """

    inputs: tuple[Input, ...]
    economies: tuple[str, ...]
    years: tuple[int, ...]
    span: tuple[int, ...]
    published: np.ndarray
    entered: np.ndarray
    observed: np.ndarray

    def answers(self, inputs: tuple[Input, ...], economies: tuple[str, ...], years: tuple[int, ...]) -> bool:
        """Tell whether the same facts arranged for these would be the same."""
        return (self.inputs, self.economies, self.years) == (inputs, economies, years)

    def at_years(self, years: tuple[int, ...]) -> np.ndarray:
        """Return the values as they enter in these years, shape (n_economies · n_years, n_indicators)."""
        at = [self.span.index(year) for year in years]
        return self.entered[:, at].reshape(-1, len(self.inputs))

    def fill(self, years: tuple[int, ...], treatment: Treatment | None = None) -> Prepared:
        """Treat, then fill each economy's gaps over time, and keep the years asked for."""
        shape = self.entered.shape
        treated = self.entered
        if treatment is not None:
            treated = treatment(treated.reshape(-1, shape[2])).reshape(shape)
        imputed, status, source = _impute(treated, self.observed, self.span, [how.carry for how in self.inputs])
        names = tuple(one.indicator for one in self.inputs)
        whole = Panel(self.economies, self.span, names, self.published, status, source)
        steps = (self.published, self.entered, treated, imputed)
        return Prepared(*(whole.with_values(values).at_years(years) for values in steps))


def arrange(
    inputs: Iterable[Input], facts: pd.DataFrame, economies: tuple[str, ...], years: tuple[int, ...]
) -> Arranged:
    """Put the facts of an edition in their places, on the basis on which each indicator enters.

    Earlier years than the edition's are read for interpolation and carrying; later ones never, so that a score does
    not change when the next year's facts arrive.

    Parameters
    ----------
    inputs : iterable of Input
        The indicators, in order, and how each enters.
    facts : DataFrame
        Columns economy, year, value, indicator; population and GDP among the indicators where a basis needs them.
    economies, years : tuple
        Rows of the panel.

    Raises
    ------
    MethodError
        If an indicator cannot enter as asked, or its logarithm does not exist.
    """
    inputs = tuple(inputs)
    span, grid = _placed(inputs, facts, economies, years)
    columns = []
    for how in inputs:
        published = grid[how.indicator]
        observed = np.isfinite(published) & ~_repeated(published, span, how.repeated_at_source)
        published = np.where(_needed(observed, span.index(years[0])), published, np.nan)
        entered = _enter(how, published, grid, economies, span)
        columns.append((published, entered, observed & np.isfinite(entered)))
    return Arranged(inputs, economies, years, span, *(np.stack(one, axis=2) for one in zip(*columns, strict=True)))


def _needed(observed: np.ndarray, first: int) -> np.ndarray:
    """Tell which years of each row can reach the first one asked for: back to the last observation before it.

    What lies earlier is not read, so that a number which cannot enter (a zero before a logarithm) does no harm there.
    """
    if first == 0:
        return np.ones(observed.shape, dtype=bool)
    before = observed[:, :first]
    start = np.where(before.any(axis=1), first - 1 - np.argmax(before[:, ::-1], axis=1), first)
    return np.arange(observed.shape[1]) >= start[:, None]


def prepare(
    inputs: Iterable[Input],
    facts: pd.DataFrame,
    economies: tuple[str, ...],
    years: tuple[int, ...],
    treatment: Treatment | None = None,
) -> Prepared:
    """Arrange, treat and fill the facts of an edition; see `arrange`."""
    return arrange(inputs, facts, economies, years).fill(years, treatment)


def present(
    inputs: Iterable[Input], facts: pd.DataFrame, economies: tuple[str, ...], years: tuple[int, ...]
) -> np.ndarray:
    """Tell which cells have a number once gaps are filled over time; shape (n_economies, n_years, n_indicators).

    A cell without the denominator that its basis needs has none.
    """
    inputs = tuple(inputs)
    span, grid = _placed(inputs, facts, economies, years)
    at = [span.index(year) for year in years]
    parts = []
    for how in inputs:
        x = grid[how.indicator]
        for needed, series in ((POPULATION, how.needs_population), (GDP, how.needs_gdp)):
            x = np.where(np.isfinite(grid[needed]), x, np.nan) if series else x
        parts.append((x, np.isfinite(x) & ~_repeated(x, span, how.repeated_at_source)))
    values, observed = (np.stack(one, axis=2) for one in zip(*parts, strict=True))
    return np.isfinite(_impute(values, observed, span, [how.carry for how in inputs])[0])[:, at]


def _placed(
    inputs: tuple[Input, ...], facts: pd.DataFrame, economies: tuple[str, ...], years: tuple[int, ...]
) -> tuple[tuple[int, ...], dict[str, np.ndarray]]:
    names = tuple(one.indicator for one in inputs)
    used = facts[INDICATOR].isin(names) & facts[ECONOMY].isin(economies) & (facts[YEAR] <= years[-1])
    first = min([years[0], *facts.loc[used, YEAR].tolist()])
    span = tuple(range(first, years[-1] + 1))
    return span, _grids(facts, (*names, POPULATION, GDP), economies, span)


def _grids(
    facts: pd.DataFrame, names: Iterable[str], economies: tuple[str, ...], span: tuple[int, ...]
) -> dict[str, np.ndarray]:
    names = tuple(dict.fromkeys(names))
    grid = np.full((len(names), len(economies), len(span)), np.nan)
    at = (
        pd.Index(names).get_indexer(pd.Index(facts[INDICATOR])),
        pd.Index(economies).get_indexer(pd.Index(facts[ECONOMY])),
    )
    year = facts[YEAR].to_numpy(dtype=int) - span[0]
    use = (at[0] >= 0) & (at[1] >= 0) & (year >= 0) & (year < len(span))
    grid[at[0][use], at[1][use], year[use]] = facts.loc[use, VALUE].to_numpy(dtype=float)
    return dict(zip(names, grid, strict=True))


def _repeated(x: np.ndarray, span: tuple[int, ...], years: tuple[int, ...]) -> np.ndarray:
    repeated = np.zeros(x.shape, dtype=bool)
    for year in years:
        if year in span[1:]:
            t = span.index(year)
            repeated[:, t] = x[:, t] == x[:, t - 1]
    return repeated


def _enter(
    how: Input, published: np.ndarray, grid: Mapping[str, np.ndarray], economies: tuple[str, ...], span: tuple[int, ...]
) -> np.ndarray:
    where = f"indicator {how.indicator!r}"
    try:
        entered = treat.enter(
            published, how.basis, how.enters,
            per=how.per, unit_size=how.unit_size, population=grid[POPULATION], gdp=grid[GDP],
        )  # fmt: skip
    except MethodError as error:
        raise MethodError(error.message, where=where, remedy=error.remedy) from None
    lost = np.argwhere(np.isfinite(published) & ~np.isfinite(entered))
    if lost.size and how.without_denominator == "refuse":
        cells = [f"{economies[i]} {span[t]}" for i, t in lost[:5]]
        raise MethodError(
            f"no population or GDP for {len(lost)} cells that have a value (first: {', '.join(cells)})",
            where=where,
            rows=cells,
            remedy=f"add them to _reference/{POPULATION}.csv and {GDP}.csv, or write `without_denominator: missing` "
            "in the edition",
        )
    transform: Callable[[np.ndarray], np.ndarray] = treat.TRANSFORMS[how.transform]
    try:
        return transform(entered)
    except MethodError as error:
        refused = entered <= 0 if how.transform == "log" else entered < 0
        cells = [f"{economies[i]} {span[t]} = {published[i, t]:g}" for i, t in np.argwhere(refused)[:5]]
        raise MethodError(
            f"{error.message} ({', '.join(cells)})", where=where, rows=cells, remedy=error.remedy
        ) from None


def _impute(
    x: np.ndarray, observed: np.ndarray, span: tuple[int, ...], carry: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fill values (economies × years × indicators) over time; return them with status and source year."""
    years = np.array(span)
    by_year = (len(years), -1)
    series = x.swapaxes(0, 1)
    true = (observed & np.isfinite(x)).swapaxes(0, 1).reshape(by_year)
    inner = impute.interpolate(years, series.reshape(by_year))
    filled = impute.carry(years, inner, np.tile(carry, len(x)), true).reshape(series.shape).swapaxes(0, 1)
    inner = inner.reshape(series.shape).swapaxes(0, 1)
    status = np.full(x.shape, Status.MISSING, dtype=np.int8)
    status[np.isfinite(filled)] = Status.CARRIED
    status[np.isfinite(inner) & ~np.isfinite(x)] = Status.INTERPOLATED
    status[np.isfinite(x) & observed] = Status.OBSERVED
    at = np.where(status == Status.CARRIED, 0, np.arange(len(years))[:, None])
    return np.ascontiguousarray(filled), status, years[np.maximum.accumulate(at, axis=1)]
