"""Rank correlations of counted cases, against scipy on the repeated cases."""

import numpy as np
import pytest
from scipy import stats

from indexer.analyse.agreement import _counted, agreement, intervals
from indexer.errors import MethodError

RNG = np.random.default_rng(4)
X = RNG.integers(0, 8, 25).astype(float)
Y = X + RNG.integers(0, 6, 25)


def test_both_are_those_of_scipy_with_ties():
    spearman, kendall = agreement(X, Y)
    assert spearman == pytest.approx(stats.spearmanr(X, Y).statistic, abs=1e-12)
    assert kendall == pytest.approx(stats.kendalltau(X, Y).statistic, abs=1e-12)


def test_a_count_is_a_case_repeated():
    counts = RNG.multinomial(25, np.full(25, 1 / 25), size=20)
    spearman, kendall = _counted(X, Y, counts.astype(float))
    for k, count in enumerate(counts):
        x, y = np.repeat(X, count), np.repeat(Y, count)
        assert spearman[k] == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
        assert kendall[k] == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)


def test_clusters_that_repeat_their_cases_leave_the_interval_as_it_is():
    # Two identical cases in every cluster: twice the data say no more than once.
    single = intervals(X, Y, np.arange(25), 500, 3)
    double = intervals(np.repeat(X, 2), np.repeat(Y, 2), np.repeat(np.arange(25), 2), 500, 3)
    assert double[0][0] == pytest.approx(single[0][0], abs=1e-12)
    assert double[1][0] == pytest.approx(single[1][0], abs=1e-12)


def test_the_interval_surrounds_the_estimate():
    low, high = intervals(X, Y, np.arange(25), 1000, 1)
    assert (np.array(low) < agreement(X, Y)).all()
    assert (np.array(high) > agreement(X, Y)).all()


def test_no_draws_give_no_interval_and_few_are_refused():
    assert np.isnan(intervals(X, Y, np.arange(25), 0, 1)).all()
    with pytest.raises(MethodError, match="10 draws"):
        intervals(X, Y, np.arange(25), 10, 1)
