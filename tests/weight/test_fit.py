import json

import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.methods import Choice, Method
from indexer.weight import METHODS, evidence, fit, fit_weights, label, pca_sign_stability, rests_on_correlations

OF = [{"method": "pca", "negative": "zero"}, {"method": "entropy"}]
NEEDED = {
    "expert": lambda names: {"weights": {name: 1 / len(names) for name in names}},
    "ahp": lambda names: {"matrix": [[1] * len(names)] * len(names)},
    "combined": lambda names: {"of": OF},
    "pca": lambda names: {"negative": "zero"},
}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_weights_by_the_contract(tai, level, method):
    y, names = tai.y[:, [0, 1, 3]], ("patents", "royalties", "exports")
    choice = Choice(method, NEEDED.get(method, lambda names: {})(names))
    w = fit_weights(choice, level(y, names))
    assert w.shape == (3,)
    assert (w >= 0).all()
    assert w.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_array_equal(np.round(w, 13), w)
    assert json.loads(json.dumps(w.tolist())) == w.tolist()


@pytest.mark.parametrize("method", METHODS)
def test_one_member_has_all_the_weight(level, method):
    choice = Choice(method, NEEDED.get(method, lambda names: {})(("a",)))
    np.testing.assert_array_equal(fit_weights(choice, level([[1.0], [1.0]], unit=np.ones((2, 1)))), [1.0])


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice("pcb"), "unknown method 'pcb'"),
        (Choice("pca", {"rule": "frist"}), "not what rule may be"),
        (Choice("equal", {"rule": "first"}), "means nothing with the method equal"),
        (Choice("expert"), "needs weights"),
    ],
)
def test_choices_are_checked(tai, level, choice, said):
    with pytest.raises(MethodError, match=said):
        fit_weights(choice, level(tai.y))


@pytest.mark.parametrize("wrong", [[0.5, 0.6], [1.5, -0.5], [np.nan, 1.0], [1.0]])
def test_a_method_of_wrong_weights_is_found(level, monkeypatch, wrong):
    monkeypatch.setattr(fit, "_methods", lambda: {"wrong": Method(fit=lambda level: np.array(wrong))})
    with pytest.raises(MethodError, match="the method wrong gave no weights of at least 0 with sum 1"):
        fit_weights(Choice("wrong"), level([[1.0, 2.0], [2.0, 1.0]]))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice("entropy"), "entropy"),
        (Choice("pca"), "pca (communality)"),
        (Choice("pca", {"rule": "first", "retain": "kaiser"}), "pca (first)"),
        (Choice("pca", {"retain": 0.8, "negative": "drop"}), "pca (communality, retain 0.8, negative dropped)"),
        (Choice("factor"), "factor (loading)"),
        (Choice("factor", {"factors": 4, "assign": "share"}), "factor (share, 4 factors)"),
        (Choice("dispersion"), "dispersion (sd)"),
        (Choice("scatter"), "scatter"),
        (Choice("scatter", {"z_scores": "yearly"}), "scatter (yearly z-scores)"),
        (Choice("importance"), "importance"),
        (Choice("importance", {"target": {"a": 1.0}}), "importance (given target)"),
        (
            Choice("combined", {"of": [{"method": "pca"}, {"method": "entropy"}]}),
            "combined (product of pca (communality), entropy)",
        ),
        (
            Choice("combined", {"of": OF, "how": "linear", "shares": [0.7, 0.3]}),
            "combined (linear of pca (communality, negative zero), entropy, shares 0.7 : 0.3)",
        ),
    ],
)
def test_published_names(choice, expected):
    assert label(choice) == expected


@pytest.mark.parametrize("method", ["pca", "factor", "scatter", "critic", "importance"])
def test_weights_that_are_read_from_correlations(method):
    assert rests_on_correlations(Choice(method))


@pytest.mark.parametrize(
    "choice",
    [
        *(Choice(method) for method in ("equal", "entropy", "dispersion")),
        Choice("expert", {"weights": {"a": 1}}),
        Choice("ahp", {"matrix": [[1]]}),
    ],
)
def test_weights_that_are_not(choice):
    assert not rests_on_correlations(choice)


def test_a_combination_rests_on_what_any_of_its_parts_rests_on():
    inner = {"method": "combined", "of": [{"method": "equal"}, {"method": "scatter"}]}
    assert rests_on_correlations(Choice("combined", {"of": [{"method": "entropy"}, inner]}))
    assert not rests_on_correlations(Choice("combined", {"of": [{"method": "entropy"}, {"method": "equal"}]}))


def test_a_method_of_ones_own_is_judged_and_labelled_by_what_it_says(monkeypatch):
    own = Method(fit=lambda level: np.ones(2) / 2, traits=frozenset({"correlations"}), label=lambda options: "my own")
    monkeypatch.setitem(METHODS, "own", own)
    assert rests_on_correlations(Choice("own"))
    assert label(Choice("own")) == "own (my own)"


VARIANCE = {"method": "pca", "rule": "variance", "retain": 2}


def variance(tai):
    y = tai.y[:, [0, 1, 2, 4]]
    return y, ("patents", "royalties", "internet", "telephones")


def test_components_of_the_rule_variance_show_their_signs(tai):
    y, names = variance(tai)
    found = evidence(Choice("pca", {"rule": "variance", "retain": 2}), y, names)
    assert [one.check for one in found] == ["sign stability of component 1", "sign stability of component 2"]
    assert [one.number for one in found] == pca_sign_stability(y, names, 2).tolist()
    assert all(one.threshold == 0.9 and one.passed == (one.number >= 0.9) and one.said and one.remedy for one in found)


def test_other_rules_and_methods_show_none(tai):
    y, names = variance(tai)
    for choice in (Choice("pca"), Choice("pca", {"rule": "first"}), Choice("entropy")):
        assert evidence(choice, y, names) == []


def test_what_a_combination_combines_shows_its_own(tai):
    y, names = variance(tai)
    choice = Choice("combined", {"of": [VARIANCE, {"method": "equal"}]})
    assert evidence(choice, y, names) == evidence(Choice("pca", {"rule": "variance", "retain": 2}), y, names)


def test_what_the_fit_had_left_out_is_left_out(tai):
    y, names = variance(tai)
    choice = Choice("pca", {"rule": "variance", "retain": 2, "negative": "drop"})
    [*found] = evidence(choice, np.column_stack([y, -(y[:, 0] ** 2)]), (*names, "odd"), np.array([1, 1, 1, 1, 0.0]))
    assert [one.number for one in found] == pca_sign_stability(y, names, 2).tolist()


def test_cases_that_the_method_refuses_show_nothing(tai):
    y, names = variance(tai)
    assert evidence(Choice("pca", {"rule": "variance"}), y[:3], names) == []
