"""Pictures of digital trade rules by pair: a matrix and a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import EXPORTER, IMPORTER

SOURCE = "Own coding (CC0) of RCEP, CPTPP, DEPA and the ASEAN Agreement on Electronic Commerce."
CLASSES = {"above 0.4": 0.4, "0.2 to 0.4": 0.2, "below 0.2": 0.0}
"""Classes of depth, each with the depth that it lies above."""
SIZE = (600, 440)


def matrix(frame: pd.DataFrame, year: int) -> Any:
    """Draw depth by pair as a matrix, the economies with the deepest rules first.

    Parameters
    ----------
    frame : DataFrame
        exporter, importer, rules_depth of one year, in both directions.
    year : int

    Returns
    -------
    altair chart
    """
    from indexer import figures

    return figures.matrix(
        frame, f"Digital trade rules are deepest among members of the CPTPP; China has those of RCEP only ({year})",
        unit="depth, 0 to 1", source=SOURCE, row=EXPORTER, column=IMPORTER, value="rules_depth", order=_deepest(frame),
    )  # fmt: skip


def network(frame: pd.DataFrame, names: Mapping[str, str], year: int) -> Any:
    """Draw depth by pair as lines between economies on a ring, wider and darker where rules are deeper.

    Depth is no flow, and almost every pair has some: classes are told apart by colour and width, the deepest on top.

    Parameters
    ----------
    frame : DataFrame
        exporter, importer, rules_depth of one year, in both directions.
    names : mapping
        Name of each economy by its code.
    year : int

    Returns
    -------
    altair chart
    """
    from indexer.figures.saving import altair
    from indexer.figures.style import DARK, LIGHT, dressed

    alt = altair()
    place = ring(_deepest(frame)).assign(name=lambda one: one["economy"].map(names))
    lines = edges(frame, place)
    wide = {"scale": alt.Scale(domain=[-1.5, 1.5], nice=False), "axis": None}
    high = {"scale": alt.Scale(domain=[-1.2, 1.2], nice=False), "axis": None}
    classes = list(CLASSES)
    drawn = alt.Chart(lines).mark_rule().encode(
        x=alt.X("x:Q", **wide), y=alt.Y("y:Q", **high), x2="x2:Q", y2="y2:Q",
        color=alt.Color("depth:N", scale=alt.Scale(domain=classes, range=[DARK, "#8fc1de", LIGHT]),
                        legend=alt.Legend(title="depth, 0 to 1", symbolStrokeWidth=3)),
        strokeWidth=alt.StrokeWidth("depth:N", scale=alt.Scale(domain=classes, range=[3, 1.4, 1]), legend=None),
    )  # fmt: skip
    points = alt.Chart(place).mark_point(filled=True, size=110, color=DARK, opacity=1, stroke="white")
    layers = [drawn, points.encode(x=alt.X("x:Q", **wide), y=alt.Y("y:Q", **high))]
    for align, some in place.groupby("align"):
        words = alt.Chart(some).mark_text(fontSize=11, align=align, baseline="middle")
        layers.append(words.encode(x=alt.X("label_x:Q", **wide), y=alt.Y("label_y:Q", **high), text="name:N"))
    chart = alt.layer(*layers).properties(width=SIZE[0], height=SIZE[1])
    title = f"Deep digital trade rules tie CPTPP members; RCEP ties the others more loosely ({year})"
    return dressed(chart, title, "", SOURCE, SIZE[0] + 100)


def ring(economies: list[str]) -> pd.DataFrame:
    """Place economies on a circle, the first at the top and the next ones down either side in turn.

    Returns
    -------
    DataFrame
        economy, x, y (radius 1), label_x, label_y and align of the name.
    """
    order = [*economies[1::2][::-1], *economies[0::2]]
    angle = np.pi / 2 - 2 * np.pi * (np.arange(len(order)) - order.index(economies[0])) / len(order)
    x, y = np.cos(angle), np.sin(angle)
    align = np.where(np.abs(x) < 0.25, "center", np.where(x < 0, "right", "left"))
    reach = np.where(align == "center", 1.12, 1.07)
    return pd.DataFrame({"economy": order, "x": x, "y": y, "label_x": x * reach, "label_y": y * reach, "align": align})


def edges(frame: pd.DataFrame, place: pd.DataFrame) -> pd.DataFrame:
    """Return one line for each pair with rules, the deepest last: x, y, x2, y2 and its class of depth."""
    at = place.set_index("economy")
    once = frame[(frame[EXPORTER] < frame[IMPORTER]) & (frame["rules_depth"] > 0)].sort_values("rules_depth")
    ends = {
        f"{axis}{number}": at.loc[once[side], axis].to_numpy()
        for side, number in ((EXPORTER, ""), (IMPORTER, "2"))
        for axis in "xy"
    }
    depth = [next(said for said, least in CLASSES.items() if value > least) for value in once["rules_depth"]]
    return pd.DataFrame(ends | {"depth": depth})


def _deepest(frame: pd.DataFrame) -> list[str]:
    """Economies by their mean depth, the deepest first."""
    mean = frame.groupby(EXPORTER)["rules_depth"].mean()
    return [str(one) for one in mean.sort_values(ascending=False, kind="stable").index]
