"""Exports and imports by economy, product and year, for measures of specialisation."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from indexer.connect.product_files import open_product_files
from indexer.connect.table_file import files
from indexer.errors import UsageError
from indexer.folder import read_table


def product_totals(paths: str | Path | Iterable[str | Path], economies: Iterable[str]) -> pd.DataFrame:
    """Read totals by product from a table of one's own, or add them up from product-level files.

    Parameters
    ----------
    paths : path or paths
        One CSV exporter,product,year,export[,import]; or files as `indexer.connect.product_files` reads them.
    economies : iterable of str
        Codes of economies, for product-level files; a table of one's own may name whom it likes.

    Returns
    -------
    DataFrame
        exporter, product, year, export and, where known, import.

    Raises
    ------
    FactsError
        With all faults of a table of one's own.
    UsageError
        For files that cannot be read, or a table of one's own beside other files.
    """
    given = files(paths)
    own = [file for file in given if _is_own(file)]
    if not own:
        return open_product_files(given, economies).totals()
    if len(given) > 1:
        remedy = "give the table exporter,product,year,export[,import] alone"
        raise UsageError(f"{len(given)} files", where="--data", remedy=remedy)
    return read_table(own[0], "product_trade")


def _is_own(file: Path) -> bool:
    """Tell by its header whether a file is a table of totals."""
    if file.suffix.lower() != ".csv":
        return False
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            header = {one.strip() for one in next(csv.reader([lines.readline()]), [])}
    except OSError as error:
        remedy = "check name and permissions"
        raise UsageError(f"cannot be read: {error.strerror}", where=str(file), remedy=remedy) from None
    return "product" in header and "export" in header
