"""Pictures of draws: intervals of ranks, acceptability, who stands above whom, and what moves ranks.

Everything is told by position and lightness, so that the pictures can be read in grey.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from indexer.errors import UsageError
from indexer.figures.saving import altair as _altair
from indexer.figures.saving import html, png
from indexer.simulate.uncertainty import Uncertainty

__all__ = ["html", "pictures", "png"]

DARK, MID, LIGHT = "#1b4965", "#5fa8d3", "#c9d6df"
MOST = 40
"""Economies that fit in one picture."""
FEW = 16
"""Up to so many, numbers stand in the cells."""
SHOWN_RANKS = 60
SMALL = 12
"""Economies that have a small picture of their own."""
ROW = 20
"""Height of a line of text, in points."""
_ASSUMPTION = {
    "treatment": "treatment",
    "imputation": "imputed cells",
    "carrying": "carried cells",
    "measurement": "measurement error",
    "normalisation": "normalisation",
    "weighting": "weighting rule",
    "weights": "weights",
    "aggregation": "aggregation",
    "leave_out": "leaving out one",
}


def pictures(found: Uncertainty, year: int, names: Mapping[str, str]) -> dict[str, Any]:
    """Draw all pictures of one year.

    Parameters
    ----------
    found : Uncertainty
    year : int
    names : mapping
        Name of each economy by its code.

    Returns
    -------
    dict of str to altair chart
        ranks, acceptability, beats, movers.

    Raises
    ------
    UsageError
        If altair is not installed, the year is not in the draws, or no economy has a rank in it.
    """
    _altair()
    if year not in found.years:
        raise UsageError(f"year {year} is not in the draws", remedy=f"one of {', '.join(map(str, found.years))}")
    of_year = found.ranks[found.ranks["year"] == year].dropna(subset=["rank", "rank_median"])
    if of_year.empty:
        raise UsageError(f"no economy has a rank in {year}", remedy="choose another year")
    head = of_year.sort_values(["rank", "economy"], kind="stable").head(MOST)
    head = head.assign(name=[names.get(code, code) for code in head["economy"]])
    said = f", the first {len(head)} of {len(of_year)} by rank" if len(of_year) > len(head) else ""
    drawn = f"{len(found.draws):,} draws"
    return {
        "ranks": _ranks(head, len(of_year), f"Ranks {year}{said}", drawn),
        "acceptability": _acceptability(found, head, year, f"Share of draws at each rank, {year}{said}", drawn),
        "beats": _beats(
            found, head, year, f"Share of draws in which the row stands above the column, {year}{said}", drawn
        ),
        "movers": _movers(found, head, year, said),
    }


def _percent(share: float) -> str:
    """Write a share as per cent; only what is none or all of it stands as 0 or 100."""
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    return {"0%": "<1%", "100%": ">99%"}.get(f"{share:.0%}", f"{share:.0%}")


def _dressed(chart: Any, title: str, subtitle: str) -> Any:
    alt = _altair()
    return (
        chart.properties(title=alt.Title(title, subtitle=subtitle), background="white", padding=12)
        .configure_view(stroke=None)
        .configure_axis(gridColor="#eeeeee", labelFontSize=11, titleFontSize=11, labelLimit=0, titleLimit=0)
        .configure_header(labelFontSize=11, labelLimit=0)
        .configure_title(
            anchor="start", fontSize=14, subtitleFontSize=11, subtitleColor="#555555", offset=14, limit=0, frame="group"
        )
    )


def _lines(head: pd.DataFrame) -> Any:
    """Economies by rank, from the top."""
    alt = _altair()
    axis = alt.Axis(ticks=False, domain=False, labelPadding=8)
    return alt.Y("name:N", sort=head["name"].tolist(), title=None, axis=axis)


def _ranks(head: pd.DataFrame, n: int, title: str, drawn: str) -> Any:
    alt = _altair()
    last = int(head["rank_p95"].max())
    last = max(last, int(head["rank"].max()))
    scale = alt.Scale(domain=[0.5, last + 0.5], nice=False)
    axis = alt.Axis(values=_written(last), format="d")
    tips = ["name:N", "rank:Q", "rank_p05:Q", "rank_median:Q", "rank_p95:Q", "index:Q", "index_p05:Q", "index_p95:Q"]
    base = alt.Chart(head.assign(from_=head["rank_p05"] - 0.35, to=head["rank_p95"] + 0.35)).encode(
        y=_lines(head), tooltip=tips
    )
    bars = base.mark_bar(height=9, color=LIGHT, cornerRadius=3).encode(
        x=alt.X("from_:Q", scale=scale, axis=axis, title=f"rank among {n}, 1 = highest"), x2="to:Q"
    )
    ticks = base.mark_tick(thickness=2, height=15, color=DARK).encode(x="rank_median:Q")
    dots = base.mark_circle(size=60, color=DARK, opacity=1).encode(x="rank:Q")
    chart = (bars + ticks + dots).properties(width=520, height=ROW * len(head))
    return _dressed(chart, title, f"dot: own rank; bar: 5 to 95 % of {drawn}; tick: their median")


def _written(last: int) -> list[int]:
    """Return the ranks that are written on an axis, so that no two numbers meet."""
    step = 1 if last <= FEW else 5 if last <= 2 * SHOWN_RANKS else 20
    return [rank for rank in range(1, last + 1) if rank == 1 or rank % step == 0]


def _cells(
    frame: pd.DataFrame, value: str, x: Any, y: Any, tips: list[str], size: tuple[int, int], numbers: bool
) -> Any:
    """A table whose cells are the darker, the higher their share."""
    alt = _altair()
    base = alt.Chart(frame.assign(said=frame[value].map(_percent))).encode(x=x, y=y, tooltip=tips)
    legend = alt.Legend(title="share", format=".0%", gradientLength=150, orient="right")
    # shares of many ranks are small: they are made visible where no numbers say them
    top, kind = (float(frame[value].max()), "sqrt") if value == "share" and not numbers else (1.0, "linear")
    scale = alt.Scale(type=kind, domain=[0, top], range=["#ffffff", LIGHT, MID, DARK, "#0b2433"], interpolate="rgb")
    chart = base.mark_rect(stroke="#e6e6e6", strokeWidth=0.5).encode(
        color=alt.Color(f"{value}:Q", scale=scale, legend=legend)
    )
    if numbers:
        light = alt.condition(alt.datum[value] > 0.6, alt.value("white"), alt.value("#222222"))
        chart += base.mark_text(fontSize=10).encode(text="said:N", color=light)
    return chart.properties(width=size[0], height=size[1])


def _acceptability(found: Uncertainty, head: pd.DataFrame, year: int, title: str, drawn: str) -> Any:
    alt = _altair()
    share = found.acceptability
    share = share[(share["year"] == year) & share["economy"].isin(head["economy"])]
    share = share.merge(head[["economy", "name"]], on="economy")
    last = min(int(share["rank"].max()), SHOWN_RANKS)
    beyond = share.loc[share["rank"] > last, "share"].sum() / len(head)
    share = share[share["rank"] <= last]
    few = len(head) <= FEW and last <= FEW
    axis = alt.Axis(labelAngle=0, values=_written(last), ticks=False)
    x = alt.X("rank:O", title="rank", axis=axis, scale=alt.Scale(domain=list(range(1, last + 1))))
    size = (44 * last, 30 * len(head)) if few else (15 * last, ROW * len(head))
    chart = _cells(
        share, "share", x, _lines(head), ["name:N", "rank:O", alt.Tooltip("share:Q", format=".1%")], size, few
    )
    gone = f"; {beyond:.1%} of these draws at ranks after {last}, not shown" if beyond >= 0.0005 else ""
    return _dressed(chart, title, f"of {drawn}; the darker, the more often{gone}")


def _beats(found: Uncertainty, head: pd.DataFrame, year: int, title: str, drawn: str) -> Any:
    alt = _altair()
    order = head["name"].tolist()
    pairs = found.beats
    pairs = pairs[
        (pairs["year"] == year) & pairs["economy"].isin(head["economy"]) & pairs["other"].isin(head["economy"])
    ]
    of = dict(zip(head["economy"], order, strict=True))
    pairs = pairs.assign(name=pairs["economy"].map(of), above=pairs["other"].map(of))
    axis = alt.Axis(labelAngle=-60, orient="top", ticks=False, domain=False, labelPadding=6)
    x = alt.X("above:N", sort=order, title=None, axis=axis)
    few = len(head) <= FEW
    side = (44, 30) if few else (ROW - 2, ROW - 2)
    tips = ["name:N", "above:N", alt.Tooltip("probability:Q", format=".1%")]
    size = (side[0] * len(head), side[1] * len(head))
    chart = _cells(pairs, "probability", x, _lines(head), tips, size, few)
    return _dressed(chart, title, f"of {drawn}; ties count one half; the darker, the more often")


def _movers(found: Uncertainty, head: pd.DataFrame, year: int, said: str) -> Any:
    """A tornado over the shown economies, and one of its own for those that move most."""
    alt = _altair()
    moved = found.movers
    moved = moved[(moved["year"] == year) & moved["economy"].isin(head["economy"])]
    moved = moved.assign(assumption=moved["assumption"].map(_ASSUMPTION))
    whole = moved.groupby("assumption", sort=False)["sd"].mean().sort_values(ascending=False).reset_index()
    order = whole["assumption"].tolist()
    y = alt.Y("assumption:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8))
    base = alt.Chart(whole).encode(
        y=y, x=alt.X("sd:Q", title="places, mean over the economies", axis=alt.Axis(tickCount=6))
    )
    bars = base.mark_bar(height=14, color=DARK).encode(tooltip=["assumption:N", alt.Tooltip("sd:Q", format=".2f")])
    numbers = base.mark_text(align="left", dx=5, fontSize=11).encode(text=alt.Text("sd:Q", format=".2f"))
    top = (bars + numbers).properties(width=520, height=26 * len(order))
    most = moved.groupby("economy")["sd"].max().sort_values(ascending=False, kind="stable").index[:SMALL]
    chosen = head[head["economy"].isin(most)]
    small = moved.merge(chosen[["economy", "name"]], on="economy")
    title = alt.Title(f"{'Each economy' if len(chosen) == len(head) else f'The {len(chosen)} that move most'}, by rank")
    below = (
        alt.Chart(small)
        .mark_bar(height=8, color=DARK)
        .encode(
            y=y,
            x=alt.X("sd:Q", title="places", axis=alt.Axis(tickCount=4)),
            tooltip=["name:N", "assumption:N", alt.Tooltip("sd:Q", format=".2f"), "rank_p05:Q", "rank_p95:Q"],
        )
        .properties(width=150, height=14 * len(order))
        .facet(facet=alt.Facet("name:N", sort=chosen["name"].tolist(), title=None), columns=3, title=title, spacing=16)
    )
    chart = alt.vconcat(top, below, spacing=24)
    how = "root mean square of the rank about the own one, each assumption alone open"
    return _dressed(chart, f"What moves ranks, {year}{said}", how)
