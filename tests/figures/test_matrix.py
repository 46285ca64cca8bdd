"""A matrix as a heat map."""

import numpy as np
import pandas as pd
import pytest

from indexer import figures
from indexer.errors import UsageError
from indexer.figures.matrix import DIVERGING, SCALE


@pytest.fixture
def cells():
    return pd.DataFrame({"row": list("AAB"), "column": list("BCA"), "value": [1.0, 10.0, 100.0]})


def lightness(colour):
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def test_every_cell_is_drawn(cells, rows):
    drawn = rows(figures.matrix(cells, "Who trades?", unit="US$"), "value", "row")
    assert drawn[["row", "column", "value"]].to_numpy().tolist() == cells.to_numpy().tolist()


def test_cells_that_are_missing_have_a_dash(cells, document):
    layers = document(figures.matrix(cells, "Who trades?", unit="US$"))["vconcat"][0]["layer"]
    dashes = next(one for one in layers if one["mark"].get("text") == "–")
    assert {(v["row"], v["column"]) for v in dashes["data"]["values"]} == {("A", "A"), ("B", "B"), ("B", "C")}


def test_rows_and_columns_of_the_same_things_have_one_order(cells, document):
    encoding = document(figures.matrix(cells, "Who trades?", unit="US$"))["vconcat"][0]["layer"][0]["encoding"]
    assert encoding["y"]["scale"]["domain"] == ["A", "B"]
    assert encoding["x"]["scale"]["domain"] == ["A", "B", "C"]


def test_the_order_given_is_kept_and_must_name_all(cells, document):
    spec = document(figures.matrix(cells, "Who trades?", unit="US$", order=["C", "B", "A"]))
    assert spec["vconcat"][0]["layer"][0]["encoding"]["x"]["scale"]["domain"] == ["C", "B", "A"]
    with pytest.raises(UsageError, match="'C'"):
        figures.matrix(cells, "Who trades?", unit="US$", order=["A", "B"])


def test_a_diverging_scale_is_white_at_zero(cells, document):
    spec = document(figures.matrix(cells, "Who trades?", unit="r", diverging=True))
    assert spec["vconcat"][0]["layer"][0]["encoding"]["color"]["scale"]["domain"] == [-100.0, 100.0]
    light = [lightness(c) for c in DIVERGING]
    assert int(np.argmax(light)) == 3


def test_the_darker_the_larger():
    assert (np.diff([lightness(c) for c in SCALE]) < 0).all()


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"column": list("BBA")}, {}, "A, B stands twice"),
        ({"value": [0.0, 1, 2]}, {"log": True}, "not positive"),
        ({}, {"log": True, "diverging": True}, "cannot be logarithmic"),
    ],
)
def test_what_cannot_be_drawn_is_refused(cells, change, options, said):
    with pytest.raises(UsageError, match=said):
        figures.matrix(cells.assign(**change), "Who trades?", unit="US$", **options)


def test_one_value_can_be_drawn(marks):
    one = pd.DataFrame({"row": ["A"], "column": ["B"], "value": [3.0]})
    for options in ({}, {"log": True}, {"diverging": True}):
        assert "rect" in marks(figures.matrix(one, "Who trades?", unit="US$", **options))
