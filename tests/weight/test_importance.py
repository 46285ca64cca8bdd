import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from indexer.errors import MethodError
from indexer.weight import importance_weights
from indexer.weight.importance import METHOD

R = [[1, 0.6, 0.3], [0.6, 1, 0.2], [0.3, 0.2, 1]]


def importance(y, w):
    squared = np.array([np.corrcoef(column, y @ w)[0, 1] ** 2 for column in y.T])
    return squared / squared.sum()


@pytest.mark.parametrize("target", [None, [0.4, 0.35, 0.25], [0.3, 0.3, 0.4]])
def test_the_aggregate_has_the_importance_asked_for(correlated, target):
    y = correlated(R) * [1, 20, 0.1] + [0, 50, 3]
    w = importance_weights(y, target)
    assert (w >= 0).all()
    np.testing.assert_allclose(importance(y, w), target or [1 / 3] * 3, atol=1e-12)


def test_a_search_like_coinrs_finds_the_same(correlated):
    # COINr's get_opt_weights: Nelder-Mead on the squared differences of the scaled correlations from equal ones.
    y = correlated(R)

    def objective(w):
        r = np.array([np.corrcoef(column, y @ w)[0, 1] for column in y.T])
        return ((r / r.sum() - 1 / 3) ** 2).sum()

    found = minimize(objective, np.ones(3), method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-18}).x
    np.testing.assert_allclose(importance_weights(y), found / found.sum(), atol=1e-5)


def test_near_the_target_is_near_enough(correlated):
    # √t lies just outside of what weights of at least 0 reach: the first weight is 0, and the miss below 0.01.
    y = correlated([[1, 0.9], [0.9, 1]])
    t = 0.81 / 1.81 - 0.001
    w = importance_weights(y, [t, 1 - t])
    assert w[0] == 0
    assert importance(y, w)[0] == pytest.approx(t, abs=0.01)


def test_what_cannot_be_reached_says_what_can(correlated):
    y = correlated([[1, 0.9], [0.9, 1]])
    with pytest.raises(MethodError, match=r"a 0.448 \(0.200\), b 0.552 \(0.800\)"):
        importance_weights(y, {"a": 0.2, "b": 0.8}, ("a", "b"))


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_order_matters(correlated, random):
    y = correlated(R, n=30)
    rows, columns = random.sample(range(30), 30), random.sample(range(3), 3)
    target = np.array([0.4, 0.35, 0.25])
    got = importance_weights(y[rows][:, columns], target[columns])
    np.testing.assert_allclose(got, importance_weights(y, target)[columns], atol=1e-12)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"a": 0.5, "b": 0.5}, "differ: c"),
        ([0.5, 0.5], "must be 3 numbers"),
        ([0.5, 0.5, 0.5], "sum to 1.5"),
        ([1.5, -0.5, 0.0], "at least 0"),
    ],
)
def test_targets_that_do_not_fit(correlated, target, said):
    with pytest.raises(MethodError, match=said):
        importance_weights(correlated(R), target, ("a", "b", "c"))


def test_an_edition_gives_the_target_by_name(correlated, level):
    y = correlated(R)
    got = METHOD.fit(level(y), target={"b": 0.35, "c": 0.25, "a": 0.4})
    np.testing.assert_array_equal(got, importance_weights(y, [0.4, 0.35, 0.25]))
