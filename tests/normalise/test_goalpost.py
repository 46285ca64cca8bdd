"""Goalposts, against the Human Development Index."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer import normalise
from indexer.errors import MethodError

CASE = Path(__file__).parents[3] / "shared/reference/composite/hdi_undp"
METHOD = normalise.METHODS["goalposts"]


@pytest.mark.skipif(not CASE.is_dir(), reason="the reference cases beside the checkout are absent")
def test_dimension_indices_of_the_human_development_index():
    data = pd.read_csv(CASE / "input.csv", keep_default_na=False)
    expected = pd.read_csv(CASE / "expected.csv", keep_default_na=False)
    posts = pd.read_csv(CASE / "goalposts.csv").set_index("indicator")[["minimum", "maximum"]].astype(float)
    x = data[["le", "eys", "mys"]].astype(float).assign(gnipc=np.log(data["gnipc"].astype(float)))
    posts.loc["gnipc"] = np.log(posts.loc["gnipc"])
    given = [(posts.loc[name, "minimum"], posts.loc[name, "maximum"]) for name in x]
    parameters = METHOD.fit(x.to_numpy(), lower_better=False, given=given)
    y = METHOD.apply(x.to_numpy(), parameters, lower_better=False, low=0.0, high=1.0, clip=True)
    columns = ["le_index", "eys_index", "mys_index", "income_index"]
    np.testing.assert_allclose(y, expected[columns].astype(float).to_numpy(), rtol=0, atol=1e-12)
    assert (y == 1.0).any()


@pytest.mark.parametrize(("clip", "last"), [(True, 1.0), (False, 2.0)])
def test_values_beyond_are_clipped_on_request(clip, last):
    np.testing.assert_array_equal(normalise.goalposts(np.array([5.0, 20.0]), 0.0, 10.0, clip), [0.5, last])


def test_a_constant_column_has_goalposts_all_the_same():
    parameters = METHOD.fit(np.full((3, 1), 5.0), lower_better=True, given=[(0, 20)])
    assert parameters == [{"lower": 0.0, "upper": 20.0}]
    assert METHOD.apply(np.array([[5.0]]), parameters, lower_better=True).tolist() == [[75.0]]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "'schooling' has no goalposts"),
        ([None], "'schooling' has no goalposts"),
        ([(18, 0)], "upper goalpost of indicator 'schooling' .0. does not lie above the lower one .18."),
        ([(0, np.nan)], "upper goalpost"),
        ([(0,)], "the goalposts of indicator 'schooling'"),
        ([(0, "x")], "the goalposts of indicator 'schooling'"),
        ([(0, 1), (0, 1)], "2 columns for 1"),
    ],
)
def test_goalposts_that_are_none_are_refused(given, said):
    with pytest.raises(MethodError, match=said):
        METHOD.fit(np.array([[1.0], [2.0]]), names=("schooling",), lower_better=False, given=given)
