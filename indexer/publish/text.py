"""Bytes of a release's files: one format for numbers, one order, no clock."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import DECIMALS

_SPECIAL = {"-0": "0", "nan": ""}
_BREAKS = re.compile("[\\s\x00-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]+")


def one_line(text: str) -> str:
    """Return a text of a user as one line: line breaks, control characters and what no file can hold become a space."""
    return _BREAKS.sub(" ", text).strip()


def plain_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with every text as one line, so that a row of its CSV is a line."""
    out = frame.copy(deep=False)
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.StringDtype) or frame[name].dtype == object:
            new = {value: one_line(value) for value in frame[name].unique() if isinstance(value, str)}
            if any(old != text for old, text in new.items()):
                out[name] = frame[name].map(lambda value, new=new: new.get(value, value))
    return out


def csv_bytes(frame: pd.DataFrame, *, exact: bool = False) -> bytes:
    r"""Return a frame as CSV: UTF-8, "\n", floats to six decimals without trailing zeros, missing as empty.

    Negative zero is written as 0, whole floats without a point. With `exact`, floats are written so that they read
    back to the last bit.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*(_fields(frame[name], exact) for name in frame.columns), strict=True))
    return out.getvalue().encode("utf-8")


def _fields(column: pd.Series, exact: bool) -> list[str]:
    """Write a column; one whose values are of one kind is not looked at value by value."""
    values = column.tolist()
    if pd.api.types.is_integer_dtype(column.dtype) and not column.hasnans:
        return [str(value) for value in values]
    if column.dtype == np.float64:
        if exact:
            return ["" if value != value else repr(value).removesuffix(".0") for value in values]
        texts = [f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") for value in values]
        return [_SPECIAL.get(text, text) for text in texts]
    field = _exact if exact else _field
    return [value if type(value) is str else field(value) for value in values]


def _field(value: Any) -> str:
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, float | np.floating):
        text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
        return _SPECIAL.get(text, text)
    return str(value)


def _exact(value: Any) -> str:
    if isinstance(value, float | np.floating) and not np.isnan(value):
        return repr(float(value)).removesuffix(".0")
    return _field(value)


def json_bytes(value: Any) -> bytes:
    """Return JSON in the order given, floats in full (they read back to the last bit)."""
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")
