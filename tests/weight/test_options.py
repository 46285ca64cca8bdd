import pytest

from indexer.methods import faults
from indexer.weight import METHODS


@pytest.mark.parametrize("retain", ["kaiser", "parallel", 1, 3, 2.0, 0.8, "2"])
def test_what_retain_may_be(retain):
    assert not faults(METHODS, {"method": "pca", "retain": retain})


@pytest.mark.parametrize("retain", ["most", 0, -1, 1.5, True, None, float("nan"), float("inf"), [1], "0"])
def test_what_retain_may_not_be(retain):
    ((key, _, _, remedy),) = faults(METHODS, {"method": "pca", "retain": retain})
    assert key == "retain"
    assert "share of the variance" in remedy


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ([{"method": "pca"}], "at least two"),
        ("pca", "at least two"),
        ([{"method": "pca"}, "entropy"], "mapping with a method at place 2"),
        ([{"method": "pca", "rule": "second"}, {"method": "entropy"}], "place 1, rule"),
        ([{"method": "pca"}, {"method": "entropi"}], "place 2, method: unknown method 'entropi'; write entropy"),
        ([{"method": "pca"}, {"method": "expert"}], "place 2, weights: the method expert needs weights"),
    ],
)
def test_methods_to_combine_are_checked_like_others(of, said):
    ((key, _, _, remedy),) = faults(METHODS, {"method": "combined", "of": of})
    assert key == "of"
    assert said in remedy


def test_shares_are_numbers():
    of = [{"method": "pca"}, {"method": "entropy"}]
    assert not faults(METHODS, {"method": "combined", "of": of, "shares": [1, 2]})
    for wrong in ([], [1, "2"], [1, -1], 3, {"pca": 1}):
        assert [key for key, *_ in faults(METHODS, {"method": "combined", "of": of, "shares": wrong})] == ["shares"]
