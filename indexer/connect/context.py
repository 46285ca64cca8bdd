"""Facts about economies as a frame, one column a series, and what two economies have in common of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from indexer.columns import ECONOMY, EXPORTER, IMPORTER, INDICATOR, VALUE, YEAR
from indexer.errors import UsageError
from indexer.folder import Folder
from indexer.methods import near


def context(
    folder: Folder,
    names: str | Iterable[str],
    economies: str | Iterable[str] | None = None,
    years: int | Iterable[int] | None = None,
) -> pd.DataFrame:
    """Return facts as they stand, one row an economy and year, one column a series; nothing is filled.

    Parameters
    ----------
    folder : Folder
        What `indexer.folder.read` returns.
    names : str or iterable of str
        Ids of context series or indicators, such as "lpi_overall"; one column each, in this order, in published units.
    economies : str or iterable of str, optional
        Codes; by default every economy that one of the series has.
    years : int or iterable of int, optional
        By default every year that one of the series has.

    Returns
    -------
    DataFrame
        economy, year and the series, for every economy in every year, sorted by both; NaN where there is no fact.

    Raises
    ------
    UsageError
        For no folder, an unknown series, an unknown economy, or a year that is not a whole number.

    Examples
    --------
    >>> from indexer.folder import read
    >>> context(read(), "lpi_overall", ["SGP"], [2022, 2023])["lpi_overall"].tolist()
    [nan, 4.3]
    """
    if not isinstance(getattr(folder, "facts", None), pd.DataFrame):
        raise UsageError("not a folder that was read", where="folder", remedy="give what indexer.folder.read returns")
    wanted = _several(names, "names")
    if not wanted:
        raise UsageError("no series", where="names", remedy="name one or more, such as 'lpi_overall'")
    facts = folder.facts
    there = set(facts[INDICATOR].unique())
    for name in wanted:
        if name not in there:
            raise UsageError(f"no series {name!r}", where="names", remedy=near(str(name), there))
    facts = facts[facts[INDICATOR].isin(wanted)]
    codes = sorted(facts[ECONOMY].unique() if economies is None else _economies(folder, economies))
    whole = sorted(facts[YEAR].unique() if years is None else _years(years))
    rows = pd.MultiIndex.from_product([codes, whole], names=[ECONOMY, YEAR])
    wide = facts.pivot(index=[ECONOMY, YEAR], columns=INDICATOR, values=VALUE)
    return wide.reindex(rows)[wanted].rename_axis(columns=None).reset_index()


def pair_minimum(pairs: pd.DataFrame, frame: pd.DataFrame, column: str) -> pd.Series:
    """Return the smaller value of exporter and importer: what binds where a pair is as good as its weaker side.

    Parameters
    ----------
    pairs : DataFrame
        Columns exporter, importer, year.
    frame : DataFrame
        Columns economy, year and `column`, as `context` returns them.
    column : str
        The series.

    Returns
    -------
    Series
        One value a row of `pairs`, with its index; NaN where either side has none.

    Raises
    ------
    UsageError
        For a column that is not there, years or values that are not numbers, or an economy and year that stand twice
        in `frame`.
    """
    for where, table, needed in (
        ("pairs", pairs, (EXPORTER, IMPORTER, YEAR)),
        ("frame", frame, (ECONOMY, YEAR, column)),
    ):
        for one in needed:
            if one not in table:
                raise UsageError(f"no column {one!r}", where=where, remedy=near(one, map(str, table.columns)))
            if one in (YEAR, column) and not pd.api.types.is_numeric_dtype(table[one].dtype):
                raise UsageError(f"the column {one!r} is not numeric", where=where, remedy="make it numbers")
    values = frame.set_index([ECONOMY, YEAR])[column]
    if values.index.has_duplicates:
        twice = values.index[values.index.duplicated()][:5].tolist()
        raise UsageError("economy-years stand twice", where="frame", rows=twice, remedy="keep one row of each")
    sides = [
        pd.Series(values.reindex(pd.MultiIndex.from_frame(pairs[[side, YEAR]])).to_numpy(dtype=float), pairs.index)
        for side in (EXPORTER, IMPORTER)
    ]
    return pd.concat(sides, axis=1).min(axis=1, skipna=False).rename(column)


def _several(given: object, where: str) -> list[Any]:
    """Return what was given as a list without repetitions; one name or year is a list of one."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        return [given]
    try:
        return list(dict.fromkeys(given))
    except TypeError:
        raise UsageError("holds lists, not single values", where=where, remedy="give one flat list") from None


def _economies(folder: Folder, given: object) -> list[str]:
    codes = _several(given, "economies")
    for code in codes:
        if code not in folder.names:
            raise UsageError(f"unknown economy {code!r}", where="economies", remedy=near(str(code), folder.names))
    return codes


def _years(given: object) -> list[int]:
    years = _several(given, "years")
    for year in years:
        if not pd.api.types.is_integer(year):
            raise UsageError(
                f"{year!r} is no year", where="years", remedy="give whole numbers, as in range(2014, 2025)"
            )
    return [int(year) for year in years]
