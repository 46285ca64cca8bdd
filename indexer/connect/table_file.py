"""Tables that users give, in the formats they have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from indexer.errors import UsageError

COMPRESSED = (".gz", ".zip", ".xz", ".bz2")


def read_table(path: Path, where: str = "--data") -> pd.DataFrame:
    """Read a .csv (also compressed; only empty cells are missing), .parquet or Stata .dta file.

    Raises
    ------
    UsageError
        For another kind of file, or one that is not what its name says.
    """

    def csv(path: Path) -> pd.DataFrame:
        # only an empty cell is missing: NA is the code of Namibia
        return pd.read_csv(path, keep_default_na=False, na_values=[""], low_memory=False)

    readers: dict[str, Any] = {".csv": csv, ".parquet": pd.read_parquet, ".dta": pd.read_stata}
    kind = path.with_suffix("").suffix if path.suffix in COMPRESSED else path.suffix
    if kind not in readers:
        raise UsageError(f"{path.name} is no table that can be read", where=where, remedy="give .csv, .parquet, .dta")
    try:
        table: pd.DataFrame = readers[kind](path)
    except ImportError:
        raise UsageError(
            "reading .parquet needs pyarrow", where=where, remedy="pip install pyarrow, or give .csv"
        ) from None
    except OSError:
        raise
    except Exception as fault:  # the readers of others raise anything on a file that is not of its kind
        raise UsageError(
            f"{path.name} cannot be read: {(str(fault) or type(fault).__name__).splitlines()[0]}",
            where=where, remedy="look at the file",
        ) from None  # fmt: skip
    return table
