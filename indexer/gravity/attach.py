"""Joining an index to trade flows: the index of both sides, and the bilateral forms that effects leave identified."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import ECONOMY, EXPORTER, IMPORTER, INDEX, OBSERVED_SHARE, YEAR
from indexer.errors import UsageError
from indexer.gravity.formula import check_columns

INTERNATIONAL = "international"


class CircularityWarning(UserWarning):
    """An index that contains trade outcomes is about to explain trade."""


class NoScoreWarning(UserWarning):
    """Economies of the flows have no score: outside the index, or written in another way."""


def attach(index: Any, trade: pd.DataFrame, lag: int = 0) -> pd.DataFrame:
    """Add the index of exporter and importer, and bilateral forms of it, to trade flows.

    Parameters
    ----------
    index : object with `scores`, or DataFrame
        Columns economy, year, index, and observed_share where known. Where the object says `has_trade_outcome`, a
        `CircularityWarning` is given.
    trade : DataFrame
        Columns exporter, importer, year and any others; not changed.
    lag : int
        Years by which the index is earlier than the flow: 1 puts the index of 2019 beside flows of 2020, -1 (a lead)
        that of 2021. All columns but `international` then end in `_lag1` or `_lead1`, so that lags, leads and the index
        of the same year can stand in one table: attach again to what was attached before.

    Returns
    -------
    DataFrame
        The rows of `trade` in their order, with ai_exporter, ai_importer, ai_min, ai_max, ai_product,
        ai_gap = |ai_exporter - ai_importer|, international (1 where exporter and importer differ),
        ai_exporter_international, ai_importer_international, and ai_observed_exporter, ai_observed_importer where the
        index has observed shares; a column `international` that says the same may be there already. Flows without a
        score get NaN; `attrs["ai_missing"]` counts them (exporter, importer, either) for the index attached last.

    Raises
    ------
    UsageError
        For missing columns, an economy-year that stands twice in the index, years or a lag that are no whole numbers,
        or columns that would be overwritten.

    Notes
    -----
    A lag is no instrument: it keeps trade from moving the index of the same year, and nothing else. A lead is a
    placebo: trade should not go with an index that is still to come.

    Examples
    --------
    >>> scores = pd.DataFrame({"economy": ["CHN", "VNM"], "year": [2020, 2020], "index": [60.0, 20.0]})
    >>> flows = pd.DataFrame({"exporter": ["CHN"], "importer": ["VNM"], "year": [2020], "trade": [5.0]})
    >>> attach(scores, flows)["ai_gap"].tolist()
    [40.0]
    >>> attach(scores.assign(year=2019), flows, lag=1)["ai_gap_lag1"].tolist()
    [40.0]
    """
    if not isinstance(lag, int | np.integer) or isinstance(lag, bool):
        raise UsageError(f"lag={lag!r} is no number of years", where="attach", remedy="use 1, 2, …, or -1 for a lead")
    scores = index if isinstance(index, pd.DataFrame) else getattr(index, "scores", None)
    if not isinstance(scores, pd.DataFrame):
        raise UsageError(
            f"a {type(index).__name__} is no index", where="index",
            remedy="give the result of indexer.build(), or a frame with economy, year, index",
        )  # fmt: skip
    if not isinstance(trade, pd.DataFrame):
        raise UsageError(f"the flows are a {type(trade).__name__}", where="trade", remedy="give a DataFrame")
    for where, frame in (("index", scores), ("trade", trade)):
        if twice := [str(c) for c in frame.columns[frame.columns.duplicated()]]:
            raise UsageError(f"the column {twice[0]!r} stands twice", where=where, remedy="rename one of the two")
    check_columns([ECONOMY, YEAR, INDEX], scores, "index")
    if not pd.api.types.is_numeric_dtype(scores[INDEX].dtype):
        raise UsageError("the column 'index' is not numeric", where="index", remedy="make the scores numbers")
    check_columns([EXPORTER, IMPORTER, YEAR], trade, "trade")
    if bool(getattr(index, "has_trade_outcome", False)):
        warnings.warn(
            "the index contains indicators that are themselves trade outcomes: an estimate on trade would be circular; "
            "use index.without('trade_outcome')", CircularityWarning, stacklevel=2,
        )  # fmt: skip
    keys = pd.MultiIndex.from_arrays([scores[ECONOMY], _years(scores, "index")])
    if keys.has_duplicates:
        first = keys[keys.duplicated()][:5].tolist()
        raise UsageError(
            f"{int(keys.duplicated().sum())} economy-years stand twice in the index", where="index", rows=first,
            remedy=f"keep one score of each: {first}",
        )  # fmt: skip

    columns = {INDEX: "ai"} | ({OBSERVED_SHARE: "ai_observed"} if OBSERVED_SHARE in scores else {})
    years = _years(trade, "trade")
    new: dict[str, np.ndarray] = {}
    for source, name in columns.items():
        values = pd.Series(pd.to_numeric(scores[source]).to_numpy(dtype=float, na_value=np.nan), index=keys)
        for side in (EXPORTER, IMPORTER):
            at = pd.MultiIndex.from_arrays([trade[side], years - lag])
            new[f"{name}_{side}"] = values.reindex(at).to_numpy().copy()
    a, b = new["ai_exporter"], new["ai_importer"]
    border = (trade[EXPORTER].to_numpy() != trade[IMPORTER].to_numpy()).astype(float)
    new = {f"{name}{ending(lag)}": column for name, column in (new | bilateral(a, b, border)).items()}
    new[INTERNATIONAL] = border
    if INTERNATIONAL in trade.columns and np.array_equal(trade[INTERNATIONAL].to_numpy(dtype=float), border):
        del new[INTERNATIONAL]  # made by add_domestic
    if taken := [c for c in new if c in trade.columns]:
        raise UsageError(
            f"the flows already have {', '.join(map(repr, taken))}", where="trade",
            remedy="drop or rename these columns, or attach to the flows as they were before",
        )  # fmt: skip
    known = {str(code) for code in scores[ECONOMY].unique()}
    strangers = sorted({str(code) for side in (EXPORTER, IMPORTER) for code in trade[side].unique()} - known)
    if strangers:
        warnings.warn(
            f"economies of the flows without a score in any year ({len(strangers)}): {', '.join(strangers[:10])}"
            f"{', …' if len(strangers) > 10 else ''}; check how they are written", NoScoreWarning, stacklevel=2,
        )  # fmt: skip
    out = trade.assign(**new)
    out.attrs = {**trade.attrs, "ai_missing": {
        EXPORTER: int(np.isnan(a).sum()), IMPORTER: int(np.isnan(b).sum()), "either": int(np.isnan(a + b).sum()),
    }}  # fmt: skip
    return out


def ending(lag: int) -> str:
    """Return what the names of columns of a lagged index end in.

    Examples
    --------
    >>> ending(0), ending(2), ending(-1)
    ('', '_lag2', '_lead1')
    """
    return "" if lag == 0 else f"_lag{lag}" if lag > 0 else f"_lead{-lag}"


def bilateral(a: np.ndarray, b: np.ndarray, border: np.ndarray) -> dict[str, np.ndarray]:
    """Return the bilateral forms of the index of exporter and importer; `border` is 1 on international flows."""
    return {
        "ai_min": np.minimum(a, b), "ai_max": np.maximum(a, b), "ai_product": a * b, "ai_gap": np.abs(a - b),
        "ai_exporter_international": a * border, "ai_importer_international": b * border,
    }  # fmt: skip


def _years(frame: pd.DataFrame, where: str) -> np.ndarray:
    """The column year as integers; text and fractions would match nothing, in silence."""
    years = frame[YEAR]
    if pd.api.types.is_numeric_dtype(years.dtype):
        values = years.to_numpy(dtype=float, na_value=np.nan)
        if np.all(values == np.floor(values)):
            return values.astype(np.int64)
    raise UsageError("the column 'year' holds something that is not a whole number", where=where,
                     remedy="make the years integers")  # fmt: skip
