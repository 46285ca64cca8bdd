"""Tidy frames, checked."""

import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.figures.frames import taken, values


def test_columns_get_the_names_of_the_chart():
    found, note = taken(pd.DataFrame({"a.b": [1], "c[d]": ["x"]}), {"x": "a.b"}, {"label": "c[d]"}, "chart")
    assert found.to_dict("records") == [{"x": 1.0, "label": "x"}]
    assert note == ""


def test_rows_without_a_number_are_counted():
    found, note = taken(pd.DataFrame({"a": [1, np.nan, np.inf]}), {"x": "a"}, {}, "chart")
    assert len(found) == 1
    assert note == " 2 of 3 rows without a number are not shown."


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ([1, 2], "list is no DataFrame"),
        (pd.DataFrame({"b": [1]}), "no column 'a'"),
        (pd.DataFrame({"a": ["x"]}), "no number"),
        (pd.DataFrame({"a": [np.nan]}), "none of 1 rows"),
        (pd.DataFrame({"a": []}), "none of 0 rows"),
    ],
)
def test_what_cannot_be_drawn_is_refused(frame, said):
    with pytest.raises(UsageError, match=said):
        taken(frame, {"x": "a"}, {}, "chart")


def test_any_number_of_rows_can_be_drawn():
    pytest.importorskip("altair")
    assert len(values(pd.DataFrame({"a": range(6000)})).values) == 6000


def test_missing_text_is_empty():
    frame = pd.DataFrame({"x": [1, 2, 3], "name": ["a", None, np.nan]})
    found, _ = taken(frame, {"x": "x"}, {"label": "name"}, "scatter")
    assert found["label"].tolist() == ["a", "", ""]
