"""A specification curve: all estimates sorted, and beneath them the choices that each rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.figures.frames import taken, values
from indexer.figures.saving import altair
from indexer.figures.style import ACCENT, DARK, LIGHT, MID, axis_title, dressed, zero_line

WIDTH, HEIGHT, LINE = 560, 220, 15
MOST_OPTIONS = 40


def specification_curve(
    frame: pd.DataFrame, title: str, *, choices: Sequence[str] | Mapping[str, str], unit: str = "", source: str = "",
    main: str | None = None, zero: float | None = 0.0,
) -> Any:  # fmt: skip
    """Draw all estimates sorted by size, and beneath them which choices each rests on (Simonsohn et al. 2020).

    Parameters
    ----------
    frame : DataFrame
        estimate, conf_low, conf_high, and one column for each choice; one row a specification.
    title, unit, source, zero
        As in `coefficients`.
    choices : sequence of str, or mapping of str to str
        Columns of the choices, or their names for a reader by column.
    main : str, optional
        A column that is true for the headline specification, which is marked.

    Returns
    -------
    altair chart

    Raises
    ------
    UsageError
        If altair is not installed, or for a frame that cannot be drawn.
    """
    alt = altair()
    named = dict(choices) if isinstance(choices, Mapping) else {c: str(c).replace("_", " ") for c in choices}
    if isinstance(choices, str) or not named:
        raise UsageError(f"choices={choices!r} are no columns", where="specification_curve", remedy="give a list")
    numbers = {k: k for k in ("estimate", "conf_low", "conf_high")}
    if main is not None and main in frame:
        frame = frame.assign(**{main: frame[main].astype(bool).astype(float)})
    rows, said = taken(
        frame, numbers | ({"main": main} if main else {}), {f"c{k}": c for k, c in enumerate(named)},
        "specification_curve",
    )  # fmt: skip
    rows = rows.sort_values("estimate", kind="stable").reset_index(drop=True)
    n = len(rows)
    clear = (rows["conf_low"] > (zero or 0.0)) | (rows["conf_high"] < (zero or 0.0))
    kind = np.where(clear, "interval without zero", "interval with zero")
    rows = rows.assign(rank=np.arange(1, n + 1), kind=kind)
    if main:
        rows["kind"] = np.where(rows["main"] > 0, "headline", rows["kind"])
    seen = {"interval without zero": DARK, "interval with zero": MID, "headline": ACCENT}
    present = [k for k in seen if (rows["kind"] == k).any()]
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=present, range=[seen[k] for k in present]),
        legend=alt.Legend(orient="top", title=None, symbolType="circle", symbolOpacity=1, symbolStrokeWidth=0),
    )  # fmt: skip
    x = alt.X("rank:Q", axis=None, scale=alt.Scale(domain=[0, n + 1], nice=False))
    base = alt.Chart(values(rows)).encode(x=x)
    thick = float(np.clip(WIDTH / n * 0.5, 0.6, 3))
    bars = base.mark_rule(strokeWidth=thick, opacity=0.45).encode(
        y=alt.Y("conf_low:Q", title=axis_title("estimate", unit)), y2="conf_high:Q", color=colour
    )
    dots = base.mark_circle(size=float(np.clip(3000 / n, 10, 60)), opacity=1).encode(y="estimate:Q", color=colour)
    layers = ([zero_line("y", zero)] if zero is not None else []) + [bars, dots]
    if main:  # above the others
        layers.append(dots.transform_filter("datum.kind == 'headline'").mark_circle(size=70, opacity=1))
    parts = [alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)]
    for k, (column, name) in enumerate(named.items()):
        options = list(dict.fromkeys(frame[column].dropna().astype(str)))
        if len(options) > MOST_OPTIONS:
            raise UsageError(f"the choice {column!r} has {len(options)} options", where="specification_curve",
                             remedy=f"show choices with at most {MOST_OPTIONS}")  # fmt: skip
        y = alt.Y(
            f"c{k}:N", sort=options, scale=alt.Scale(domain=options),
            title=name, axis=alt.Axis(ticks=False, domain=False, grid=True, gridColor=LIGHT, titleAngle=0,
                                      titleAlign="left", titleX=-170, titleY=8, titleFontWeight="bold",
                                      labelPadding=6),
        )  # fmt: skip
        marks = alt.Chart(values(rows)).mark_tick(thickness=max(thick, 1.2), height=LINE * 0.6, orient="vertical")
        marks = marks.encode(x=x, y=y, color=colour).properties(width=WIDTH, height=LINE * len(options))
        parts.append(marks)
    above = int((rows["estimate"] > (zero or 0.0)).sum())
    sub = f"{n} specifications, sorted; {above} above {zero or 0:g}, {int(clear.sum())} with an interval without it; " \
          f"median {rows['estimate'].median():.3g}; lines: 95 % intervals"  # fmt: skip
    return dressed(alt.vconcat(*parts, spacing=8), title, sub, (source + said).strip(), WIDTH + 160)
