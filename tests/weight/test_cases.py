import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.statistics.correlation import correlations
from indexer.weight.cases import complete_cases, matrix, refuse_repetition


@pytest.mark.parametrize(
    ("y", "names", "said"),
    [
        ([1.0, 2.0], (), "cases x indicators"),
        (np.empty((3, 0)), (), "cases x indicators"),
        ([[1.0, 2.0]], ("a",), "1 names for 2"),
        ([[1.0, np.inf]], ("a", "b"), "infinite values in b"),
    ],
)
def test_what_is_no_matrix_is_refused(y, names, said):
    with pytest.raises(MethodError, match=said):
        matrix(y, names)


def test_too_few_complete_cases_name_the_column_with_most_gaps():
    y = np.array([[1.0, 2.0], [3.0, np.nan], [4.0, 1.0]])
    with pytest.raises(MethodError, match=r"2 complete cases for 2 indicators .*; most are missing in b"):
        complete_cases(y, ("a", "b"), 3, "anything")


def test_a_sum_is_named_with_its_parts(correlated):
    y = correlated([[1, 0.5, 0.2], [0.5, 1, 0.1], [0.2, 0.1, 1]])
    r = correlations(np.column_stack([y, y[:, 0] + y[:, 2]]))
    with pytest.raises(MethodError, match="a sum of others: a, c, total\n"):
        refuse_repetition(r, ("a", "b", "c", "total"))


def test_a_copy_is_named_with_its_original(correlated):
    y = correlated([[1, 0.5], [0.5, 1]])
    r = correlations(np.column_stack([y, -3 * y[:, 0] + 5]))
    with pytest.raises(MethodError, match="the same up to scale: a and copy\n"):
        refuse_repetition(r, ("a", "b", "copy"))
