"""One variable against another."""

import numpy as np
import pandas as pd
import pytest

from indexer import figures
from indexer.errors import UsageError
from indexer.figures.scatter import _ticks

AXES = {"x": "a", "y": "b", "x_title": "A (points)", "y_title": "B (US$)"}


@pytest.fixture
def frame():
    x = np.arange(1.0, 9.0)
    return pd.DataFrame({"a": x, "b": 3 * x**2, "name": list("ABCDEFGH")})


def test_points_stand_at_their_values(frame, rows):
    drawn = rows(figures.scatter(frame, "Does it rise?", **AXES), "x", "y")
    assert drawn.to_numpy().tolist() == frame[["a", "b"]].to_numpy().tolist()


def test_titles_of_the_axes_are_those_given(frame, said):
    text = said(figures.scatter(frame, "Does it rise?", **AXES))
    assert "A (points)" in text
    assert "B (US$)" in text


def test_the_line_is_least_squares_in_logarithms_on_such_axes(frame, said):
    # b = 3a²: the slope of the logarithms is 2
    assert "slope 2, n = 8" in said(figures.scatter(frame, "Does it rise?", **AXES, log=["x", "y"], line=True))


def test_labels_stand_beside_their_points(frame, rows):
    drawn = rows(figures.scatter(frame, "Does it rise?", **AXES, label="name"), "dx", "label")
    merged = drawn.merge(frame, left_on="label", right_on="name")
    assert (merged["x"] == merged["a"]).all()


def test_labels_of_too_many_points_are_left_off_and_counted(said):
    many = pd.DataFrame({"a": np.arange(100.0), "b": np.arange(100.0), "name": "x"})
    assert "100 of 100 points have no label" in said(figures.scatter(many, "Does it rise?", **AXES, label="name"))


def test_numbers_without_a_logarithm_are_refused(frame):
    with pytest.raises(UsageError, match="1 values of x"):
        figures.scatter(frame.assign(a=frame["a"] - 1), "Does it rise?", **AXES, log=["x"])


def test_ticks_are_few_and_within_the_axis():
    for low, high in ((1.0, 50.0), (1e8, 2e11), (1e2, 1e12), (0.01, 0.5)):
        found = _ticks(low, high)
        assert 2 <= len(found) <= 10
        assert min(found) >= low
        assert max(found) <= high


@pytest.mark.parametrize("log", [True, ["z"], "xz", 3])
def test_what_names_no_axis_is_refused(frame, log):
    with pytest.raises(UsageError, match="names no axes"):
        figures.scatter(frame, "Does it rise?", **AXES, log=log)
