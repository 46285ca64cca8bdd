import json

import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.methods import Choice, Method
from indexer.weight import METHODS, fit, fit_weights, label

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
            Choice("combined", {"of": OF, "how": "linear", "shares": [2, 1]}),
            "combined (linear of pca (communality, negative zero), entropy, shares 2 : 1)",
        ),
    ],
)
def test_published_names(choice, expected):
    assert label(choice) == expected
