from fractions import Fraction

import numpy as np
import pytest

from indexer import aggregate
from indexer.errors import MethodError


def test_by_fractions():
    exact = 1 / (Fraction(1, 2) / 3 + Fraction(1, 4) / 5 + Fraction(1, 4) / 7)
    got = aggregate.harmonic(np.array([[3.0, 5.0, 7.0]]), np.array([0.5, 0.25, 0.25]))[0]
    assert got == pytest.approx(float(exact), rel=1e-15)


def test_every_level_of_asem_as_coinr(asem):
    assert asem("expected_minmax_1_100", "expected_aggregate_harmonic_on_1_100", aggregate.harmonic) < 1e-9


def test_zero_is_refused_by_cell():
    with pytest.raises(MethodError, match=r"harmonic mean needs .* 1 of 2 are not \(first: case 0, member 1\)"):
        aggregate.harmonic(np.array([[1.0, 0.0]]), np.array([0.5, 0.5]))


def test_tiny_values_do_not_overflow():
    assert aggregate.harmonic(np.array([[1e-310, 1e-310]]), np.array([0.5, 0.5]))[0] == 1e-310


def test_a_missing_member_counts_for_nothing():
    assert aggregate.harmonic(np.array([[2.0, np.nan]]), np.array([0.5, 0.5]), 0.5)[0] == 2.0
