import numpy as np
import pytest

from indexer.aggregate.present import member, present_weights, refuse
from indexer.errors import MethodError

W = np.array([0.5, 0.25, 0.25])


def test_rescaled_over_the_present():
    y = np.array([[1.0, 2.0, np.nan], [1.0, np.nan, np.nan]])
    np.testing.assert_allclose(present_weights(y, W, 0.6), [[2 / 3, 1 / 3, 0.0], [np.nan] * 3])


def test_two_thirds_means_two_of_three():
    assert np.isfinite(present_weights(np.array([[1.0, 1.0, np.nan]]), np.full(3, 1 / 3), 2 / 3)).all()


def test_nothing_present_is_never_enough():
    assert np.isnan(present_weights(np.full((1, 3), np.nan), W, 0.0)).all()


def test_complete_cases_have_the_weights_of_each_alone():
    rng = np.random.default_rng(0)
    for m in (1, 3, 9, 40):
        y, w = rng.uniform(size=(7, m)), rng.dirichlet(np.ones(m))
        alone = np.vstack([present_weights(row[None], w, 1.0) for row in y])
        assert np.array_equal(present_weights(y, w, 1.0), alone)


def test_weights_are_shares_of_their_sum():
    y = np.array([[1.0, 2.0, np.nan]])
    assert np.array_equal(present_weights(y, 8 * W, 0.6), present_weights(y, W, 0.6), equal_nan=True)


@pytest.mark.parametrize(
    "bad", [[0.5, -0.1, 0.6], [0.0, 0.0, 0.0], [0.5, 0.5, np.nan], [0.5, 0.5, np.inf], [[0.2, 0.3, 0.5]]]
)
def test_no_weights(bad):
    with pytest.raises(MethodError, match="weights must be"):
        present_weights(np.ones((2, 3)), np.array(bad), 1.0)


@pytest.mark.parametrize("shape", [(2, 4), (3,)])
def test_values_that_do_not_go_with_the_weights(shape):
    with pytest.raises(MethodError, match="do not go with 3 weights"):
        present_weights(np.ones(shape), W, 1.0)


def test_member_without_a_name_is_its_position():
    assert (member(("a",), 0), member(("a",), 1)) == ("a", "member 1")


def test_refusal_counts_and_names():
    bad = np.array([[False, False], [True, True]])
    with pytest.raises(MethodError, match=r"2 of 4 are not \(first: case 1, roads\)") as caught:
        refuse(bad, "a mean", "values above 0", ("roads", "ports"), "mend it")
    assert caught.value.rows == ((1, 0), (1, 1))
