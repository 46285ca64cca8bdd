import warnings

import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.methods import Choice
from indexer.weight import ConsistencyWarning, ahp_consistency, ahp_weights, consistencies
from indexer.weight.ahp import METHOD


def test_table_20_of_the_handbook(table):
    judgements = table("tai_oecd", "published_table20_ahp_matrix")
    expected = table("tai_oecd", "expected_ahp_eigenvector")
    np.testing.assert_allclose(ahp_weights(judgements.to_numpy()), expected["weight"], rtol=1e-13)
    got = ahp_consistency(judgements.to_numpy())
    assert got.eigenvalue == pytest.approx(expected["lambda_max"].iloc[0], rel=1e-13)
    assert got.index == pytest.approx(expected["consistency_index"].iloc[0], rel=1e-11)
    assert got.ratio == pytest.approx(expected["consistency_ratio_ri_1_41"].iloc[0], rel=1e-11)


def test_judgements_that_agree_give_back_their_weights():
    w = np.array([0.5, 0.3, 0.15, 0.05])
    np.testing.assert_allclose(ahp_weights(w[:, None] / w), w, rtol=1e-13)
    assert ahp_consistency(w[:, None] / w).ratio == pytest.approx(0, abs=1e-14)


def test_fractions_may_be_texts(level):
    matrix = [[1, 3], ["1/3", 1]]
    np.testing.assert_allclose(METHOD.fit(level([[0, 1], [1, 0.0]]), matrix=matrix), [0.75, 0.25], rtol=1e-14)


def test_judgements_in_a_circle_are_warned_of():
    # a over b over c over a, each nine times: λ = 1 + 9 + 1/9 by the circulant's row sum.
    circle = np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    with pytest.warns(ConsistencyWarning, match="ratio of 6.13"):
        np.testing.assert_allclose(ahp_weights(circle), np.full(3, 1 / 3), rtol=1e-13)
    assert ahp_consistency(circle).eigenvalue == pytest.approx(10 + 1 / 9, rel=1e-13)


def test_the_order_of_members_does_not_matter(table):
    a = table("tai_oecd", "published_table20_ahp_matrix").to_numpy()
    order = [3, 1, 7, 0, 2, 6, 4, 5]
    np.testing.assert_allclose(ahp_weights(a[np.ix_(order, order)]), ahp_weights(a)[order], rtol=1e-13)


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ([], "0 rows"),
        ([[1, 2]], "1 rows of judgements, of 2 entries"),
        ([[1, 2], [2, 1]], r"a against b|b against a .2. and back .2. are not reciprocal"),
        ([[2, 2], [0.5, 1]], "a against a"),
        ([[1, 0], [2, 1]], "judgement of a against b is 0"),
        ([[1, -2], [-0.5, 1]], "judgement of a against b is -2"),
        ([[1, "1/0"], [2, 1]], "judgement of a against b is '1/0'"),
        ([[1, None], [2, 1]], "judgement of a against b is None"),
        ([[1]], "1 members for 2: a, b"),
    ],
)
def test_refusals_name_the_entry(matrix, said):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(MethodError, match=said):
            ahp_weights(matrix, ("a", "b"))


def test_judgements_are_found_in_what_is_combined():
    ahp = {"method": "ahp", "matrix": [[1, 3], ["1/3", 1]]}
    inner = {"method": "combined", "of": [ahp, {"method": "equal"}]}
    choice = Choice("combined", {"of": [inner, ahp, {"method": "entropy"}]})
    assert [one.ratio for one in consistencies(choice)] == [0.0, 0.0]
    assert consistencies(Choice("equal")) == []
