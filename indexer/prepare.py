"""From long facts to the treated and imputed panel of an edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indexer import impute, treat
from indexer.catalogue import Catalogue
from indexer.columns import ECONOMY, INDICATOR, VALUE, YEAR
from indexer.errors import MethodError
from indexer.methodology import Entry
from indexer.panel import Panel, Status

POPULATION = "population_total"
GDP = "gdp_current_usd"


@dataclass(frozen=True)
class Input:
    """How an indicator gets from its file into the index: what it is, how it enters, how far it is carried."""

    indicator: str
    basis: str
    per: float
    unit_size: float
    enters: str
    transform: str
    carry: int
    repeated_at_source: tuple[int, ...] = ()


def inputs_of(entries: Iterable[Entry], catalogue: Catalogue) -> tuple[Input, ...]:
    """Join the choices of an edition with the metadata of its indicators."""
    out = []
    for entry in entries:
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
            )
        )
    return tuple(out)


@dataclass(frozen=True)
class Prepared:
    """The panel after each step, over the years of the edition: as published, treated, and imputed."""

    raw: Panel
    treated: Panel
    imputed: Panel


def prepare(
    inputs: Iterable[Input],
    facts: pd.DataFrame,
    economies: tuple[str, ...],
    years: tuple[int, ...],
) -> Prepared:
    """Arrange, treat and impute the facts of an edition.

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
    names = tuple(one.indicator for one in inputs)
    facts = facts[facts[ECONOMY].isin(economies) & (facts[YEAR] <= years[-1])]
    used = facts[facts[INDICATOR].isin(names)]
    first = min([years[0], *used[YEAR].tolist()])
    span = tuple(range(first, years[-1] + 1))
    grid = _grids(facts, (*names, POPULATION, GDP), economies, span)
    steps = []
    for how in inputs:
        published = grid[how.indicator]
        observed = np.isfinite(published) & ~_repeated(published, span, how.repeated_at_source)
        entered = _treat(how, published, grid, economies, span)
        steps.append((published, entered, *_impute(entered, observed, span, how.carry)))
    raw, treated, imputed, status, source = (np.stack(one, axis=2) for one in zip(*steps, strict=True))
    whole = Panel(economies, span, names, raw, status, source)
    return Prepared(*(whole.with_values(values).at_years(years) for values in (raw, treated, imputed)))


def _grids(
    facts: pd.DataFrame, names: Iterable[str], economies: tuple[str, ...], span: tuple[int, ...]
) -> dict[str, np.ndarray]:
    row = {economy: i for i, economy in enumerate(economies)}
    grids = {}
    for name in dict.fromkeys(names):
        grid = np.full((len(economies), len(span)), np.nan)
        one = facts[(facts[INDICATOR] == name) & (facts[YEAR] >= span[0])]
        at = one[ECONOMY].map(row).to_numpy(dtype=int), one[YEAR].to_numpy(dtype=int) - span[0]
        grid[at] = one[VALUE].to_numpy(dtype=float)
        grids[name] = grid
    return grids


def _repeated(x: np.ndarray, span: tuple[int, ...], years: tuple[int, ...]) -> np.ndarray:
    repeated = np.zeros(x.shape, dtype=bool)
    for year in years:
        if year in span[1:]:
            t = span.index(year)
            repeated[:, t] = x[:, t] == x[:, t - 1]
    return repeated


def _treat(
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
    if lost.size:
        cells = [f"{economies[i]} {span[t]}" for i, t in lost[:5]]
        raise MethodError(
            f"no population or GDP for {len(lost)} cells that have a value (first: {', '.join(cells)})",
            where=where,
            rows=cells,
            remedy=f"add them to _reference/{POPULATION}.csv and {GDP}.csv, or use `enters: as_published`",
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
    x: np.ndarray, observed: np.ndarray, span: tuple[int, ...], carry: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    years = np.array(span)
    inner = impute.interpolate(years, x.T).T
    filled = impute.carry(years, inner.T, carry, (observed & np.isfinite(x)).T).T
    status = np.full(x.shape, Status.MISSING, dtype=np.int8)
    status[np.isfinite(filled)] = Status.CARRIED
    status[np.isfinite(inner) & ~np.isfinite(x)] = Status.INTERPOLATED
    status[np.isfinite(x) & observed] = Status.OBSERVED
    source = np.broadcast_to(years, x.shape).copy()
    for t in range(1, len(years)):
        source[:, t] = np.where(status[:, t] == Status.CARRIED, source[:, t - 1], source[:, t])
    return filled, status, source
