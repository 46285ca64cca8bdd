import numpy as np
import pytest

from indexer import composite
from indexer.analyse.within import contributions, observed_within_share

ECONOMIES, YEARS = np.repeat(["A", "B"], 2), np.tile([2020, 2021], 2)


def test_contributions_sum_to_an_arithmetic_index():
    plan = composite.Plan(
        tuple("abc"), np.zeros(3), np.ones(3), np.zeros(3, dtype=bool), 0.0, 100.0, 0.3,
        (composite.SetPlan("s", (0, 1), np.array([0.4, 0.6]), "arithmetic"), composite.SetPlan("t", (2,), np.ones(1), "arithmetic")),
        np.array([0.3, 0.7]), "arithmetic",
    )  # fmt: skip
    x = np.array([[0.1, 0.2, 0.3], [0.5, np.nan, 0.9], [0.2, 0.2, np.nan]])
    result = composite.score(plan, x)
    np.testing.assert_allclose(contributions(plan, result).sum(axis=1), result.index, rtol=1e-12)


def test_all_observed_is_one_and_none_is_zero():
    cells = np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 2.0], [9.0, 0.0]])
    assert observed_within_share(cells, np.ones_like(cells, dtype=bool), ECONOMIES, YEARS) == pytest.approx(1.0)
    assert observed_within_share(cells, np.zeros_like(cells, dtype=bool), ECONOMIES, YEARS) == 0.0


def test_only_what_moves_counts():
    # The second column is carried and does not move within economies: all variation is observed.
    cells = np.array([[1.0, 5.0], [3.0, 5.0], [2.0, 7.0], [9.0, 7.0]])
    observed = np.array([[True, False]] * 4)
    assert observed_within_share(cells, observed, ECONOMIES, YEARS) == pytest.approx(1.0)


def test_no_variation_is_missing():
    cells = np.array([[1.0], [2.0], [1.0], [2.0]])
    assert np.isnan(observed_within_share(cells, np.ones_like(cells, dtype=bool), ECONOMIES, YEARS))
