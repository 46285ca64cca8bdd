"""How often the audit finds a slip and its repair: slips planted in random tables, false alarms counted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd

from indexer.audit.check import holds
from indexer.audit.printed import Printed, rounded
from indexer.audit.repairs import BASE, repairs
from indexer.audit.series import Column, Series
from indexer.audit.slips import slips
from indexer.errors import UsageError

YEARS, SERIES = 7, 3
"""The size of the table that the audit was made for."""
Planted = tuple[Column, int, str]


def power(draws: int = 500, seed: int = 1) -> pd.DataFrame:
    """Plant one slip of each of four kinds in random tables and count what the audit finds.

    Every table has three series of seven years. Amounts begin between 10,000 and 1,000,000 (log-uniform), grow by
    7 % a year with a standard deviation of 12 points (never by less than -40 %) and are printed as whole numbers;
    growth rates are computed from the unrounded amounts and printed to one decimal. One slip is planted in one cell
    that some growth rate rests on: two neighbouring unlike digits of an amount or a rate transposed, the sign of a
    falling rate lost, the decimal point of a rate lost, or a rate computed on the amount two years before.

    Parameters
    ----------
    draws : int
        Tables for each kind.
    seed : int

    Returns
    -------
    DataFrame
        kind, tables, detected (share of tables in which a rate that rests on the cell fails), ranked_first and
        ranked_in_three (share in which the cell and its right number are proposed first, among the first three),
        false_alarms (share of failing rates among those that rest on no changed cell), checked (how many those are).

    Raises
    ------
    UsageError
        If there is no draw.
    """
    if draws < 1:
        raise UsageError(f"{draws} draws", where="draws", remedy="give 1 or more")
    streams = np.random.SeedSequence(seed).spawn(len(_PLANT))
    rows = []
    for (kind, plant), stream in zip(_PLANT.items(), streams, strict=True):
        rng = np.random.default_rng(stream)
        hits = np.array([_one(plant, rng) for _ in range(draws)])
        detected, first, three = hits[:, :3].mean(axis=0)
        checked = int(hits[:, 4].sum())
        rows.append((kind, draws, detected, first, three, hits[:, 3].sum() / checked, checked))
    names = ["kind", "tables", "detected", "ranked_first", "ranked_in_three", "false_alarms", "checked"]
    return pd.DataFrame(rows, columns=names)


def random_table(rng: np.random.Generator) -> tuple[Series, ...]:
    """Draw a table without a slip."""
    table = []
    for number in range(SERIES):
        first = Fraction(float(10 ** rng.uniform(4, 6)))
        rates = np.maximum(rng.normal(0.07, 0.12, YEARS), -0.4)
        amounts = [first]
        for rate in rates[1:]:
            amounts.append(amounts[-1] * (1 + Fraction(float(rate))))
        grown = [Fraction(float(rates[0])), *(b / a - 1 for a, b in pairwise(amounts))]
        table.append(
            Series(
                f"series {number + 1}",
                tuple(range(2019, 2019 + YEARS)),
                tuple(Printed(rounded(one, 0)) for one in amounts),
                tuple(Printed(rounded(100 * one, 1)) for one in grown),
            )
        )
    return tuple(table)


def _one(plant: Callable[[Series, np.random.Generator], Planted | None], rng: np.random.Generator) -> tuple[int, ...]:
    while True:
        table = random_table(rng)
        at = int(rng.integers(SERIES))
        if (planted := plant(table[at], rng)) is not None:
            break
    column, row, text = planted
    right = table[at].column(column)[row]
    spoilt = (*table[:at], table[at].with_cell(column, row, Printed(text)), *table[at + 1 :])
    touched = {row} if column == "growth" else {row, row + 1}
    detected = any(holds(spoilt[at], k) is False for k in touched)
    alarms = checked = 0
    for number, series in enumerate(spoilt):
        for k in range(1, YEARS):
            if number != at or k not in touched:
                checked += 1
                alarms += holds(series, k) is False
    found = repairs([spoilt[at]], most=3)
    same = (found["column"] == column) & (found["year"] == table[at].years[row])
    ranks = found.loc[same & (found["proposed"] == (right.text if right else "")), "rank"]
    return detected, bool((ranks == 1).any()), bool(len(ranks)), alarms, checked


def _cells(series: Series, rng: np.random.Generator) -> list[tuple[Column, int, Printed]]:
    """Return the cells that some growth rate rests on, in random order."""
    cells: list[tuple[Column, int, Printed]] = []
    for k, (amount, rate) in enumerate(zip(series.amounts, series.growth, strict=True)):
        if amount is not None:
            cells.append(("amount", k, amount))
        if rate is not None and k:
            cells.append(("growth", k, rate))
    return [cells[int(k)] for k in rng.permutation(len(cells))]


def _transposed(series: Series, rng: np.random.Generator) -> Planted | None:
    for column, row, cell in _cells(series, rng):
        if texts := slips(cell, cell.decimals).get("transposed digits"):
            return column, row, str(rng.choice(np.array(texts)))
    return None


def _lost_sign(series: Series, rng: np.random.Generator) -> Planted | None:
    for column, row, cell in _cells(series, rng):
        if column == "growth" and cell.value < 0:
            return column, row, cell.text[1:]
    return None


def _lost_point(series: Series, rng: np.random.Generator) -> Planted | None:
    for column, row, cell in _cells(series, rng):
        if column == "growth" and cell.value != 0:
            sign, digits = ("-" if cell.value < 0 else ""), cell.text.strip("-").replace(".", "")
            return column, row, sign + digits.lstrip("0")
    return None


def _wrong_base(series: Series, rng: np.random.Generator) -> Planted | None:
    for column, row, cell in _cells(series, rng):
        if column == "growth" and row > 1:
            now, base = series.amounts[row], series.amounts[row - 2]
            if now is not None and base is not None:
                text = rounded(100 * (now.value / base.value - 1), 1)
                if text != cell.text:
                    return column, row, text
    return None


_PLANT: dict[str, Callable[[Series, np.random.Generator], Planted | None]] = {
    "transposed digits": _transposed,
    "lost sign": _lost_sign,
    "lost decimal point": _lost_point,
    BASE: _wrong_base,
}
