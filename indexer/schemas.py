"""The schemas, read once: columns and types of every table, the JSON Schema of every document, the licences."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from indexer.errors import UsageError
from indexer.resources import folder

Kind = Literal["text", "integer", "number"]
_KINDS: Mapping[str, Kind] = {"str": "text", "int64": "integer", "Int64": "integer", "float64": "number"}


@dataclass(frozen=True)
class Column:
    """A column of a table schema; where `regex`, `name` is a pattern that stands for one column or more."""

    name: str
    dtype: str
    kind: Kind
    description: str
    nullable: bool
    required: bool
    regex: bool
    unique: bool
    checks: Mapping[str, Any]

    def matches(self, header: str) -> bool:
        """Tell whether a column of that name in a file is this one."""
        return bool(re.fullmatch(self.name, header)) if self.regex else self.name == header


@cache
def table_names() -> tuple[str, ...]:
    """Return the names of all table schemas."""
    return tuple(sorted(path.stem for path in (folder("schemas") / "tables").glob("*.yaml")))


@cache
def table_text(name: str) -> str:
    """Return the table schema of that name as it stands (YAML that pandera reads).

    Raises
    ------
    UsageError
        If there is none.
    """
    if name not in table_names():
        raise UsageError(f"no table schema {name!r}", remedy=f"one of: {', '.join(table_names())}")
    return (folder("schemas") / "tables" / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def table(name: str) -> Mapping[str, Any]:
    """Return the table schema of that name as plain values."""
    import yaml

    return yaml.safe_load(table_text(name))


@cache
def columns(name: str) -> tuple[Column, ...]:
    """Return the columns of a table schema, in order."""
    return tuple(
        Column(
            name=column,
            dtype=one["dtype"],
            kind=_KINDS[one["dtype"]],
            description=one["description"],
            nullable=one.get("nullable", False),
            required=one.get("required", True),
            regex=one.get("regex", False),
            unique=one.get("unique", False),
            checks=one.get("checks", {}),
        )
        for column, one in table(name)["columns"].items()
    )


@cache
def keys(name: str) -> tuple[tuple[str, ...], ...]:
    """Return every group of columns whose values may occur once only."""
    whole = tuple(table(name)["unique"])
    return (whole, *((one.name,) for one in columns(name) if one.unique and whole != (one.name,)))


@cache
def may_be_empty(name: str) -> bool:
    """Tell whether a table of that schema may have no row."""
    return bool(table(name).get("metadata", {}).get("may_be_empty", False))


@cache
def document(name: str) -> Mapping[str, Any]:
    """Return the JSON Schema `<name>.schema.json`."""
    return json.loads((folder("schemas") / f"{name}.schema.json").read_text(encoding="utf-8"))


@cache
def licences(room: Literal["indicators", "trade"]) -> tuple[str, ...]:
    """Return the licences under which files of that room may be shipped."""
    import yaml

    listed = yaml.safe_load((folder("schemas") / "licences.yaml").read_text(encoding="utf-8"))
    return tuple(listed["indicators"]) + (tuple(listed["trade"]) if room == "trade" else ())
