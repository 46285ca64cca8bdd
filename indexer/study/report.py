"""A study as it is read: tables, figures, the sentence that says what they show and do not, and what weakens it."""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from indexer.gravity.result import Fit

WIDTH = 100
MISSING = "—"


@dataclass(frozen=True, eq=False)
class Table:
    """A table of a study.

    Attributes
    ----------
    name : str
        Name of its file.
    caption : str
    frame : DataFrame
        Numbers in full; how they are printed is said by `formats`.
    formats : mapping of str to str
        Format of each column of numbers, ".3f" say; others are printed as they are.
    notes : tuple of str
    shown : DataFrame, optional
        What is printed in place of a long frame.
    """

    name: str
    caption: str
    frame: pd.DataFrame
    formats: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    shown: pd.DataFrame | None = None

    def cells(self) -> tuple[list[str], list[list[str]]]:
        """Return headings and rows as text."""
        frame = self.frame if self.shown is None else self.shown
        formats = [self.formats.get(str(column), "") for column in frame.columns]
        rows = [
            [_cell(value, how) for value, how in zip(row, formats, strict=True)]
            for row in frame.itertuples(index=False, name=None)
        ]
        return [str(column) for column in frame.columns], rows

    def text(self) -> str:
        """Return the table as plain text under its caption."""
        heads, rows = self.cells()
        lines = [textwrap.fill(self.caption, WIDTH), "", *_grid(heads, rows)]
        return "\n".join([*lines, *(_note(note) for note in self.notes)])

    def markdown(self) -> str:
        """Return the table as Markdown."""
        heads, rows = self.cells()
        escaped = [[_plain(cell) for cell in row] for row in [heads, *rows]]
        right = [bool(rows) and all(_numeric(row[k]) for row in rows) for k in range(len(heads))]
        rule = ["---:" if r else "---" for r in right]
        lines = ["| " + " | ".join(row) + " |" for row in (escaped[0], rule, *escaped[1:])]
        return "\n".join([f"**{self.caption}**", "", *lines, *(f"\n{note}" for note in self.notes)])


@dataclass(frozen=True, eq=False)
class Figure:
    """A picture of a study: `draw` makes the chart when it is wanted."""

    name: str
    caption: str
    draw: Callable[[], Any]


@dataclass(frozen=True, eq=False)
class Study:
    """The result of a study.

    Attributes
    ----------
    name, title : str
        The name of the command, and the question in one line.
    tables : tuple of Table
        The main one first.
    sentence : str
        The finding with its uncertainty, and what it does not show.
    caveats : tuple of str
    figures : tuple of Figure
    models : mapping of str to Fit
        The fits behind the headline, for a table side by side and for Stata.
    limits : Table or None
        What the data can and cannot say.
    """

    name: str
    title: str
    tables: tuple[Table, ...]
    sentence: str
    caveats: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    models: Mapping[str, Fit] = field(default_factory=dict)
    limits: Table | None = None

    @property
    def table(self) -> pd.DataFrame:
        """The main table."""
        return self.tables[0].frame

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the table of that name."""
        found = {one.name: one.frame for one in self._all}
        if name not in found:
            raise KeyError(f"no table {name!r}; there are {', '.join(found)}")
        return found[name]

    @property
    def _all(self) -> tuple[Table, ...]:
        return self.tables if self.limits is None else (*self.tables, self.limits)

    def text(self) -> str:
        """Return the study as plain text, tables first."""
        parts = [textwrap.fill(self.title, WIDTH), *(one.text() for one in self._all)]
        parts += ["\n".join(_note(one) for one in self.caveats), textwrap.fill(self.sentence, WIDTH)]
        return "\n\n".join(part for part in parts if part)

    def as_dict(self) -> dict[str, Any]:
        """Return the study as plain values, for JSON; a missing number is None."""
        tables = [
            {
                "name": one.name,
                "caption": one.caption,
                "rows": json.loads(one.frame.to_json(orient="records", double_precision=15)),
                "notes": list(one.notes),
            }
            for one in self.tables
        ]
        limits = None if self.limits is None else json.loads(self.limits.frame.to_json(orient="records"))
        return {
            "name": self.name,
            "title": self.title,
            "sentence": self.sentence,
            "tables": tables,
            "limits": limits,
            "caveats": list(self.caveats),
            "models": {label: fit.as_dict() for label, fit in self.models.items()},
        }

    def save(self, directory: str | Path) -> list[Path]:
        """Write the study into a folder: text, JSON, each table as CSV and Markdown, pictures, and a table of models.

        Returns
        -------
        list of Path
            The files written. Pictures need the extra `report`; without it the rest is written and pictures are left.
        """
        from indexer.study.files import write

        return write(self, Path(directory))

    def stata(self, directory: str | Path) -> list[Path]:
        """Write the samples of the models as .dta and a .do file that gives the same numbers."""
        from indexer.errors import UsageError

        if not self.models:
            raise UsageError(f"the study {self.name} rests on no regression", where="stata", remedy="read its tables")
        from indexer.gravity.stata import to_stata

        return list(to_stata(dict(self.models), Path(directory)))


def _plain(cell: str) -> str:
    """Text that Markdown and the HTML in it leave as it is."""
    return re.sub(r"([\\|*`<]|(?<!\w)_|_(?!\w))", r"\\\1", " ".join(cell.split()))


def _cell(value: Any, how: str) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if how and not isinstance(value, str):
        return format(value, how)
    return str(value)


def _numeric(cell: str) -> bool:
    return cell in ("", MISSING) or re.fullmatch(r"[-+]?[\d.,]+ ?%?", cell) is not None


def _grid(heads: list[str], rows: list[list[str]]) -> list[str]:
    """Columns as wide as their longest cell; headings break at spaces and underscores; long text breaks in its cell."""
    told = [k for k in range(len(heads)) if not rows or any(row[k] for row in rows)]  # a column of nothing says nothing
    heads, rows = [heads[k] for k in told], [[row[k] for k in told] for row in rows]
    names = [head.replace("_", " ") for head in heads]
    least = [max(map(len, name.split() or [""])) for name in names]
    widths = [max([w, *(len(row[k]) for row in rows)]) for k, w in enumerate(least)]
    spare = WIDTH - 2 * (len(heads) - 1)
    while sum(widths) > spare:
        k = max(range(len(widths)), key=lambda k: (widths[k], k))
        if widths[k] <= least[k]:
            break
        widths[k] -= 1
    right = [bool(rows) and all(_numeric(row[k]) for row in rows) for k in range(len(heads))]

    def lines(row: list[str], bottom: bool) -> list[str]:
        cells = [textwrap.wrap(cell, w) or [""] for cell, w in zip(row, widths, strict=True)]
        deep = max(map(len, cells))
        cells = [[""] * (deep - len(c)) + c if bottom else c + [""] * (deep - len(c)) for c in cells]
        return [
            "  ".join(
                c[i].rjust(w) if r else c[i].ljust(w) for c, w, r in zip(cells, widths, right, strict=True)
            ).rstrip()
            for i in range(deep)
        ]

    head = lines(names, bottom=True)
    body = [line for row in rows for line in lines(row, bottom=False)]
    return [*head, "-" * min(WIDTH, sum(widths) + 2 * (len(heads) - 1)), *body]


def _note(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="- ", subsequent_indent="  ")
