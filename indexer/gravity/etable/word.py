"""A table of results as a Word document."""

from __future__ import annotations

import io
from typing import Any

from indexer.errors import UsageError
from indexer.gravity.etable.rows import Grid

BODY, SMALL = 10, 8
CHARACTER, LEAST, LEAST_LABEL = 0.075, 0.7, 1.3
"""Inches that a letter takes, about, and the narrowest columns of numbers and of labels."""


def render(grid: Grid) -> bytes:
    """Return a document with the caption, the table with its three lines, and the notes."""
    try:
        from docx import Document
        from docx.enum.section import WD_ORIENT
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.shared import Inches, Pt
    except ImportError:
        raise UsageError("Word documents need python-docx", where="etable",
                         remedy="pip install 'ai-trade-indexer[docx]'") from None  # fmt: skip
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(BODY)
    style.paragraph_format.space_after = Pt(0)
    page = document.sections[0]
    if sum(_widths(grid, 0.0)) > _room(page):
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = page.page_height, page.page_width
    room = _room(page)
    if grid.title:
        paragraph = document.add_paragraph()
        paragraph.add_run(grid.title).bold = True
        paragraph.paragraph_format.space_after = Pt(4)
        paragraph.paragraph_format.keep_with_next = True
    rows = [row for section in grid.sections for row in section]
    table = document.add_table(len(grid.heads) + len(rows), 1 + grid.n_columns)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    widths = _widths(grid, room)
    for k, column in enumerate(table.columns):
        column.width = Inches(widths[k])
        for cell in column.cells:  # Word reads the widths of cells, others those of columns
            cell.width = Inches(widths[k])
    for k, head in enumerate(grid.heads):
        _put(table.cell(k, 0), head.label, left=True)
        at = 1
        for text, n in head.spans:
            cell = table.cell(k, at)
            if n > 1:
                cell = cell.merge(table.cell(k, at + n - 1))
                if text:
                    _line(cell, "bottom", 4)
            _put(cell, text)
            at += n
    for k, row in enumerate(rows, len(grid.heads)):
        _put(table.cell(k, 0), ("    " if row.kind == "beneath" and row.label else "") + row.label, left=True)
        for j, c in enumerate(row.cells, 1):
            _put(table.cell(k, j), c.text.replace("-", "−") if any(d.isdigit() for d in c.text) else c.text)
    at = len(grid.heads)
    _rule(table.rows[0], "top", 12)
    for section in grid.sections:
        _rule(table.rows[at], "top", 6)
        at += len(section)
    _rule(table.rows[-1], "bottom", 12)
    for k, note in enumerate(grid.notes):
        paragraph = document.add_paragraph()
        paragraph.add_run(note).font.size = Pt(SMALL)
        paragraph.paragraph_format.space_before = Pt(4 if k == 0 else 0)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _room(page: Any) -> float:
    """Inches between the margins."""
    return float(page.page_width - page.left_margin - page.right_margin) / 914400  # units to the inch


def _widths(grid: Grid, room: float) -> list[float]:
    """Inches of each column: numbers and words unbroken, and for the labels what is left of the room."""
    rows = [row for section in grid.sections for row in section]
    need = [max(len(row.cells[k].text) for row in rows) for k in range(grid.n_columns)]
    for head in grid.heads:
        at = 0
        for text, n in head.spans:
            word = max((len(w) for w in text.split()), default=0)
            need[at : at + n] = [max(one, -(-word // n)) for one in need[at : at + n]]
            at += n
    columns = [max(one * CHARACTER + 0.2, LEAST) for one in need]
    label = max(len(row.label) for row in rows) * CHARACTER + 0.3
    return [max(min(label, room - sum(columns)), LEAST_LABEL), *columns]


def _put(cell: Any, text: str, left: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph.add_run(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True  # a table that fits on a page stands on one, with its notes


def _rule(row: Any, side: str, size: int) -> None:
    # by element: cells that were merged come once for each column
    from docx.table import _Cell

    for element in row._tr.tc_lst:
        _line(_Cell(element, row._parent), side, size)


def _line(cell: Any, side: str, size: int) -> None:
    """Draw a line at a side of a cell, `size` in eighths of a point; the library has no call for it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
