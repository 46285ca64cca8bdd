"""Two variables against each other, points labelled."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.figures.frames import taken, values
from indexer.figures.labels import placed
from indexer.figures.saving import altair
from indexer.figures.style import DARK, GREY, LARGE_NUMBERS, coloured, dressed

WIDTH, HEIGHT = 520, 380
MOST_LABELS = 60


def scatter(
    frame: pd.DataFrame, title: str, *, x: str, y: str, x_title: str, y_title: str, source: str = "",
    label: str | None = None, group: str | None = None, log: Collection[str] = (), line: bool = False,
    subtitle: str = "",
) -> Any:  # fmt: skip
    """Draw one variable against another.

    Parameters
    ----------
    frame : DataFrame
    title, source, subtitle : str
    x, y : str
        Columns.
    x_title, y_title : str
        Titles of the axes, with units.
    label, group : str, optional
        Columns with names of the points and with groups to colour them by. Labels that find no room are left off,
        and so are all for more than sixty points.
    log : collection of {"x", "y"}
        Axes with a logarithmic scale.
    line : bool
        Whether to draw the least-squares line, in logarithms on logarithmic axes.

    Returns
    -------
    altair chart

    Raises
    ------
    UsageError
        If altair is not installed, for a frame that cannot be drawn, or numbers that have no logarithm.
    """
    if not isinstance(log, Collection) or not set(log) <= {"x", "y"}:
        raise UsageError(f"log={log!r} names no axes", where="scatter", remedy="give ['x'], ['y'] or both")
    rows, said = taken(frame, {"x": x, "y": y}, {"label": label, "group": group}, "scatter")
    scales = {axis: _scale(rows[axis].to_numpy(), axis in log, axis) for axis in ("x", "y")}
    alt = altair()
    drawn = None
    if line and rows["x"].nunique() > 1:
        u, v = (np.log(rows[a].to_numpy()) if a in log else rows[a].to_numpy() for a in ("x", "y"))
        slope, level = np.polyfit(u, v, 1)
        ends = np.linspace(u.min(), u.max(), 60)
        drawn = pd.DataFrame({
            "x": np.exp(ends) if "x" in log else ends,
            "y": np.exp(level + slope * ends) if "y" in log else level + slope * ends,
        })  # fmt: skip
        subtitle = f"{subtitle}; dashed: least squares, slope {slope:.2g}, n = {len(rows)}".lstrip("; ")
    chart, gone = points(rows, scales, x_title, y_title, drawn)
    if drawn is not None:
        fitted = alt.Chart(values(drawn)).mark_line(color=GREY, strokeDash=[4, 3], clip=True)
        chart = alt.layer(fitted.encode(x=axes(scales, "x", x_title), y=axes(scales, "y", y_title)), chart)
    chart = chart.properties(width=WIDTH, height=HEIGHT)
    return dressed(chart, title, subtitle, (source + said + gone).strip(), WIDTH)


def points(
    rows: pd.DataFrame, scales: dict[str, tuple[str, float, float]], x_title: str, y_title: str,
    line: pd.DataFrame | None = None,
) -> Any:  # fmt: skip
    """Return points with labels beside them, off a line where they can, and a note on labels left off."""
    alt = altair()
    groups = list(dict.fromkeys(rows["group"])) if "group" in rows else []
    look = coloured(groups)
    tips = [alt.Tooltip(f"{c}:N") for c in ("label", "group") if c in rows] + ["x:Q", "y:Q"]
    base = alt.Chart(values(rows)).encode(x=axes(scales, "x", x_title), y=axes(scales, "y", y_title))
    layers = [base.mark_point(filled=True, size=55, opacity=0.85).encode(tooltip=tips, **look)]
    gone = ""
    if "label" in rows:
        wanted = len(rows) <= MOST_LABELS
        across, down = _pixels(rows, scales)
        off = None if line is None else np.stack(_pixels(line, scales), axis=1)
        found = placed(across, down, rows["label"].tolist() if wanted else [], WIDTH, HEIGHT, off)
        texts = rows.iloc[found["number"]].assign(dx=found["dx"].to_numpy(), dy=found["dy"].to_numpy(),
                                                  align=found["align"].to_numpy())  # fmt: skip
        for (dx, dy, align), some in texts.groupby(["dx", "dy", "align"]):
            words = alt.Chart(values(some)).mark_text(align=align, dx=dx, dy=dy, fontSize=11, color=DARK)
            layers.append(
                words.encode(x=axes(scales, "x", x_title), y=axes(scales, "y", y_title), text=alt.Text("label:N"))
            )
        if len(found) < len(rows):
            gone = f" {len(rows) - len(found)} of {len(rows)} points have no label for want of room."
    return alt.layer(*layers), gone


def axes(scales: dict[str, tuple[str, float, float]], axis: str, title: str) -> Any:
    """Return the encoding of an axis."""
    alt = altair()
    kind, low, high = scales[axis]
    make = alt.X if axis == "x" else alt.Y
    plain = {"format": "~r"} if kind == "log" else {}
    large = {"labelExpr": LARGE_NUMBERS} if low >= 1 and high >= 10_000 else plain
    style = alt.Axis(tickCount=6, **large) if kind == "linear" else alt.Axis(values=_ticks(low, high), **large)
    return make(f"{axis}:Q", title=title, scale=alt.Scale(type=kind, domain=[low, high], nice=False), axis=style)


def _scale(v: np.ndarray, log: bool, axis: str) -> tuple[str, float, float]:
    if log:
        if (v <= 0).any():
            raise UsageError(f"{int((v <= 0).sum())} values of {axis} are not positive and have no logarithm",
                             where="log", remedy="leave them out, or use a linear axis")  # fmt: skip
        low, high = np.log(v.min()), np.log(v.max())
        room = 0.05 * (high - low) or 0.5
        return "log", float(np.exp(low - room)), float(np.exp(high + room))
    room = 0.05 * (v.max() - v.min()) or 0.5
    return "linear", float(v.min() - room), float(v.max() + room)


def _ticks(low: float, high: float) -> list[float]:
    """Powers of ten on a logarithmic axis, with 2 and 5 times these where they are few."""
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    step = -(-len(powers) // 8)
    steps = (1, 2, 5) if len(powers) <= 3 else (1, 3) if len(powers) <= 5 else (1,)
    every = [float(f"{m}e{p}") for p in powers if p % step == 0 for m in steps]
    return [v for v in every if low <= v <= high]


def _pixels(rows: pd.DataFrame, scales: dict[str, tuple[str, float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Where points stand in the chart, in its points, from the left and from the top."""
    across = _place(rows["x"].to_numpy(), scales["x"]) * WIDTH
    return across, (1 - _place(rows["y"].to_numpy(), scales["y"])) * HEIGHT


def _place(v: np.ndarray, scale: tuple[str, float, float]) -> np.ndarray:
    """Where values stand on an axis, from 0 to 1."""
    kind, low, high = scale
    if kind == "log":
        return np.asarray((np.log(v) - np.log(low)) / (np.log(high) - np.log(low)))
    return np.asarray((v - low) / (high - low))
