"""Trade potential: actual flows against those that the gravity equation fits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.figures.frames import taken, values
from indexer.figures.saving import altair
from indexer.figures.scatter import HEIGHT, WIDTH, axes, points
from indexer.figures.style import GREY, dressed


def potential(
    frame: pd.DataFrame, title: str, *, unit: str = "US$", source: str = "", label: str = "label",
    actual: str = "actual", fitted: str = "fitted", group: str | None = None,
) -> Any:  # fmt: skip
    """Draw actual against fitted flows; above the line more is traded than the model expects, below it less.

    Parameters
    ----------
    frame : DataFrame
        One row a flow: name, actual and fitted value, both in the same unit.
    title, unit, source : str
    label, actual, fitted : str
        Columns.
    group : str, optional
        Column to colour by.

    Returns
    -------
    altair chart

    Raises
    ------
    UsageError
        If altair is not installed, or for a frame that cannot be drawn. Flows of zero have no place on a logarithmic
        axis: they are left out, and counted beneath the chart.
    """
    alt = altair()
    rows, said = taken(frame, {"x": fitted, "y": actual}, {"label": label, "group": group}, "potential")
    good = (rows["x"] > 0) & (rows["y"] > 0)
    if not good.any():
        raise UsageError("no flow is positive", where="potential", remedy="give actual and fitted flows in levels")
    if not good.all():
        said += f" {int((~good).sum())} flows that are not positive are not shown."
    rows = rows[good].reset_index(drop=True)
    both = np.log(rows[["x", "y"]].to_numpy())
    room = 0.05 * (both.max() - both.min()) or 0.5
    low, high = float(np.exp(both.min() - room)), float(np.exp(both.max() + room))
    scales = dict.fromkeys(("x", "y"), ("log", low, high))
    diagonal = pd.DataFrame({"x": np.geomspace(low, high, 80), "y": np.geomspace(low, high, 80)})
    chart, gone = points(rows, scales, f"fitted ({unit})", f"actual ({unit})", diagonal)
    line = alt.Chart(values(diagonal)).mark_line(color=GREY, strokeWidth=1)
    line = line.encode(x=axes(scales, "x", f"fitted ({unit})"), y=axes(scales, "y", f"actual ({unit})"))
    sides = pd.DataFrame({"text": ["more than fitted", "less than fitted"], "x": [14.0, WIDTH - 14.0],
                          "y": [16.0, HEIGHT - 14.0]})  # fmt: skip
    words = [
        alt.Chart(values(sides.iloc[[k]])).mark_text(align=align, color=GREY, fontStyle="italic", fontSize=11)
        .encode(x=alt.value(float(sides["x"].iloc[k])), y=alt.value(float(sides["y"].iloc[k])), text="text:N")
        for k, align in enumerate(("left", "right"))
    ]  # fmt: skip
    chart = alt.layer(line, *words, chart).properties(width=WIDTH, height=HEIGHT)
    return dressed(chart, title, "grey line: actual = fitted", (source + said + gone).strip(), WIDTH)
