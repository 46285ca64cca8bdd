import numpy as np
import pandas as pd
import pytest

from indexer import aggregate
from indexer.aggregate.arithmetic import METHOD

W = np.array([0.5, 0.25, 0.25])


def test_by_hand():
    assert aggregate.arithmetic(np.array([[10.0, 20.0, 40.0]]), W)[0] == 20.0


def test_missing_members_are_not_zero():
    assert aggregate.arithmetic(np.array([[10.0, 20.0, np.nan]]), W, 0.7)[0] == pytest.approx(40 / 3)


@pytest.mark.parametrize(
    ("normalised", "expected"),
    [
        ("expected_minmax_0_100", "expected_aggregate_arithmetic"),
        ("expected_minmax_1_100", "expected_aggregate_arithmetic_on_1_100"),
    ],
)
def test_every_level_of_asem_as_coinr(asem, normalised, expected):
    assert asem(normalised, expected, aggregate.arithmetic) < 1e-9


def test_linear_ranking_of_the_handbook(reference):
    # OECD/JRC (2008), table 38, column LIN
    y = pd.read_csv(reference / "tai_oecd" / "expected_goalpost_normalised.csv").set_index("country")
    printed = pd.read_csv(reference / "tai_oecd" / "published_table38_rankings_by_aggregation.csv").set_index("country")
    scores = aggregate.arithmetic(y.to_numpy(), np.full(8, 1 / 8))
    ranks = pd.Series(scores, y.index).rank(ascending=False)
    assert (ranks == printed["LIN"].loc[y.index]).all()


def test_nothing_is_fitted():
    assert METHOD.fit(np.ones((4, 3)), W) == [{}, {}, {}]
