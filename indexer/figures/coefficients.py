"""Coefficients with their intervals."""

from __future__ import annotations

from typing import Any

import pandas as pd

from indexer.figures.frames import taken, values
from indexer.figures.saving import altair
from indexer.figures.style import axis_title, coloured, dressed, zero_line

WIDTH, LINE, OFFSET = 420, 30, 15


def coefficients(
    frame: pd.DataFrame, title: str, *, unit: str = "", source: str = "", group: str | None = None,
    panel: str | None = None, zero: float | None = 0.0, subtitle: str = "dot: estimate; line: 95 % interval",
) -> Any:  # fmt: skip
    """Draw coefficients with their intervals, terms from top to bottom in the order of the frame.

    Parameters
    ----------
    frame : DataFrame
        term, estimate, conf_low, conf_high, one row a coefficient: `fit.tidy()`, or several of them together.
    title : str
        What it shows, or the question it answers.
    unit : str
        Of the estimates.
    source : str
        Line beneath the chart.
    group, panel : str, optional
        Columns by which to colour (models side by side), and to draw panels.
    zero : float, optional
        Where to draw a line; None for none.
    subtitle : str
        What the marks are.

    Returns
    -------
    altair chart

    Raises
    ------
    UsageError
        If altair is not installed, or for a frame that cannot be drawn.
    """
    alt = altair()
    numbers = {k: k for k in ("estimate", "conf_low", "conf_high")}
    rows, said = taken(frame, numbers, {"term": "term", "group": group, "panel": panel}, "coefficients")
    groups = list(dict.fromkeys(rows["group"])) if group else []
    terms = list(dict.fromkeys(rows["term"]))
    panels = list(dict.fromkeys(rows["panel"])) if panel else []
    axis = alt.Axis(ticks=False, domain=False, labelPadding=8)
    y = {"y": alt.Y("term:N", sort=terms, title=None, axis=axis)}
    if len(groups) > 1:
        y["yOffset"] = alt.YOffset("group:N", sort=groups)
    look = coloured(groups)
    base = alt.Chart()  # the data stand above, so that panels part them
    x = alt.X("conf_low:Q", title=axis_title("estimate", unit), scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5))
    bars = base.mark_rule(strokeWidth=2).encode(x=x, x2="conf_high:Q", color=look["color"], **y)
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(x="estimate:Q", **look, **y)
    layers = ([zero_line("x", zero)] if zero is not None else []) + [bars, dots]
    height = len(terms) * max(LINE, OFFSET * max(len(groups), 1) + 8)
    width = WIDTH if not panels else max(WIDTH * 2 // (len(panels) + 1), 200)
    chart = alt.layer(*layers, data=values(rows)).properties(width=width, height=height)
    if panels:
        chart = chart.facet(column=alt.Column("panel:N", sort=panels, title=None), spacing=24)
    whole = width * max(len(panels), 1)
    return dressed(chart, title, subtitle, (source + said).strip(), whole + 90)
