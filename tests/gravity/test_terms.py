"""Terms by hand: functions, products, powers, logs of what has none."""

import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.gravity.formula import Term
from indexer.gravity.terms import categorical, nonpositive_logs, numeric

COLUMNS = {"x": np.array([1.0, 2.0, -4.0]), "z": np.array([0.0, 1.0, 3.0])}


def value(*factors):
    return numeric(Term("t", factors), COLUMNS, 3)


def test_by_hand():
    np.testing.assert_allclose(value("x", "z"), [0, 2, -12])
    np.testing.assert_allclose(value("exp(x)"), np.exp([1, 2, -4]))
    np.testing.assert_allclose(value("I(x ** 2 / 2 + z)"), [0.5, 3, 11])
    np.testing.assert_allclose(value("I(3)"), [3, 3, 3])
    np.testing.assert_allclose(value("I(z > 0)"), [0, 1, 1])
    np.testing.assert_array_equal(np.isnan(value("log(x)")), [False, False, True])


def test_a_column_is_itself():
    assert value("x") is COLUMNS["x"]


def test_logs_of_what_has_none():
    rows = np.arange(3)
    assert nonpositive_logs(Term("t", ("log(x)", "z")), COLUMNS, rows).tolist() == [False, False, True]
    assert nonpositive_logs(Term("t", ("I(log(x) + log(z))",)), COLUMNS, rows).tolist() == [True, False, True]
    assert not nonpositive_logs(Term("t", ("sqrt(x)",)), COLUMNS, rows).any()


def test_wrong_use_of_a_function():
    with pytest.raises(UsageError, match="cannot be computed"):
        value("log(x, z)")


def test_categories():
    groups = pd.Series(list("bab"))
    both = categorical([Term("i(g)", ("i(g)",)), Term("x", ("x",))], True, True, COLUMNS, {"g": groups})
    assert [label for label, _ in both] == ["Intercept", "i(g)[b]", "x"]
    np.testing.assert_array_equal(both[1][1], [1, 0, 1])
    without = categorical([Term("C(g)", ("C(g)",))], False, True, COLUMNS, {"g": groups})
    assert [label for label, _ in without] == ["C(g)[T.b]"]
