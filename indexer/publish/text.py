"""Bytes of a release's files: one format for numbers, one order, no clock."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pandas as pd

DECIMALS = 6


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""Return a frame as CSV: UTF-8, "\n", floats to six decimals without trailing zeros, missing as empty.

    Negative zero is written as 0, whole floats without a point.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    columns = [[_field(value) for value in frame[name].tolist()] for name in frame.columns]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode("utf-8")


def _field(value: Any) -> str:
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, float | np.floating):
        if np.isnan(value):
            return ""
        text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
        return "0" if text in ("-0", "") else text
    return str(value)


def json_bytes(value: Any) -> bytes:
    """Return JSON in the order given, floats in full (they read back to the last bit)."""
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")
