"""Plain tables on the terminal, the same in a pipe."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import pandas as pd


def heading(text: str) -> None:
    """Print a heading after an empty line."""
    typer.echo(f"\n{text}")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows in columns as wide as their longest cell; numbers to the right, text to the left."""
    cells = [list(columns), *([field(value) for value in row] for row in rows)]
    body = list(zip(*cells, strict=True))
    widths = [max(len(cell) for cell in column) for column in body]
    right = [all(_numeric(cell) for cell in column[1:]) and len(column) > 1 for column in body]
    for row in cells:
        line = (cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(row, widths, right, strict=True))
        typer.echo(("  " + "  ".join(line)).rstrip())


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
