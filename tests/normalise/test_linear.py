"""Min-max and the distance to the best, against COINr and parameters frozen by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer import normalise
from indexer.errors import MethodError

FROZEN = Path(__file__).parents[1] / "reference/panel_goalposts"
INDICATORS = ["le", "eys", "mys", "log_gnipc"]
METHOD = normalise.METHODS["min_max"]


def test_bounds_ignore_missing_values():
    low, high = normalise.bounds(np.array([[1.0, np.nan], [3.0, 5.0], [np.nan, 4.0]]))
    np.testing.assert_array_equal(low, [1.0, 4.0])
    np.testing.assert_array_equal(high, [3.0, 5.0])


@pytest.mark.parametrize(("column", "said"), [([2.0, 2.0], "constant"), ([np.nan, np.nan], "no value")])
def test_bounds_name_the_indicator(column, said):
    with pytest.raises(MethodError, match=f"'broadband'.*{said}"):
        normalise.bounds(np.array([column]).T, ("broadband",))


def test_min_max_keeps_values_outside_and_missing():
    got = normalise.min_max(np.array([0.0, 5.0, 20.0, np.nan]), 0.0, 10.0)
    np.testing.assert_array_equal(got, [0.0, 0.5, 2.0, np.nan])


@pytest.mark.parametrize(("low", "high"), [(2.0, 2.0), (2.0, 1.0), (-1.7e308, 1.7e308), (0.0, np.nan)])
def test_min_max_refuses_a_width_that_is_none(low, high):
    with pytest.raises(MethodError, match="upper bound"):
        normalise.min_max(np.array([1.0]), low, high)


@pytest.mark.parametrize(("name", "low"), [("expected_minmax_0_100", 0.0), ("expected_minmax_1_100", 1.0)])
def test_min_max_of_coinr(treated, asem, name, low):
    x, lower_better, names = treated
    parameters = METHOD.fit(x, names=tuple(names), lower_better=lower_better, low=low, high=100.0)
    y = METHOD.apply(x, parameters, lower_better=lower_better, low=low, high=100.0)
    np.testing.assert_allclose(y, asem(name)[names].to_numpy(), rtol=1e-9, atol=1e-9)


def test_min_max_of_a_pooled_panel_of_coinr(asem):
    panel = asem("expected_panel_treated_per_year")
    direction = asem("input_structure").set_index("iCode")["Direction"]
    names = [name for name in panel.columns if name in direction.index]
    lower_better = (direction[names] < 0).to_numpy()
    x = panel[names].to_numpy(dtype=float)
    y = METHOD.apply(x, METHOD.fit(x, lower_better=lower_better), lower_better=lower_better)
    expected = (
        asem("expected_panel_minmax_global")
        .set_index(["Time", "uCode"])
        .loc[list(panel[["Time", "uCode"]].itertuples(index=False, name=None))]
    )
    np.testing.assert_allclose(y, expected[names].to_numpy(), rtol=1e-9, atol=1e-9)


def test_distance_to_the_best_of_coinr(treated, asem):
    x, lower_better, names = treated
    y = normalise.distance_to_best(np.where(lower_better, -x, x))
    np.testing.assert_allclose(y, asem("expected_dist2max")[names].to_numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("clip", [False, True])
def test_bounds_of_2000_frozen_for_later_years(clip):
    data = pd.read_csv(FROZEN / "input.csv")
    x = data[INDICATORS].to_numpy()
    parameters = METHOD.fit(x[data["year"] == 2000], lower_better=False, clip=clip)
    fitted = pd.read_csv(FROZEN / "expected_parameters_fitted_2000.csv").set_index("indicator").loc[INDICATORS]
    assert [p["lower"] for p in parameters] == fitted["minimum"].tolist()
    assert [p["upper"] for p in parameters] == fitted["maximum"].tolist()
    y = METHOD.apply(x, json.loads(json.dumps(parameters)), lower_better=False, clip=clip)
    expected = pd.read_csv(FROZEN / f"expected_minmax_frozen_2000_{'clipped' if clip else 'unclipped'}.csv")
    np.testing.assert_allclose(y, expected[INDICATORS].to_numpy(), rtol=1e-12, atol=1e-12)
    assert normalise.outside(y, 0.0, 100.0).any() != clip


def test_the_method_is_its_plain_functions_to_the_last_bit():
    x = np.random.default_rng(1).lognormal(size=(50, 6))
    lower_better = np.array([True, False] * 3)
    lower, upper = normalise.bounds(x)
    plain = normalise.to_range(normalise.reverse(normalise.min_max(x, lower, upper), lower_better), 1.0, 100.0)
    parameters = json.loads(json.dumps(METHOD.fit(x, lower_better=lower_better)))
    np.testing.assert_array_equal(METHOD.apply(x, parameters, lower_better=lower_better, low=1.0, high=100.0), plain)
