import numpy as np
import pytest

from indexer import composite
from indexer.analyse.within import contributions, within_parts
from indexer.tree import climb

ECONOMIES, YEARS = np.repeat(["A", "B"], 2), np.tile([2020, 2021], 2)


def test_contributions_sum_to_an_arithmetic_index(make_tree):
    plan = make_tree(
        3,
        ("s", (0, 1), (0.4, 0.6), "arithmetic"),
        ("t", (2,), (1.0,), "arithmetic"),
        ("index", (3, 4), (0.3, 0.7), "arithmetic", 1.0),
    )
    y = np.array([[10, 20, 30], [50, np.nan, 90], [20, 20, np.nan]])
    result = composite.Scores(y, climb(plan, y)[0][:, 3:])
    np.testing.assert_allclose(contributions(plan, result)[:2].sum(axis=1), result.index[:2], rtol=1e-12)
    assert np.isnan(result.index[2])


def test_parts_sum_to_one():
    cells = np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 2.0], [9.0, 0.0]])
    assert within_parts(cells, ECONOMIES, YEARS).sum() == pytest.approx(1.0)


def test_by_hand():
    # Within parts: column 1 moves by ±2.5/2, column 2 against it by ∓0.5/2 (the same sign in every cell pair).
    cells = np.array([[0.0, 1.0], [0.0, 0.0], [0.0, 0.0], [5.0, 0.0]])
    parts = within_parts(cells, ECONOMIES, YEARS).sum(axis=0)
    np.testing.assert_allclose(parts, [1.25 * 1.5 / 1.5**2, 0.25 * 1.5 / 1.5**2])


def test_what_does_not_move_within_economies_has_no_part():
    cells = np.array([[1.0, 5.0], [3.0, 5.0], [2.0, 7.0], [9.0, 7.0]])
    np.testing.assert_allclose(within_parts(cells, ECONOMIES, YEARS).sum(axis=0), [1.0, 0.0], atol=1e-12)


def test_no_variation_is_missing():
    assert np.isnan(within_parts(np.array([[1.0], [2.0], [1.0], [2.0]]), ECONOMIES, YEARS)).all()
