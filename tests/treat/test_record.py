import json
import math

import numpy as np
import pytest

from indexer import treat
from indexer.errors import MethodError
from indexer.treat.record import columns

NAN = np.nan
# log(x - 0 + 1) and -log(10 - x + 0.1), bounds, nothing
PARAMETERS = [
    {"sign": 1, "minimum": 0.0, "maximum": 100.0, "range": 100.0, "lower": None, "upper": None},
    {"sign": -1, "minimum": 0.0, "maximum": 10.0, "range": 10.0, "lower": None, "upper": None},
    {"sign": None, "lower": -1.0, "upper": 1.0},
    {"sign": None, "lower": None, "upper": None},
]


def test_each_record_is_applied_to_new_cases():
    got = treat.apply(np.array([[9.0, 5.0, 7.0, 7.0], [NAN, NAN, -7.0, NAN]]), PARAMETERS)
    np.testing.assert_allclose(got, [[math.log(10), -math.log(5.1), 1, 7], [NAN, NAN, -1, NAN]], rtol=1e-15)


def test_beyond_the_reach_of_the_logarithm_values_are_floored_at_the_end_of_the_range():
    x = np.array([[-1.0, 10.1, 0, 0], [-50.0, 70.0, 0, 0]])
    ends = treat.apply(np.array([[0.0, 10.0, 0, 0]]), PARAMETERS)
    np.testing.assert_array_equal(treat.apply(x, PARAMETERS), np.repeat(ends, 2, axis=0))


def test_floored_tells_these_cells_only():
    x = np.array([[-1.0, 10.1, 9, 9], [0.0, 10.0, 9, 9], [200.0, -5.0, 9, 9], [NAN, NAN, NAN, NAN]])
    np.testing.assert_array_equal(treat.floored(x, PARAMETERS), [[1, 1, 0, 0], [0] * 4, [0] * 4, [0] * 4])


def test_no_two_cases_are_reversed():
    x = np.sort(np.random.default_rng(1).normal(scale=40, size=300))
    got = treat.apply(np.repeat(x[:, None], 4, axis=1), PARAMETERS)
    assert (np.diff(got, axis=0) >= 0).all()


@pytest.mark.parametrize("method", treat.METHODS)
def test_parameters_survive_json_to_the_last_bit(method):
    x = np.random.default_rng(2).lognormal(sigma=3, size=(30, 8))
    x[::7] = NAN
    parameters = treat.METHODS[method].fit(x)
    assert json.loads(json.dumps(parameters, allow_nan=False)) == parameters


@pytest.mark.parametrize("method", treat.METHODS)
def test_options_of_fit_and_apply_are_those_declared(method):
    one, x = treat.METHODS[method], np.random.default_rng(2).normal(size=(9, 2))
    options = one.complete({})
    np.testing.assert_array_equal(one.apply(x, one.fit(x, **options), **options), one.apply(x, one.fit(x)))


def test_an_infinite_value_is_refused_by_the_name_of_its_column():
    with pytest.raises(MethodError, match="patents: infinite in case 1"):
        columns(np.array([[1.0, 2.0], [3.0, np.inf]]), ("articles", "patents"))


@pytest.mark.parametrize("bad", ["text", [["a"]], [[[1.0]]]])
def test_what_is_no_table_of_numbers_is_refused(bad):
    with pytest.raises(MethodError, match=r"no numbers|dimensions"):
        columns(bad)


def test_other_columns_than_those_of_the_fit_are_refused():
    with pytest.raises(MethodError, match="3 columns for the treatment of 4"):
        treat.apply(np.ones((2, 3)), PARAMETERS)


def test_parameters_of_a_method_of_ones_own_floor_nothing():
    assert not treat.floored(np.array([[1.0], [9.0]]), [{"shift": 1.0}]).any()
