"""Corrections of facts: what their document says as a table, and the facts with it applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from indexer.columns import ECONOMY, INDICATOR, VALUE, YEAR

_TYPES = {
    INDICATOR: "str", ECONOMY: "str", YEAR: "int64", "old": "float64", "new": "float64", "reason": "str",
    "reference": "str",
}  # fmt: skip


def corrections(entries: Mapping[str, list[dict[str, Any]]]) -> pd.DataFrame:
    """Return corrections as one table.

    Parameters
    ----------
    entries : mapping
        Indicator to the content of its document, valid by its schema.

    Returns
    -------
    DataFrame
        indicator, economy, year, old, new (in the published unit), reason, reference; sorted by the first three.
        Without a row where there are no entries.
    """
    rows = [
        {INDICATOR: indicator, **entry, **{name: " ".join(entry[name].split()) for name in ("reason", "reference")}}
        for indicator, listed in entries.items()
        for entry in listed
    ]
    frame = pd.DataFrame(rows, columns=list(_TYPES)).astype(_TYPES)
    return frame.sort_values([INDICATOR, ECONOMY, YEAR], ignore_index=True)


def applied(facts: pd.DataFrame, entries: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the facts of one indicator (economy, year, value) with the new values in place of the old ones."""
    new = {(entry[ECONOMY], entry[YEAR]): float(entry["new"]) for entry in entries}
    if not new or not {ECONOMY, YEAR, VALUE} <= set(facts):
        return facts
    cells = zip(facts[ECONOMY], facts[YEAR], facts[VALUE], strict=True)
    values = [new.get((economy, year), value) for economy, year, value in cells]
    return facts.assign(**{VALUE: pd.Series(values, index=facts.index, dtype="float64")})
