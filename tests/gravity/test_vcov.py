"""Covariance: each formula by hand, the count of parameters, refusals, the repair."""

import numpy as np
import pytest

from indexer.errors import EstimationError, UsageError
from indexer.gravity.vcov import Request, covariance, parameters, refuse_few, repair, request

BREAD = np.array([[0.5]])
SCORES = np.array([[1.0], [2.0], [-1.0], [3.0]])
CLUSTERS = {"g": np.array([0, 0, 1, 1]), "h": np.array([0, 1, 0, 1])}


def variance(what, ssc, effects=None, sigma2=1.0):
    return covariance(what, BREAD, SCORES, ssc, effects or {}, CLUSTERS, sigma2).matrix[0, 0]


def test_by_hand():
    assert variance(Request("iid"), "none", sigma2=3.0) == pytest.approx(1.5)
    assert variance(Request("iid"), "default", sigma2=3.0) == pytest.approx(1.5 * 3 / 3)  # n-1 = 3, n-K = 3
    assert variance(Request("hetero"), "none") == pytest.approx(15 / 4)
    assert variance(Request("hetero"), "G") == pytest.approx(15 / 4)
    assert variance(Request("hetero"), "default") == pytest.approx(15 / 4 * 4 / 3)
    one = Request("CRV1", ("g",))
    assert variance(one, "none") == pytest.approx((3**2 + 2**2) / 4)
    assert variance(one, "G") == pytest.approx((3**2 + 2**2) / 4 * 2)
    # one effect of two levels, not nested: K = 1 + 2 = 3
    assert variance(one, "default", {"e": CLUSTERS["h"]}) == pytest.approx(13 / 4 * 2 * 3 / 1)


def test_two_ways_by_inclusion_and_exclusion():
    g = np.random.default_rng(0)
    n = 600
    codes = {"a": g.permutation(np.arange(n) % 12), "b": g.permutation(np.arange(n) % 15)}
    scores, bread = g.normal(size=(n, 2)), np.array([[2.0, 0.3], [0.3, 1.0]])

    def meat(c):
        return sum(np.outer(s, s) for s in (scores[c == v].sum(axis=0) for v in np.unique(c)))

    expected = bread @ (meat(codes["a"]) + meat(codes["b"]) - meat(codes["a"] * 100 + codes["b"])) @ bread
    got = covariance(Request("CRV1", ("a", "b")), bread, scores, "G", {}, codes)
    np.testing.assert_allclose(got.matrix, expected * 12 / 11)
    assert got.n_clusters == {"a": 12, "b": 15}
    swapped = covariance(Request("CRV1", ("b", "a")), bread, scores, "G", {}, codes)
    np.testing.assert_allclose(swapped.matrix, got.matrix)


def test_parameters():
    e = {"fine": np.array([0, 1, 2, 3, 3]), "coarse": np.array([0, 0, 1, 1, 1])}
    assert parameters(2, {}) == 2
    assert parameters(2, e) == 2 + 4 + 2 - 1
    # both nested in a cluster variable that is coarser, only the fine one in one of its own codes
    assert parameters(2, e, [np.array([0, 0, 1, 1, 1])]) == 3
    assert parameters(2, e, [np.array([0, 1, 2, 3, 3])]) == 2 + 2


def test_request():
    assert request("iid") == Request("iid")
    assert request({"CRV1": "a"}) == Request("CRV1", ("a",))
    assert request({"CRV1": "a + b ^ c"}) == Request("CRV1", ("a", "b^c"))
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
        variance(Request("hetero"), "default", {"e": np.array([0, 1, 2, 2])})


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
    codes = {"a": np.arange(100) % 10, "b": np.arange(100) // 10}
    # rows cancel within both groupings, so only the crossed part, which is subtracted, is left
    sign = (np.where(codes["a"] % 2, 1.0, -1.0) * np.where(codes["b"] % 2, 1.0, -1.0))[:, None]
    got = covariance(Request("CRV1", ("a", "b")), BREAD, sign, "none", {}, codes)
    assert (got.state, got.matrix[0, 0]) == ("repaired", 0.0)
    assert "negative" in got.note
    assert covariance(Request("hetero"), BREAD, SCORES, "none", {}, {}).note == ""
