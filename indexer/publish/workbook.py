"""All tables as one workbook: a sheet each, what they mean, where they come from; nothing in it is ever calculated."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from indexer.errors import UsageError
from indexer.publish.citation import sentence
from indexer.publish.sources import retrieved, series
from indexer.publish.table import Table, tables
from indexer.publish.text import one_line
from indexer.schemas import Column

if TYPE_CHECKING:
    import pandas as pd

    from indexer.index import Index

FILE = "index.xlsx"
_WIDEST = 60
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_KEYS = ("economy", "name", "year")


def workbook(index: Index, content: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return `index.xlsx`: sheet `about`, a sheet for each table, the meaning of the columns, and the sources.

    Every text is written as a text, whatever it begins with, and marked so that it stays one when it is edited.

    Raises
    ------
    UsageError
        If a table has more rows, or a text more characters, than a sheet can hold.
    """
    import xlsxwriter

    found = tables(index, content)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    title = one_line(index.edition.title)
    book.set_properties(
        {"title": title, "comments": sentence(index), "created": retrieved(index), "author": "", "company": ""}
    )
    styles = _Styles(book)
    _lines(book, styles, "about", 110, _about(index, found))
    for table in found:
        _sheet(book, styles, table)
    rows = [
        (one.name, str(name), column.kind, said)
        for one in found
        for name, column, said in zip(one.frame.columns, one.columns, one.descriptions, strict=True)
    ]
    _listed(book, styles, "columns", ("table", "column", "type", "meaning"), rows)
    _listed(book, styles, "notes", ("series", "licence", "definition", "note"), list(_notes(index)))
    book.close()
    return {FILE: out.getvalue()}


class _Styles:
    """The few formats of the workbook; a text that looks like a formula has each of them with a quote before it."""

    def __init__(self, book: Any) -> None:
        head = {"bold": True, "bg_color": "#E8EDF2", "bottom": 1, "text_wrap": True, "valign": "top"}
        self.head, self.head_right = book.add_format(head), book.add_format({**head, "align": "right"})
        self.text, self.quoted = (book.add_format({"quote_prefix": quoted}) for quoted in (False, True))
        wrapped = {"text_wrap": True, "valign": "top"}
        self.wrapped, self.wrapped_quoted = (
            book.add_format({**wrapped, "quote_prefix": quoted}) for quoted in (False, True)
        )
        self.title = book.add_format({"bold": True, "font_size": 14, "text_wrap": True})
        self.numbers = {code: book.add_format({"num_format": code}) for code in ("0", "0.00", "0.000", "General")}


def _write_text(sheet: Any, row: int, column: int, text: str, plain: Any, quoted: Any) -> None:
    if not text:
        return
    # write() would make a formula of "=1+1"; write_string never does.
    _written(sheet, row, column, sheet.write_string(row, column, text, quoted if text.startswith(_FORMULA) else plain))


def _written(sheet: Any, row: int, column: int, answer: int) -> None:
    """Refuse what the library left out in silence."""
    if answer:
        what = "the sheet has no row or column left" if answer == -1 else "the text is longer than a cell can hold"
        where = f"sheet {sheet.get_name()}, row {row + 1}, column {column + 1}"
        raise UsageError(what, where=where, remedy="shorten it, or use parquet instead of xlsx")


def _sheet(book: Any, styles: _Styles, table: Table) -> None:
    sheet = book.add_worksheet(table.name)
    names = [str(name) for name in table.frame.columns]
    for j, (name, column) in enumerate(zip(names, table.columns, strict=True)):
        sheet.write_string(0, j, name, styles.head if column.kind == "text" else styles.head_right)
        values = table.frame[name]
        code = number_format(table.name, name, column)
        for i, value in enumerate(values.astype(object).where(values.notna(), None).tolist(), start=1):
            if isinstance(value, str):
                _write_text(sheet, i, j, value, styles.text, styles.quoted)
            elif value is not None:
                _written(sheet, i, j, sheet.write_number(i, j, value, styles.numbers[code]))
        sheet.set_column(j, j, _width(name, values, column))
    keys = 0
    while keys < len(names) and names[keys] in _KEYS:
        keys += 1
    sheet.freeze_panes(1, keys)
    if len(table.frame):
        sheet.autofilter(0, 0, len(table.frame), len(names) - 1)
    sheet.repeat_rows(0)
    _on_paper(sheet)


def _make_room(sheet: Any, row: int, texts: Sequence[str], widths: Sequence[int]) -> None:
    """Make a row as high as its wrapped texts need; not every program does it by itself."""
    lines = max(len(textwrap.wrap(text, width - 4)) for text, width in zip(texts, widths, strict=True))
    if lines > 1:
        sheet.set_row(row, min(15 * lines, 409))  # the highest that there is


def _on_paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _listed(book: Any, styles: _Styles, name: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    sheet, widths = book.add_worksheet(name), []
    for j, text in enumerate(head):
        sheet.write_string(0, j, text, styles.head)
        longest = max((len(row[j]) for row in rows), default=0)
        widths.append(min(max(longest, len(text)) + 2, _WIDEST + 10 * j))
        sheet.set_column(j, j, widths[j])
    for i, row in enumerate(rows, start=1):
        _make_room(sheet, i, row, widths)
        for j, text in enumerate(row):
            _write_text(sheet, i, j, text, styles.wrapped, styles.wrapped_quoted)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    _on_paper(sheet)


def _lines(book: Any, styles: _Styles, name: str, width: int, rows: list[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, width)
    sheet.hide_gridlines(2)
    for i, (label, text) in enumerate(rows):
        _write_text(sheet, i, 0, label, styles.wrapped, styles.wrapped_quoted)
        plain = styles.title if i == 0 else styles.wrapped
        _make_room(sheet, i, [text], [width])
        _write_text(sheet, i, 1, text, plain, styles.wrapped_quoted)
    _on_paper(sheet)


def _about(index: Index, found: Sequence[Table]) -> list[tuple[str, str]]:
    edition = index.edition
    rows = [
        ("", one_line(edition.title)),
        ("edition", edition.name),
        ("licence", f"{index.catalogue.licence}; the facts keep the licences of their publishers (sheet notes)"),
        ("cite as", sentence(index)),
        ("why", one_line(str(edition.content["why"]))),
        ("facts until", f"{retrieved(index):%Y-%m-%d}, the day on which the last of them was retrieved"),
        ("numbers", "rounded as in the CSVs of the release; cells show fewer digits than they hold"),
        ("", ""),
    ]
    rows += [(one.name, one.description) for one in found]
    return [*rows, ("columns", "What each column of each sheet means."), ("notes", "Series, licences, definitions.")]


def _notes(index: Index) -> Iterator[tuple[str, str, str, str]]:
    for one in series(index):
        parts = [*one.weak, *(f"break {', '.join(map(str, b.years))}: {b.note}" for b in one.breaks), one.source.note]
        note = one_line(" ".join(part.strip().rstrip(".") + "." for part in parts if part.strip()))
        yield one.id, one_line(one.source.licence), one_line(one.definition), note


def number_format(table: str, name: str, column: Column) -> str:
    """Return how numbers of a column are shown: years and counts whole, scores with two digits, shares with three."""
    if column.kind == "integer":
        return "0"
    bounds = column.checks.get("in_range", {})
    if max(abs(bounds.get("min_value", 2)), abs(bounds.get("max_value", 2))) < 1.5:
        return "0.000"
    return "0.00" if table in ("index", "uncertainty") or name in ("index", "normalised") else "General"


def _width(name: str, values: pd.Series, column: Column) -> float:
    """Return a width that shows the name beside the button of the filter, and most texts whole."""
    least = max(len(name) + 4, 10)
    if column.kind != "text":
        return least
    longest = max((len(text) for text in values.dropna()), default=0)
    return min(max(least, longest + 2), _WIDEST)
