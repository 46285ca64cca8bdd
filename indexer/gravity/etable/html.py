"""A table of results as HTML: a page that needs nothing else and prints well, or a part of one."""

from __future__ import annotations

from html import escape

from indexer.gravity.etable.rows import Grid, Head, Row

STYLE = """
.etable {font-family: Georgia, "Times New Roman", serif; font-size: 15px; color: #111; background: #fff;
  display: inline-block; text-align: left}
.etable table {border-collapse: collapse; border-top: 2px solid #111; border-bottom: 2px solid #111; margin: 0}
.etable caption {text-align: left; font-weight: bold; padding: 0 0 .5em; caption-side: top}
.etable th, .etable td {padding: .12em .8em; text-align: center; font-weight: normal; white-space: nowrap; border: 0;
  background: none; color: inherit; font-variant-numeric: tabular-nums}
.etable th.wide {white-space: normal; max-width: 14em}
.etable th[scope=row] {text-align: left; padding-left: .2em; white-space: normal; min-width: 11em}
.etable tr.estimate > * {padding-top: .4em}
.etable tr.beneath th {padding-left: 1.4em; color: #444}
.etable th[colspan] span {display: block; border-bottom: 1px solid #111}
.etable tbody + tbody tr:first-child > *, .etable tbody:first-of-type tr:first-child > * {border-top: 1px solid #111}
.etable sup {line-height: 0}
.etable .notes {font-size: 12.5px; line-height: 1.4; margin: .5em 0 0; max-width: 62em; color: #333}
.etable .notes p {margin: 0 0 .15em}
@media print {.etable {font-size: 10pt} .etable sup {line-height: 0}
.etable .notes {font-size: 8pt} .etable table {page-break-inside: avoid}}
"""


def render(grid: Grid) -> str:
    """Return the table as a page of its own."""
    title = escape(grid.title or "Estimates")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        "<style>body {margin: 2em} @page {margin: 1.5cm}</style>\n</head>\n<body>\n"
        f"{fragment(grid)}\n</body>\n</html>\n"
    )


def fragment(grid: Grid) -> str:
    """Return the table with its style, to stand in a page or a notebook."""
    caption = f"<caption>{escape(grid.title)}</caption>\n" if grid.title else ""
    head = "\n".join(_head(h) for h in grid.heads)
    body = "\n".join("<tbody>\n" + "\n".join(_row(r) for r in section) + "\n</tbody>" for section in grid.sections)
    notes = "\n".join(f"<p>{escape(note)}</p>" for note in grid.notes)
    return (
        f'<style>{STYLE}</style>\n<div class="etable">\n<table>\n{caption}<thead>\n{head}\n</thead>\n{body}\n</table>\n'
        f'<div class="notes">\n{notes}\n</div>\n</div>'
    )


def _head(head: Head) -> str:
    cells = [f'<th scope="row">{escape(head.label)}</th>']
    for text, n in head.spans:
        if n > 1:
            cells.append(f'<th colspan="{n}" scope="colgroup"><span>{escape(text)}</span></th>')
        else:
            cells.append(f'<th class="wide" scope="col">{escape(text)}</th>')
    return f"<tr>{''.join(cells)}</tr>"


def _row(row: Row) -> str:
    cells = "".join(f"<td>{cell(c.text)}</td>" for c in row.cells)
    return f'<tr class="{row.kind}"><th scope="row">{escape(row.label)}</th>{cells}</tr>'


def cell(text: str) -> str:
    """Return a cell: a minus is one, marks stand above."""
    marks = text[len(text.rstrip("*")) :]
    body = escape(text.rstrip("*"))
    if any(c.isdigit() for c in body):
        body = body.replace("-", "−")
    return body + (f"<sup>{marks}</sup>" if marks else "")
