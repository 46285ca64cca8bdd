"""Columns of a wide file, read piece by piece, so that a file of gigabytes is never in memory as a whole."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from indexer.errors import UsageError

WHERE = "--data"
COMPRESSED = (".gz", ".zip", ".xz", ".bz2")
CHUNK = 500_000
"""Rows in a piece."""
NO_NUMBER = ["", "NA", "NaN", "."]
"""How files write a missing number; in a column of text only an empty cell is missing: NA is the code of Namibia."""


def columns_of(path: Path) -> list[str]:
    """Return the names of the columns of a .csv (also compressed), .parquet or Stata .dta file.

    Raises
    ------
    UsageError
        If there is no such file, or it cannot be read.
    """
    if not path.is_file():
        raise UsageError(f"there is no file {path}", where=WHERE, remedy="look at the name")
    kind = _kind(path)

    def read() -> list[str]:
        if kind == ".csv":
            first = pd.read_csv(path, nrows=1, header=None, dtype=str, keep_default_na=False)
            names = [str(name) for name in first.iloc[0]]
            if twice := [name for name in names if name and names.count(name) > 1]:
                raise UsageError(
                    f"column {twice[0]!r} of {path.name} stands twice", where=WHERE, remedy="rename one of the two"
                )
            return names
        if kind == ".parquet":
            from pyarrow.parquet import read_schema

            return [str(name) for name in read_schema(path).names]
        with pd.read_stata(path, iterator=True) as reader:
            return [str(name) for name in reader.variable_labels()]

    found: list[str] = _guarded(path, read)
    return found


def read_columns(
    path: Path,
    columns: Sequence[str],
    text: Collection[str],
    keep: Callable[[pd.DataFrame], pd.DataFrame] = lambda piece: piece,
) -> pd.DataFrame:
    """Read columns of a file, and of each piece keep the rows that are wanted.

    Parameters
    ----------
    path : Path
    columns : sequence of str
    text : collection of str
        Columns of text; rows where one of them is empty are left out. All others are numbers.
    keep : callable
        Takes a piece and returns the rows of it that are kept.

    Raises
    ------
    UsageError
        If the file cannot be read, or a column of numbers holds something else.
    """

    def read() -> list[pd.DataFrame]:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # every row has more fields than the header
            return [keep(_numbers(piece, text, path)) for piece in _pieces(path, list(columns), text)]

    found = [piece for piece in _guarded(path, read) if len(piece)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(columns))


def _kind(path: Path) -> str:
    kind = path.with_suffix("").suffix if path.suffix.lower() in COMPRESSED else path.suffix
    kind = kind.lower()
    if kind not in (".csv", ".parquet", ".dta"):
        raise UsageError(f"{path.name} is no table that can be read", where=WHERE, remedy="give .csv, .parquet, .dta")
    return kind


def _pieces(path: Path, columns: list[str], text: Collection[str]) -> Iterator[pd.DataFrame]:
    kind = _kind(path)
    if kind == ".csv":
        missing = {name: [""] if name in text else NO_NUMBER for name in columns}
        types: dict[str, Any] = dict.fromkeys(text, str)
        names = columns_of(path)
        if absent := [name for name in columns if name not in names]:
            raise UsageError(
                f"no column {absent[0]!r} in {path.name}", where=WHERE, remedy=f"the header is {','.join(names)[:200]}"
            )
        # with usecols pandas passes over a field too many, which a decimal comma makes
        with pd.read_csv(
            path,
            index_col=False,
            chunksize=CHUNK,
            keep_default_na=False,
            na_values=missing,
            dtype=types,
            low_memory=False,
        ) as pieces:
            for piece in pieces:
                yield piece[columns]
    elif kind == ".parquet":
        from pyarrow.parquet import ParquetFile

        with ParquetFile(path) as file:
            for batch in file.iter_batches(CHUNK, columns=columns):
                yield batch.to_pandas()
    else:
        with pd.read_stata(path, columns=columns, chunksize=CHUNK) as pieces:
            yield from pieces


def _numbers(piece: pd.DataFrame, text: Collection[str], path: Path) -> pd.DataFrame:
    made: dict[str, pd.Series] = {}
    for name in (str(column) for column in piece if column not in text):
        values = pd.to_numeric(piece[name], errors="coerce")
        bad = values.isna() & piece[name].notna()
        if bad.any():
            raise UsageError(
                f"{piece.loc[bad, name].iloc[0]!r} in column {name} of {path.name} is no number", where=WHERE,
                rows=[int(row) + 1 for row in piece.index[bad][:5]], remedy="write numbers, or nothing",
            )  # fmt: skip
        made[name] = values.astype(float)
    piece = piece.assign(**made).dropna(subset=list(text))
    return piece[(piece[list(text)] != "").all(axis=1)]


def _guarded(path: Path, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except UsageError:
        raise
    except ImportError:
        raise UsageError(
            "reading .parquet needs pyarrow",
            where=WHERE,
            remedy="pip install 'ai-trade-indexer[parquet]', or give .csv",
        ) from None
    except Exception as fault:
        if isinstance(fault, OSError) and fault.errno is not None:
            raise
        # the readers of others raise anything on a file that is not of its kind
        why = (str(fault) or type(fault).__name__).splitlines()[0]
        raise UsageError(f"{path.name} cannot be read: {why}", where=WHERE, remedy="look at the file") from None
