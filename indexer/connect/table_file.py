"""Tables that users give, in the formats they have them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from indexer.errors import UsageError

COMPRESSED = (".gz", ".zip", ".xz", ".bz2")


def files(data: str | Path | Iterable[str | Path], where: str = "--data") -> list[Path]:
    """Return one file or several as a list of paths.

    Raises
    ------
    UsageError
        For what is no path.
    """
    many = [data] if isinstance(data, str | Path) else list(data) if isinstance(data, Iterable) else [data]
    for one in many:
        if not isinstance(one, str | Path):
            raise UsageError(f"{one!r} is no path", where=where, remedy="give a file, or a list of files")
    return [Path(one) for one in many]


def read_table(path: Path, where: str = "--data") -> pd.DataFrame:
    """Read a .csv (also compressed; only empty cells are missing), .parquet or Stata .dta file.

    Raises
    ------
    UsageError
        For another kind of file, or one that is not what its name says.
    """

    def csv(path: Path) -> pd.DataFrame:
        # only an empty cell is missing: NA is the code of Namibia
        first = pd.read_csv(path, nrows=1, header=None, dtype=str, keep_default_na=False).iloc[0]
        if twice := first[first.duplicated() & (first != "")].tolist():
            raise UsageError(f"column {twice[0]!r} stands twice", where=where, remedy="rename one of the two")
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # every row has more fields than the header
            return pd.read_csv(path, index_col=False, keep_default_na=False, na_values=[""], low_memory=False)

    readers: dict[str, Any] = {".csv": csv, ".parquet": pd.read_parquet, ".dta": pd.read_stata}
    kind = path.with_suffix("").suffix if path.suffix.lower() in COMPRESSED else path.suffix
    kind = kind.lower()
    if kind not in readers:
        raise UsageError(f"{path.name} is no table that can be read", where=where, remedy="give .csv, .parquet, .dta")
    try:
        table: pd.DataFrame = readers[kind](path)
    except ImportError:
        raise UsageError(
            "reading .parquet needs pyarrow", where=where, remedy="pip install pyarrow, or give .csv"
        ) from None
    except UsageError:
        raise
    except Exception as fault:
        if isinstance(fault, OSError) and fault.errno is not None:
            raise
        # the readers of others raise anything on a file that is not of its kind
        raise UsageError(
            f"{path.name} cannot be read: {(str(fault) or type(fault).__name__).splitlines()[0]}",
            where=where, remedy="look at the file",
        ) from None  # fmt: skip
    return table
