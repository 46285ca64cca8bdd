import json

import numpy as np
import pytest

from indexer import composite
from indexer.methods import Choice
from indexer.parameters import from_parameters, to_parameters
from indexer.recipe import Group, Recipe

GROUPS = np.array(["p", "q"] * 8, dtype=object)


def plan(low=1.0, aggregate="topsis", normalise="min_max", impute="group_median"):
    rng = np.random.default_rng(3)
    x = np.exp(rng.normal(size=(16, 1)) + rng.normal(size=(16, 4)))
    x[3, 1] = np.nan
    recipe = Recipe(
        ("a", "b", "c", "d"),
        (True, False, False, False),
        (
            Group("s", ("a", "b"), Choice("equal"), Choice("power", {"p": 0.5}), 0.5),
            Group("t", ("c", "d"), Choice("entropy"), Choice("geometric"), 0.5),
            Group("index", ("s", "t"), Choice("critic"), Choice(aggregate)),
        ),
        (
            Choice("winsorise", {"winmax": 2}),
            Choice("none"),
            Choice("log", {"skew": 0.5, "kurtosis": 0.1}),
            Choice("none"),
        ),
        (Choice(normalise), Choice("percentile_rank"), Choice(normalise), Choice(normalise, {"clip": True})),
        (None,) * 4,
        Choice(impute),
        low,
        100.0,
    )
    treatment = composite.fit_treatment(recipe, x)
    return composite.fit(recipe, composite.treated(treatment, x), treatment=treatment, groups=GROUPS), x


@pytest.mark.parametrize("impute", ["none", "group_median", "model"])
@pytest.mark.parametrize("aggregate", ["arithmetic", "topsis", "mazziotta_pareto"])
def test_parameters_read_back_score_to_the_last_bit(impute, aggregate):
    fitted, x = plan(impute=impute, aggregate=aggregate)
    again = from_parameters(json.loads(json.dumps(to_parameters(fitted), allow_nan=False)))
    for values in (x, 1.7 * x[::-1]):
        expected = composite.transform(fitted, values, GROUPS).nodes
        np.testing.assert_array_equal(composite.transform(again, values, GROUPS).nodes, expected)


def test_written_again_they_are_the_same():
    written = to_parameters(plan()[0])
    assert to_parameters(from_parameters(written)) == written


def test_what_was_fitted_of_an_indicator_stands_with_it():
    written = to_parameters(plan()[0])
    one = written["indicators"]["a"]
    assert one["direction"] == "lower_better"
    assert one["treat"]["method"] == "winsorise"
    assert set(one["normalise"]["fitted"]) == {"lower", "upper"}
    assert list(one["impute"]["fitted"]["groups"]) == ["p", "q"]
    assert "treat" not in written["indicators"]["b"]
    assert written["tree"]["index"]["members"]["s"].keys() == {"weight", "fitted"}
