import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.methods import Choice
from indexer.structure import among, choice_of, columns_of, listed, parse


@pytest.mark.parametrize(
    ("X", "expected"),
    [
        (np.ones((2, 3)), ["0", "1", "2"]),
        (pd.DataFrame({"b": [1], "a": [2]}), ["b", "a"]),
        (pd.DataFrame({10: [1], 20: [2]}), ["10", "20"]),
    ],
)
def test_labels_of_columns(X, expected):
    assert columns_of(X) == expected


def test_labels_are_there_once():
    with pytest.raises(UsageError, match="two columns are called '7'"):
        columns_of(pd.DataFrame(np.ones((1, 3)), columns=[7, 8, 7]))


def test_nodes_stand_bottom_up_with_the_index_last():
    used, groups = parse({"top": {"s": [1, 2], "t": [3]}, "u": (4,)}, ["1", "2", "3", "4", "5"])
    assert used == ("1", "2", "3", "4")
    assert groups == [("s", ("1", "2")), ("t", ("3",)), ("top", ("s", "t")), ("u", ("4",)), ("index", ("top", "u"))]


def test_without_a_structure_the_index_has_all_columns():
    assert parse(None, ["a", "b"]) == (("a", "b"), [("index", ("a", "b"))])


@pytest.mark.parametrize(
    ("structure", "said", "remedy"),
    [
        ({"s": ["z"]}, "'z', which is no column", "one of: a, b"),
        ({"s": ["a"], "t": ["a"]}, "column 'a' twice", "once"),
        ({"s": {"t": ["a"]}, "t": ["b"]}, "node 't' twice", "once"),
        ({"a": ["a"]}, "'a' is a column and a node", "another name"),
        ({"s": []}, "'s' has no member", "leave it out"),
        ({"s": "ab"}, "is the text 'ab'", "a list of columns"),
    ],
)
def test_what_is_no_structure(structure, said, remedy):
    with pytest.raises(UsageError, match=said) as refused:
        parse(structure, ["a", "b"])
    assert remedy in refused.value.remedy


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("log", Choice("log")),
        ({"method": "log", "skew": 3}, Choice("log", {"skew": 3})),
        ({"a": "log", "": "none"}, Choice("log")),
        ({"b": "log", "": {"method": "winsorise", "winmax": 1}}, Choice("winsorise", {"winmax": 1})),
    ],
)
def test_a_method_for_all_or_for_single_ones(given, expected):
    assert choice_of(given, "a", ["a", "b"]) == expected


def test_single_ones_may_be_named_by_numbers():
    assert choice_of({10: "log", "": "none"}, "10", ["10"]) == Choice("log")


@pytest.mark.parametrize(
    ("given", "said"), [({"z": "log", "": "none"}, "given for 'z'"), ({"b": "log"}, "no method is given for 'a'")]
)
def test_methods_of_nothing_and_columns_without_a_method(given, said):
    with pytest.raises(UsageError, match=said):
        choice_of(given, "a", ["a", "b"])


def test_lists_of_columns():
    assert listed(None, "lower_better", ["a"]) == []
    assert listed([10], "lower_better", ["10"]) == ["10"]
    assert listed({"a": (0, 1)}, "goalposts", ["a"]) == ["a"]


@pytest.mark.parametrize(
    ("given", "said", "remedy"), [("a", "is one text, 'a'", "['a']"), (["z"], "names 'z'", "one of: a, b")]
)
def test_what_is_no_list_of_columns(given, said, remedy):
    with pytest.raises(UsageError, match=said) as refused:
        listed(given, "lower_better", ["a", "b"])
    assert remedy in refused.value.remedy


def test_what_there_is():
    assert among(["a", "b"]) == "one of: a, b"
