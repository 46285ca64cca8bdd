import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from indexer import aggregate
from indexer.aggregate import Aggregation
from indexer.errors import MethodError

X = np.array([[4.0, 1.0, 16.0], [2.0, 3.0, np.nan], [9.0, np.nan, np.nan]])
FRAME = pd.DataFrame(X, columns=["a", "b", "c"], index=["x", "y", "z"])
W = {"a": 0.5, "b": 0.25, "c": 0.25}


@pytest.mark.filterwarnings("ignore:SCIPY_ARRAY_API is not set")
@parametrize_with_checks([Aggregation(), Aggregation("topsis"), Aggregation("power", p=2)])
def test_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic"])
def test_as_the_plain_function(method):
    got = Aggregation(method, weights=W, min_share=0.7).fit_transform(FRAME)
    np.testing.assert_array_equal(got[:, 0], getattr(aggregate, method)(X, np.array([0.5, 0.25, 0.25]), 0.7))


def test_power_and_penalty_reach_the_method():
    np.testing.assert_array_equal(
        Aggregation("power", p=3).fit_transform(X[:1])[:, 0], aggregate.power(X[:1], np.full(3, 1 / 3), 3)
    )
    np.testing.assert_array_equal(
        Aggregation("mazziotta_pareto", penalty=1.0).fit_transform(X[:1])[:, 0],
        aggregate.mazziotta_pareto(X[:1], np.full(3, 1 / 3), 1.0),
    )


def test_topsis_keeps_the_points_it_was_fitted_on():
    fitted = Aggregation("topsis", normalise="none").fit([[0.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(fitted.transform([[0.25, 0.25]]), [[0.25]])


def test_a_mapping_of_weights_follows_names_not_order():
    turned = FRAME[["c", "a", "b"]]
    np.testing.assert_allclose(
        Aggregation(weights=W).fit_transform(turned), Aggregation(weights=W).fit_transform(FRAME), rtol=1e-15
    )


def test_output_as_a_frame():
    got = Aggregation().set_output(transform="pandas").fit_transform(FRAME)
    assert list(got.columns) == ["aggregate"]
    assert list(got.index) == ["x", "y", "z"]


def test_clone_and_pickle_keep_it():
    fitted = clone(Aggregation("topsis", weights=[1, 2, 3])).fit(X)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).transform(X), fitted.transform(X))


@pytest.mark.parametrize(
    ("estimator", "words"),
    [
        (Aggregation("sum"), "unknown method 'sum'"),
        (Aggregation("power"), "needs p"),
        (Aggregation("topsis", normalise="sum"), "vector, none"),
        (Aggregation(weights={"a": 1.0}), "weights name a; the columns of X are a, b, c"),
        (Aggregation(weights=[1.0, 2.0]), "do not go with 2 weights"),
        (Aggregation(weights=[1.0, 2.0, -1.0]), "at least 0"),
    ],
)
def test_wrong_parameters(estimator, words):
    with pytest.raises(MethodError, match=words):
        estimator.fit(FRAME)


def test_refusal_names_the_column():
    with pytest.raises(MethodError, match="case 1, b"):
        Aggregation("geometric").fit(FRAME.assign(b=[1.0, 0.0, 2.0]))


def test_parameters_set_later_change_nothing_that_was_fitted():
    fitted = Aggregation("power", p=2, min_share=0.5).fit(X)
    before = fitted.transform(X)
    fitted.set_params(method="arithmetic", p=1, min_share=1.0, weights=[1.0, 0.0, 0.0])
    np.testing.assert_array_equal(fitted.transform(X), before)


def test_numbers_of_numpy_are_options():
    assert type(Aggregation("power", p=np.int64(2)).fit(np.abs(X) + 1).options_["p"]) is int
