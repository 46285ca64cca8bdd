import json
import math

import numpy as np
import pandas as pd
import pytest

from indexer import aggregate
from indexer.aggregate.topsis import METHOD, apply, fit
from indexer.errors import MethodError

MEREC = np.array([0.5752, 0.0141, 0.4016, 0.0091])
WEIGHTS = {"equal": np.full(4, 0.25), "merec_published": MEREC}
HALVES = np.array([0.5, 0.5])


@pytest.fixture
def case(reference):
    folder = reference / "mcdm_weights"
    return (
        pd.read_csv(folder / "input_keshavarz2021.csv").to_numpy(dtype=float),
        pd.read_csv(folder / "expected_topsis.csv"),
    )


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("package", ["pydecision_vector", "numpy_vector", "pymcdm_vector"])
def test_vector_as_three_packages(case, weights, package):
    x, expected = case
    # c3 and c4 are costs: turned around
    got = aggregate.topsis(x * [1, 1, -1, -1], WEIGHTS[weights])
    np.testing.assert_allclose(got, expected.loc[expected["weights"] == weights, package], atol=1e-12)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_min_max_as_pymcdm(case, weights):
    x, expected = case
    y = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    y[:, 2:] = 1 - y[:, 2:]
    got = aggregate.topsis(y, WEIGHTS[weights], normalise="none")
    np.testing.assert_allclose(got, expected.loc[expected["weights"] == weights, "pymcdm_minmax"], atol=1e-12)


def test_by_hand():
    # ideal (3, 4), anti-ideal (0, 0): distances 0.5·√(1 + 4) and 0.5·√(4 + 4)
    y = np.array([[0.0, 0.0], [3.0, 4.0], [2.0, 2.0]])
    got = aggregate.topsis(y, HALVES, normalise="none")
    np.testing.assert_allclose(got, [0, 1, math.sqrt(8) / (math.sqrt(5) + math.sqrt(8))], rtol=1e-15)


def test_frozen_points_place_new_cases():
    reference = np.array([[3.0, 0.0], [0.0, 4.0]])
    parameters = fit(reference, HALVES)
    assert parameters == [{"norm": 3.0, "best": 1.0, "worst": 0.0}, {"norm": 4.0, "best": 1.0, "worst": 0.0}]
    assert aggregate.topsis(np.array([[1.5, 2.0]]), HALVES, parameters=parameters)[0] == 0.5


def test_parameters_survive_json():
    parameters = fit(np.random.default_rng(0).normal(size=(9, 4)), np.full(4, 0.25))
    assert json.loads(json.dumps(parameters)) == parameters


def test_beyond_the_frozen_best_closeness_falls():
    parameters = fit(np.array([[0.0], [1.0]]), np.array([1.0]), normalise="none")
    got = apply(np.array([[0.5], [1.0], [2.0]]), np.ones((3, 1)), parameters, normalise="none")
    np.testing.assert_allclose(got, [0.5, 1.0, 2 / 3])
    assert "monotone" not in METHOD.traits


def test_a_missing_member_counts_for_nothing():
    parameters = fit(np.array([[0.0, 0.0], [1.0, 1.0]]), HALVES, normalise="none")
    got = aggregate.topsis(np.array([[0.25, np.nan]]), HALVES, 0.5, "none", parameters)
    assert got[0] == 0.25


def test_best_and_worst_at_once_is_refused_by_case():
    with pytest.raises(MethodError, match="cannot place case 0") as caught:
        aggregate.topsis(np.ones((2, 2)), HALVES)
    assert caught.value.rows == (0, 1)


@pytest.mark.parametrize(("column", "words"), [(np.nan, "no ideal point"), (0.0, "0 everywhere")])
def test_a_member_without_a_scale_is_named(column, words):
    with pytest.raises(MethodError, match=f"ports: .*{words}"):
        fit(np.array([[1.0, column], [2.0, column]]), HALVES, names=("roads", "ports"))


def test_one_case_has_no_ideal_points():
    with pytest.raises(MethodError, match="fewer than two cases"):
        fit(np.ones((1, 2)), HALVES)


def test_unknown_normalisation():
    with pytest.raises(MethodError, match="unknown normalisation 'sum'"):
        aggregate.topsis(np.ones((2, 2)), HALVES, normalise="sum")


def test_huge_values_do_not_overflow():
    y = np.array([[1e200, 1.0], [2e200, 3.0]])
    np.testing.assert_allclose(aggregate.topsis(y, HALVES), aggregate.topsis(y * [1e-200, 1], HALVES), rtol=1e-14)
