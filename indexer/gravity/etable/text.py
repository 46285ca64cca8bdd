"""A table of results as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from indexer.gravity.etable.rows import Grid, Head

GAP = 2
WIDEST_LABEL, WIDEST_HEADING = 40, 18
LEAST_NOTES = 72


def render(grid: Grid) -> str:
    """Return the table as text, headings over their columns, notes beneath."""
    rows = [row for section in grid.sections for row in section]
    cells = [[c.text for c in row.cells] for row in rows]
    widths = [max([len(line[k]) for line in cells]) for k in range(grid.n_columns)]
    for head in grid.heads:
        _widen(widths, head)
    labels = [row.label for row in rows] + [head.label for head in grid.heads]
    first = min(max(len(text) for text in labels), WIDEST_LABEL)
    total = first + sum(w + GAP for w in widths)
    lines = [*textwrap.wrap(grid.title, max(total, LEAST_NOTES)), "=" * total] if grid.title else ["=" * total]
    for head in grid.heads:
        lines += _heading(head, first, widths)
    at = 0
    for section in grid.sections:
        lines.append("-" * total)
        for row in section:
            label = textwrap.wrap(row.label, first) or [""]
            lines += label[:-1]
            # an interval or error stands in its brackets: the point of the number above stays over its own
            texts = [f"{t} " if row.kind != "beneath" and t else t for t in cells[at]]
            texts = [t if len(t) <= w else t.rstrip() for t, w in zip(texts, widths, strict=True)]
            lines.append(
                (
                    label[-1].ljust(first) + "".join(" " * GAP + t.rjust(w) for t, w in zip(texts, widths, strict=True))
                ).rstrip()
            )
            at += 1
    lines.append("=" * total)
    for note in grid.notes:
        lines += textwrap.wrap(note, max(total, LEAST_NOTES), subsequent_indent="  ")
    return "\n".join(lines)


def _widen(widths: list[int], head: Head) -> None:
    """Make columns wide enough for the longest word of a heading, and for short headings as they are."""
    at = 0
    for text, n in head.spans:
        need = max([min(len(text), WIDEST_HEADING), *(len(w) for w in text.split())], default=0)
        have = sum(widths[at : at + n]) + GAP * (n - 1)
        for k in range(at, at + n):
            widths[k] += max(0, -(-(need - have) // n))
        at += n


def _heading(head: Head, first: int, widths: Sequence[int]) -> list[str]:
    blocks: list[tuple[int, list[str]]] = [(-first, [head.label])]
    at = 0
    for text, n in head.spans:
        width = sum(widths[at : at + n]) + GAP * (n - 1)
        blocks.append((width, textwrap.wrap(text, width) or [""]))
        at += n
    deep = max(len(lines) for _, lines in blocks)
    out = []
    for k in range(deep):
        parts = []
        for width, lines in blocks:
            line = ([""] * (deep - len(lines)) + lines)[k]
            parts.append(
                line.ljust(-width)
                if width < 0
                else " " * GAP + (line.center(width) if _spans(width, widths) else line.rjust(width))
            )
        out.append("".join(parts).rstrip())
    if any(n > 1 for _, n in head.spans):
        rules = ["-" * width for width, _ in blocks[1:]]
        out.append(
            " " * first
            + "".join(" " * GAP + r if t else " " * (GAP + len(r)) for r, (t, _) in zip(rules, head.spans, strict=True))
        )
    return out


def _spans(width: int, widths: Sequence[int]) -> bool:
    return width > max(widths)
