import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.impute import cases

NAN = np.nan


@pytest.mark.parametrize("bad", ["text", [["a"]], [1.0]])
def test_what_is_no_table_of_numbers_is_refused(bad):
    with pytest.raises(MethodError, match=r"no numbers|dimensions"):
        cases.table(bad)


def test_an_infinite_value_is_refused_by_the_name_of_its_column():
    with pytest.raises(MethodError, match="patents: infinite in case 1"):
        cases.table(np.array([[1.0, 2.0], [3.0, np.inf]]), ("articles", "patents"))


def test_a_column_without_any_value_is_refused_by_name():
    with pytest.raises(MethodError, match="patents: no value"):
        cases.reference(np.array([[1.0, NAN], [3.0, NAN]]), ("articles", "patents"))


def test_without_names_the_place_is_said():
    with pytest.raises(MethodError, match="column 1: no value"):
        cases.reference(np.array([[1.0, NAN]]))


def test_other_columns_than_those_of_the_fit_are_refused():
    with pytest.raises(MethodError, match="2 columns for the imputation of 3"):
        cases.matching(np.ones((1, 2)), 3)


def test_labels_are_text_and_one_group_where_none_are_given():
    assert cases.labels([1, "b"], 2).tolist() == ["1", "b"]
    assert cases.labels(None, 2).tolist() == ["", ""]


@pytest.mark.parametrize(
    ("groups", "words"), [(["a"], "1 groups for 2"), (["a", None], "case 1"), ([NAN, "a"], "case 0")]
)
def test_a_case_without_a_group_is_refused(groups, words):
    with pytest.raises(MethodError, match=words):
        cases.labels(groups, 2)
