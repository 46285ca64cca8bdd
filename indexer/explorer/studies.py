"""Studies as the page shows them: tables as text and numbers, and the coefficients to be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from indexer.errors import UsageError

if TYPE_CHECKING:
    from indexer.study.report import Study

_ENDS = (("conf_low", "conf_high"), ("low", "high"))
_NO_PART = ("note", "estimator")
"""Columns of text that do not tell coefficients apart, or say again what another one says."""
_LIMITS = "What the data can and cannot say"


def study_of(given: Study | Mapping[str, Any]) -> dict[str, Any]:
    """Return a study's title, sentence, caveats, tables (columns, rows) and coefficients.

    Parameters
    ----------
    given : Study or mapping
        A result, or what its `as_dict()` gives. Coefficients are those of its first table that has columns `estimate`
        and `low`, `high` (or `conf_low`, `conf_high`), also with a prefix; without such a table, those of its models.

    Raises
    ------
    UsageError
        If a title or the tables are not there, or a table is no list of rows.
    """
    formats: dict[str, Mapping[str, str]] = {}
    if not isinstance(given, Mapping):
        formats = {one.name: dict(one.formats) for one in given.tables}
        given = given.as_dict()
    title, tables = given.get("title"), given.get("tables")
    if not isinstance(title, str) or not isinstance(tables, list):
        raise UsageError("this is no study: it has no title and tables", where="study", remedy="write it by "
                         "`indexer study NAME --json`")  # fmt: skip
    found = [_table(one, formats) for one in tables]
    if given.get("limits"):
        found.append(_table({"name": "limits", "caption": _LIMITS, "rows": given["limits"]}, formats))
    chart, coefficients = _of_tables(tables)
    return {
        "name": str(given.get("name", title)),
        "title": title,
        "sentence": str(given.get("sentence", "")),
        "caveats": _texts(given.get("caveats")),
        "tables": found,
        "coefficients": coefficients or list(_of_models(given.get("models") or {})),
        "chart": chart,
    }


def _table(one: Any, formats: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    rows = one.get("rows") if isinstance(one, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise UsageError("a table of the study is no list of rows", where="study", remedy="write it by "
                         "`indexer study NAME --json`")  # fmt: skip
    columns = list(dict.fromkeys(str(key) for row in rows for key in row))
    name = str(one.get("name", ""))
    return {
        "name": name,
        "caption": str(one.get("caption", name)),
        "columns": columns,
        "rows": [[_plain(row.get(column)) for column in columns] for row in rows],
        "digits": {column: _digits(how) for column, how in formats.get(name, {}).items()},
        "notes": _texts(one.get("notes")),
    }


def _digits(how: str) -> int | None:
    """Return the decimals of a format such as ".3f"; None for another."""
    text = how.lstrip("+,").removeprefix(".").removesuffix("f")
    return int(text) if text.isdecimal() else None


def _of_tables(tables: Sequence[Mapping[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Caption and coefficients of the first table that has some; its columns of text say which each is."""
    for one in tables:
        found = []
        for row in one["rows"]:
            parts = {str(k): v for k, v in row.items() if isinstance(v, str) and v and k not in _NO_PART}
            for column in row:
                ends = (
                    _interval(row, str(column).removesuffix("estimate")) if str(column).endswith("estimate") else None
                )
                if ends:
                    prefix = str(column).removesuffix("estimate").strip("_ ")
                    found.append({"parts": parts | ({"design": prefix} if prefix else {}), **ends})
        if found:
            return str(one.get("caption", "")), found
    return "", []


def _of_models(models: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, fit in models.items():
        for row in fit.get("coefficients", ()) if isinstance(fit, Mapping) else ():
            ends = _interval(row, "") if isinstance(row, Mapping) else None
            if ends and row.get("term") != "Intercept":
                yield {"parts": {"model": str(name), "term": str(row.get("term", ""))}, **ends}


def _interval(row: Mapping[str, Any], prefix: str) -> dict[str, float] | None:
    for low, high in _ENDS:
        found = [_number(row.get(prefix + name)) for name in ("estimate", low, high)]
        if None not in found:
            return dict(zip(("estimate", "low", "high"), found, strict=True))  # type: ignore[arg-type]
    return None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _plain(value: Any) -> str | float | None:
    if value is None or isinstance(value, str):
        return value
    return str(value) if _number(value) is None else value


def _texts(given: Any) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list | tuple) else []
