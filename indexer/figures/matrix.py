"""A matrix as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.figures.frames import taken, values
from indexer.figures.saving import altair
from indexer.figures.style import DARK, LIGHT, MID, dressed

SCALE = ("#ffffff", LIGHT, MID, DARK, "#0b2433")
DIVERGING = ("#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788")
"""From orange over white to purple: told apart by colour-blind readers."""
FEW = 16
"""Up to so many columns, numbers stand in the cells."""


def matrix(
    frame: pd.DataFrame, title: str, *, unit: str, source: str = "", row: str = "row", column: str = "column",
    value: str = "value", row_title: str = "", column_title: str = "", format: str = ".2f", log: bool = False,
    diverging: bool = False, order: Sequence[str] | None = None, subtitle: str = "",
) -> Any:  # fmt: skip
    """Draw a matrix: the darker a cell, the larger its value. A cell without a value stays white with a dash.

    Parameters
    ----------
    frame : DataFrame
        One row a cell.
    title, unit, source, subtitle : str
        `unit` is that of the values, and stands over the scale.
    row, column, value : str
        Columns of the frame.
    row_title, column_title : str
        Titles of the axes.
    format : str
        Of the numbers in the cells, as in d3.
    log : bool
        Whether the scale is logarithmic; values must then be positive.
    diverging : bool
        Whether values are told apart by sign, with white at zero.
    order : sequence of str, optional
        Order of rows and columns; by default as they come.

    Returns
    -------
    altair chart

    Raises
    ------
    UsageError
        If altair is not installed, for a frame that cannot be drawn, or a cell that stands twice.
    """
    alt = altair()
    cells, said = taken(frame, {"value": value}, {"row": row, "column": column}, "matrix")
    if cells.duplicated(["row", "column"]).any():
        twice = cells[cells.duplicated(["row", "column"])].iloc[0]
        raise UsageError(f"the cell {twice['row']}, {twice['column']} stands twice", where="matrix",
                         remedy="give one row for each cell")  # fmt: skip
    if log and (cells["value"] <= 0).any():
        raise UsageError("a value is not positive and has no logarithm", where="matrix", remedy="use log=False")
    if log and diverging:
        raise UsageError("a scale cannot be logarithmic and diverge at zero", where="matrix", remedy="choose one")
    rows, columns = (list(dict.fromkeys(cells[k])) for k in ("row", "column"))
    if order is not None or set(rows) & set(columns):  # of the same things: in the same order, the diagonal is one
        known = [str(o) for o in order] if order is not None else list(dict.fromkeys([*rows, *columns]))
        rows, columns = ([o for o in known if o in found] for found in (set(rows), set(columns)))
    if order is not None and (missing := {*cells["row"], *cells["column"]} - {str(o) for o in order}):
        raise UsageError(f"{sorted(missing)[0]!r} is not in the order given", where="order", remedy="name every one")
    full = pd.MultiIndex.from_product([rows, columns], names=["row", "column"])
    whole = cells.set_index(["row", "column"]).reindex(full).reset_index()
    empty = whole[whole["value"].isna()]
    few = len(columns) <= FEW and len(rows) <= 2 * FEW
    side = (46, 28) if few else (18, 18)
    low, high = float(cells["value"].min()), float(cells["value"].max())
    top = max(abs(low), abs(high)) or 1.0
    span = [-top, top] if diverging else [low, high] if log else [min(low, 0.0), high or 1.0]
    scale = alt.Scale(type="log" if log else "linear", domain=span, range=list(DIVERGING if diverging else SCALE),
                      interpolate="rgb", nice=False)  # fmt: skip
    legend = alt.Legend(title=unit, gradientLength=150, format=format)
    x = alt.X("column:N", sort=columns, scale=alt.Scale(domain=columns), title=column_title or None,
              axis=alt.Axis(orient="top", labelAngle=-60, ticks=False, domain=False, labelPadding=6))  # fmt: skip
    y = alt.Y("row:N", sort=rows, scale=alt.Scale(domain=rows), title=row_title or None,
              axis=alt.Axis(ticks=False, domain=False, labelPadding=8))  # fmt: skip
    base = alt.Chart(values(cells)).encode(x=x, y=y)
    tips = ["row:N", "column:N", alt.Tooltip("value:Q", format=format)]
    layers = [
        base.mark_rect(stroke="#e6e6e6", strokeWidth=0.5).encode(
            color=alt.Color("value:Q", scale=scale, legend=legend), tooltip=tips
        )
    ]
    if few:
        part = np.log(cells["value"] / low) / (np.log(high / low) or 1.0) if log else None
        dark = (cells["value"].abs() > 0.6 * top) if part is None else part > 0.6
        shown = alt.Chart(values(cells.assign(dark=dark.to_numpy()))).mark_text(fontSize=10)
        ink = alt.condition("datum.dark", alt.value("white"), alt.value("#222222"))
        layers.append(shown.encode(x=x, y=y, text=alt.Text("value:Q", format=format), color=ink))
    if len(empty):
        dash = alt.Chart(values(empty[["row", "column"]])).mark_text(text="–", color="#999999")
        layers.append(dash.encode(x=x, y=y))
    size = (side[0] * len(columns), side[1] * len(rows))
    chart = alt.layer(*layers).properties(width=size[0], height=size[1])
    return dressed(chart, title, subtitle, (source + said).strip(), max(size[0] + 120.0, 360.0))
