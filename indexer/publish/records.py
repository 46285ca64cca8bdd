"""Tables as JSON, one file each: what the columns mean, then one row a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from indexer.publish.table import Table, tables
from indexer.publish.text import one_line

if TYPE_CHECKING:
    from indexer.index import Index


def records(index: Index, content: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return `<table>.json` of every table: title, edition, licence, columns, and rows as objects; empty cells null."""
    about = {
        "title": one_line(index.edition.title),
        "edition": index.edition.name,
        "licence": index.catalogue.licence,
    }
    return {f"{one.name}.json": _bytes(one, about) for one in tables(index, content)}


def _bytes(table: Table, about: Mapping[str, str]) -> bytes:
    columns = [
        {"name": str(name), "type": column.kind, "description": said}
        for name, column, said in zip(table.frame.columns, table.columns, table.descriptions, strict=True)
    ]
    head = {"table": table.name, "description": table.description, **about, "columns": columns}
    names = [str(name) for name in table.frame.columns]
    values = [table.frame[name].astype(object).where(table.frame[name].notna(), None).tolist() for name in names]
    rows = [_dumped(dict(zip(names, row, strict=True))) for row in zip(*values, strict=True)]
    body = ",\n    ".join(rows)
    text = _dumped(head, indent=2).removesuffix("\n}")
    return f'{text},\n  "rows": [{f"{chr(10)}    {body}{chr(10)}  " if rows else ""}]\n}}\n'.encode()


def _dumped(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
