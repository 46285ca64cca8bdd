import numpy as np
import pytest

from indexer.statistics.kaiser import above_chance, kaiser


@pytest.mark.parametrize(
    ("eigenvalues", "expected"),
    [([2.0, 0.6, 0.4], 1), ([1.5, 1.0 - 1e-15, 0.5], 2), ([1.6, 0.999, 0.4], 1), ([0.99, 0.98], 1), ([1.0, 1.0], 2)],
)
def test_components_that_explain_no_less_than_one_indicator(eigenvalues, expected):
    assert kaiser(np.array(eigenvalues)) == expected


@pytest.mark.parametrize(
    ("eigenvalues", "expected"),
    [([2.0, 1.5, 0.5], 2), ([1.2, 1.5, 1.3], 0), ([2.0, 1.1, 0.95], 1), ([2.0, 2.0, 2.0], 3)],
)
def test_only_leading_eigenvalues_above_chance_count(eigenvalues, expected):
    assert above_chance(np.array(eigenvalues), np.array([1.4, 1.2, 0.9])) == expected
