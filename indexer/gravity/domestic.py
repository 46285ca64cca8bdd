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
ROUNDING = 1e-9
"""Share of the output by which exports may exceed it: sums of decimal numbers do, by rounding."""


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
        Columns exporter, importer, year and the flow, in the unit of the output; one row for each exporter, importer
        and year. All exports of an economy have to be in it: what is missing counts as sold at home.
    output : DataFrame
        Columns economy, year and `output` (gross output), or `gdp`, for which a `GDPWarning` is given: GDP leaves out
        what firms buy from each other, so that domestic trade is too small.
    flow : str
        Column of the flows.

    Returns
    -------
    DataFrame
        The flows in their order, then one row for each economy and year that exports and has an output; a column
        `international`, 1 where exporter and importer differ. Other columns of the new rows are empty. Exporters,
        importers and years given as categories come back as the values behind them.

    Raises
    ------
    UsageError
        For missing columns or names, columns that stand twice, names or years of different kinds, domestic rows that
        are there already, an economy-year or a flow that stands twice.
    EstimationError
        If exports exceed output by more than rounding: first economy-years named.

    Examples
    --------
    >>> flows = pd.DataFrame({"exporter": ["CHN"], "importer": ["VNM"], "year": [2020], "trade": [5.0]})
    >>> made = pd.DataFrame({"economy": ["CHN"], "year": [2020], "output": [100.0]})
    >>> add_domestic(flows, made)[["exporter", "importer", "trade", "international"]].values.tolist()
    [['CHN', 'VNM', 5.0, 1], ['CHN', 'CHN', 95.0, 0]]
    """
    trade, output, kind = _checked(trade, output, flow)
    keys = [ECONOMY, YEAR]
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
    domestic = domestic.mask((domestic < 0) & (domestic >= -ROUNDING * both[kind]), 0.0)
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


def _checked(trade: pd.DataFrame, output: pd.DataFrame, flow: str) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Return both tables without categories in their keys, and the column of the output, after refusing what is wrong.

    Keys are compared as values: of two categorical columns pandas compares only those with the same categories.
    """
    sides = {"trade": [EXPORTER, IMPORTER, YEAR], "output": [ECONOMY, YEAR]}
    tables = {"trade": trade, "output": output}
    for name, frame in tables.items():
        if not isinstance(frame, pd.DataFrame):
            raise UsageError(f"{name} is a {type(frame).__name__}", where=name, remedy="give a DataFrame")
        if twice := [str(c) for c in frame.columns[frame.columns.duplicated()]]:
            raise UsageError(f"the column {twice[0]!r} stands twice", where=name, remedy="rename one of the two")
        check_columns([*sides[name], *([flow] if name == "trade" else [])], frame.columns, name)
    kinds = [c for c in (OUTPUT, GDP) if c in output.columns]
    if len(kinds) != 1:
        raise UsageError(
            "output needs one column 'output' (gross output) or 'gdp'", where="output",
            remedy="name the column by what it holds",
        )  # fmt: skip
    if INTERNATIONAL in trade.columns:
        raise UsageError(
            f"the flows already have a column {INTERNATIONAL!r}", where="trade", remedy="drop or rename it"
        )
    for name, frame, column in (("trade", trade, flow), ("output", output, kinds[0])):
        if not pd.api.types.is_numeric_dtype(frame[column].dtype):
            raise UsageError(f"the column {column!r} is not numeric", where=name, remedy="make it numbers")
        bad = ~np.isfinite(frame[column].to_numpy(dtype=float, na_value=np.nan)) | (frame[column] < 0).to_numpy()
        if bad.any():
            rows = frame.index[bad][:5].tolist()
            raise UsageError(f"the column {column!r} has missing, infinite or negative values", where=name, rows=rows,
                             remedy=f"first rows: {rows}; drop or mend them")  # fmt: skip
    for name, frame in tables.items():
        for column in sides[name]:
            if (empty := frame[column].isna().to_numpy()).any():
                rows = frame.index[empty][:5].tolist()
                raise UsageError(
                    f"the column {column!r} has missing values", where=name, rows=rows,
                    remedy=f"first rows: {rows}; fill them in (reading a file, pandas takes the code NA for missing)",
                )  # fmt: skip
        tables[name] = frame.assign(**{c: _plain(frame[c]) for c in sides[name]})
    trade, output = tables["trade"], tables["output"]
    for mine, frame, theirs in ((EXPORTER, trade, IMPORTER), (EXPORTER, output, ECONOMY), (YEAR, output, YEAR)):
        a, b = _kind(trade[mine]), _kind(frame[theirs])
        if a != b and len(trade) and len(frame):
            raise UsageError(
                f"the column {mine!r} of the flows holds {a}, the column {theirs!r} of "
                f"{'the flows' if frame is trade else 'the output'} {b}", where="trade" if frame is trade else "output",
                remedy="write both in the same way, years as whole numbers",
            )  # fmt: skip
    same = (trade[EXPORTER] == trade[IMPORTER]).to_numpy()
    if same.any():
        first = " ".join(map(str, trade.loc[same, [EXPORTER, YEAR]].iloc[0]))
        raise UsageError(f"{int(same.sum())} domestic flows are there already, the first of {first}", where="trade",
                         remedy="drop them, or use them and set international yourself")  # fmt: skip
    again = trade.duplicated(sides["trade"]).to_numpy()
    if again.any():
        first = " ".join(map(str, trade.loc[again, sides["trade"]].iloc[0]))
        raise UsageError(
            f"{first} stands twice in the flows", where="trade", rows=trade.index[again][:5].tolist(),
            remedy="with several sectors or products, call it for each with the output of that sector, and concatenate",
        )  # fmt: skip
    again = output.duplicated(sides["output"]).to_numpy()
    if again.any():
        first = " ".join(map(str, output.loc[again, sides["output"]].iloc[0]))
        raise UsageError(f"{first} stands twice in output", where="output", remedy="keep one row for each")
    return trade, output, kinds[0]


def _plain(column: pd.Series) -> pd.Series:
    """Return a column of categories as the values behind them."""
    return column.astype(column.cat.categories.dtype) if isinstance(column.dtype, pd.CategoricalDtype) else column


def _kind(column: pd.Series) -> str:
    """Return what a column holds, in a word; columns of different kinds have no value in common."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return "numbers"
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return f"times of {column.dtype.tz}"
    kind = str(column.dtype) if isinstance(column.dtype, pd.PeriodDtype) else pd.api.types.infer_dtype(column)
    names = {
        "string": "text", "integer": "numbers", "floating": "numbers", "datetime64": "dates",
        "datetime": "datetime objects", "date": "date objects", "mixed-integer": "text and numbers",
    }  # fmt: skip
    return names.get(kind, kind)
