"""Results side by side, as a paper prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from indexer.errors import UsageError
from indexer.gravity.etable import rows
from indexer.gravity.etable.column import read
from indexer.gravity.etable.notes import IN_BRACKETS, write
from indexer.gravity.files import write as write_file

FORMATS = {
    ".tex": "latex", ".html": "html", ".md": "markdown", ".docx": "word", ".xlsx": "workbook", ".txt": "text",
}  # fmt: skip
STARS = {0.1: "*", 0.05: "**", 0.01: "***"}


class RegressionTable:
    """Results side by side. Made by `etable`, not by hand.

    It prints as text and shows as HTML in a notebook.

    Attributes
    ----------
    grid : Grid
        Headings, lines and notes.
    """

    def __init__(self, grid: rows.Grid):
        self.grid = grid

    @property
    def frame(self) -> pd.DataFrame:
        """The lines as text: part, label, and one column for each result, "(1)", "(2)"."""
        numbers = [f"({k})" for k in range(1, self.grid.n_columns + 1)]
        parts = [(row.kind, row.label, *(c.text for c in row.cells)) for part in self.grid.sections for row in part]
        return pd.DataFrame(parts, columns=["part", "label", *numbers])

    def render(self, ending: str) -> str | bytes:
        """Return the table in a format: "tex", "html", "md", "txt" as text, "docx" and "xlsx" as bytes."""
        key = f".{ending.lower().lstrip('.')}"
        if key not in FORMATS:
            raise UsageError(f"tables are not written as {ending!r}", where="etable",
                             remedy=f"use {', '.join(FORMATS)}")  # fmt: skip
        out: str | bytes = import_module(f"indexer.gravity.etable.{FORMATS[key]}").render(self.grid)
        return out

    def save(self, path: str | Path) -> Path:
        """Write the table; the ending of the path says the format."""
        return write_file(path, self.render(Path(path).suffix))

    def __str__(self) -> str:
        return str(self.render("txt"))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from indexer.gravity.etable.html import fragment

        return fragment(self.grid)


def etable(
    fits: Any,
    path: str | Path | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    keep: str | Sequence[str] | None = None,
    drop: str | Sequence[str] | None = None,
    headings: Sequence[str] | None = None,
    title: str = "",
    statistic: str = "se",
    stars: bool | Mapping[float, str] = False,
    digits: int = 3,
    level: float = 0.95,
    bootstrap: bool = True,
    notes: str | Sequence[str] = (),
) -> RegressionTable:
    """Put results side by side, as a paper prints them.

    Parameters
    ----------
    fits : result, sequence of results, or mapping of heading to result
        Results of `ols`, `ppml`, `bias_corrected`, `control_function` and `second_stage`. A text or an exception stands
        for one that could not be estimated: its column is empty, and the notes say why.
    path : path, optional
        Where to write it: .tex (booktabs), .html, .md, .docx, .xlsx or .txt.
    labels : mapping of str to str, optional
        Names for a reader, by term, factor of a term or column. Terms with one label share a line.
    keep, drop : str or sequence of str, optional
        Terms, or their labels, to show alone (in that order) or to leave out; * stands for anything.
    headings : sequence of str, optional
        One for each result; equal neighbours are joined.
    title : str
    statistic : {"se", "t", "p", "ci"}
        What stands beneath an estimate.
    stars : bool or mapping of float to str
        Whether to mark small p-values, or the marks by p-value.
    digits : int
        Decimals, 0 to 8; more are shown where an error would have fewer than two figures left.
    level : float
        Coverage of intervals.
    bootstrap : bool
        Whether to add p-values of the cluster bootstrap where there are fewer than thirty clusters.
    notes : str or sequence of str
        Notes to add, the source say.

    Returns
    -------
    RegressionTable

    Raises
    ------
    UsageError
        For results or options that cannot be used, or a library that a format needs.
    """
    results, headings = _results(fits, headings)
    if path is not None and not isinstance(path, str | PathLike):
        raise UsageError(f"path={path!r} is no path", where="etable", remedy="give text")
    if labels is not None and not isinstance(labels, Mapping):
        raise UsageError(f"labels={labels!r} are no names by term", where="etable", remedy="write {'term': 'name'}")
    for name, value in (("title", title), *(("headings", h) for h in headings or ())):
        if not isinstance(value, str):
            raise UsageError(f"{name}: {value!r} is no text", where="etable", remedy="give text")
    if not isinstance(statistic, str) or statistic not in IN_BRACKETS:
        raise UsageError(f"statistic={statistic!r} is not offered", where="etable",
                         remedy=f"use {', '.join(IN_BRACKETS)}")  # fmt: skip
    if not isinstance(digits, int) or isinstance(digits, bool) or not 0 <= digits <= 8:
        raise UsageError(f"digits={digits!r} is no number of decimals", where="etable", remedy="use 0 to 8")
    if not isinstance(level, int | float) or not 0 < level < 1:
        raise UsageError(f"level={level!r} is no coverage", where="etable", remedy="give a number between 0 and 1")
    if path is not None and Path(path).suffix.lower() not in FORMATS:
        raise UsageError(f"tables are not written as {Path(path).name!r}", where="path",
                         remedy=f"end it in {', '.join(FORMATS)}")  # fmt: skip
    marks = STARS if stars is True else stars or {}
    if not isinstance(marks, Mapping) or not all(
        isinstance(p, float | int) and 0 < p <= 1 and isinstance(m, str) for p, m in marks.items()
    ):
        raise UsageError(f"stars={stars!r} are no marks by p-value", where="etable", remedy="write {0.05: '*'}")
    names = {str(k): str(v) for k, v in (labels or {}).items()}
    columns = read(results, level, bootstrap)
    style = rows.Style(statistic, marks, digits)
    sections = (
        rows.estimates(
            columns, style, names, None if keep is None else _several(keep, "keep"), _several(drop or (), "drop")
        ),
        rows.effects(columns, names),
        rows.measures(columns, style, names),
    )
    grid = rows.Grid(
        title, rows.heads(columns, headings, names), tuple(s for s in sections if s),
        write(columns, statistic, level, marks, names, _several(notes or (), "notes")), len(columns),
    )  # fmt: skip
    table = RegressionTable(rows.plain(grid))
    if path is not None:
        table.save(path)
    return table


def _results(fits: Any, headings: Sequence[str] | None) -> tuple[list[Any], Sequence[str] | None]:
    if isinstance(fits, Mapping):
        headings = [str(k) for k in fits] if headings is None else headings
        fits = list(fits.values())
    results = list(fits) if isinstance(fits, list | tuple) else [fits]
    if not results:
        raise UsageError("there are no results", where="etable", remedy="give at least one")
    if headings is not None and (not isinstance(headings, list | tuple) or len(headings) != len(results)):
        raise UsageError(f"headings={headings!r} for {len(results)} results", where="etable",
                         remedy="give one for each result")  # fmt: skip
    return results, headings


def _several(given: str | Sequence[str], name: str) -> list[str]:
    if not isinstance(given, str | list | tuple):
        raise UsageError(f"{name}={given!r} is neither text nor a list of texts", where="etable", remedy="give text")
    return [given] if isinstance(given, str) else [str(one) for one in given]
