import numpy as np
import pytest
from scipy import stats

from indexer import impute
from indexer.errors import MethodError

MODEL = impute.METHODS["model"]


def cases():
    g = np.random.default_rng(1)
    common = g.normal(size=(60, 1))
    x = common * [1, 2, -1] + 0.5 * g.normal(size=(60, 3))
    x[:12, 0] = np.nan
    return x


X = cases()
PARAMETERS = MODEL.fit(X)


def draws(n, seed=0):
    rng = np.random.default_rng(seed)
    return np.array([impute.draw(X, PARAMETERS, rng) for _ in range(n)])


def test_observed_cells_are_untouched_and_missing_ones_vary():
    some = draws(5)
    np.testing.assert_array_equal(some[:, ~np.isnan(X)], np.tile(X[~np.isnan(X)], (5, 1)))
    assert (some[:, :12, 0].std(axis=0) > 0).all()


def test_one_seed_gives_one_draw():
    np.testing.assert_array_equal(draws(2, seed=7), draws(2, seed=7))


def test_the_spread_is_that_of_scikit_learns_regression():
    # one column is missing, so that its draws are independent, by mean and deviation of BayesianRidge
    from sklearn.linear_model import BayesianRidge

    z = (X - np.nanmean(X, axis=0)) / np.nanstd(X, axis=0)
    ridge = BayesianRidge().fit(z[12:, 1:], z[12:, 0])
    mean, deviation = ridge.predict(z[:12, 1:], return_std=True)
    low, high = np.nanmin(z[:, 0]), np.nanmax(z[:, 0])
    law = stats.truncnorm((low - mean) / deviation, (high - mean) / deviation, mean, deviation)
    got = (draws(2000)[:, :12, 0] - np.nanmean(X[:, 0])) / np.nanstd(X[:, 0])
    p = [stats.kstest(got[:, i], lambda v, i=i: stats.truncnorm.cdf(
        v, (low - mean[i]) / deviation[i], (high - mean[i]) / deviation[i], mean[i], deviation[i]
    )).pvalue for i in range(12)]  # fmt: skip
    assert min(p) > 1e-4
    np.testing.assert_allclose(got.mean(axis=0), law.mean(), atol=4 * law.std().max() / np.sqrt(2000))


def test_draws_stay_in_the_range_of_the_reference():
    some = draws(200)[:, :12, 0]
    assert some.min() >= np.nanmin(X[:, 0])
    assert some.max() <= np.nanmax(X[:, 0])


def test_cells_missing_together_vary_together():
    # 60 cases of two columns that move together, one case with neither
    g = np.random.default_rng(2)
    x = g.normal(size=(60, 1)) + 0.1 * g.normal(size=(60, 2))
    x = np.vstack([x, [np.nan, np.nan]])
    parameters, rng = MODEL.fit(x), np.random.default_rng(3)
    pairs = np.array([impute.draw(x, parameters, rng)[-1] for _ in range(400)])
    assert np.corrcoef(pairs.T)[0, 1] > 0.8


def test_a_single_column_is_drawn_from_its_own_spread():
    x = np.r_[np.random.default_rng(4).normal(10, 2, 80), np.nan][:, None]
    parameters, rng = MODEL.fit(x), np.random.default_rng(5)
    some = np.array([impute.draw(x, parameters, rng)[-1, 0] for _ in range(500)])
    assert abs(some.mean() - np.nanmean(x)) < 0.3
    assert 1.4 < some.std() < 2.2


def test_parameters_without_a_posterior_are_refused():
    with pytest.raises(MethodError, match="no posterior"):
        impute.draw(X, impute.METHODS["group_mean"].fit(X), np.random.default_rng(0))
