import json
from fractions import Fraction

import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.methods import Choice, Method, Option, chosen, faults, given, near, plain, together

METHODS = {
    "plain": Method(lambda x: [], lambda x, p: x),
    "shaped": Method(
        lambda x, **o: [],
        lambda x, p, **o: x,
        {
            "how": Option("a", choices=("a", "b")),
            "limit": Option(5, "integer", least=0, most=9),
            "share": Option(0.5, "number", above=0, most=1),
            "flag": Option(False, "boolean"),
            "weights": Option(None, "numbers", required=True),
        },
    ),
}


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        (Option(choices=("a", 1)), "c", "one of: a, 1"),
        (Option(choices=("a", 1)), True, "one of: a, 1"),
        (Option(kind="integer", least=0, most=9), 2.5, "a whole number of at least 0 and of at most 9"),
        (Option(kind="integer", least=0), -1, "a whole number of at least 0"),
        (Option(kind="integer", least=0), True, "a whole number of at least 0"),
        (Option(kind="number", above=0), 0, "a number above 0"),
        (Option(kind="number"), float("nan"), "a number"),
        (Option(kind="number"), float("inf"), "a number"),
        (Option(kind="number"), "3", "a number"),
        (Option(kind="boolean"), 1, "true or false"),
        (Option(kind="text"), "", "a text"),
        (Option(kind="integer", least=0), np.float64(2.5), "a whole number of at least 0"),
        (Option(kind="integer", least=0), np.bool_(True), "a whole number of at least 0"),
        (Option(kind="number"), np.float64("nan"), "a number"),
        (Option(kind="boolean"), np.int64(1), "true or false"),
        (Option(kind="numbers"), [], "a number for each name"),
        (Option(kind="matrix"), 3, "a list of rows"),
        (Option(kind="methods"), [], "a list of methods"),
    ],
)
def test_what_an_option_refuses(option, value, words):
    assert option.fault(value) == words


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Option(choices=("a", 1)), 1),
        (Option(kind="integer", most=9), 9),
        (Option(kind="integer"), 3.0),
        (Option(kind="number", above=0), 1e-9),
        (Option(kind="boolean"), False),
        (Option(kind="text"), "a"),
        (Option(kind="numbers"), {"a": 1}),
        (Option(choices=("a", 1)), np.int64(1)),
        (Option(choices=("a", 1)), np.str_("a")),
        (Option(kind="integer", most=9), np.int64(9)),
        (Option(kind="integer"), np.uint8(3)),
        (Option(kind="number", above=0), np.float32(0.5)),
        (Option(kind="number"), Fraction(1, 3)),
        (Option(kind="boolean"), np.bool_(False)),
        (Option(kind="matrix"), np.eye(2)),
    ],
)
def test_what_an_option_takes(option, value):
    assert option.fault(value) is None


def test_defaults_complete_what_is_given():
    assert METHODS["shaped"].complete({"limit": 3, "weights": {"a": 1}}) == {
        "how": "a", "limit": 3, "share": 0.5, "flag": False, "weights": {"a": 1},
    }  # fmt: skip


def test_completed_options_are_plain_values():
    got = METHODS["shaped"].complete({"limit": np.int64(3), "share": np.float64(0.1), "flag": np.bool_(True),
                                      "weights": {"a": np.float32(0.5)}})  # fmt: skip
    assert got == {"how": "a", "limit": 3, "share": 0.1, "flag": True, "weights": {"a": 0.5}}
    assert [type(one) for one in got.values()] == [str, int, float, bool, dict]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(2), 2),
        (np.float64(0.1), 0.1),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (Fraction(1, 4), 0.25),
        (np.array([[1, 2]]), [[1, 2]]),
        ((1, np.int8(2)), [1, 2]),
        ({10: {np.int64(20): None}}, {"10": {"20": None}}),
    ],
)
def test_what_json_writes(value, expected):
    assert plain(value) == expected
    assert json.loads(json.dumps(plain(value))) == expected


def test_a_choice_holds_plain_values():
    assert json.dumps(Choice("a", {"n": np.int64(2), "w": {1: (np.float64(0.5),)}}).options)
    assert Choice("a", {"n": np.array([1, 2])}) == Choice("a", {"n": (1, 2)})


def test_parameters_of_an_estimator_are_options_where_the_method_knows_them():
    parameters = {"method": "shaped", "how": "b", "limit": None, "other": 1, "options": None}
    assert given(METHODS, parameters, None, "treat") == Choice("shaped", {"how": "b"})
    assert given(METHODS, parameters, {"share": 0.2}, "treat") == Choice("shaped", {"how": "b", "share": 0.2})
    assert given(METHODS, {**parameters, "method": "plane"}, {"share": 1}, "treat") == Choice("plane", {"share": 1})


def test_an_option_with_a_parameter_of_its_own_is_given_there():
    with pytest.raises(MethodError, match="how is a parameter of its own") as refused:
        given(METHODS, {"method": "shaped", "how": "b", "options": {"how": "a"}}, {"how": "a"}, "treat")
    assert refused.value.remedy.startswith("write how='a'")


def test_an_unknown_method_is_the_only_fault():
    assert faults(METHODS, {"method": "plane", "limit": 99}) == [
        ("method", "plane", "unknown method 'plane'", "write plain")
    ]


def test_all_faults_of_the_options():
    found = faults(METHODS, {"method": "shaped", "why": "x", "limit": 99, "lmit": 3})
    assert [(key, message) for key, _, message, _ in found] == [
        ("limit", "not what limit may be"),
        ("lmit", "means nothing with the method shaped"),
        ("weights", "the method shaped needs weights"),
    ]
    assert found[1][3] == "delete it (it takes how, limit, share, flag, weights)"


def test_a_choice_gives_the_method_and_all_its_options():
    method, options = chosen(METHODS, Choice("plain"), "treat")
    assert method is METHODS["plain"]
    assert options == {}
    with pytest.raises(MethodError, match=r"treat: not what how may be \(how = 'c'\)"):
        chosen(METHODS, Choice("shaped", {"how": "c", "weights": {"a": 1}}), "treat")


def test_near_names_what_was_meant_or_all():
    assert near("entropie", ["equal", "entropy"]) == "write entropy"
    assert near("xyz", ["equal", "entropy"]) == "one of: entropy, equal"
    assert near("xyz", []) == "leave it out"


def test_every_default_of_every_stage_is_a_value_that_its_option_takes():
    from indexer.stages import METHODS as STAGES

    for stage, methods in STAGES.items():
        for name, method in methods.items():
            for key, option in method.options.items():
                if option.default is not None:
                    assert option.fault(option.default) is None, (stage, name, key)


def test_equal_choices_stand_together_in_the_order_of_the_first():
    a, b = Choice("a", {"x": 1}), Choice("b")
    assert together([a, b, Choice("a", {"x": 1}), Choice("a"), b]) == [(a, (0, 2)), (b, (1, 4)), (Choice("a"), (3,))]
