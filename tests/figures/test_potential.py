"""Actual against fitted flows."""

import pandas as pd
import pytest

from indexer import figures
from indexer.errors import UsageError


@pytest.fixture
def flows():
    return pd.DataFrame({"label": ["A→B", "B→A", "C→A"], "actual": [1e9, 2e10, 0.0], "fitted": [2e9, 1e10, 5e8]})


def test_flows_stand_at_their_values_with_their_names(flows, rows):
    drawn = rows(figures.potential(flows, "Who trades more?"), "x", "y", "label")
    assert drawn[["x", "y"]].to_numpy().tolist() == [[2e9, 1e9], [1e10, 2e10]]


def test_both_axes_have_one_scale(flows, document):
    layers = document(figures.potential(flows, "Who trades more?"))["vconcat"][0]["layer"]
    line = next(one for one in layers if one.get("mark", {}).get("type") == "line")["encoding"]
    assert line["x"]["scale"] == line["y"]["scale"]
    assert line["x"]["scale"]["type"] == "log"


def test_flows_of_zero_are_counted(flows, said):
    assert "1 flows that are not positive are not shown." in said(figures.potential(flows, "Who trades more?"))


def test_the_unit_stands_on_the_axes(flows, said):
    text = said(figures.potential(flows, "Who trades more?", unit="EUR"))
    assert "actual (EUR)" in text
    assert "fitted (EUR)" in text


def test_no_positive_flow_is_refused(flows):
    with pytest.raises(UsageError, match="no flow is positive"):
        figures.potential(flows.assign(actual=0.0), "Who trades more?")
