import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import check_estimator

from indexer import impute
from indexer.errors import MethodError

NAN = np.nan
INDEX = pd.MultiIndex.from_tuples(
    [
        ("CHN", 2022, "a"),
        ("CHN", 2020, "a"),
        ("CHN", 2021, "a"),
        ("VNM", 2020, "b"),
        ("VNM", 2021, "b"),
        ("VNM", 2024, "b"),
    ],
    names=["economy", "year", "group"],
)
FRAME = pd.DataFrame({"x": [3, 1, NAN, 7, NAN, NAN], "y": [1, 2, NAN, NAN, NAN, 9]}, index=INDEX)
ALL = [*(impute.Imputation(method) for method in impute.METHODS), impute.Carrying()]


@pytest.mark.parametrize("estimator", ALL, ids=str)
def test_scikit_learn_accepts_it(estimator):
    assert [r for r in check_estimator(estimator, on_skip=None, on_fail=None) if r["status"] == "failed"] == []


def test_groups_are_a_level_of_the_index():
    got = impute.Imputation("group_mean", groups="group").fit_transform(FRAME)
    np.testing.assert_array_equal(got, [[3, 1], [1, 2], [2, 1.5], [7, 9], [7, 9], [7, 9]])


def test_without_groups_all_rows_are_one():
    got = impute.Imputation("group_median").fit_transform(FRAME)
    np.testing.assert_array_equal(got[:, 0], [3, 1, 3, 7, 3, 3])


def test_later_rows_are_filled_by_what_was_fitted():
    fitted = impute.Imputation("group_median", groups="group").fit(FRAME)
    fitted.set_params(method="none", groups=None, fallback="overall")
    np.testing.assert_array_equal(fitted.transform(FRAME.iloc[[2]] + 50), [[2, 1.5]])


def test_frames_stay_frames():
    got = impute.Imputation().set_output(transform="pandas").fit_transform(FRAME)
    assert list(got.columns) == ["x", "y"]
    assert got.index.equals(INDEX)


def test_the_model_takes_its_names_from_the_frame():
    g = np.random.default_rng(0)
    x = pd.DataFrame(g.normal(size=(30, 2)), columns=["x", "y"]).mask(g.uniform(size=(30, 2)) < 0.2)
    expected = impute.METHODS["model"].fit(x.to_numpy(), names=("x", "y"), iterations=3)
    assert impute.Imputation("model", iterations=3).fit(x).parameters_ == expected


@pytest.mark.parametrize("arguments", [{"method": "zero"}, {"fallback": "zero"}, {"method": "model", "iterations": 0}])
def test_what_means_nothing_is_refused(arguments):
    with pytest.raises(MethodError, match="impute"):
        impute.Imputation(**arguments).fit(FRAME)


@pytest.mark.parametrize("rows", [FRAME, FRAME.to_numpy()])
def test_an_unknown_level_is_refused(rows):
    with pytest.raises(MethodError, match="no index level 'region'"):
        impute.Imputation(groups="region").fit(rows)


def test_carrying_fills_along_the_years_of_each_economy_whatever_their_order():
    got = impute.Carrying(limit=1).fit_transform(FRAME)
    np.testing.assert_array_equal(got[:, 0], [3, 1, 2, 7, 7, NAN])
    np.testing.assert_array_equal(got[:, 1], [1, 2, 1.5, NAN, NAN, 9])


def test_carrying_reads_no_other_rows_than_those_given():
    fitted = impute.Carrying(limit=1).fit(FRAME)
    np.testing.assert_array_equal(fitted.transform(FRAME.iloc[[2]]), [[NAN, NAN]])


def test_without_such_an_index_nothing_is_carried():
    np.testing.assert_array_equal(impute.Carrying().fit_transform(FRAME.to_numpy()), FRAME.to_numpy())


def test_two_rows_of_one_year_are_refused():
    with pytest.raises(MethodError, match="CHN has two rows of one year"):
        impute.Carrying().fit_transform(FRAME.iloc[[0, 0, 3]])


def test_a_year_that_is_no_number_is_refused():
    index = pd.MultiIndex.from_tuples([("CHN", "last")], names=["economy", "year"])
    with pytest.raises(MethodError, match="a year that is no number"):
        impute.Carrying().fit_transform(pd.DataFrame({"x": [1.0]}, index=index))


@pytest.mark.parametrize("limit", [-1, 1.5, None])
def test_a_limit_is_a_whole_number(limit):
    with pytest.raises(MethodError, match="limit"):
        impute.Carrying(limit).fit(FRAME)


def test_the_package_alone_leaves_scikit_learn_out():
    code = "import sys; import indexer.impute; print('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
