import numpy as np
import pytest
from scipy import stats

from indexer import treat
from indexer.treat.moments import fails

NAN = np.nan
X = np.random.default_rng(3).lognormal(size=(40, 3))


@pytest.mark.parametrize(("ours", "theirs"), [(treat.skewness, stats.skew), (treat.kurtosis, stats.kurtosis)])
def test_moments_against_scipy(ours, theirs):
    np.testing.assert_allclose(ours(X), theirs(X, bias=False), rtol=1e-12)


@pytest.mark.parametrize("ours", [treat.skewness, treat.kurtosis])
def test_missing_values_are_left_out(ours):
    x = X.copy()
    x[::3, 1] = NAN
    assert ours(x)[1] == pytest.approx(ours(x[~np.isnan(x[:, 1]), 1]), rel=1e-13)


@pytest.mark.parametrize("ours", [treat.skewness, treat.kurtosis])
def test_the_order_of_cases_and_columns_changes_nothing(ours):
    cases = np.random.default_rng(0).permutation(40)
    np.testing.assert_array_equal(ours(X[cases][:, [2, 0, 1]]), ours(X)[[2, 0, 1]])


@pytest.mark.parametrize("ours", [treat.skewness, treat.kurtosis])
@pytest.mark.parametrize("factor", [2.0**-1000, 2.0**1000])
def test_the_unit_changes_nothing_however_large_or_small(ours, factor):
    np.testing.assert_array_equal(ours(X * factor), ours(X))


@pytest.mark.parametrize(
    "column", [[], [NAN, NAN], [1, 2, NAN], [0.1] * 9], ids=["empty", "missing", "two", "constant"]
)
def test_where_there_is_no_moment_it_is_missing(column):
    x = np.array(column, dtype=float)
    assert np.isnan(treat.skewness(x))
    assert np.isnan(treat.kurtosis(x))


def test_three_values_have_skewness_only():
    x = np.array([1.0, 2.0, 4.0])
    assert treat.skewness(x) == pytest.approx(stats.skew(x, bias=False))
    assert np.isnan(treat.kurtosis(x))


@pytest.mark.parametrize(
    ("g1", "g2", "expected"), [(2.1, 3.6, 1), (-2.1, 3.6, 1), (2.1, 3.5, 0), (2, 9, 0), (NAN, 9, 0)]
)
def test_a_column_fails_only_by_both_moments(g1, g2, expected):
    assert fails(np.array([g1]), np.array([g2]), 2.0, 3.5)[0] == bool(expected)


def test_raw_moments_of_coinr(asem):
    expected = asem("expected_raw_stats", "iCode")[["Skew", "Kurt"]]
    x = asem("input_idata")[list(expected.index)].to_numpy(float)
    # printed to three significant digits
    np.testing.assert_allclose(np.c_[treat.skewness(x), treat.kurtosis(x)], expected, rtol=5e-3)
