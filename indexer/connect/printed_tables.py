"""Printed tables of amounts and growth rates: the shipped one, and files that users give."""

from __future__ import annotations

import csv
from pathlib import Path

from indexer.audit.series import Series, from_long, from_wide
from indexer.errors import UsageError
from indexer.folder import read_table
from indexer.resources import folder as shipped_folder

SHIPPED = "_reference/printed/printed_world_exports.csv"
LONGEST = 100_000
"""Characters of a header that are looked at."""


def read_printed(path: str | Path | None = None) -> tuple[Series, ...]:
    """Read a printed table as text, so that the precision of every cell is kept.

    Parameters
    ----------
    path : path, optional
        A CSV, wide (year, and x_amount and x_growth for every series x) or long (series, year, amount, growth); the
        shipped table of world exports by default.

    Returns
    -------
    tuple of Series

    Raises
    ------
    FactsError
        With every cell that is no number, by line.
    UsageError
        If there is no such file, a series lacks a column, or years do not ascend.
    """
    file = shipped_folder("indicators") / SHIPPED if path is None else Path(path)
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            header = next(csv.reader([lines.readline(LONGEST)]), [])
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}", where=str(file),
            remedy="give a CSV with year, x_amount, x_growth, or with series, year, amount, growth",
        ) from None  # fmt: skip
    is_long = "series" in (one.strip() for one in header)
    frame = read_table(file, "printed_long" if is_long else "printed_wide")
    return from_long(frame, str(file)) if is_long else from_wide(frame, str(file))
