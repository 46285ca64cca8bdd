"""Identifier columns as small integers, each read once, and combinations of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.gravity import memory

SAMPLED = 20_000
WIDE = 8
"""A table of all values is used up to this many entries per row; beyond that values are hashed."""


class Levels:
    """Levels of an identifier by row.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        From 0 to size - 1, -1 where missing. Not every code need occur.
    size : int
    values : callable
        Returns the value behind each code, as an index.
    missing : bool
        Whether some rows may be missing.
    """

    def __init__(self, codes: np.ndarray, size: int, values: Callable[[], pd.Index], missing: bool = False):
        self.codes, self.size, self._values, self.missing = codes, size, values, missing

    def __getstate__(self) -> dict[str, object]:
        """Pickle the values themselves, not how they are made."""
        return {"codes": self.codes, "size": self.size, "missing": self.missing, "values": self.values}

    @cached_property
    def values(self) -> pd.Index:
        """The value behind each code."""
        return self._values()

    def take(self, rows: np.ndarray) -> Levels:
        """Return the levels of some rows, under the same codes."""
        return Levels(self.codes[rows], self.size, self._values)


def read(column: pd.Series) -> Levels:
    """Read a column of text, numbers, dates or categories.

    Examples
    --------
    >>> read(pd.Series([2020, 2022, 2020])).codes.tolist()
    [0, 1, 0]
    """
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return Levels(column.cat.codes.to_numpy(), len(dtype.categories), lambda: dtype.categories, True)
    if isinstance(dtype, np.dtype) and dtype.kind in "iu" and (found := _by_table(column.to_numpy())):
        return found
    try:
        codes, values = pd.factorize(column, sort=False)
    except TypeError:
        first = next(v for v in column if getattr(v, "__hash__", None) is None)
        raise UsageError(f"column {column.name!r} holds something that is no identifier: {first!r}", where="data",
                         remedy="give text, numbers, dates or categories") from None  # fmt: skip
    return Levels(_small(codes, len(values)), len(values), lambda: pd.Index(values), True)


def _by_table(values: np.ndarray) -> Levels | None:
    """Codes of integers in a narrow range, in their order; None where the range is wide."""
    if not values.size:
        return None
    low, high = values.min(), values.max()
    first, span = int(low), int(high) - int(low) + 1
    if span > max(WIDE * values.size, 1024):
        return None
    at = memory.empty(values.size, np.int32)
    if values.dtype.itemsize < 4:
        at[:] = values
        at -= np.int32(first)
    else:
        np.subtract(values, values.dtype.type(low), out=at, casting="unsafe")
    used = np.zeros(span, dtype=bool)
    used[at[:: max(1, at.size // SAMPLED)]] = True  # a part of the rows mostly shows that there are no gaps
    if not used.all():
        used[at] = True
    which = np.flatnonzero(used)
    if which.size < span:
        at = (np.cumsum(used, dtype=np.int32) - 1)[at]
    return Levels(at, which.size, lambda: pd.Index(which + first))


def _small(codes: np.ndarray, size: int) -> np.ndarray:
    return codes.astype(np.int32, copy=False) if size <= np.iinfo(np.int32).max else codes


def combine(parts: Sequence[Levels]) -> Levels:
    """Return the levels of the combinations of several identifiers, without missing ones.

    Codes are positions in the table of all combinations where that table is small, with gaps for those that do not
    occur; otherwise they are hashed.
    """
    if len(parts) == 1:
        return parts[0]
    sizes = [max(p.size, 1) for p in parts]
    total = 1
    for s in sizes:
        total *= s
    if total <= max(WIDE * parts[0].codes.size, 1024):
        codes = memory.empty(parts[0].codes.size, np.int32)
        codes[:] = parts[0].codes
        for p, s in zip(parts[1:], sizes[1:], strict=True):
            codes *= np.int32(s)
            codes += p.codes
        return Levels(codes, total, lambda: _labels(parts, np.unravel_index(np.arange(total), sizes)))
    hashed, found = pd.factorize(parts[0].codes.astype(np.int64))
    keys = [found]
    for p, s in zip(parts[1:], sizes[1:], strict=True):
        hashed, found = pd.factorize(hashed.astype(np.int64) * s + p.codes)
        before, here = np.divmod(found, s)
        keys = [*(k[before] for k in keys), here]
    return Levels(_small(hashed, len(keys[0])), len(keys[0]), lambda: _labels(parts, keys))


def _labels(parts: Sequence[Levels], keys: Sequence[np.ndarray]) -> pd.Index:
    return pd.MultiIndex.from_arrays([p.values[k] for p, k in zip(parts, keys, strict=True)])


class Identifiers:
    """The identifier columns of a design, and the combinations of them that were asked for so far."""

    def __init__(self, columns: Mapping[str, Levels]):
        self._known: dict[tuple[str, ...], Levels] = {(name,): levels for name, levels in columns.items()}

    def __getitem__(self, names: Iterable[str]) -> Levels:
        """Return the levels of the combinations of some columns; their values are tuples where there are several."""
        key = tuple(dict.fromkeys(names))
        if key not in self._known:
            self._known[key] = combine([self._known[(k,)] for k in key])
        return self._known[key]

    def take(self, rows: np.ndarray) -> Identifiers:
        """Return the identifiers of some rows."""
        return Identifiers({key[0]: v.take(rows) for key, v in self._known.items() if len(key) == 1})

    def sizes(self) -> dict[str, int]:
        """Return the number of levels by column."""
        return {key[0]: levels.size for key, levels in self._known.items() if len(key) == 1}
