"""Charts as the documents that draw them."""

import json

import pandas as pd
import pytest

pytest.importorskip("altair", reason="pictures need the extra `report`")
pytest.importorskip("vl_convert", reason="pictures need the extra `report`")


def _walk(node):
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        if isinstance(child, dict | list):
            yield from _walk(child)


@pytest.fixture
def document():
    """A function that returns a chart's document as plain values."""
    return lambda chart: json.loads(chart.to_json())


@pytest.fixture
def rows(document):
    """A function that returns the first data of a chart that have such columns, as a frame."""

    def find(chart, *columns):
        for node in _walk(document(chart)):
            values = node.get("values") if isinstance(node, dict) else None
            if isinstance(values, list) and values and isinstance(values[0], dict) and set(columns) <= set(values[0]):
                return pd.DataFrame(values)
        raise AssertionError(f"no data with {columns}")

    return find


@pytest.fixture
def said(document):
    """A function that returns all text of a chart: titles, subtitles, sources, labels."""

    def find(chart):
        out = []
        for node in _walk(document(chart)):
            for value in node.values() if isinstance(node, dict) else node:
                out += [value] if isinstance(value, str) else []
        return " ".join(out)

    return find


@pytest.fixture
def marks(document):
    """A function that returns the kinds of marks in a chart."""

    def find(chart):
        found = [n["mark"] for n in _walk(document(chart)) if isinstance(n, dict) and "mark" in n]
        return [m if isinstance(m, str) else m["type"] for m in found]

    return find


@pytest.fixture
def tidy():
    """Coefficients of two models."""
    return pd.DataFrame({
        "term": ["a", "b", "a", "b"], "estimate": [0.1, -0.2, 0.3, 0.4], "conf_low": [0.0, -0.4, 0.2, 0.1],
        "conf_high": [0.2, 0.0, 0.4, 0.7], "model": ["OLS", "OLS", "PPML", "PPML"],
    })  # fmt: skip
