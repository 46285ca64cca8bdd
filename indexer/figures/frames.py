"""Tidy frames as charts need them: columns found, numbers checked, rows that cannot be drawn counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError


def taken(
    frame: pd.DataFrame, numbers: Mapping[str, str], text: Mapping[str, str | None], where: str
) -> tuple[pd.DataFrame, str]:
    """Return the columns of a chart under the names it knows them by, and a note on the rows left out.

    Parameters
    ----------
    frame : DataFrame
    numbers, text : mapping of str to str
        The user's columns by the chart's names; None for text that is not given. Rows without a number are left out,
        missing text is empty.
    where : str
        Name of the chart, for messages.

    Raises
    ------
    UsageError
        For what is no frame, an unknown column, text where numbers are needed, or no row that can be drawn.
    """
    if not isinstance(frame, pd.DataFrame):
        raise UsageError(f"a {type(frame).__name__} is no DataFrame", where=where, remedy="give a tidy frame")
    given = {**numbers, **{k: c for k, c in text.items() if c is not None}}
    for column in given.values():
        if column not in frame.columns:
            raise UsageError(f"no column {column!r}", where=where,
                             remedy=f"the columns are {', '.join(map(str, frame.columns))}")  # fmt: skip
    out = pd.DataFrame(index=range(len(frame)))
    for name, column in numbers.items():
        try:
            out[name] = pd.to_numeric(frame[column]).to_numpy(dtype=float, na_value=np.nan)
        except (TypeError, ValueError):
            raise UsageError(f"column {column!r} holds something that is no number", where=where,
                             remedy="give numbers") from None  # fmt: skip
    for name, wanted in text.items():
        if wanted is not None:
            out[name] = frame[wanted].astype(str).where(frame[wanted].notna(), "").to_numpy()
    good = np.isfinite(out[list(numbers)].to_numpy()).all(axis=1)
    if not good.any():
        raise UsageError(f"none of {len(out)} rows has all of {', '.join(numbers.values())}", where=where,
                         remedy="give rows with numbers")  # fmt: skip
    gone = int((~good).sum())
    said = f" {gone} of {len(out)} rows without a number are not shown." if gone else ""
    return out[good].reset_index(drop=True), said


def values(frame: pd.DataFrame) -> Any:
    """Return a frame as the data of a chart, however many rows it has."""
    from indexer.figures.saving import altair

    return altair().Data(values=json.loads(frame.to_json(orient="records", double_precision=15)))
