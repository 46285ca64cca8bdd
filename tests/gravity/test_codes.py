"""Identifiers as codes: every kind of column, gaps, missing values, combinations by table and by hash."""

import numpy as np
import pandas as pd
import pytest

from indexer.gravity import codes
from indexer.gravity.codes import Identifiers, Levels, combine, read

COLUMNS = {
    "int64": [3, 1, 3, 7], "text": list("baba"), "wide integers": [10**12, 5, 10**12, -(10**15)],
    "years as numbers": [2000.0, 2001.0, 2000.0, 2002.0], "booleans": [True, False, True, True],
    "negative": [-5, -1, -5, 3],
}  # fmt: skip


@pytest.mark.parametrize("values", COLUMNS.values(), ids=COLUMNS)
def test_equal_values_have_equal_codes(values):
    column = pd.Series(values)
    levels = read(column)
    back = levels.values[levels.codes]
    assert list(back) == values
    assert levels.codes.max() < levels.size
    assert len(set(levels.codes.tolist())) == column.nunique()


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
def test_every_integer_type(dtype):
    info = np.iinfo(dtype)
    low = max(info.min, -100)
    values = np.array([low, 100, low, 7], dtype=dtype)
    assert read(pd.Series(values)).codes.tolist() == [0, 2, 0, 1]
    ends = np.array([info.min, info.max, info.min], dtype=dtype)
    assert len(set(read(pd.Series(ends)).codes.tolist())) == 2


def test_dates_and_categories():
    dates = read(pd.Series(pd.to_datetime(["2020-01-01", "2021-01-01", "2020-01-01", None])))
    assert dates.codes.tolist() == [0, 1, 0, -1]
    categories = read(pd.Series(pd.Categorical(["b", "a", None], categories=["a", "b", "never"])))
    assert categories.codes.tolist() == [1, 0, -1]
    assert categories.size == 3


@pytest.mark.parametrize("values", [["a", None, "b"], [1.0, np.nan, 2.0], pd.array([1, None, 2], dtype="Int64")])
def test_missing_is_minus_one(values):
    assert read(pd.Series(values)).codes.tolist() == [0, -1, 1]


def test_gaps_late_in_a_long_column_are_closed():
    values = np.zeros(100_000, dtype=np.int64)
    values[-1], values[-2] = 9, 4
    levels = read(pd.Series(values))
    assert levels.size == 3
    assert levels.codes[-3:].tolist() == [0, 1, 2]


@pytest.mark.parametrize("wide", [codes.WIDE, 0])
def test_combinations(monkeypatch, wide):
    monkeypatch.setattr(codes, "WIDE", wide)
    g = np.random.default_rng(0)
    n = 1500  # the table of all combinations has 16,000 entries, more than 8 a row
    d = pd.DataFrame({"a": g.integers(0, 40, n), "b": g.choice(list("abcdefghij"), n), "c": g.integers(0, 40, n)})
    parts = [read(d[k]) for k in d]
    for chosen in ([0, 1], [0, 1, 2]):
        joint = combine([parts[k] for k in chosen])
        expected = d.iloc[:, chosen].apply(tuple, axis=1)
        assert [tuple(v) for v in joint.values[joint.codes]] == expected.tolist()
        assert len(np.unique(joint.codes)) == expected.nunique()
        assert joint.codes.max() < joint.size


def test_identifiers_combine_once_and_can_be_cut():
    ids = Identifiers({"a": read(pd.Series([1, 1, 2])), "b": read(pd.Series(["x", "y", "x"]))})
    assert ids["a", "b"] is ids["a", "b"]
    assert ids[("a",)].codes.tolist() == [0, 0, 1]
    cut = ids.take(np.array([0, 2]))
    assert cut["a", "b"].codes.tolist() == [ids["a", "b"].codes[0], ids["a", "b"].codes[2]]
    assert ids.sizes() == {"a": 2, "b": 2}


def test_values_are_made_when_asked_for():
    def never():
        raise AssertionError

    assert Levels(np.zeros(1, int), 1, never).take(np.array([0])).size == 1
