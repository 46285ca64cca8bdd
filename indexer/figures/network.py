"""A network: who trades with whom, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.figures.frames import taken, values
from indexer.figures.saving import altair
from indexer.figures.style import DARK, LARGE_NUMBERS, MID, axis_title, coloured, dressed

SIDE, RADIUS = 460, 0.74
BEND, STEPS = 0.14, 24
THINNEST, THICKEST = 0.4, 9.0
SEED, ROUNDS = 1, 400


def network(
    frame: pd.DataFrame, title: str, *, unit: str, source: str = "", origin: str = "origin", target: str = "target",
    weight: str = "weight", group: Mapping[str, str] | None = None,
    layout: str | Mapping[str, tuple[float, float]] = "circle", directed: bool = True, least: float = 0.0,
) -> Any:  # fmt: skip
    """Draw flows between nodes, the thicker the larger.

    Parameters
    ----------
    frame : DataFrame
        One row a flow; flows to oneself are left out.
    title, unit, source : str
        `unit` is that of the weights.
    origin, target, weight : str
        Columns of the frame; weights are not negative.
    group : mapping of str to str, optional
        Group of each node, to colour it by.
    layout : {"circle", "forces"} or mapping of str to (float, float)
        Nodes in a circle, in the order of their total; by forces that draw large flows together (Fruchterman &
        Reingold 1991, from a fixed start); or at the places given, such as longitude and latitude.
    directed : bool
        Whether the two directions are drawn apart, each with an arrow; else their sum.
    least : float
        Share of the largest flow below which a flow is not drawn.

    Returns
    -------
    altair chart

    Raises
    ------
    UsageError
        If altair is not installed, for a frame that cannot be drawn, negative weights, flows that stand twice, or a
        layout that cannot be used.
    """
    alt = altair()
    edges, said = taken(frame, {"weight": weight}, {"origin": origin, "target": target}, "network")
    edges = _edges(edges, directed)
    total = pd.concat([edges.groupby("origin")["weight"].sum(), edges.groupby("target")["weight"].sum()])
    total = total.groupby(level=0).sum().sort_values(ascending=False, kind="stable")
    nodes = total.rename("total").rename_axis("node").reset_index()
    place = _placed(nodes["node"].tolist(), edges, layout)
    nodes["x"], nodes["y"] = place.T
    if group is not None:
        nodes["group"] = [str(group.get(n, "other")) for n in nodes["node"]]
    top = float(edges["weight"].max())
    if not top > 0:
        raise UsageError("no flow is positive", where="network", remedy="give flows")
    few = edges[edges["weight"] >= least * top]
    few = few[few["weight"] > 0].sort_values("weight", kind="stable").reset_index(drop=True)
    lines, arrows = _curves(few, dict(zip(nodes["node"], place, strict=True)), directed)
    domain = alt.Scale(domain=[-1.0, 1.0], nice=False)
    x, y = alt.X("x:Q", axis=None, scale=domain), alt.Y("y:Q", axis=None, scale=domain)
    thick = alt.Scale(type="linear", domain=[0, top], range=[THINNEST, THICKEST])
    legend = alt.Legend(
        title=axis_title("flow", unit), orient="right", labelExpr=LARGE_NUMBERS, tickCount=4, symbolStrokeColor=MID
    )
    drawn = alt.Chart(values(lines)).mark_line(color=MID, opacity=0.55, strokeCap="butt")
    layers = [
        drawn.encode(x=x, y=y, detail="edge:N", order="step:O",
                     strokeWidth=alt.StrokeWidth("weight:Q", scale=thick, legend=legend))
    ]  # fmt: skip
    if directed:
        marks = alt.Chart(values(arrows)).mark_point(shape="triangle", filled=True, color=DARK, opacity=0.9)
        size = alt.Size("weight:Q", scale=alt.Scale(domain=[0, top], range=[8, 150]), legend=None)
        angle = alt.Angle("angle:Q", scale=alt.Scale(domain=[0, 360], range=[0, 360]))
        layers.append(marks.encode(x=x, y=y, size=size, angle=angle))
    look = coloured(list(dict.fromkeys(nodes["group"])) if group is not None else [])
    dots = alt.Chart(values(nodes)).mark_point(filled=True, size=110, opacity=1, stroke="white", strokeWidth=1)
    layers.append(dots.encode(x=x, y=y, tooltip=["node:N", alt.Tooltip("total:Q", format="~s")], **look))
    for align, baseline, some in _sides(nodes, layout == "circle"):
        out = 0.06
        far = np.hypot(some["x"].to_numpy(), some["y"].to_numpy())
        scale = (far + out) / np.where(far > 0, far, 1.0) if layout == "circle" else np.ones(len(some))
        words = alt.Chart(values(some.assign(x=some["x"] * scale, y=some["y"] * scale)))
        shift = 0 if layout == "circle" else -12
        layers.append(
            words.mark_text(align=align, baseline=baseline, fontSize=11, dy=shift).encode(x=x, y=y, text="node:N")
        )
    hidden = len(edges) - len(few)
    if hidden:
        said += f" {hidden} flows below {least:.1%} of the largest, or zero, are not drawn."
    how = "lines: flows, arrow at the middle" if directed else "lines: sum of both directions"
    chart = alt.layer(*layers).resolve_scale(size="independent").properties(width=SIDE, height=SIDE)
    return dressed(chart, title, how, (source + said).strip(), SIDE + 80)


def _edges(edges: pd.DataFrame, directed: bool) -> pd.DataFrame:
    if (edges["weight"] < 0).any():
        raise UsageError("a weight is negative", where="network", remedy="give flows, zero or positive")
    edges = edges[edges["origin"] != edges["target"]].reset_index(drop=True)
    if edges.empty:
        raise UsageError("there is no flow between two nodes", where="network", remedy="give flows")
    if edges.duplicated(["origin", "target"]).any():
        twice = edges[edges.duplicated(["origin", "target"])].iloc[0]
        raise UsageError(f"the flow {twice['origin']} to {twice['target']} stands twice", where="network",
                         remedy="add the rows up, or choose a year")  # fmt: skip
    if directed:
        return edges
    ends = np.sort(edges[["origin", "target"]].to_numpy(dtype=str), axis=1)
    return edges.assign(origin=ends[:, 0], target=ends[:, 1]).groupby(["origin", "target"], as_index=False).sum()


def _placed(nodes: list[str], edges: pd.DataFrame, layout: str | Mapping[str, tuple[float, float]]) -> np.ndarray:
    if isinstance(layout, Mapping):
        if missing := [n for n in nodes if n not in layout]:
            raise UsageError(f"the layout has no place for {missing[0]!r}", where="layout", remedy="give one for each")
        return _within(np.array([layout[n] for n in nodes], dtype=float))
    if layout == "circle":
        angle = np.pi / 2 - 2 * np.pi * np.arange(len(nodes)) / len(nodes)
        return RADIUS * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if layout == "forces":
        return _within(forces(nodes, edges))
    raise UsageError(f"layout={layout!r} is not offered", where="layout",
                     remedy="use 'circle', 'forces' or the places of the nodes")  # fmt: skip


def forces(nodes: list[str], edges: pd.DataFrame) -> np.ndarray:
    """Return places of nodes, shape (n, 2): flows draw together, all push apart (Fruchterman & Reingold 1991)."""
    n = len(nodes)
    number = {node: k for k, node in enumerate(nodes)}
    pull = np.zeros((n, n))
    for a, b, w in edges[["origin", "target", "weight"]].itertuples(index=False):
        pull[number[a], number[b]] += w
        pull[number[b], number[a]] += w
    pull = np.sqrt(pull / (pull.max() or 1.0))  # flows span orders of magnitude
    at = np.random.default_rng(SEED).normal(size=(n, 2))
    size = 1 / np.sqrt(n)
    for k in range(ROUNDS):
        gap = at[:, None] - at[None]
        far = np.maximum(np.hypot(gap[..., 0], gap[..., 1]), 1e-3)
        move = (gap * (size**2 / far**2 - pull * far / size)[..., None]).sum(axis=1)
        length = np.maximum(np.hypot(*move.T), 1e-12)
        at = at + move / length[:, None] * np.minimum(length, 0.2 * (1 - k / ROUNDS))[:, None]
    return at


def _within(at: np.ndarray) -> np.ndarray:
    """Places moved and scaled alike in both directions into the middle of the square."""
    centred = at - (at.max(axis=0) + at.min(axis=0)) / 2
    return np.asarray(centred * (RADIUS / (np.abs(centred).max() or 1.0)))


def _curves(edges: pd.DataFrame, place: Mapping[str, np.ndarray], directed: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Points along each flow, bent to its left so that two directions stand apart; and its arrow."""
    lines, arrows = [], []
    t = np.linspace(0, 1, STEPS)[:, None]
    for k, (a, b, w) in enumerate(edges[["origin", "target", "weight"]].itertuples(index=False)):
        start, end = place[a], place[b]
        across = np.array([start[1] - end[1], end[0] - start[0]]) * (BEND if directed else 0.0)
        middle = (start + end) / 2 + across
        at = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end
        lines.append(pd.DataFrame({"edge": k, "step": range(STEPS), "x": at[:, 0], "y": at[:, 1], "weight": w}))
        way = end - start
        half = at[STEPS // 2]
        arrows.append((half[0], half[1], float(np.degrees(np.arctan2(way[0], way[1])) % 360), w))
    return pd.concat(lines), pd.DataFrame(arrows, columns=["x", "y", "angle", "weight"])


def _sides(nodes: pd.DataFrame, circle: bool) -> list[tuple[str, str, pd.DataFrame]]:
    """Nodes by where their labels stand."""
    if not circle:
        return [("center", "middle", nodes)]
    x, y = nodes["x"] / RADIUS, nodes["y"] / RADIUS
    near = x.abs() <= 0.2
    parts = [
        ("left", "middle", x > 0.2), ("right", "middle", x < -0.2), ("center", "bottom", near & (y > 0)),
        ("center", "top", near & (y <= 0)),
    ]  # fmt: skip
    return [(align, base, nodes[mask]) for align, base, mask in parts if mask.any()]
