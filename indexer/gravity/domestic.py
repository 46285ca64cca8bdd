"""Domestic trade: what an economy sells to itself, its gross output less its exports."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from indexer.columns import ECONOMY, EXPORTER, IMPORTER, YEAR
from indexer.errors import EstimationError, UsageError
from indexer.gravity.attach import INTERNATIONAL
from indexer.gravity.formula import check_columns

OUTPUT, GDP = "output", "gdp"


class GDPWarning(UserWarning):
    """Domestic trade was made from GDP, which is value added and no sales."""


class NoOutputWarning(UserWarning):
    """Economies of the flows have no output, and so no domestic trade."""


def add_domestic(trade: pd.DataFrame, output: pd.DataFrame, flow: str = "trade") -> pd.DataFrame:
    """Add intra-national flows to international ones.

    Domestic trade of economy i in year t is its gross output less its exports to all others,
    X_iit = Y_it - Σ_j≠i X_ijt (Yotov et al. 2016, box 3; Heid, Larch & Yotov 2021).

    Parameters
    ----------
    trade : DataFrame
        Columns exporter, importer, year and the flow, in the unit of the output. All exports of an economy have to be
        in it: what is missing counts as sold at home.
    output : DataFrame
        Columns economy, year and `output` (gross output), or `gdp`, for which a `GDPWarning` is given: GDP leaves out
        what firms buy from each other, so that domestic trade is too small.
    flow : str
        Column of the flows.

    Returns
    -------
    DataFrame
        The flows in their order, then one row for each economy and year that exports and has an output; a column
        `international`, 1 where exporter and importer differ. Other columns of the new rows are empty.

    Raises
    ------
    UsageError
        For missing columns, domestic rows that are there already, an economy-year that stands twice.
    EstimationError
        If exports exceed output: first economy-years named.

    Examples
    --------
    >>> flows = pd.DataFrame({"exporter": ["CHN"], "importer": ["VNM"], "year": [2020], "trade": [5.0]})
    >>> made = pd.DataFrame({"economy": ["CHN"], "year": [2020], "output": [100.0]})
    >>> add_domestic(flows, made)[["exporter", "importer", "trade", "international"]].values.tolist()
    [['CHN', 'VNM', 5.0, 1], ['CHN', 'CHN', 95.0, 0]]
    """
    for name, frame in (("trade", trade), ("output", output)):
        if not isinstance(frame, pd.DataFrame):
            raise UsageError(f"{name} is a {type(frame).__name__}", where=name, remedy="give a DataFrame")
    check_columns([EXPORTER, IMPORTER, YEAR, flow], trade.columns, "trade")
    check_columns([ECONOMY, YEAR], output.columns, "output")
    kinds = [c for c in (OUTPUT, GDP) if c in output.columns]
    if len(kinds) != 1:
        raise UsageError(
            "output needs one column 'output' (gross output) or 'gdp'", where="output",
            remedy="name the column by what it holds",
        )  # fmt: skip
    kind = kinds[0]
    if INTERNATIONAL in trade.columns:
        raise UsageError(
            f"the flows already have a column {INTERNATIONAL!r}", where="trade", remedy="drop or rename it"
        )
    for name, frame, column in (("trade", trade, flow), ("output", output, kind)):
        if not pd.api.types.is_numeric_dtype(frame[column].dtype):
            raise UsageError(f"the column {column!r} is not numeric", where=name, remedy="make it numbers")
        bad = ~np.isfinite(frame[column].to_numpy(dtype=float, na_value=np.nan)) | (frame[column] < 0).to_numpy()
        if bad.any():
            rows = frame.index[bad][:5].tolist()
            raise UsageError(f"the column {column!r} has missing, infinite or negative values", where=name, rows=rows,
                             remedy=f"first rows: {rows}; drop or mend them")  # fmt: skip
    same = (trade[EXPORTER] == trade[IMPORTER]).to_numpy()
    if same.any():
        first = " ".join(map(str, trade.loc[same, [EXPORTER, YEAR]].iloc[0]))
        raise UsageError(f"{int(same.sum())} domestic flows are there already, the first of {first}", where="trade",
                         remedy="drop them, or use them and set international yourself")  # fmt: skip
    keys = [ECONOMY, YEAR]
    if output.duplicated(keys).any():
        first = " ".join(map(str, output.loc[output.duplicated(keys), keys].iloc[0]))
        raise UsageError(f"{first} stands twice in output", where="output", remedy="keep one row for each")
    exports = trade.groupby([EXPORTER, YEAR], observed=True)[flow].sum().rename("exports").reset_index()
    both = exports.merge(output[[*keys, kind]], left_on=[EXPORTER, YEAR], right_on=keys, how="left")
    without = sorted(both.loc[both[kind].isna(), EXPORTER].astype(str).unique())
    if without:
        warnings.warn(
            f"{int(both[kind].isna().sum())} exporter-years have no output, and so no domestic trade: economies "
            f"{', '.join(without[:10])}", NoOutputWarning, stacklevel=2,
        )  # fmt: skip
    both = both[both[kind].notna()]
    domestic = both[kind] - both["exports"]
    if (domestic < 0).any():
        wrong = both[domestic < 0]
        named = [f"{e} {y}" for e, y in wrong[[EXPORTER, YEAR]].itertuples(index=False)]
        e, y, x, z = wrong[[EXPORTER, YEAR, "exports", kind]].iloc[0]
        raise EstimationError(
            f"exports exceed {'gross output' if kind == OUTPUT else 'GDP'} in {len(named)} economy-years: "
            f"{', '.join(named[:10])} (in {e} {y} exports {x:.6g}, {kind} {z:.6g})", where="output", rows=named[:10],
            remedy="check units and re-exports, use gross output of the same goods, or leave these economies out",
        )  # fmt: skip
    if kind == GDP:
        warnings.warn(
            "domestic trade is made from GDP, which is value added: it is too small, most where firms buy much from "
            "each other; use gross output where there is one", GDPWarning, stacklevel=2,
        )  # fmt: skip
    new = pd.DataFrame({
        EXPORTER: both[EXPORTER].to_numpy(), IMPORTER: both[EXPORTER].to_numpy(), YEAR: both[YEAR].to_numpy(),
        flow: domestic.to_numpy(), INTERNATIONAL: 0,
    })  # fmt: skip
    return pd.concat([trade.assign(**{INTERNATIONAL: 1}), new], ignore_index=True)
