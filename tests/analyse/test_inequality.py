"""Gini and Theil, against sums by hand and an exact decomposition."""

import numpy as np
import pandas as pd
import pytest

from indexer.analyse import inequality
from indexer.analyse.inequality import gini, theil
from indexer.errors import MethodError

GROUPS = {"A": "rich", "B": "rich", "C": "poor", "D": "poor"}
SCORES = pd.DataFrame({"economy": list("ABCD") * 2, "year": [2020] * 4 + [2021] * 4, "index": [1, 2, 3, 4, 5, 5, 5, 5]})


def test_by_hand():
    got = inequality(SCORES, GROUPS).set_index("year").loc[2020]
    # 1, 2, 3, 4 with mean 2.5: Gini = 20 / (2 · 16 · 2.5); Theil = mean of (y/2.5) ln(y/2.5).
    r = np.array([1, 2, 3, 4]) / 2.5
    assert got["gini"] == pytest.approx(0.25, abs=1e-15)
    assert got["theil"] == pytest.approx((r * np.log(r)).mean(), abs=1e-15)
    # Group means 1.5 and 3.5 hold .3 and .7 of the total.
    assert got["theil_between"] == pytest.approx(0.3 * np.log(0.6) + 0.7 * np.log(1.4), abs=1e-15)


def test_equal_economies_have_none():
    got = inequality(SCORES, GROUPS).set_index("year").loc[2021]
    assert got[["gini", "theil", "theil_between", "theil_within"]].tolist() == [0.0] * 4
    assert np.isnan(got["between_share"])


def test_parts_sum_to_the_total_for_any_weights():
    rng = np.random.default_rng(1)
    y, w, groups = rng.lognormal(size=60), rng.lognormal(size=60), rng.integers(0, 5, 60)
    share = w / w.sum()
    r = y / (share * y).sum()
    assert sum(theil(y, w, groups)) == pytest.approx((share * r * np.log(r)).sum(), abs=1e-14)
    assert gini(y, w) == pytest.approx(
        (np.outer(share, share) * np.abs(y[:, None] - y)).sum() / (2 * (share * y).sum()), abs=1e-14
    )


@pytest.mark.parametrize("weights", [{"A": 3, "B": 1, "C": 1, "D": 1}, None])
def test_a_weight_is_an_economy_repeated(weights):
    scores = SCORES[SCORES["year"] == 2020]
    if weights is None:
        weights = scores[["economy", "year"]].assign(weight=[3, 1, 1, 1])
    got = inequality(scores, GROUPS, weights).loc[0]
    repeated = pd.DataFrame({"economy": list("ABCDEF"), "year": 2020, "index": [1, 2, 3, 4, 1, 1]})
    expected = inequality(repeated, {**GROUPS, "E": "rich", "F": "rich"}).loc[0]
    for name in ("gini", "theil", "theil_between", "theil_within"):
        assert got[name] == pytest.approx(expected[name], abs=1e-14)


def test_zeros_and_gaps():
    scores = pd.DataFrame({"economy": list("ABCD"), "year": 2020, "index": [0.0, 0.0, 4.0, np.nan]})
    got = inequality(scores, GROUPS).loc[0]
    assert got["n"] == 3
    assert got["theil"] == pytest.approx(np.log(3), abs=1e-15)
    assert got["theil_within"] == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(
    ("scores", "groups", "weights", "said"),
    [
        (SCORES.assign(index=-1.0), GROUPS, None, "negative: A 2020, B 2020"),
        (SCORES.assign(index=0.0), GROUPS, None, "every index of 2020 is 0"),
        (SCORES, {"A": "rich"}, None, "without a group: B 2020"),
        (SCORES, GROUPS, {"A": 1, "B": 0, "C": 1, "D": 1}, "without a weight above 0: B 2020"),
        (SCORES, GROUPS, SCORES[["economy"]].assign(weight=1), "weights have no column 'year'"),
        (SCORES.drop(columns="year"), GROUPS, None, "no column 'year'"),
    ],
)
def test_what_cannot_be_measured_is_refused(scores, groups, weights, said):
    with pytest.raises(MethodError, match=said):
        inequality(scores, groups, weights)
