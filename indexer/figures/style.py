"""What all charts share: colours, titles, and a line beneath that says where the numbers come from."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from indexer.errors import UsageError
from indexer.figures.saving import altair

DARK, MID, LIGHT = "#1b4965", "#5fa8d3", "#c9d6df"
ACCENT, GREY = "#d55e00", "#767676"
GROUPS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Colours that colour-blind readers tell apart (Okabe & Ito 2008), each with a shape of its own."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")
LETTER = 6.4
"""Width of a letter of text at 11 points, in points, about."""
TITLE_LETTER = 7.6

AXIS = {
    "gridColor": "#eaeaea", "domainColor": "#999999", "tickColor": "#999999", "labelFontSize": 11, "titleFontSize": 11,
    "titleFontWeight": "normal", "titleColor": "#333333", "labelLimit": 0, "titleLimit": 0,
}  # fmt: skip
TITLE = {
    "anchor": "start", "fontSize": 14, "subtitleFontSize": 11, "subtitleColor": "#555555", "subtitlePadding": 5,
    "offset": 12, "limit": 0, "frame": "group",
}  # fmt: skip


def dressed(chart: Any, title: str, subtitle: str, source: str, width: float) -> Any:
    """Return a chart with title, subtitle and the line of its source, and the look of all.

    Parameters
    ----------
    width : float
        Of the chart, in points; text is broken to it.
    """
    alt = altair()
    if not isinstance(title, str) or not title.strip():
        raise UsageError("a chart needs a title", where="title", remedy="say what it shows, or the question it answers")
    parts = [chart]
    if source:
        lines = textwrap.wrap(source, max(int(width / LETTER * 1.1), 24))
        text = alt.Chart(alt.Data(values=[{}])).mark_text(
            text=lines, align="left", baseline="top", fontSize=10, color=GREY, lineHeight=13
        )
        parts.append(text.encode(x=alt.value(0), y=alt.value(6)).properties(width=width, height=13 * len(lines) + 4))
    head = alt.Title(
        textwrap.wrap(title, max(int(width / TITLE_LETTER), 20)),
        subtitle=textwrap.wrap(subtitle, max(int(width / LETTER), 24)),
    )
    outer = alt.vconcat(*parts, title=head).resolve_scale(color="independent", shape="independent", size="independent")
    return (
        outer.properties(background="white", padding=14)
        .configure_view(stroke=None)
        .configure_concat(spacing=6)
        .configure_axis(**AXIS)
        .configure_header(labelFontSize=12, labelFontWeight="bold", labelLimit=0, labelAnchor="start")
        .configure_legend(labelFontSize=11, titleFontSize=11, titleFontWeight="normal", labelLimit=0, titleLimit=0)
        .configure_title(**TITLE)
    )


def coloured(names: Sequence[str], title: str | None = None, shapes: bool = True) -> dict[str, Any]:
    """Return encodings of `group` by colour and shape; no legend for one group.

    Raises
    ------
    UsageError
        For more groups than can be told apart.
    """
    alt = altair()
    if len(names) > len(GROUPS):
        raise UsageError(f"{len(names)} groups cannot be told apart", where="group",
                         remedy=f"use at most {len(GROUPS)}, or draw several charts")  # fmt: skip
    if len(names) <= 1:
        return {"color": alt.value(DARK)}
    legend = alt.Legend(orient="top", title=title, symbolSize=80, symbolOpacity=1)
    domain = list(names)
    out = {"color": alt.Color("group:N", scale=alt.Scale(domain=domain, range=list(GROUPS[: len(names)])),
                              legend=legend)}  # fmt: skip
    if shapes:
        out["shape"] = alt.Shape("group:N", scale=alt.Scale(domain=domain, range=list(SHAPES[: len(names)])),
                                 legend=legend)  # fmt: skip
    return out


def zero_line(axis: str, at: float) -> Any:
    """Return a dashed line across a chart."""
    alt = altair()
    base = alt.Chart(alt.Data(values=[{}])).mark_rule(color=GREY, strokeDash=[4, 3])
    return base.encode(**{axis: alt.datum(at)})


LARGE_NUMBERS = "replace(replace(replace(format(datum.value, '~s'), 'G', ' bn'), 'M', ' m'), 'T', ' tn')"
"""Label of a tick as economists write it, for numbers from one on."""


def axis_title(text: str, unit: str) -> str:
    """Return the title of an axis, with its unit in brackets."""
    return f"{text} ({unit})" if unit else text
