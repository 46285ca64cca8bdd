"""Plain tables on the terminal, the same in a pipe."""

from __future__ import annotations

import math
import textwrap
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import pandas as pd


WIDTH = 100


def heading(text: str) -> None:
    """Print a heading after an empty line."""
    typer.echo("\n" + textwrap.fill(text, WIDTH))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows in columns as wide as their longest cell; numbers to the right, text to the left.

    Headings are broken at spaces and underscores, so that a long name does not widen a column of short numbers.
    """
    body = [[field(value) for value in row] for row in rows]
    heads, widths, right = [], [], []
    for k, name in enumerate(columns):
        cells = [row[k] for row in body]
        words = name.replace("_", " ").split() or [""]
        width = max(map(len, [*words, *cells]))
        heads.append(textwrap.wrap(" ".join(words), width) or [""])
        widths.append(width)
        right.append(bool(cells) and all(map(_numeric, cells)))
    deep = max(map(len, heads))
    lines = [[([""] * (deep - len(head)) + head)[i] for head in heads] for i in range(deep)]
    for line in [*lines, *body]:
        cells = [cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(line, widths, right, strict=True)]
        typer.echo(("  " + "  ".join(cells)).rstrip())


def note(text: str) -> None:
    """Print a sentence, indented and broken at the width of a narrow terminal."""
    typer.echo(textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="    "))


@contextmanager
def warnings_kept() -> Iterator[list[str]]:
    """Keep the warnings of a computation as sentences, each once; where it fails, they go to the error stream."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        for category in (UserWarning, RuntimeWarning):
            warnings.simplefilter("always", category)
        try:
            yield said
        except BaseException:
            warn(_sentences(caught))
            raise
    said += _sentences(caught)


def warn(said: Iterable[str]) -> None:
    """Write sentences to the error stream, one a line."""
    for one in said:
        typer.echo(f"warning: {one}", err=True)


def _sentences(caught: Iterable[warnings.WarningMessage]) -> list[str]:
    shown = (one for one in caught if issubclass(one.category, UserWarning | RuntimeWarning))
    return list(dict.fromkeys(str(one.message) for one in shown))


def field(value: Any) -> str:
    """Write one cell; a missing number is a dash."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) == "<NA>":
        return "-"
    return value if isinstance(value, str) else str(value)


def number(value: float, digits: int = 2) -> str:
    """Write a number to so many decimals; a missing one is a dash."""
    return "-" if value != value else f"{value:.{digits}f}"


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as mappings, for printing."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _numeric(cell: str) -> bool:
    return cell == "-" or cell.rstrip("%").replace(".", "", 1).replace("-", "", 1).replace(",", "").isdigit()
