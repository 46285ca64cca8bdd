"""Who trades with whom."""

import numpy as np
import pandas as pd
import pytest

from indexer import figures
from indexer.errors import UsageError
from indexer.figures.network import RADIUS, forces


@pytest.fixture
def trade():
    return pd.DataFrame({"origin": list("ABCAC"), "target": list("BAAAB"), "weight": [10.0, 4.0, 3.0, 99.0, 0.0]})


def test_each_flow_is_drawn_once_and_none_to_oneself(trade, rows):
    drawn = rows(figures.network(trade, "Who is the hub?", unit="US$"), "edge", "weight")
    assert sorted(drawn.groupby("edge")["weight"].first()) == [3.0, 4.0, 10.0]


def test_lines_run_from_origin_to_target(trade, rows):
    chart = figures.network(trade, "Who is the hub?", unit="US$")
    nodes = rows(chart, "node", "total").set_index("node")
    line = rows(chart, "edge", "weight").query("weight == 10").sort_values("step")
    assert line[["x", "y"]].iloc[0].tolist() == pytest.approx(nodes.loc["A", ["x", "y"]].tolist())
    assert line[["x", "y"]].iloc[-1].tolist() == pytest.approx(nodes.loc["B", ["x", "y"]].tolist())


def test_arrows_point_from_origin_to_target(rows):
    one = pd.DataFrame({"origin": ["A"], "target": ["B"], "weight": [1.0]})
    chart = figures.network(one, "Who?", unit="US$", layout={"A": (0, 0), "B": (5, 0)})
    assert rows(chart, "angle")["angle"].tolist() == [90.0]  # clockwise from the top


def test_two_directions_are_bent_apart(trade, rows):
    drawn = rows(figures.network(trade, "Who is the hub?", unit="US$"), "edge", "weight")
    there, back = (drawn[drawn["weight"] == w].sort_values("step")[["x", "y"]].to_numpy() for w in (10.0, 4.0))
    assert np.abs(there[12] - back[11]).max() > 0.05


def test_undirected_flows_are_sums_on_straight_lines(trade, rows):
    drawn = rows(figures.network(trade, "Who is the hub?", unit="US$", directed=False), "edge", "weight")
    assert sorted(drawn.groupby("edge")["weight"].first()) == [3.0, 14.0]
    line = drawn[drawn["weight"] == 14.0].sort_values("step")[["x", "y"]].to_numpy()
    along, off = line[-1] - line[0], line - line[0]
    assert np.allclose(along[0] * off[:, 1] - along[1] * off[:, 0], 0)


def test_nodes_stand_on_a_circle_by_their_total_from_the_top(trade, rows):
    nodes = rows(figures.network(trade, "Who is the hub?", unit="US$"), "node", "total")
    assert nodes["node"].tolist() == ["A", "B", "C"]
    assert nodes["total"].tolist() == [17.0, 14.0, 3.0]
    assert np.hypot(nodes["x"], nodes["y"]).to_numpy() == pytest.approx(RADIUS)
    assert nodes.loc[0, ["x", "y"]].tolist() == pytest.approx([0, RADIUS])


def test_small_flows_are_left_out_and_counted(trade, said):
    assert "2 flows below 35.0% of the largest, or zero" in said(
        figures.network(trade, "Who is the hub?", unit="US$", least=0.35)
    )


def test_forces_draw_large_flows_together_and_are_the_same_each_time():
    edges = pd.DataFrame({"origin": list("ABCDA"), "target": list("BADCC"), "weight": [9.0, 9.0, 9.0, 9.0, 0.01]})
    at = forces(list("ABCD"), edges)
    gap = lambda a, b: float(np.hypot(*(at[a] - at[b])))  # noqa: E731
    assert max(gap(0, 1), gap(2, 3)) < min(gap(0, 2), gap(0, 3), gap(1, 2), gap(1, 3))
    assert (at == forces(list("ABCD"), edges)).all()


def test_places_keep_their_proportions(trade, rows):
    chart = figures.network(trade, "Where?", unit="US$", layout={"A": (100.0, 10), "B": (110.0, 10), "C": (105.0, 15)})
    nodes = rows(chart, "node", "total").set_index("node")
    assert nodes.loc["B", "x"] - nodes.loc["A", "x"] == pytest.approx(2 * (nodes.loc["C", "y"] - nodes.loc["A", "y"]))


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"weight": [-1.0, 1, 1, 1, 1]}, {}, "negative"),
        ({"origin": list("AAAAA"), "target": list("AAAAA")}, {}, "no flow between"),
        ({"target": list("BACAB"), "origin": list("ABAAA")}, {}, "A to B stands twice"),
        ({"weight": [0.0] * 5}, {}, "no flow is positive"),
        ({}, {"layout": "star"}, "layout='star'"),
        ({}, {"layout": {"A": (0, 0)}}, "no place for"),
    ],
)
def test_what_cannot_be_drawn_is_refused(trade, change, options, said):
    with pytest.raises(UsageError, match=said):
        figures.network(trade.assign(**change), "Who?", unit="US$", **options)
