"""Percentile ranks, against COINr."""

import json

import numpy as np
import pytest

from indexer import normalise
from indexer.errors import MethodError

METHOD = normalise.METHODS["percentile_rank"]


def test_percentile_ranks_of_coinr(treated, asem):
    x, lower_better, names = treated
    parameters = json.loads(json.dumps(METHOD.fit(x, lower_better=lower_better)))
    y = METHOD.apply(x, parameters, lower_better=lower_better, low=0.0, high=1.0)
    expected = asem("expected_prank")[names].to_numpy()
    # COINr kept 5.1 of BGR, CZE, GRC and 3.4 of JPN, NOR apart by less than the printed digits of its data tell.
    other = [j for j, name in enumerate(names) if name != "TolMin"]
    np.testing.assert_allclose(y[:, other], expected[:, other], rtol=0, atol=1e-12)
    assert (np.abs(y - expected) > 1e-12).sum() == 3


def test_the_reference_itself_and_none_are_the_same():
    x = np.array([[3.0, np.nan], [1.0, 4.0], [1.0, 2.0]])
    np.testing.assert_array_equal(normalise.percentile_rank(x, x), normalise.percentile_rank(x))


def test_other_values_are_ranked_among_the_reference():
    got = normalise.percentile_rank(np.array([0.0, 2.5, 9.0, np.nan]), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(got, [0.0, 1.0, 1.0, np.nan])


def test_ties_share_the_worse_place_in_both_directions():
    x = np.array([[1.0, 1.0], [2.0, 2.0], [2.0, 2.0]])
    y = METHOD.apply(x, METHOD.fit(x, lower_better=[False, True]), lower_better=[False, True])
    np.testing.assert_array_equal(y, [[0.0, 100.0], [50.0, 0.0], [50.0, 0.0]])


def test_one_value_is_no_reference():
    with pytest.raises(MethodError, match="'a' has 1 reference value: "):
        normalise.percentile_rank(np.array([[1.0]]), names=("a",))


def test_columns_must_match():
    with pytest.raises(MethodError, match="2 columns for 1"):
        normalise.percentile_rank(np.zeros((2, 1)), np.zeros((2, 2)))
