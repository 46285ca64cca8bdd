"""Scores as they come from a release or from anywhere else, checked before they are analysed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import MethodError


def checked(table: pd.DataFrame, keys: Sequence[str], values: Sequence[str], what: str = "the scores") -> pd.DataFrame:
    """Return the columns `keys` and `values` of a table, economies as text and values as floats, in order of the keys.

    Parameters
    ----------
    table : DataFrame
    keys : sequence of str
        "economy" and maybe "year", which together name a case.
    values : sequence of str
        Columns of numbers, empty where missing.
    what : str
        What errors call the table.

    Raises
    ------
    MethodError
        If a column is missing, a year is no whole number, a value is no finite number, or a case is there twice.
    """
    missing = [name for name in (*keys, *values) if name not in table.columns]
    if missing:
        raise MethodError(f"{what} have no column {', '.join(map(repr, missing))}", remedy="rename or add it")
    if "year" in keys and not pd.api.types.is_integer_dtype(table["year"]):
        raise MethodError(f"the years of {what} are not whole numbers", remedy="make the column year integers")
    twice = table[table.duplicated(list(keys))]
    if len(twice):
        raise MethodError(f"{what} hold cases twice", rows=shown(twice, keys), remedy="leave one row for each case")
    out = table[list(keys)].assign(economy=table["economy"].astype(str))
    for name in values:
        numeric = pd.api.types.is_numeric_dtype(table[name]) and not pd.api.types.is_bool_dtype(table[name])
        numbers = table[name].to_numpy(dtype=float, na_value=np.nan) if numeric else np.array([np.inf])
        if np.isinf(numbers).any():
            raise MethodError(
                f"column {name!r} of {what} is not finite numbers",
                remedy="make it numbers, empty where missing, or leave it out",
            )
        out[name] = numbers
    return out.sort_values(list(keys), ignore_index=True)


def scores_of(source: Any) -> pd.DataFrame:
    """Return the scores of an index, or a table of scores as it is."""
    return source if isinstance(source, pd.DataFrame) else source.scores


def groups_of(source: Any, groups: Mapping[str, str] | str) -> Mapping[str, str]:
    """Return the group of each economy, where a column of the economies of an index names them.

    Raises
    ------
    MethodError
        If the scores are no index, or its economies have no such column.
    """
    if not isinstance(groups, str):
        return groups
    economies = getattr(getattr(source, "folder", None), "economies", pd.DataFrame(columns=["economy"]))
    if groups not in economies.columns:
        columns = ", ".join(economies.columns) or "a mapping of economies to groups"
        raise MethodError(f"the economies have no column {groups!r}", remedy=f"one of: {columns}")
    return dict(zip(economies["economy"].astype(str), economies[groups].astype(str), strict=True))


def shown(table: pd.DataFrame, keys: Sequence[str] = ("economy", "year")) -> list[tuple[object, ...]]:
    """Return the first five cases of a table, for an error."""
    return [tuple(case) for case in table[list(keys)].head(5).itertuples(index=False)]


def years_of(table: pd.DataFrame) -> str:
    """Say which years a table has."""
    return f"one of: {', '.join(str(year) for year in sorted(set(table['year'].tolist())))}"
