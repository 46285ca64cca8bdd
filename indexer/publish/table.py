"""The tables of a release as typed frames, read from its own CSVs: what other formats hold is what the CSVs hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from indexer import schemas
from indexer.publish import layout
from indexer.publish.text import one_line
from indexer.schemas import Column

if TYPE_CHECKING:
    from indexer.index import Index


@dataclass(frozen=True)
class Table:
    """A table of a release.

    `columns` and `descriptions` have one entry for each column of `frame`, in its order; text that is missing is None,
    whole numbers with gaps are Int64.
    """

    name: str
    description: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    descriptions: tuple[str, ...]


def tables(index: Index, content: Mapping[str, bytes]) -> tuple[Table, ...]:
    """Return every table of a release by its CSV, yearly files apart, in the order of the layout."""
    sets = {one.id: one_line(one.name) for one in index.catalogue.sets}
    out = []
    for name in (*layout.TABLES, *([layout.CORRECTIONS] if f"{layout.CORRECTIONS}.csv" in content else [])):
        schema = str(layout.schema_of(f"{name}.csv"))
        frame = read(content[f"{name}.csv"], schema)
        columns = layout.columns_of(schema, list(frame.columns))
        said = [
            f"{sets.get(header, header)}: {column.description}" if column.regex else column.description
            for header, column in zip(frame.columns, columns, strict=True)
        ]
        out.append(Table(name, str(schemas.table(schema)["description"]), frame, tuple(columns), tuple(said)))
    return tuple(out)


def read(data: bytes, schema: str) -> pd.DataFrame:
    """Read the bytes of a CSV that this program has just written; no word in it stands for a missing value."""
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    fields = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    return pd.DataFrame(
        {
            name: _typed(values, column)
            for name, values, column in zip(header, fields, layout.columns_of(schema, header), strict=True)
        }
    )


def _typed(values: tuple[str, ...], column: Column) -> pd.Series:
    if column.kind == "text":
        return pd.Series([one or None for one in values], dtype="str")
    if column.kind == "integer":
        return pd.Series([int(one) if one else None for one in values], dtype=column.dtype)
    return pd.Series([float(one) if one else float("nan") for one in values], dtype="float64")
