"""An estimate over the years with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.figures.frames import taken, values
from indexer.figures.saving import altair
from indexer.figures.style import GREY, axis_title, coloured, dressed, zero_line

WIDTH, HEIGHT = 520, 280
MOST_YEARS = 15


def path(
    frame: pd.DataFrame, title: str, *, unit: str = "", source: str = "", group: str | None = None,
    zero: float | None = 0.0, marks: Mapping[int, str] | None = None,
    subtitle: str = "line: estimate; band: 95 % interval",
) -> Any:  # fmt: skip
    """Draw an estimate over the years with its interval.

    Parameters
    ----------
    frame : DataFrame
        year, estimate, conf_low, conf_high. A year that is missing breaks no line.
    title, unit, source, group, zero, subtitle
        As in `coefficients`.
    marks : mapping of int to str, optional
        Years to mark, with what happened in them.

    Returns
    -------
    altair chart

    Raises
    ------
    UsageError
        If altair is not installed, for a frame that cannot be drawn, or years that are not whole numbers.
    """
    alt = altair()
    numbers = {k: k for k in ("year", "estimate", "conf_low", "conf_high")}
    rows, said = taken(frame, numbers, {"group": group}, "path")
    if (rows["year"] != np.round(rows["year"])).any():
        raise UsageError("a year is no whole number", where="path", remedy="give years as 2020, 2021")
    if rows.duplicated(["year", "group"] if group else ["year"]).any():
        raise UsageError("a year stands twice", where="path", remedy="name what tells the rows apart in group=")
    groups = list(dict.fromkeys(rows["group"])) if group else []
    look = coloured(groups)
    first, last = int(rows["year"].min()), int(rows["year"].max())
    step = -(-(last - first + 1) // MOST_YEARS)
    axis = alt.Axis(format="d", values=list(range(first, last + 1, step)), grid=False, labelAngle=0)
    x = alt.X("year:Q", title=None, axis=axis, scale=alt.Scale(domain=[first - 0.2, last + 0.2], nice=False))
    base = alt.Chart(values(rows)).encode(x=x)
    y = alt.Y("conf_low:Q", title=axis_title("estimate", unit), scale=alt.Scale(zero=False))
    band = base.mark_area(opacity=0.18).encode(y=y, y2="conf_high:Q", color=look["color"])
    if len(groups) > 1:
        band = band.encode(
            y=alt.Y("conf_low:Q", title=axis_title("estimate", unit), scale=alt.Scale(zero=False), stack=None)
        )
    # an interval of a single year is no area
    ends = base.mark_rule(strokeWidth=1, opacity=0.5).encode(y="conf_low:Q", y2="conf_high:Q", color=look["color"])
    line = base.mark_line(strokeWidth=2).encode(y="estimate:Q", color=look["color"])
    dots = base.mark_point(filled=True, size=55, opacity=1).encode(y="estimate:Q", **look)
    layers = [zero_line("y", zero)] if zero is not None else []
    shown = {int(k): str(v) for k, v in (marks or {}).items() if first <= int(k) <= last}
    if shown:
        events = values(pd.DataFrame({"year": list(shown), "text": list(shown.values())}))
        rule = alt.Chart(events).mark_rule(color=GREY).encode(x=x)
        layers.append(rule)
        for align, shift, late in (("left", 4, False), ("right", -4, True)):
            # near the right edge the words stand on the left
            words = alt.Chart(events).mark_text(align=align, dx=shift, dy=8, color=GREY, fontSize=11)
            side = f"{'' if late else '!'}(datum.year > {first + 0.75 * (last - first)})"
            layers.append(words.transform_filter(side).encode(x=x, y=alt.value(0), text="text:N"))
    chart = alt.layer(*layers, band, ends, line, dots).properties(width=WIDTH, height=HEIGHT)
    return dressed(chart, title, subtitle, (source + said).strip(), WIDTH)
