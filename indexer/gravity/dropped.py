"""What was left out of a sample, as a table and by row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from indexer.gravity.design import Drop

DROPPED = ["kind", "item", "count", "reason", "rows"]


def dropped_table(drops: Sequence[Drop], index: pd.Index) -> pd.DataFrame:
    """Return the drops as a table, repeated kinds of the same item and reason added up, in the order they happened."""
    merged: dict[tuple[str, str, str], list[np.ndarray]] = {}
    for d in drops:
        merged.setdefault((d.kind, d.item, d.reason), []).append(d.rows)
    out = []
    for (kind, item, why), parts in merged.items():
        rows = np.sort(np.concatenate(parts)).astype(int)
        count = rows.size if rows.size else 1
        out.append((kind, item, count, why, tuple(index[rows[:5]].tolist())))
    return pd.DataFrame(out, columns=DROPPED)


def row_status(drops: Sequence[Drop], index: pd.Index) -> pd.Series:
    """Return, for each row of the data given, "used" or the kind of its drop."""
    kinds = ["used", *dict.fromkeys(d.kind for d in drops)]
    status = np.zeros(len(index), dtype=np.int8)
    for d in drops:
        status[d.rows] = kinds.index(d.kind)
    return pd.Series(np.array(kinds, dtype=object)[status], index=index, name="row_status", dtype=str)
