import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import MethodError
from indexer.methods import Choice
from indexer.weight import combined_weights, entropy_weights, fit_weights, pca_weights

A, B = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])


def test_product_is_the_square_root_of_two():
    np.testing.assert_allclose(combined_weights([A, B]), np.sqrt(A * B) / np.sqrt(A * B).sum(), rtol=1e-14)


def test_shares_are_exponents_of_a_product_and_factors_of_a_sum():
    product = A**0.75 * B**0.25
    np.testing.assert_allclose(combined_weights([A, B], shares=[0.75, 0.25]), product / product.sum(), rtol=1e-14)
    np.testing.assert_allclose(combined_weights([A, B], "linear", [0.75, 0.25]), 0.75 * A + 0.25 * B, rtol=1e-14)


def test_game_by_the_normal_equations():
    # a·a = .38, a·b = .28, b·b = .44: s1·.38 + s2·.28 = .38 and s1·.28 + s2·.44 = .44, so s = (.044, .0608)/.0888.
    s = np.array([0.38 * 0.44 - 0.28 * 0.44, 0.38 * 0.44 - 0.28 * 0.38]) / (0.38 * 0.44 - 0.28**2)
    np.testing.assert_allclose(combined_weights([A, B], "game"), (s @ [A, B]) / s.sum(), rtol=1e-12)


def test_game_of_the_same_weights_is_these():
    np.testing.assert_allclose(combined_weights([A, A], "game"), A, rtol=1e-12)


def test_game_never_weighs_a_method_negatively():
    # a·b > a·a makes the first share negative in the normal equations; what remains is the second alone.
    a, b = np.array([0.4, 0.3, 0.3]), np.array([0.9, 0.05, 0.05])
    np.testing.assert_allclose(combined_weights([a, b], "game"), b, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 50), min_size=4, max_size=4), min_size=2, max_size=4),
    st.sampled_from(("product", "linear", "game")),
    st.permutations(range(4)),
)
def test_no_order_matters(rows, how, order):
    w = [np.array(row) / sum(row) for row in rows]
    got = combined_weights(w, how)
    assert (got >= 0).all()
    assert got.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(
        combined_weights([one[list(order)] for one in w[::-1]], how), got[list(order)], atol=1e-7
    )


@pytest.mark.parametrize(
    ("weights", "how", "shares", "said"),
    [
        ([A], "product", None, "two or more"),
        ([A, B[:2]], "product", None, "same members"),
        ([A, -B], "product", None, "at least 0"),
        ([A, B * np.nan], "linear", None, "finite"),
        ([A, B], "mean", None, "'mean'"),
        ([A, B], "linear", [1], "for 2 methods"),
        ([A, B], "linear", [-1, 2], "of at least 0"),
        ([A, B], "linear", [0.5, 0.3, 0.2], "for 2 methods"),
        ([A, B], "linear", [0.5, 0.6], r"shares \[0.5, 0.6\] sum to 1.1"),
        ([A, B], "product", [2, 1], r"shares \[2, 1\] sum to 3"),
        ([A, B], "game", [1, 1], "finds its own"),
        ([np.array([1.0, 0]), np.array([0, 1.0])], "product", None, "no member has weight by every method"),
    ],
)
def test_refusals(weights, how, shares, said):
    with pytest.raises(MethodError, match=said):
        combined_weights(weights, how, shares)


def test_an_edition_names_the_methods(tai, level):
    y = tai.y[:, [0, 1, 2, 4, 5]]
    one = level(y)
    of = [{"method": "pca", "rule": "first", "why": "One component."}, {"method": "entropy"}]
    got = fit_weights(Choice("combined", {"of": of}), one)
    expected = combined_weights([pca_weights(y, "first"), entropy_weights(one.unit)])
    np.testing.assert_allclose(got, expected, atol=1e-13)


def test_combinations_combine(tai, level):
    inner = {"method": "combined", "how": "linear", "of": [{"method": "equal"}, {"method": "critic"}]}
    one = level(tai.y)
    got = fit_weights(Choice("combined", {"of": [inner, {"method": "equal"}], "how": "linear"}), one)
    expected = 0.75 / 8 + 0.25 * fit_weights(Choice("critic"), one)
    np.testing.assert_allclose(got, expected, atol=1e-12)
