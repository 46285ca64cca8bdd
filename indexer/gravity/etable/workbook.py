"""A table of results as a sheet, its numbers in full behind what is shown."""

from __future__ import annotations

import datetime
import io
import textwrap

from indexer.errors import UsageError
from indexer.gravity.etable.rows import Grid

LINE, THIN = 2, 1
WIDTH, LINE_HEIGHT = 15, 15
LONGEST = 32_767
"""Characters in a cell; the library leaves out a longer text in silence."""


def render(grid: Grid) -> bytes:
    """Return a workbook with one sheet; text stays text, whatever it begins with.

    Raises
    ------
    UsageError
        If xlsxwriter is not installed, or a text is longer than a cell can hold.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError("workbooks need xlsxwriter", where="etable",
                         remedy="pip install 'ai-trade-indexer[excel]'") from None  # fmt: skip
    texts = [grid.title, *grid.notes, *(row.label for section in grid.sections for row in section)]
    texts += [text for head in grid.heads for text, _ in head.spans]
    if (longest := max(map(len, texts))) > LONGEST:
        raise UsageError(f"a text of {longest:,} characters, more than a cell can hold", where="etable",
                         remedy="shorten titles, headings, labels and notes")  # fmt: skip
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": grid.title, "created": datetime.datetime(2000, 1, 1)})
    sheet = book.add_worksheet("Table")
    base = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}

    def look(**more: object) -> object:
        return book.add_format({**base, **more})

    at = 0
    if grid.title:
        sheet.write_string(0, 0, grid.title, look(bold=True))
        at = 1
    for k, head in enumerate(grid.heads):
        top = {"top": LINE} if k == 0 else {}
        sheet.write_string(at, 0, head.label, look(**top))
        column = 1
        for text, n in head.spans:
            if n > 1:
                under = {"bottom": THIN} if text else {}
                sheet.merge_range(at, column, at, column + n - 1, "", look(align="center", **top, **under))
            sheet.write_string(
                at,
                column,
                text,
                look(align="center", text_wrap=n == 1, **top, **({"bottom": THIN} if n > 1 and text else {})),
            )
            column += n
        deep = max((len(textwrap.wrap(text, WIDTH - 2)) for text, n in head.spans if n == 1), default=1)
        sheet.set_row(at, LINE_HEIGHT * max(deep, 1))  # not every program makes room for wrapped text
        at += 1
    sheet.freeze_panes(at, 1)
    for number, section in enumerate(grid.sections):
        for k, row in enumerate(section):
            lines = {"top": THIN} if k == 0 else {}
            if number == len(grid.sections) - 1 and k == len(section) - 1:
                lines["bottom"] = LINE
            indent = {"indent": 1} if row.kind == "beneath" else {}
            sheet.write_string(at, 0, row.label, look(**lines, **indent))
            for j, c in enumerate(row.cells, 1):
                if c.value is None or c.value != c.value or abs(c.value) == float("inf"):
                    sheet.write_string(at, j, c.text, look(align="center", **lines))
                else:
                    sheet.write_number(at, j, c.value, look(align="center", num_format=c.pattern, **lines))
            at += 1
    last = grid.n_columns
    for note in grid.notes:
        sheet.write_string(at, 0, note, look(font_size=9))
        at += 1
    sheet.set_column(
        0, 0, max([len(r.label) for s in grid.sections for r in s] + [len(h.label) for h in grid.heads]) + 2
    )
    sheet.set_column(1, last, WIDTH)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()
