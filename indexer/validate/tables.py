"""Typed tables against their schema (pandera); failure cases find their way back to the lines of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from indexer import schemas
from indexer.errors import FactsError, Fault
from indexer.material import Table
from indexer.schemas import Column
from indexer.validate.economies import CODES, Gazetteer

_HUGE = 1e300
# Rules about the columns as such; pandera gives the column as the failing case.
_LAYOUT = {
    "column_in_schema": "unknown column",
    "column_in_dataframe": "the column is missing",
    "column_ordered": "the column is not in its place",
}


def check(table: Table, gazetteer: Gazetteer | None = None) -> list[Fault]:
    """Name every cell that its schema refuses and every key that stands twice.

    Faults of the header and cells that could not be typed were named when the table was read and are passed over.

    Parameters
    ----------
    table : Table
        What was read.
    gazetteer : Gazetteer, optional
        For remedies where a code of an economy is malformed.
    """
    if table.frame.empty:
        return []
    known = {name: _column(table.schema, name) for name in table.raw}
    faults = []
    for name, row, rule, _ in _failures(table.schema, table.frame):
        if name not in known or row is None or table.untyped[name][row]:
            continue
        value = table.raw[name][row]
        column = known[name]
        code = gazetteer is not None and name in CODES
        remedy = gazetteer.remedy(value) if gazetteer is not None and code else f"give {column.description}"
        faults.append(Fault(table.file, int(table.lines[row]), name, value, _wording(column, rule), remedy))
    for key, row, first in _repeated(table.schema, table.frame, table.untyped):
        value = ",".join(table.raw[name][row] for name in key)
        message = f"stands already on line {table.lines[first]}"
        remedy = "keep one of the two rows"
        faults.append(Fault(table.file, int(table.lines[row]), ",".join(key), value, message, remedy))
    return faults


def check_values(table: Table, valid: Mapping[str, Any], column: str = "value") -> list[Fault]:
    """Name every value outside the range that the metadata of its indicator allow.

    Parameters
    ----------
    table : Table
        Facts of one indicator.
    valid : mapping
        `minimum`, `maximum` and `integer` of the metadata, each optional.
    column : str
        The column of values.
    """
    if column not in table.frame:
        return []
    mend = "correct the value, or `valid` in the metadata of the indicator"
    return [
        Fault(table.file, int(table.lines[row]), column, table.raw[column][row], message, mend)
        for wrong, message in outside(table.frame[column].to_numpy(dtype=float), valid)
        for row in np.flatnonzero(wrong)
    ]


def outside(values: np.ndarray, valid: Mapping[str, Any]) -> Iterator[tuple[np.ndarray, str]]:
    """Yield which values break each rule of `valid` (minimum, maximum, integer), and what is wrong with them."""
    if "minimum" in valid:
        yield values < valid["minimum"], f"is below {valid['minimum']:g}, the least valid value"
    if "maximum" in valid:
        yield values > valid["maximum"], f"is above {valid['maximum']:g}, the greatest valid value"
    if valid.get("integer", False):
        yield np.isfinite(values) & (values != np.round(values)), "is not whole, as `valid` wants"


def check_frame(frame: pd.DataFrame, schema: str, *, file: str | None = None) -> pd.DataFrame:
    """Check a frame before it is written (or after it was read back) and return it unchanged.

    Parameters
    ----------
    frame : DataFrame
        The table, with the columns of the schema in their order; its index is not looked at.
    schema : str
        Name of a table schema.
    file : str, optional
        The name that faults give the table; the name of the schema with `.csv` by default.

    Raises
    ------
    FactsError
        With every fault; lines are those that the rows will have in a CSV.
    """
    file = file or f"{schema}.csv"
    plain = frame.reset_index(drop=True)
    faults = []
    if plain.empty and not schemas.may_be_empty(schema):
        faults.append(Fault(file, 1, None, None, "the table has no row", "give the rows"))
    for name, row, rule, case in _failures(schema, plain):
        if plain.empty and rule == "dtype":
            # Columns without a value have no type of their own.
            continue
        column = None if rule in _LAYOUT or name not in plain else _column(schema, name)
        message = _wording(column, rule) if column else _LAYOUT.get(rule, "no column of the kind that the schema wants")
        remedy = f"give {column.description}" if column else "give the columns of the schema, in its order"
        line = 1 if row is None else row + 2
        shown = None if rule == "not_nullable" else str(case)
        faults.append(Fault(file, line, name, shown, message, remedy))
    for key, row, first in _repeated(schema, plain, {}):
        value = ",".join(str(plain[name].iloc[row]) for name in key)
        remedy = "keep one of the two rows"
        faults.append(Fault(file, row + 2, ",".join(key), value, f"stands already on line {first + 2}", remedy))
    if faults:
        raise FactsError(sorted(faults, key=lambda fault: fault.line or 0))
    return frame


@cache
def _schema(name: str) -> Any:
    import pandera.pandas  # noqa: F401 - registers what pandera needs to check pandas frames
    from pandera.io.pandas_io import from_yaml

    schema = from_yaml(schemas.table_text(name))
    # Keys that stand twice are found here by `_repeated`, which can name the first of them.
    schema.unique = None
    for column in schema.columns.values():
        column.unique = False
    return schema


def _column(schema: str, name: str) -> Column:
    return next(one for one in schemas.columns(schema) if one.matches(name))


def _failures(schema: str, frame: pd.DataFrame) -> Iterator[tuple[str, int | None, str, Any]]:
    """Yield column, row, rule and case of everything that the schema refuses."""
    from pandera.errors import SchemaErrors

    try:
        _schema(schema).validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        for column, check, case, row in zip(
            cases["column"], cases["check"], cases["failure_case"], cases["index"], strict=True
        ):
            rule = str(check).partition("(")[0]
            name = str(case) if rule in _LAYOUT else str(column)
            yield name, None if row is None or pd.isna(row) else int(row), rule, case


def _repeated(
    schema: str, frame: pd.DataFrame, untyped: Mapping[str, np.ndarray]
) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Yield key, row and first row of all that stands twice; keys with a missing or untyped part are passed over."""
    for key in schemas.keys(schema):
        if not set(key) <= set(frame.columns):
            continue
        part = frame[list(key)]
        use = part.notna().all(axis=1).to_numpy(copy=True)
        for name in key:
            if name in untyped:
                use &= ~untyped[name]
        part = part[use]
        again = part.duplicated(keep="first").to_numpy()
        if not again.any():
            continue
        rows = np.flatnonzero(use)
        first: dict[Any, int] = {}
        for row, values in zip(rows, part.itertuples(index=False, name=None), strict=True):
            first.setdefault(values, int(row))
        for row, values in zip(rows[again], part[again].itertuples(index=False, name=None), strict=True):
            yield key, int(row), first[values]


def _wording(column: Column, rule: str) -> str:
    """Say in words what a rule wants."""
    if rule == "not_nullable":
        return "no value"
    if rule == "isin":
        return f"is not one of {', '.join(str(one) for one in column.checks['isin'])}"
    if rule == "in_range":
        low, high = (float(column.checks["in_range"][name]) for name in ("min_value", "max_value"))
        if low <= -_HUGE:
            return "is not a finite number"
        return f"is below {low:g} or not finite" if high >= _HUGE else f"is outside {low:g} to {high:g}"
    if rule == "dtype":
        return f"the column is not of type {column.dtype}"
    return f"is not {column.description}"
