"""datapackage.json: every table of a release with its schema, sources and licences (Frictionless Data Package v1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from indexer import schemas
from indexer.catalogue import Indicator
from indexer.publish import layout
from indexer.publish.sources import licence_url, series, spdx
from indexer.publish.table import Table, tables
from indexer.publish.text import json_bytes, one_line
from indexer.schemas import Column

if TYPE_CHECKING:
    from indexer.index import Index

_TYPES = {"text": "string", "integer": "integer", "number": "number"}
_FACTUAL = ("facts", "cells", layout.CORRECTIONS)
"""Tables that pass on the publishers' own numbers, and with them their licences."""
_SAID = {
    layout.PARAMETERS: ("Everything fitted; `indexer.score` scores facts with it", "json", "application/json"),
    layout.METHODOLOGY: ("The edition: every choice of method with its reason", "yaml", "application/yaml"),
    layout.CITATION: ("How to cite the release", "yaml", "application/yaml"),
    layout.LICENCES: ("Licences of the index and of the facts it rests on", "txt", "text/plain"),
}
_UNBOUNDED = 1e300


def datapackage(index: Index, content: Mapping[str, bytes]) -> bytes:
    """Return the descriptor of the CSVs and documents in `content`; other formats repeat the same tables."""
    whole = {one.name: one for one in tables(index, content)}
    resources = []
    for file, data in content.items():
        if year := layout.year_of(file):
            resources.append(_table(whole["index"], file, data, f"The index of {year}."))
        elif layout.schema_of(file):
            resources.append(_table(whole[file.removesuffix(".csv")], file, data))
        elif file in _SAID:
            resources.append(_document(file, data))
    terms = _licences([one.source.licence for one in series(index)])
    for one in resources:
        if one["name"] in _FACTUAL:
            one["licenses"] = terms
    sources = [{"title": title, "path": path} for title, path in dict.fromkeys(map(_source, series(index)))]
    edition = index.edition
    return json_bytes(
        {
            "profile": "data-package",
            "name": _slug(f"{index.catalogue.title} {edition.name}"),
            "title": one_line(edition.title),
            "version": edition.name,
            "description": one_line(str(edition.content["why"])),
            "licenses": _licences([index.catalogue.licence]),
            "sources": sources,
            "resources": resources,
        }
    )


def _table(table: Table, file: str, data: bytes, description: str = "") -> dict[str, Any]:
    schema = str(layout.schema_of(file))
    fields = [
        {"name": str(name), "type": _TYPES[column.kind], "description": said, **_constraints(schema, column)}
        for name, column, said in zip(table.frame.columns, table.columns, table.descriptions, strict=True)
    ]
    described: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    key = schemas.keys(schema)[0]
    required = {one["name"] for one in fields if one.get("constraints", {}).get("required")}
    if set(key) <= required:
        described["primaryKey"] = list(key)
    return {
        "profile": "tabular-data-resource",
        **_common(file, data, description or table.description, "csv", "text/csv"),
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": described,
    }


def _document(file: str, data: bytes) -> dict[str, Any]:
    description, ending, media = _SAID[file]
    return {"profile": "data-resource", **_common(file, data, description, ending, media), "encoding": "utf-8"}


def _common(file: str, data: bytes, description: str, ending: str, media: str) -> dict[str, Any]:
    return {
        "name": file.rpartition(".")[0].lower(),
        "path": file,
        "description": description,
        "format": ending,
        "mediatype": media,
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }


def _constraints(schema: str, column: Column) -> dict[str, Any]:
    """Translate the rules of a column, which are pandera's, into those of a table schema."""
    out: dict[str, Any] = {}
    if layout.must_be_given(schema, column):
        out["required"] = True
    if column.unique:
        out["unique"] = True
    if "isin" in column.checks:
        out["enum"] = list(column.checks["isin"])
    if "str_matches" in column.checks:
        out["pattern"] = str(column.checks["str_matches"]).removeprefix(r"\A").removesuffix(r"\Z")
    bounds = column.checks.get("in_range", {})
    for name, bound in (("minimum", bounds.get("min_value")), ("maximum", bounds.get("max_value"))):
        if bound is not None and abs(bound) < _UNBOUNDED:
            out[name] = bound
    return {"constraints": out} if out else {}


def _licences(names: list[str]) -> list[dict[str, str]]:
    out = []
    for name in dict.fromkeys(map(one_line, names)):
        one = {"name": spdx(name) or _slug(name), "title": name}
        if url := licence_url(name):
            one["path"] = url
        out.append(one)
    return out


def _source(indicator: Indicator) -> tuple[str, str]:
    one = indicator.source
    return one_line(f"{one.publisher}: {one.dataset} ({one.vintage}; {one.licence})"), one.url


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-") or "index"
