"""Tables as Parquet, one file each, with edition, licence and the meaning of every column inside."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from indexer.publish.citation import sentence
from indexer.publish.table import Table, tables
from indexer.publish.text import one_line

if TYPE_CHECKING:
    from indexer.index import Index


def parquet(index: Index, content: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return `<table>.parquet` of every table; whole numbers are int64, others float64, empty cells null."""
    about = {
        "title": one_line(index.edition.title),
        "edition": index.edition.name,
        "licence": index.catalogue.licence,
        "citation": sentence(index),
    }
    return {f"{one.name}.parquet": _bytes(one, about) for one in tables(index, content)}


def _bytes(table: Table, about: Mapping[str, str]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    plain = pa.Table.from_pandas(table.frame, preserve_index=False)
    fields = [
        pa.field(str(name), types[column.kind], metadata={"description": said})
        for name, column, said in zip(table.frame.columns, table.columns, table.descriptions, strict=True)
    ]
    known = {**about, "table": table.name, "description": table.description}
    # The note of pandas stays: it lets pandas read whole numbers with gaps as whole numbers.
    typed = plain.cast(pa.schema(fields, metadata={**(plain.schema.metadata or {}), **known}))
    out = io.BytesIO()
    pq.write_table(typed, out)
    return out.getvalue()
