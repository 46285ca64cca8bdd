import numpy as np
import pytest

from indexer.analyse.importance import correlation_ratio, importance

GRID = np.linspace(-1, 1, 101)


def test_squared_correlation_over_present_cases():
    rng = np.random.default_rng(0)
    total = rng.normal(size=30)
    y = np.column_stack([2 * total + 1, -total, rng.normal(size=30), np.ones(30)])
    y[0, 0] = np.nan
    got = importance(y, total)
    np.testing.assert_allclose(got[:2], [1, 1], atol=1e-12)
    assert got[2] < 0.5
    assert np.isnan(got[3])


def test_a_parabola_has_no_correlation_but_explains_all():
    total = GRID**2
    assert importance(GRID[:, None], total)[0] == pytest.approx(0.0, abs=1e-20)
    assert correlation_ratio(GRID[:, None], total)[0] == pytest.approx(1.0, abs=2e-3)


def test_a_parabola_with_noise_explains_its_share():
    # Var(x²) = 4/45 on [-1, 1]; noise of the same variance leaves one half
    x = np.linspace(-1, 1, 1000)
    noise = np.sqrt(4 / 45) * np.random.default_rng(0).normal(size=1000)
    assert correlation_ratio(x[:, None], x**2 + noise)[0] == pytest.approx(0.5, abs=0.05)


def test_a_straight_line_is_its_squared_correlation():
    y = np.column_stack([GRID, -GRID])
    np.testing.assert_allclose(correlation_ratio(y, 3 * GRID + 2), 1.0, rtol=1e-12)


def test_noise_explains_next_to_nothing():
    rng = np.random.default_rng(1)
    assert correlation_ratio(rng.normal(size=(1000, 1)), rng.normal(size=1000))[0] < 0.02


def test_few_values_are_groups():
    # analysis of variance by hand: means 2 and 6 of (1, 3, ...) and (5, 7, ...): between 4, total 5
    y = np.repeat([0.0, 1.0], 6)
    total = np.array([1.0, 3.0] * 3 + [5.0, 7.0] * 3)
    assert correlation_ratio(y[:, None], total)[0] == pytest.approx(4 / 5, rel=1e-14)


def test_a_skewed_member_is_read_by_rank():
    y = np.exp(3 * np.random.default_rng(3).normal(size=80))
    assert importance(y[:, None], np.log(y))[0] < 0.5
    assert correlation_ratio(y[:, None], np.log(y))[0] > 0.98


def test_never_below_the_squared_correlation():
    rng = np.random.default_rng(5)
    y = rng.normal(size=(60, 8))
    total = y.sum(axis=1) + rng.normal(size=60)
    assert (correlation_ratio(y, total) >= importance(y, total) - 1e-15).all()


def test_units_and_order_of_cases_do_not_matter():
    rng = np.random.default_rng(6)
    y = rng.normal(size=(60, 3))
    total = np.sin(2 * y[:, 0]) + y[:, 1] ** 2 + rng.normal(size=60)
    order = rng.permutation(60)
    np.testing.assert_allclose(
        correlation_ratio(1e6 * y[order] - 7, 1e-6 * total[order] + 5), correlation_ratio(y, total), rtol=1e-6
    )


def test_missing_constant_or_too_few():
    y = np.column_stack([np.ones(12), np.arange(12.0), np.arange(12.0)])
    y[:3, 1] = np.nan
    got = correlation_ratio(y, np.arange(12.0) ** 2)
    assert list(np.isnan(got)) == [True, True, False]
