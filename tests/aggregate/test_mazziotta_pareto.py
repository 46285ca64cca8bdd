from fractions import Fraction

import numpy as np
import pytest

from indexer import aggregate
from indexer.errors import MethodError


def exact(y, w, penalty):
    """M + penalty·S²/M in fractions."""
    mean = sum(a * b for a, b in zip(y, w, strict=True))
    return mean + penalty * sum(b * (a - mean) ** 2 for a, b in zip(y, w, strict=True)) / mean


@pytest.mark.parametrize("penalty", [-1, 1])
@pytest.mark.parametrize(
    ("y", "w"),
    [
        ((90, 110, 100), (Fraction(1, 3),) * 3),
        ((72, 130, 99, 101), (Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 8))),
    ],
)
def test_by_fractions(y, w, penalty):
    got = aggregate.mazziotta_pareto(np.array([y], dtype=float), np.array([float(v) for v in w]), penalty)
    assert got[0] == pytest.approx(float(exact(y, w, penalty)), rel=1e-14)


def test_balance_is_not_penalised():
    assert aggregate.mazziotta_pareto(np.full((1, 3), 88.0), np.full(3, 1 / 3))[0] == pytest.approx(88.0, rel=1e-15)


def test_spread_over_the_present_members():
    y = np.array([[90.0, 110.0, np.nan]])
    assert aggregate.mazziotta_pareto(y, np.full(3, 1 / 3), min_share=0.6)[0] == pytest.approx(99.0)


@pytest.mark.parametrize("row", [[-1.0, 1.0], [-3.0, 1.0]])
def test_a_mean_not_above_zero_is_refused_by_case(row):
    with pytest.raises(MethodError, match="first: case 1, ") as caught:
        aggregate.mazziotta_pareto(np.array([[1.0, 2.0], row]), np.array([0.5, 0.5]))
    assert caught.value.rows == (1,)
