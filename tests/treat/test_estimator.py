import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.utils.estimator_checks import check_estimator

from indexer import treat
from indexer.errors import MethodError

X = np.random.default_rng(6).lognormal(sigma=2, size=(40, 3))


@pytest.mark.parametrize("method", treat.METHODS)
def test_scikit_learn_accepts_it(method):
    failed = [
        r for r in check_estimator(treat.Treatment(method), on_skip=None, on_fail=None) if r["status"] == "failed"
    ]
    assert failed == []


def test_it_gives_what_the_functions_give():
    one = treat.METHODS["winsorise"]
    got = treat.Treatment("winsorise", winmax=2).fit_transform(X)
    np.testing.assert_array_equal(got, one.apply(X, one.fit(X, winmax=2)))


def test_later_rows_are_treated_by_what_was_fitted():
    fitted = treat.Treatment().fit(X)
    np.testing.assert_array_equal(fitted.transform(X[:5] * 7), treat.apply(X[:5] * 7, fitted.parameters_))


def test_economies_are_those_of_the_index():
    index = pd.MultiIndex.from_product([range(20), [2020, 2021]], names=["economy", "year"])
    frame = pd.DataFrame(X, index=index, columns=["a", "b", "c"])
    economies = index.get_level_values("economy")
    assert treat.Treatment().fit(frame).parameters_ == treat.METHODS["winsorise_or_log"].fit(X, economies=economies)


def test_frames_stay_frames():
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    got = treat.Treatment().set_output(transform="pandas").fit_transform(frame)
    assert list(got.columns) == ["a", "b", "c"]


@pytest.mark.parametrize("arguments", [{"method": "trim"}, {"winmax": -1}, {"skew": 0.0}])
def test_what_means_nothing_is_refused(arguments):
    with pytest.raises(MethodError, match="treat"):
        treat.Treatment(**arguments).fit(X)


def test_the_package_alone_leaves_scikit_learn_out():
    code = "import sys; import indexer.treat; print('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


def test_parameters_set_later_change_nothing_that_was_fitted():
    fitted = treat.Treatment("winsorise").fit(X)
    before = fitted.transform(X * 3)
    fitted.set_params(method="none", winmax=0, skew=9.0)
    np.testing.assert_array_equal(fitted.transform(X * 3), before)


def test_grid_search_over_numbers_of_numpy():
    pipe = Pipeline([("treat", treat.Treatment("winsorise")), ("ridge", Ridge())])
    search = GridSearchCV(pipe, {"treat__winmax": np.arange(3)}, cv=2, error_score="raise")
    best = search.fit(np.abs(X), X[:, 0]).best_estimator_["treat"]
    assert type(best.options_["winmax"]) is int
    assert json.loads(json.dumps(best.options_)) == best.options_


def test_an_option_that_has_a_parameter_is_not_given_twice():
    with pytest.raises(MethodError, match="winmax is a parameter of its own"):
        treat.Treatment(options={"winmax": 2}).fit(X)
