"""RCEP between two economies as a share of the year's days."""

from __future__ import annotations

import calendar

import numpy as np
import pandas as pd

from indexer.columns import ECONOMY


def rcep_share(rcep: pd.DataFrame, one: pd.Series, other: pd.Series, year: pd.Series) -> np.ndarray:
    """Return the share of the year's days on which RCEP was in force for both economies.

    Parameters
    ----------
    rcep : DataFrame
        economy, in_force (a day, or missing): `read_trade().rcep`.
    one, other : Series
        Codes of the economies.
    year : Series

    Returns
    -------
    ndarray
        From 0 to 1, by row; 0 where one of the two is no party or has no day.

    Examples
    --------
    >>> days = pd.DataFrame({"economy": ["CHN", "PHL"], "in_force": ["2022-01-01", "2023-06-02"]})
    >>> rcep_share(days, pd.Series(["CHN"]), pd.Series(["PHL"]), pd.Series([2023])).round(4).tolist()
    [0.5836]
    """
    start = pd.to_datetime(rcep.set_index(ECONOMY)["in_force"])
    both = pd.concat([one.map(start), other.map(start)], axis=1).reset_index(drop=True)
    since = both.max(axis=1).where(both.notna().all(axis=1))
    years = year.reset_index(drop=True)
    days = years.map(lambda y: 366 if calendar.isleap(int(y)) else 365)
    end = pd.to_datetime((years + 1).astype(str) + "-01-01")
    left = (end - since).dt.days.clip(lower=0).fillna(0)
    return np.minimum((left / days).to_numpy(dtype=float), 1.0)
