import re

import pytest

from indexer.assumptions import DEFAULTS, FACTORS, assumptions, check, stated
from indexer.errors import UsageError
from indexer.methods import Choice
from indexer.stages import METHODS

BAD = [
    ("weights", "names no assumption", "a list from: treatment"),
    ([], "names no assumption", "a list from: treatment"),
    ({}, "names no assumption", "a list from: treatment"),
    (None, "names no assumption", "a list from: treatment"),
    (["weight"], "unknown assumption 'weight'", "write weights"),
    ([1], "unknown assumption 1", "one of: aggregation"),
    ({"normalisation": ["zscore"]}, "unknown method 'zscore'", "write z_score"),
    ({"normalisation": "z_score"}, "not a list of methods", r"such as \[min_max\]"),
    ({"normalisation": []}, "not a list of methods", r"such as \[min_max\]"),
    ({"normalisation": [7]}, "not a method", "a name, or {method"),
    ({"normalisation": [{"method": "z_score", "spread": 1}]}, "means nothing with the method z_score", "delete it"),
    ({"aggregation": {"between": ["power"]}}, "the method power needs p", "write a number"),
    ({"aggregation": ["geometric"]}, "not alternatives by level", "within: "),
    ({"aggregation": {"above": ["geometric"]}}, "not alternatives by level", "between: "),
    ({"aggregation": {}}, "not alternatives by level", "between: "),
    ({"weighting": {"within": ["pcaa"]}}, "unknown method 'pcaa'", "write pca"),
    ({"weights": 100}, "weights need their concentration", "a number of at least 0.1"),
    ({"weights": {"concentration": -1}}, "not a concentration", "a number of at least 0.1"),
    ({"weights": {"concentration": 0}}, "not a concentration", "a number of at least 0.1"),
    ({"weights": {"concentration": True}}, "not a concentration", "a number of at least 0.1"),
    ({"weights": {"concentration": float("nan")}}, "not a concentration", "a number of at least 0.1"),
    ({"weights": {"concentration": float("inf")}}, "not a concentration", "a number of at least 0.1"),
    ({"weights": {"concentration": {}}}, "not a concentration", "a number of at least 0.1"),
    ({"weights": {"concentration": {"above": 3}}}, "not a concentration", "between: "),
    ({"imputation": {"sets": 1}}, "not a number of draws", "2 or more"),
    ({"carrying": {"sets": 2.5}}, "not a number of draws", "2 or more"),
    ({"measurement": {"draws": 5}}, "unknown option", "write {sets: 20}"),
    ({"leave_out": "economy"}, "unknown unit", "write indicator, or set"),
]


@pytest.mark.parametrize(("over", "said", "remedy"), BAD, ids=lambda one: str(one)[:40])
def test_what_is_not_allowed_is_named_with_what_is(over, said, remedy):
    with pytest.raises(UsageError, match=said) as error:
        assumptions(over, METHODS)
    assert re.search(remedy, error.value.remedy)


def test_every_fault_is_found():
    over = {"weights": {"concentration": -1}, "leave_out": "economy", "normalisation": ["foo", "bar"]}
    paths = [path for path, *_ in check(over, METHODS)]
    assert paths == [
        ("weights", "concentration"), ("leave_out",), ("normalisation", 0, "method"), ("normalisation", 1, "method"),
    ]  # fmt: skip


def test_the_place_of_a_fault_is_told():
    with pytest.raises(UsageError, match=r"over\.normalisation\.1\.method"):
        assumptions({"normalisation": ["z_score", "foo"]}, METHODS)


def test_every_default_is_allowed():
    assert check(FACTORS, METHODS) == []
    assert set(DEFAULTS) == set(FACTORS)


@pytest.mark.parametrize("given", [["weights"], ("weights",), {"weights": None}, {"weights": True}])
def test_a_name_alone_is_open_to_its_default(given):
    assert stated(given) == {"weights": {"concentration": 100}}


def test_nothing_is_open_that_is_not_named():
    found = assumptions(["normalisation"], METHODS)
    assert found.normalisation == (Choice("z_score"), Choice("percentile_rank"))
    assert (found.treatment, found.weighting, found.aggregation, found.concentration, found.cells, found.leave_out) == (
        (), {}, {}, {}, {}, "",
    )  # fmt: skip


def test_a_concentration_is_of_both_levels():
    assert assumptions({"weights": {"concentration": 50}}, METHODS).concentration == {"within": 50.0, "between": 50.0}


def test_a_level_without_concentration_keeps_its_weights():
    found = assumptions({"weights": {"concentration": {"between": 50}}}, METHODS)
    assert found.concentration == {"between": 50.0}


def test_methods_have_options():
    found = assumptions({"weighting": {"within": [{"method": "pca", "rule": "first", "why": "Plain."}]}}, METHODS)
    assert found.weighting == {"within": (Choice("pca", {"rule": "first"}),)}


def test_sources_of_cells_have_numbers_of_draws():
    found = assumptions({"imputation": {"sets": 7}, "carrying": None, "measurement": {}}, METHODS)
    assert found.cells == {"imputation": 7, "carrying": 20, "measurement": 20}
