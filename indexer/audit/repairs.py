"""Single changes that would make a table agree with itself, and how well each fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from indexer.audit.check import agrees, growth, holds, holds_among, residual
from indexer.audit.printed import Printed, rounded
from indexer.audit.series import Column, Series
from indexer.audit.slips import slips

BASE, ROW, NONE = "wrong base year", "rate of another year", "no single change"
COLUMNS = (
    "series", "years", "rank", "column", "year", "printed", "proposed", "kind", "reconciled", "of", "left",
    "residual_units", "share",
)  # fmt: skip


@dataclass(frozen=True)
class _Change:
    column: Column
    row: int
    printed: str
    proposed: str
    kind: str
    weight: float
    fixed: int
    held: int
    touched: int
    residual: float


def repairs(table: Sequence[Series], most: int = 5) -> pd.DataFrame:
    """Propose, for every group of growth rates that fail, the single changes of one cell that repair it.

    Failing rates of neighbouring years share an amount and are taken together: a misprinted amount spoils two, a
    misprinted rate one. A change is proposed only where it repairs one of them at least and spoils none. Those that
    leave fewest failures come first; among these, each kind of slip is taken to be as likely as any other, and the
    changes of one kind that the cell allows as likely as each other, so that a sign put back (one way) counts for more
    than a digit misread (nine ways a digit). `share` is the resulting probability, given that one of them is right.
    A rate is only changed into one with the decimals that its column mostly has.

    Parameters
    ----------
    table : sequence of Series
    most : int
        Changes listed for each group.

    Returns
    -------
    DataFrame
        series, years (the failing ones), rank, column, year, printed, proposed, kind, reconciled and of (growth
        rates that rest on the cell and hold after the change), left (failing rates of the group after it),
        residual_units (the largest distance left, in units of the last digit of the rate), share. A group that no
        single change repairs has one row of that kind: the year and the rate that the printed amounts would give.
    """
    rows = []
    for series in table:
        for group in groups(series):
            years = ", ".join(str(series.years[row]) for row in group)
            found = _ranked(series, group)
            if not found:
                rows.append(_none(series, group[0], years, len(group)))
            best = [one.weight for one in found if one.fixed == found[0].fixed]
            for rank, one in enumerate(found[:most], start=1):
                share = one.weight / sum(best) if one.fixed == found[0].fixed else float("nan")
                where = (series.name, years, rank, one.column, series.years[one.row])
                what = (one.printed, one.proposed, one.kind, one.held, one.touched)
                rows.append((*where, *what, len(group) - one.fixed, one.residual, share))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def groups(series: Series) -> list[list[int]]:
    """Return the rows whose growth fails, those of neighbouring years together."""
    found: list[list[int]] = []
    for row in range(len(series.years)):
        if holds(series, row) is False:
            if found and found[-1][-1] == row - 1:
                found[-1].append(row)
            else:
                found.append([row])
    return found


def _ranked(series: Series, group: Sequence[int]) -> list[_Change]:
    found: dict[tuple[str, int, str], _Change] = {}
    for one in _changes(series, group):
        key = (one.column, one.row, one.proposed)
        if key not in found or found[key].weight < one.weight:
            found[key] = one
    return sorted(
        found.values(), key=lambda one: (-one.fixed, -one.weight, abs(one.residual), one.column, one.row, one.proposed)
    )


def _changes(series: Series, group: Sequence[int]) -> Iterator[_Change]:
    for row in group:
        yield from _elsewhere(series, row)
        yield from _slipped(series, "growth", row, group)
    for row in sorted({k for one in group for k in (one - 1, one)}):
        yield from _slipped(series, "amount", row, group)


def _slipped(series: Series, column: Column, row: int, group: Sequence[int]) -> Iterator[_Change]:
    cell = series.column(column)[row]
    if cell is None:
        return
    touched = [k for k in ((row,) if column == "growth" else (row, row + 1)) if holds(series, k) is not None]
    failing = [k for k in touched if k in group]
    usual = series.usual_decimals(column, row)
    amounts, rates = list(series.amounts), list(series.growth)
    cells = amounts if column == "amount" else rates
    for kind, texts in slips(cell, usual).items():
        for text in texts:
            cells[row] = new = Printed(text)
            if column == "growth" and new.decimals != usual:
                continue
            now = {k: holds_among(series.years, amounts, rates, k) for k in touched}
            fixed = sum(now[k] is True for k in failing)
            spoilt = any(now[k] is not True for k in touched if k not in failing)
            if fixed and not spoilt:
                changed = series.with_cell(column, row, new)
                far = max((residual(changed, k) for k in touched if now[k]), key=abs)
                held = sum(one is True for one in now.values())
                yield _Change(column, row, cell.text, text, kind, 1 / len(texts), fixed, held, len(touched), far)


def _elsewhere(series: Series, row: int) -> Iterator[_Change]:
    """Rates that agree with the growth between two other cells: on another base year, or of another row."""
    printed, now, before = series.growth[row], series.amounts[row], series.amounts[row - 1]
    if printed is None or now is None or before is None:
        return
    right = rounded(growth(now, before), series.usual_decimals("growth", row))
    away = residual(series.with_cell("growth", row, Printed(right)), row)
    bases = [one for one in series.amounts[: row - 1] if one is not None]
    others = [
        (series.amounts[k], series.amounts[k - 1])
        for k in range(1, len(series.years))
        if k != row and series.years[k] - series.years[k - 1] == 1
    ]
    pairs = {BASE: [(now, base) for base in bases], ROW: [(a, b) for a, b in others if a is not None and b is not None]}
    for kind, many in pairs.items():
        if any(agrees(a, b, printed) for a, b in many):
            yield _Change("growth", row, printed.text, right, kind, 1 / len(many), 1, 1, 1, away)


def _none(series: Series, row: int, years: str, left: int) -> tuple[object, ...]:
    now, before, printed = series.amounts[row], series.amounts[row - 1], series.growth[row]
    if now is None or before is None or printed is None:
        raise ValueError("a growth rate that fails has amounts")
    needed = rounded(growth(now, before), series.usual_decimals("growth", row))
    return (
        series.name, years, 1, "growth", series.years[row], printed.text, needed, NONE, 0, 1, left,
        residual(series, row), float("nan"),
    )  # fmt: skip
