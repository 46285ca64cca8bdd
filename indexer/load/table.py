"""Rows of fields to a typed table: every cell is typed by its schema, by us, exactly."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from indexer.errors import Fault
from indexer.load.records import column_of, split
from indexer.material import Table, Text
from indexer.schemas import Column, columns

_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:inf(?:inity)?|nan|n/?a|null|none|\.\.|-)", re.IGNORECASE)


def parse(text: Text, schema: str) -> Table:
    """Type a text as a table of that schema.

    Parameters
    ----------
    text : Text
        A file, decoded.
    schema : str
        Name of a table schema.

    Returns
    -------
    Table
        Rows that are whole, with every cell typed; cells that cannot be typed have a fault and a placeholder.
    """
    records = split(text, schema)
    known = columns(schema)
    fields = list(zip(*records.rows, strict=True)) if records.rows else [()] * len(records.header)
    data: dict[str, pd.Series] = {}
    raw: dict[str, list[str]] = {}
    untyped: dict[str, np.ndarray] = {}
    faults = list(records.faults)
    for name, values in zip(records.header, fields, strict=True):
        column = column_of(name, known)
        if column is None or name in data:
            continue
        raw[name] = list(values)
        data[name], wrong = type_column(raw[name], column)
        untyped[name] = np.zeros(len(values), dtype=bool)
        untyped[name][list(wrong)] = True
        faults += [Fault(text.file, records.lines[row], name, raw[name][row], *wrong[row]) for row in wrong]
    frame = pd.DataFrame(data, index=pd.RangeIndex(len(records.rows)))
    return Table(text.file, schema, frame, np.array(records.lines, dtype=np.int64), raw, untyped, tuple(faults))


def type_column(values: Sequence[str], column: Column) -> tuple[pd.Series, dict[int, tuple[str, str]]]:
    """Type one column; return it with, for each row that cannot be typed, what is wrong and its remedy."""
    if column.kind == "text":
        wrong = {row: _why_not_text(one, column) for row, one in enumerate(values) if one != one.strip() or not one}
        wrong = {row: why for row, why in wrong.items() if values[row] or not column.nullable}
        # Text keeps its fields: only an empty one becomes a missing value, and no word stands for it ("NA" is Namibia).
        return pd.Series([one or None for one in values], dtype="str"), wrong
    matches = (_INTEGER if column.kind == "integer" else _NUMBER).fullmatch
    sound = [matches(one) is not None for one in values]
    wrong = {row: _why_not_number(values[row], column) for row, is_sound in enumerate(sound) if not is_sound}
    wrong = {row: why for row, why in wrong.items() if values[row] or not column.nullable}
    if column.kind == "integer":
        if column.nullable:
            whole = [int(one) if is_sound else None for one, is_sound in zip(values, sound, strict=True)]
            return pd.Series(whole, dtype=column.dtype), wrong
        integers = [int(one) if is_sound else 0 for one, is_sound in zip(values, sound, strict=True)]
        return pd.Series(integers, dtype=column.dtype), wrong
    numbers = [float(one) if is_sound else math.nan for one, is_sound in zip(values, sound, strict=True)]
    for row, number in enumerate(numbers):
        if math.isinf(number) or (number == 0 and re.search("[1-9]", values[row].lower().partition("e")[0])):
            wrong[row] = ("is beyond what a number can hold here", f"give {column.description}")
            numbers[row] = math.nan
    return pd.Series(numbers, dtype=column.dtype), dict(sorted(wrong.items()))


def _why_not_text(field: str, column: Column) -> tuple[str, str]:
    if not field:
        return "no value", f"give {column.description}"
    if not field.strip():
        return "nothing but spaces", f"give {column.description}"
    return "spaces around the value", f"write {field.strip()}"


def _why_not_number(field: str, column: Column) -> tuple[str, str]:
    """Say what keeps a field from being the number that its column wants."""
    whole = column.kind == "integer"
    remedy = f"give {column.description}"
    if not field:
        return (
            "no value",
            remedy if whole else f"leave the row out where the value is missing, or give {column.description}",
        )
    if field != field.strip():
        return "spaces around the number", f"write {field.strip()}" if field.strip() else remedy
    if _NOT_FINITE.fullmatch(field):
        return "is not a finite number", "leave the row out where the value is missing"
    if not field.isascii():
        return "a number written with other characters than 0-9", remedy
    if "," in field:
        return "a comma in a number", "write a decimal point, and nothing between thousands"
    if re.fullmatch("[+-]?0[xXbBoO].*", field):
        return "is not a decimal number", remedy
    if "_" in field:
        return "an underscore in a number", f"write {field.replace('_', '')}"
    if whole and _NUMBER.fullmatch(field):
        return "is not a whole number written in digits", remedy
    if re.fullmatch(r"[+-]?0[0-9.]*", field) or field.startswith("+"):
        return "a number with a leading zero or plus sign", remedy
    return "is not a number", remedy
