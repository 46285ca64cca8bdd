"""The transformer keeps the conventions of scikit-learn and gives what the methods give."""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_estimator

from indexer import normalise
from indexer.errors import MethodError
from indexer.normalise import Normalisation

FRAME = pd.DataFrame({"speed": [1.0, 2.0, 5.0], "price": [30.0, 10.0, np.nan]}, index=["LAO", "VNM", "SGP"])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", list(normalise.METHODS))
def test_conventions_of_scikit_learn(method):
    # One pair of goalposts serves all columns, whatever data the checks make.
    posts = (-100.0, 200.0) if method == "goalposts" else None
    results = check_estimator(Normalisation(method, goalposts=posts), on_skip=None)
    assert {one["status"] for one in results} <= {"passed", "skipped"}


@pytest.mark.parametrize("lower_better", [["price"], [False, True]])
def test_directions_by_name_or_truth_value(lower_better):
    y = Normalisation(lower_better=lower_better).fit_transform(FRAME)
    np.testing.assert_array_equal(y, [[0.0, 0.0], [25.0, 100.0], [100.0, np.nan]])


def test_frames_come_out_on_request():
    y = Normalisation().set_output(transform="pandas").fit_transform(FRAME)
    assert list(y.columns) == ["speed", "price"]
    assert list(y.index) == ["LAO", "VNM", "SGP"]


def test_fitted_parameters_are_those_of_the_method():
    fitted = Normalisation("z_score", mean=100.0, sd=10.0).fit(FRAME)
    assert fitted.parameters_ == normalise.METHODS["z_score"].fit(FRAME.to_numpy(), lower_better=False)
    assert np.nanmean(fitted.transform(FRAME)) == pytest.approx(100.0)


def test_goalposts_of_each_column():
    y = Normalisation("goalposts", goalposts=[(0.0, 4.0), (0.0, 40.0)], clip=False).fit_transform(FRAME)
    np.testing.assert_array_equal(y, [[25.0, 75.0], [50.0, 25.0], [125.0, np.nan]])


def test_clones_and_pickles_give_the_same():
    fitted = Normalisation(low=1.0).fit(FRAME)
    assert clone(fitted).get_params() == fitted.get_params()
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).transform(FRAME), fitted.transform(FRAME))


def test_not_fitted():
    with pytest.raises(NotFittedError):
        Normalisation().transform(FRAME)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "min-max"}, "write min_max"),
        ({"clip": 1}, "not what clip may be"),
        ({"lower_better": ["prize"]}, "names no column: 'prize'"),
        ({"lower_better": [True]}, "no truth value for each of 2"),
        ({"low": 100.0}, "no range"),
    ],
)
def test_wrong_arguments_are_refused_when_fitted(options, said):
    with pytest.raises(MethodError, match=said):
        Normalisation(**options).fit(FRAME)


def test_constant_columns_are_named():
    with pytest.raises(MethodError, match="'price' is constant"):
        Normalisation().fit(FRAME.assign(price=1.0))


def test_the_stage_alone_does_not_load_scikit_learn():
    code = "import sys, indexer.normalise; print('sklearn' in sys.modules, hasattr(indexer.normalise, 'Normal'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_parameters_set_later_change_nothing_that_was_fitted():
    fitted = Normalisation(lower_better=["price"], clip=True).fit(FRAME)
    before = fitted.transform(FRAME * 2)
    fitted.set_params(method="z_score", low=-5.0, high=5.0, clip=False, lower_better=None)
    np.testing.assert_array_equal(fitted.transform(FRAME * 2), before)


def test_numbers_of_numpy_are_options():
    fitted = Normalisation("z_score", mean=np.float32(2), sd=np.int64(3)).fit(FRAME)
    assert fitted.options_ == {"mean": 2.0, "sd": 3}
    assert [type(one) for one in fitted.options_.values()] == [float, int]


def test_one_text_is_no_list_of_columns():
    with pytest.raises(MethodError, match="lower_better is one text, 'price'") as refused:
        Normalisation(lower_better="price").fit(FRAME)
    assert refused.value.remedy == "give a list, ['price']"
