"""Checks of columns, direction and range."""

import numpy as np
import pytest

from indexer import normalise
from indexer.errors import MethodError
from indexer.normalise import scale


def test_reverse_turns_only_what_is_lower_better():
    got = normalise.reverse(np.array([[0.2, 0.2]]), np.array([True, False]))
    np.testing.assert_allclose(got, [[0.8, 0.2]])


def test_range():
    np.testing.assert_array_equal(normalise.to_range(np.array([0.0, 0.5, 1.0]), 1.0, 100.0), [1.0, 50.5, 100.0])


def test_rounding_is_not_outside():
    y = np.array([-1e-12, 100 + 1e-12, 100.1, -0.1, np.nan])
    np.testing.assert_array_equal(normalise.outside(y, 0.0, 100.0), [False, False, True, True, False])


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (100.0, 0.0), (np.nan, 1.0), (0.0, np.inf)])
def test_an_empty_range_is_refused(low, high):
    with pytest.raises(MethodError, match="no range"):
        scale.check_range(low, high)


def test_infinite_values_are_named():
    with pytest.raises(MethodError, match="'broadband' has infinite") as caught:
        scale.columns(np.array([[1.0, 2.0], [0.0, np.inf]]), ("mobile", "broadband"))
    assert caught.value.rows == (1,)


def test_columns_without_names_are_counted():
    with pytest.raises(MethodError, match="column 1 has infinite"):
        scale.columns(np.array([[1.0, -np.inf]]))


@pytest.mark.parametrize(("x", "said"), [(["a", "b"], "not all numbers"), (np.zeros((1, 1, 1)), "3 dimensions")])
def test_what_is_no_table_of_numbers_is_refused(x, said):
    with pytest.raises(MethodError, match=said):
        scale.columns(x)


def test_one_direction_a_column():
    with pytest.raises(MethodError, match="3 directions for 2 columns"):
        scale.directions(np.zeros((4, 2)), [True, False, True])


@pytest.mark.parametrize(
    ("parameters", "said"),
    [([{"lower": 1.0}], "1 columns for 2"), ([{"lower": 1.0}, {"mean": 0.0}], "without 'lower'")],
)
def test_parameters_of_something_else_are_refused(parameters, said):
    with pytest.raises(MethodError, match=said):
        scale.fitted(parameters, "lower", np.zeros((4, 2)))


@pytest.mark.parametrize("method", [m for m in normalise.METHODS if m != "goalposts"])
@pytest.mark.parametrize(("column", "said"), [([2.0, 2.0], "constant"), ([np.nan, np.nan], "no value")])
def test_every_fit_names_a_column_that_tells_nothing(method, column, said):
    x = np.column_stack([[1.0, 2.0], column])
    with pytest.raises(MethodError, match=f"'broadband'.*{said}"):
        normalise.METHODS[method].fit(x, names=("mobile", "broadband"), lower_better=[False, True])


@pytest.mark.parametrize("method", list(normalise.METHODS))
@pytest.mark.parametrize("turned", [False, True])
def test_better_is_higher_in_every_method(method, turned):
    x = np.array([[1.0], [2.0], [4.0], [8.0]])
    one = normalise.METHODS[method]
    parameters = one.fit(x, lower_better=[turned], given=[(0.5, 9.0)])
    y = one.apply(x, parameters, lower_better=[turned], low=1.0, high=100.0)[:, 0]
    assert (np.diff(y) < 0 if turned else np.diff(y) > 0).all()


@pytest.mark.parametrize("method", list(normalise.METHODS))
def test_the_order_of_cases_and_columns_does_not_matter(method):
    rng = np.random.default_rng(3)
    x = rng.lognormal(size=(40, 5))
    x[rng.random(x.shape) < 0.1] = np.nan
    turned = np.array([True, False, False, True, False])
    given = [(0.0, 10.0 + j) for j in range(5)]
    rows, order = rng.permutation(40), rng.permutation(5)
    one = normalise.METHODS[method]
    y = one.apply(x, one.fit(x, lower_better=turned, given=given), lower_better=turned)
    x, turned, given = x[rows][:, order], turned[order], [given[j] for j in order]
    again = one.apply(x, one.fit(x, lower_better=turned, given=given), lower_better=turned)
    np.testing.assert_array_equal(again, y[rows][:, order])


@pytest.mark.parametrize("method", list(normalise.METHODS))
def test_missing_stays_missing_and_no_cases_give_none(method):
    x = np.array([[1.0], [np.nan], [3.0]])
    one = normalise.METHODS[method]
    parameters = one.fit(x, lower_better=False, given=[(0.0, 9.0)])
    assert np.isnan(one.apply(x, parameters, lower_better=False)).ravel().tolist() == [False, True, False]
    assert one.apply(x[:0], parameters, lower_better=False).shape == (0, 1)
