"""The series of a published table: years with the amount and the growth rate that stand beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import pandas as pd

from indexer.audit.printed import LONGEST, Printed, parse
from indexer.errors import FactsError, Fault, UsageError

Column = Literal["amount", "growth"]
_ENDS = ("_amount", "_growth")


@dataclass(frozen=True)
class Series:
    """One series: `amounts` and `growth` (per cent on the year before) as printed, None where nothing is.

    Raises
    ------
    UsageError
        If lengths differ or years do not ascend.
    """

    name: str
    years: tuple[int, ...]
    amounts: tuple[Printed | None, ...]
    growth: tuple[Printed | None, ...]

    def __post_init__(self) -> None:
        if not len(self.years) == len(self.amounts) == len(self.growth):
            raise UsageError("years, amounts and growth rates are not equally many", where=self.name)
        if any(b <= a for a, b in pairwise(self.years)):
            raise UsageError("years do not ascend, or one stands twice", where=self.name, remedy="sort the rows")

    def column(self, column: Column) -> tuple[Printed | None, ...]:
        """Return the amounts or the growth rates."""
        return self.amounts if column == "amount" else self.growth

    def with_cell(self, column: Column, row: int, cell: Printed) -> Series:
        """Return the series with one cell changed."""
        cells = list(self.column(column))
        cells[row] = cell
        changed = tuple(cells)
        return replace(self, amounts=changed) if column == "amount" else replace(self, growth=changed)

    def usual_decimals(self, column: Column, row: int) -> int:
        """Return the number of decimals that the other cells of a column mostly have; the greater where two tie."""
        others = Counter(cell.decimals for k, cell in enumerate(self.column(column)) if cell is not None and k != row)
        if not others:
            own = self.column(column)[row]
            return 0 if own is None else own.decimals
        return max(others, key=lambda decimals: (others[decimals], decimals))


def from_wide(frame: pd.DataFrame, file: str = "table") -> tuple[Series, ...]:
    """Read series from a table with a row a year.

    Parameters
    ----------
    frame : DataFrame
        year (whole numbers), and for each series x its columns x_amount and x_growth, as text.
    file : str
        The name that faults give the table.

    Raises
    ------
    FactsError
        Naming every cell that is no number.
    UsageError
        If a series lacks one of its columns, or years do not ascend.
    """
    names = [str(one).removesuffix(_ENDS[0]) for one in frame.columns if str(one).endswith(_ENDS[0])]
    strays = [str(one) for one in frame.columns if str(one).endswith(_ENDS[1])]
    strays = [one for one in strays if one.removesuffix(_ENDS[1]) not in names]
    lacking = [f"{name}_growth" for name in names if f"{name}_growth" not in frame]
    lacking += [one.removesuffix(_ENDS[1]) + _ENDS[0] for one in strays]
    if "year" not in frame or not names or lacking:
        message = f"no column {lacking[0]}" if lacking else "no column year, or no pair x_amount, x_growth"
        raise UsageError(message, where=file, remedy="give year, x_amount, x_growth for every series x")
    cells = {
        name: (frame[f"{name}_amount"].tolist(), frame[f"{name}_growth"].tolist(), list(range(len(frame))))
        for name in names
    }
    return _series(
        {name: ([int(y) for y in frame["year"]], *one) for name, one in cells.items()},
        file,
        lambda name, column: f"{name}_{column}",
    )


def from_long(frame: pd.DataFrame, file: str = "table") -> tuple[Series, ...]:
    """Read series from a table with a row a series and year.

    Parameters
    ----------
    frame : DataFrame
        series, year, amount, growth; the last two as text.
    file : str
        The name that faults give the table.

    Raises
    ------
    FactsError
        Naming every cell that is no number.
    UsageError
        If a column is missing, or a series has a year twice.
    """
    if absent := [name for name in ("series", "year", "amount", "growth") if name not in frame]:
        raise UsageError(f"no column {absent[0]}", where=file, remedy="give series, year, amount, growth")
    plain = frame.reset_index(drop=True)
    table = {}
    for name, part in plain.groupby("series", sort=False):
        part = part.sort_values("year", kind="stable")
        years = [int(one) for one in part["year"]]
        table[str(name)] = (years, part["amount"].tolist(), part["growth"].tolist(), part.index.tolist())
    return _series(table, file, lambda name, column: column)


_Cells = tuple[list[int], list[str | None], list[str | None], list[int]]


def _series(table: dict[str, _Cells], file: str, header: Callable[[str, str], str]) -> tuple[Series, ...]:
    faults: list[Fault] = []

    def read(texts: Sequence[str | None], rows: Sequence[int], column: str) -> tuple[Printed | None, ...]:
        cells: list[Printed | None] = []
        for text, row in zip(texts, rows, strict=True):
            try:
                cells.append(parse(text if isinstance(text, str) else None if pd.isna(text) else str(text)))
            except UsageError as error:
                cells.append(None)
                faults.append(
                    Fault(file, row + 2, column, str(text)[:LONGEST], "is not a printed number", error.remedy)
                )
        return tuple(cells)

    found = []
    for name, (years, amounts, growth, rows) in table.items():
        both = read(amounts, rows, header(name, "amount")), read(growth, rows, header(name, "growth"))
        found.append(Series(name, tuple(years), *both))
    if faults:
        raise FactsError(sorted(faults, key=lambda fault: fault.line or 0))
    return tuple(found)
