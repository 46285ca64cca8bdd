"""A table of results in Markdown, with the tables of GitHub and pandoc."""

from __future__ import annotations

import re

from indexer.gravity.etable.rows import Grid


def render(grid: Grid) -> str:
    """Return a table with one line of headings, its parts joined by line breaks, since Markdown has no more."""
    over: list[list[str]] = [[] for _ in range(grid.n_columns)]
    for head in grid.heads:
        at = 0
        for text, n in head.spans:
            for k in range(at, at + n):
                over[k] += [escape(text)] if text else []
            at += n
    labels = [escape(head.label) for head in grid.heads if head.label]
    lines = [f"**{escape(grid.title)}**", ""] if grid.title else []
    lines.append(_line([" / ".join(labels), *("<br>".join(parts) for parts in over)]))
    lines.append(_line([":---", *[":---:"] * grid.n_columns]))
    for section in grid.sections:
        for row in section:
            label = f"*{escape(row.label)}*" if row.kind == "beneath" and row.label else escape(row.label)
            lines.append(_line([label, *(escape(c.text) for c in row.cells)]))
    return "\n".join([*lines, "", *(f"{escape(note)}\n" for note in grid.notes)])


def escape(text: str) -> str:
    r"""Return text with what means something to Markdown marked as text.

    Examples
    --------
    >>> escape("a_b | *c*") == r"a\_b \| \*c\*"
    True
    """
    text = re.sub(r"([\\`*_|\[\]<>~#$])", r"\\\1", text.replace("&", "&amp;"))
    return text.replace("\n", " ")


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
