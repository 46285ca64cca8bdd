"""Covariance: each formula by hand, the count of parameters, refusals, the repair."""

import numpy as np
import pytest

from indexer.errors import EstimationError, UsageError
from indexer.gravity.vcov import Request, clustered, factor, finish, multiway, parameters, refuse_few, repair, request

SCORES = np.array([[1.0, 2.0, -1.0, 3.0]])
G, H = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])


def test_meats_by_hand():
    assert clustered(SCORES)[0, 0] == 15
    assert clustered(SCORES, G)[0, 0] == 3**2 + 2**2
    assert clustered(SCORES, H)[0, 0] == 0**2 + 5**2


def test_factors_by_hand():
    one, none = Request("CRV1", (("g",),)), {}
    assert factor(Request("iid"), "default", 4, 1, none) == 3 / 3
    assert factor(Request("hetero"), "default", 4, 1, none) == 4 / 3
    assert factor(Request("hetero"), "G", 4, 1, none) == 1
    assert factor(one, "none", 4, 1, {"g": 2}) == 1
    assert factor(one, "G", 4, 1, {"g": 2}) == 2
    assert factor(one, "default", 4, 3, {"g": 2}) == 2 * 3 / 1
    assert factor(Request("CRV1", (("g",), ("h",))), "G", 90, 3, {"g": 12, "h": 15}) == 12 / 11


def test_two_ways_by_inclusion_and_exclusion():
    g = np.random.default_rng(0)
    n = 600
    codes = [g.permutation(np.arange(n) % 12), g.permutation(np.arange(n) % 15)]
    scores = g.normal(size=(2, n))

    def meat(c):
        return sum(np.outer(s, s) for s in (scores[:, c == v].sum(axis=1) for v in np.unique(c)))

    def join(which):
        return codes[which[0]] * 100 + codes[which[1]]

    expected = meat(codes[0]) + meat(codes[1]) - meat(codes[0] * 100 + codes[1])
    np.testing.assert_allclose(multiway(scores, codes, join), expected)
    swapped = multiway(scores, codes[::-1], lambda w: codes[1] * 100 + codes[0])
    np.testing.assert_allclose(swapped, expected)


def test_parameters():
    assert parameters(2, []) == 2
    assert parameters(2, [4, 2]) == 2 + 4 + 2 - 1
    # both nested in a cluster variable, or only the fine one
    assert parameters(2, [0, 0]) == 3
    assert parameters(2, [0, 2]) == 2 + 2


def test_request():
    assert request("iid") == Request("iid")
    assert request({"CRV1": "a"}) == Request("CRV1", (("a",),))
    assert request({"CRV1": "a + b ^ c"}) == Request("CRV1", (("a",), ("b", "c")))
    assert request({"CRV1": "`a+b`^c + d"}) == Request("CRV1", (("a+b", "c"), ("d",)))
    assert request({"CRV1": "`a+b`^c + d"}).clusters == ("a+b^c", "d")
    assert str(request({"CRV1": "a+b"})) == "clustered by a and b"


@pytest.mark.parametrize("wrong", ["HC9", {"CRV3": "a"}, {"CRV1": ""}, {"CRV1": 3}, {"CRV1": "a", "x": "b"}, None])
def test_request_refused(wrong):
    with pytest.raises(UsageError, match="is not offered"):
        request(wrong)


def test_few_clusters():
    refuse_few({"g": 2})
    refuse_few({"g": 10, "h": 12})
    with pytest.raises(EstimationError, match="only 1 cluster on"):
        refuse_few({"g": 1})
    with pytest.raises(EstimationError, match="'year' has only 5 clusters"):
        refuse_few({"pair": 90, "year": 5})


def test_no_degrees_of_freedom():
    with pytest.raises(EstimationError, match="4 rows for 4 parameters"):
        factor(Request("hetero"), "default", 4, 4, {})
    assert factor(Request("hetero"), "G", 4, 4, {}) == 1


def test_repair():
    good = np.array([[2.0, 1.0], [1.0, 2.0]])
    assert repair(good, np.ones(2))[1] == "definite"
    indefinite = np.array([[1.0, 2.0], [2.0, 1.0]])
    kept, state = repair(indefinite, np.ones(2))
    assert state == "indefinite"
    np.testing.assert_array_equal(kept, indefinite)
    wrong = np.array([[1.0, 0.5], [0.5, -0.2]])
    mended, state = repair(wrong, np.ones(2))
    assert state == "repaired"
    value = np.linalg.eigvalsh(mended)
    np.testing.assert_allclose(value, [0, np.linalg.eigvalsh(wrong).max()], atol=1e-15)


def test_repair_does_not_depend_on_units():
    wrong, units = np.array([[1.0, 0.5], [0.5, -0.2]]), np.array([1e6, 1e-3])
    scaled, _ = repair(wrong * np.outer(units, units), units)
    np.testing.assert_allclose(scaled / np.outer(units, units), repair(wrong, np.ones(2))[0], atol=1e-14)


def test_states_have_their_note():
    # rows cancel within both groupings, so only the crossed part, which is subtracted, is left
    a, b = np.arange(100) % 10, np.arange(100) // 10
    sign = np.where(a % 2, 1.0, -1.0) * np.where(b % 2, 1.0, -1.0)
    meat = multiway(sign[None], [a, b], lambda which: a * 10 + b)
    got = finish(0.25 * meat, np.array([[0.5]]), 1.0, {"a": 10, "b": 10})
    assert (got.state, got.matrix[0, 0]) == ("repaired", 0.0)
    assert "negative" in got.note
    assert finish(np.eye(1), np.eye(1), 2.0, {}).note == ""
    assert finish(np.eye(1), np.eye(1), 2.0, {}).matrix[0, 0] == 2
