import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import treat
from indexer.errors import MethodError

NAN = np.nan
fit = treat.METHODS["winsorise"].fit


def oracle(x, skew=2.0, kurtosis=3.5, winmax=5):
    """One column by the definition: move all cells at the extreme value until it passes."""
    x, raw = x.copy(), x
    while abs(treat.skewness(x)) > skew and treat.kurtosis(x) > kurtosis and ((x != raw) & ~np.isnan(x)).sum() < winmax:
        high = treat.skewness(x) >= 0
        extreme = np.nanmax(x) if high else np.nanmin(x)
        rest = x[(x != extreme) & ~np.isnan(x)]
        if len(set(rest)) < 2:
            break
        x[x == extreme] = rest.max() if high else rest.min()
    return x


def test_the_largest_value_is_set_to_the_next():
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 90.0, NAN])
    np.testing.assert_array_equal(treat.winsorise(x), [1, 2, 3, 4, 5, 5, NAN])
    np.testing.assert_array_equal(treat.winsorise(-x), [-1, -2, -3, -4, -5, -5, NAN])


def test_it_stops_as_soon_as_the_column_passes():
    # 1..10, 30, 100: G1 3.06, G2 9.74; with 100 at 30, G1 1.71 (scipy.stats.skew, bias=False)
    x = np.array([*range(1, 11), 30, 100], dtype=float)
    np.testing.assert_array_equal(treat.winsorise(x), [*range(1, 11), 30, 30])
    np.testing.assert_array_equal(treat.winsorise(x, skew=1.0, kurtosis=1.0), [*range(1, 11), 10, 10])


def test_winmax_stops_it():
    x = np.array([*range(1, 11), 30, 100], dtype=float)
    np.testing.assert_array_equal(treat.winsorise(x, skew=1.0, kurtosis=1.0, winmax=1), [*range(1, 11), 30, 30])
    np.testing.assert_array_equal(treat.winsorise(x, winmax=0), x)


def test_a_column_that_still_fails_is_unresolved_and_keeps_its_bound():
    x = np.array([[*range(1, 11), 30, 100]], dtype=float).T
    [one] = fit(x, winmax=1, skew=1.0, kurtosis=0.0)
    assert (one["how"], one["upper"], one["treated"]) == ("unresolved", 30.0, 1)


def test_tied_cells_move_together():
    x = np.r_[np.arange(40.0), 400, 400]
    [one] = fit(x[:, None], winmax=1)
    assert (one["upper"], one["treated"]) == (39.0, 2)


@given(
    st.lists(st.one_of(st.just(NAN), st.sampled_from([0, 0.5, 1, 2, 3, 50, 60, 900, -700])), min_size=4, max_size=20)
)
def test_all_columns_at_once_are_each_as_by_the_definition(values):
    x = np.array(values, dtype=float)
    np.testing.assert_array_equal(treat.winsorise(np.c_[x, -x, x**2]), np.c_[oracle(x), oracle(-x), oracle(x**2)])


def test_a_column_is_never_made_constant():
    x = np.r_[np.zeros(9), 1.0]
    np.testing.assert_array_equal(treat.winsorise(x), x)
    assert fit(x[:, None])[0]["how"] == "unresolved"


@pytest.mark.parametrize(
    "column", [[], [NAN] * 5, [1, 2, 99], [7.0] * 9], ids=["empty", "missing", "three", "constant"]
)
def test_what_has_no_kurtosis_passes(column):
    x = np.array(column, dtype=float)
    np.testing.assert_array_equal(treat.winsorise(x), x)
    assert fit(x[:, None])[0]["how"] == "none"


def panel(*outliers):
    """Forty economies of three years from 0 to 1, the last ones with given values."""
    x = np.tile(np.linspace(0, 1, 40), 3)
    economies = np.tile([f"E{i:02d}" for i in range(40)], 3)
    for i, values in enumerate(outliers):
        x[economies == f"E{39 - i}"] = values
    return x[:, None], economies


def test_winmax_counts_economies_not_cells():
    x, economies = panel([30, 31, 32], [20, 21, 22])
    [one] = fit(x, economies=economies, winmax=2)
    assert (one["how"], one["upper"], one["treated"]) == ("winsorised", np.linspace(0, 1, 40)[37], 6)


def test_a_third_economy_is_one_too_many():
    x, economies = panel([30, 31, 32], [20, 21, 22])
    [one] = fit(x, economies=economies, winmax=1)
    assert (one["how"], one["upper"], one["treated"]) == ("unresolved", 22.0, 3)


def test_the_order_of_cases_changes_nothing():
    x, economies = panel([30, 31, 32], [20, 21, 22])
    k = np.random.default_rng(0).permutation(len(x))
    assert fit(x[k], economies=economies[k]) == fit(x, economies=economies)


def test_economies_must_be_as_many_as_cases():
    with pytest.raises(MethodError, match="2 economies for 4 cases"):
        fit(np.ones((4, 1)), economies=["A", "B"])
