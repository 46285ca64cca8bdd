"""Draws as a Parquet table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexer.errors import UsageError

if TYPE_CHECKING:
    from indexer.simulate.uncertainty import Uncertainty

ROWS = 1_000_000
"""Rows of a row group: what is held in memory beside the draws."""


def write(found: Uncertainty, path: Path) -> Path:
    """Write draw, economy, year, index; see `Uncertainty.to_parquet`."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UsageError("Parquet needs pyarrow", remedy="pip install 'ai-trade-indexer[parquet]'") from None
    n, n_economies, n_years = found.draws.shape
    schema = pa.schema([("draw", pa.int32()), ("economy", pa.string()), ("year", pa.int16()), ("index", pa.float32())])
    economies = np.repeat(np.array(found.economies, dtype=object), n_years)
    years = np.tile(np.array(found.years, dtype=np.int16), n_economies)
    step = max(1, ROWS // (n_economies * n_years))
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, n, step):
            part = found.draws[start : start + step]
            rows = len(part)
            values = part.reshape(-1)
            columns = [
                np.repeat(np.arange(start, start + rows, dtype=np.int32), n_economies * n_years),
                pa.array(np.tile(economies, rows), pa.string()),
                np.tile(years, rows),
                pa.array(values, pa.float32(), mask=~np.isfinite(values)),
            ]
            writer.write_table(pa.table(columns, schema=schema))
    return path
