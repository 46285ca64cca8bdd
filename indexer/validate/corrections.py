"""Corrections against the facts that they correct: the cell is there, the old value still stands, the new one may."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from indexer.columns import ECONOMY, VALUE, YEAR
from indexer.errors import Fault
from indexer.material import Document, Table
from indexer.validate.economies import Gazetteer
from indexer.validate.tables import outside

Cell = tuple[str, int]


def check(
    document: Document,
    table: Table,
    valid: dict[str, Any],
    repeated: Sequence[int] = (),
    gazetteer: Gazetteer | None = None,
) -> list[Fault]:
    """Name everything in which corrections do not fit the facts of their indicator.

    Parameters
    ----------
    document : Document
        Corrections, valid by their schema.
    table : Table
        The facts as they stand in the file. Old values are compared with their text, as exact decimal numbers.
    valid : dict
        `minimum`, `maximum` and `integer` of the metadata, each optional.
    repeated : sequence of int
        `repeated_at_source` of the metadata.
    gazetteer : Gazetteer, optional
        Known economies; without it none is called unknown.
    """
    rows = _rows(table)
    first: dict[Cell, int] = {}
    faults: list[Fault] = []
    for i, entry in enumerate(document.content):
        faults += _texts(document, i)
        cell = (entry[ECONOMY], entry[YEAR])
        said = f"{cell[0]} {cell[1]}"
        if gazetteer is not None and cell[0] not in gazetteer.names:
            remedy = gazetteer.remedy(cell[0])
            faults.append(document.fault((i, ECONOMY), cell[0], "unknown economy", remedy))
        elif cell in first:
            message = f"is corrected already on line {document.line((first[cell],))}"
            faults.append(document.fault((i,), said, message, "keep one of the two corrections"))
        elif rows is not None and cell not in rows:
            if not table.faults:  # else it may be on a line that could not be read
                remedy = f"a correction may not add a cell: add a row to {table.file} as a fact instead"
                faults.append(document.fault((i,), said, f"no such cell in {table.file}", remedy))
        elif rows is not None and not table.untyped[VALUE][rows[cell]]:
            faults += _values(document, i, table, rows[cell], valid)
        first.setdefault(cell, i)
    if rows is not None:
        faults += _repeats(document, table, rows, first, repeated)
    return faults


def _rows(table: Table) -> dict[Cell, int] | None:
    """Return the row of each cell; None where the header lacks a column, which has a fault already."""
    if not {ECONOMY, YEAR, VALUE} <= set(table.frame):
        return None
    cells = zip(table.frame[ECONOMY].tolist(), table.frame[YEAR].tolist(), strict=True)
    rows: dict[Cell, int] = {}
    for row, cell in enumerate(cells):
        rows.setdefault(cell, row)
    return rows


def _texts(document: Document, i: int) -> Iterator[Fault]:
    for name in ("reason", "reference"):
        if not document.content[i][name].strip():
            yield document.fault((i, name), document.content[i][name], "nothing but spaces", "write a text")


def _values(document: Document, i: int, table: Table, row: int, valid: dict[str, Any]) -> Iterator[Fault]:
    old, new = (document.numbers[i, name] for name in ("old", "new"))
    stands, line = table.raw[VALUE][row], int(table.lines[row])
    if Decimal(old) != Decimal(stands):
        message = f"is not the value of the fact, which is {stands} ({table.file}:{line})"
        remedy = "look at the source again: delete the correction where the fact is right now, else write it anew"
        yield document.fault((i, "old"), old, message, remedy)
    elif float(new) == float(old):
        yield document.fault((i, "new"), new, "is the old value", "give another value, or delete the correction")
    for wrong, message in outside(np.array([float(new)]), valid):
        if wrong[0]:
            remedy = "give a valid value, or mend `valid` in the metadata of the indicator"
            yield document.fault((i, "new"), new, message, remedy)


def _repeats(
    document: Document, table: Table, rows: dict[Cell, int], corrected: dict[Cell, int], repeated: Sequence[int]
) -> Iterator[Fault]:
    """Name each corrected cell whose old value the publisher repeated in the next year.

    What it repeated is known by being the same number: left alone, it would count as observed from now on.
    """
    values = table.frame[VALUE].tolist()
    for (economy, year), i in corrected.items():
        following = (economy, year + 1)
        if year + 1 not in repeated or following in corrected or not {(economy, year), following} <= set(rows):
            continue
        if values[rows[following]] == values[rows[economy, year]]:
            message = f"its publisher repeated the old value in {year + 1} (`repeated_at_source`)"
            remedy = f"correct {economy} {year + 1} in the same way"
            yield document.fault((i,), f"{economy} {year}", message, remedy)
