import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.utils.estimator_checks import check_estimator

from indexer.errors import MethodError
from indexer.weight import Weighting, entropy_weights, pca_weights, scatter_weights

CONTRADICT = "the check gives two columns that correlate negatively: no component, and no weight, joins them"
TWO_COLUMNS = dict.fromkeys(
    (
        "check_estimators_overwrite_params",
        "check_estimators_fit_returns_self",
        "check_readonly_memmap_input",
        "check_fit_idempotent",
        "check_n_features_in",
    ),
    CONTRADICT,
)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, {}),
        ({"method": "entropy"}, {}),
        ({"method": "critic"}, {}),
        ({"method": "dispersion"}, {}),
        ({"method": "factor"}, {}),
        ({"method": "pca", "negative": "drop"}, TWO_COLUMNS),
        ({"method": "scatter"}, TWO_COLUMNS),
    ],
    ids=str,
)
def test_scikit_learns_own_checks(params, expected):
    check_estimator(Weighting(**params), expected_failed_checks=expected, on_skip=None)


def frame(tai):
    return pd.DataFrame(tai.y, columns=tai.names)[["patents", "royalties", "internet", "telephones"]]


@pytest.mark.parametrize(
    ("method", "function"), [("entropy", entropy_weights), ("pca", pca_weights)], ids=["entropy", "pca"]
)
def test_weights_are_the_plain_functions(tai, method, function):
    data = frame(tai)
    np.testing.assert_allclose(Weighting(method).fit(data).weights_, function(data.to_numpy()), atol=1e-13)


def test_contributions_sum_to_the_aggregate(tai):
    data = frame(tai)
    estimator = Weighting("pca", rule="first").set_output(transform="pandas")
    out = estimator.fit_transform(data)
    assert list(out.columns) == list(data.columns)
    np.testing.assert_allclose(out.sum(axis=1), data.to_numpy() @ estimator.weights_, rtol=1e-13)


def test_missing_values_stay_missing(tai):
    data = frame(tai)
    data.iloc[3, 1] = np.nan
    out = Weighting("entropy").fit(data).transform(data)
    np.testing.assert_array_equal(np.isnan(out), data.isna())


def test_columns_without_names_are_numbered():
    out = Weighting("expert", weights={"x0": 0.25, "x1": 0.75}).fit([[1.0, 2.0]])
    np.testing.assert_array_equal(out.weights_, [0.25, 0.75])


def test_options_of_other_methods_are_left_out(tai):
    combined = Weighting("combined", of=[{"method": "equal"}, {"method": "critic"}], how="linear", rule="first")
    assert combined.fit(frame(tai)).weights_.sum() == pytest.approx(1)


def test_wrong_options_are_refused_at_fit(tai):
    for wrong in (Weighting("pcb"), Weighting("pca", rule="frist"), Weighting("expert")):
        with pytest.raises(MethodError):
            wrong.fit(frame(tai))


def test_unfitted_cloned_and_pickled(tai):
    with pytest.raises(NotFittedError):
        Weighting().transform([[1.0]])
    estimator = Weighting("pca", retain=2).fit(frame(tai))
    again = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(again.transform(frame(tai)), estimator.transform(frame(tai)))
    assert clone(estimator).get_params() == estimator.get_params()


def test_parameters_set_later_change_nothing_that_was_fitted(tai):
    data = frame(tai)
    fitted = Weighting("pca").fit(data)
    before = fitted.transform(data)
    fitted.set_params(method="equal")
    np.testing.assert_array_equal(fitted.transform(data), before)
    assert (fitted.method_, fitted.options_["rule"]) == ("pca", "communality")


def test_options_without_a_parameter_and_years_of_the_index(tai):
    data = frame(tai)
    data.index = pd.Index([2020, 2021] * 11 + [2020], name="year")
    got = Weighting("scatter", options={"z_scores": "yearly"}).fit(data).weights_
    z = [((part - part.mean()) / part.std()).to_numpy() for _, part in data.groupby("year")]
    np.testing.assert_allclose(got, scatter_weights(z), atol=1e-12)
    with pytest.raises(MethodError, match="z_scoors"):
        Weighting("scatter", options={"z_scoors": "yearly"}).fit(data)


def test_grid_search_over_numbers_of_numpy(tai):
    data = frame(tai)
    search = GridSearchCV(
        Pipeline([("weights", Weighting("factor")), ("ridge", Ridge())]),
        {"weights__factors": np.arange(1, 3)}, cv=2, error_score="raise",
    )  # fmt: skip
    fitted = search.fit(data, data["patents"]).best_estimator_["weights"]
    assert type(fitted.options_["factors"]) is int
