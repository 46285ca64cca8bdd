"""Trade in digital services and the digital part of an index, year by year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from indexer.columns import ECONOMY, YEAR
from indexer.errors import UsageError

PART = "digital_part"


def digital_part(scores: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Return the mean of the sets of an index that are digital technology, and its growth.

    Parameters
    ----------
    scores : DataFrame
        economy, year and one column a set.
    weights : mapping
        Set to its weight in the index; they are rescaled to sum 1.

    Returns
    -------
    DataFrame
        economy, year, digital_part, digital_growth (per cent on the year before); NaN where a set is missing, and
        growth also where the year before is missing or not above 0.

    Raises
    ------
    UsageError
        If the index has none of the sets.
    """
    if absent := [name for name in weights if name not in scores]:
        raise UsageError(f"the index has no set {absent[0]!r}", where="edition", remedy="use an edition that has it")
    w = np.array(list(weights.values()), dtype=float)
    part = scores[list(weights)].to_numpy(dtype=float) @ (w / w.sum())
    table = scores[[ECONOMY, YEAR]].assign(**{PART: part}).sort_values([ECONOMY, YEAR], ignore_index=True)
    return table.assign(digital_growth=growth(table, PART))


def growth(table: pd.DataFrame, column: str) -> pd.Series:
    """Return the growth of a column on the year before, in per cent, by economy.

    NaN where the year before is missing or its value not above 0.
    """
    before = table[[ECONOMY, YEAR, column]].assign(year=table[YEAR] + 1).set_index([ECONOMY, YEAR])[column]
    was = before.reindex(pd.MultiIndex.from_frame(table[[ECONOMY, YEAR]])).to_numpy(dtype=float)
    now = table[column].to_numpy(dtype=float)
    return pd.Series(np.where(was > 0, 100 * (now / np.where(was > 0, was, 1.0) - 1), np.nan), index=table.index)


def first_and_last(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return first and last observed value of a column by economy, and its mean growth between them.

    Parameters
    ----------
    table : DataFrame
        economy, year and the column.
    column : str

    Returns
    -------
    DataFrame
        Indexed by economy: first_year, last_year, first, last, change (a year, in the unit of the column), growth
        (per cent a year, geometric). NaN where there is one year only; growth also where a value is not above 0.
    """
    seen = table.dropna(subset=[column]).sort_values(YEAR)
    ends = seen.groupby(ECONOMY).agg(
        first_year=(YEAR, "first"), last_year=(YEAR, "last"), first=(column, "first"), last=(column, "last")
    )
    years = (ends["last_year"] - ends["first_year"]).to_numpy(dtype=float)
    known = (years > 0) & (ends["first"] > 0) & (ends["last"] > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = 100 * ((ends["last"] / ends["first"]).to_numpy(dtype=float) ** (1 / years) - 1)
        change = ((ends["last"] - ends["first"]) / years).to_numpy(dtype=float)
    return ends.assign(change=np.where(years > 0, change, np.nan), growth=np.where(known, mean, np.nan))
