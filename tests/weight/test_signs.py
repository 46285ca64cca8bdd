import numpy as np

from indexer.weight import pca_sign_stability, principal_components


def by_hand(y, k, draws):
    """The same with one draw after another, on another stream of random numbers."""
    rng = np.random.default_rng(99)
    pc = principal_components(y, retain=k)
    same = np.zeros(k)
    for _ in range(draws):
        vectors = np.linalg.eigh(np.corrcoef(y[rng.integers(0, len(y), len(y))], rowvar=False))[1]
        for c in range(k):
            inner = vectors.T @ pc.eigenvectors[:, c]
            nearest = int(np.abs(inner).argmax())
            same[c] += vectors[:, nearest].sum() * inner[nearest] > 0
    return same / draws


def test_of_the_handbooks_components(tai):
    np.testing.assert_allclose(pca_sign_stability(tai.y, retain=4), by_hand(tai.y, 4, 800), atol=0.06)


def test_a_component_of_sum_zero_turns_by_luck(correlated):
    # Two pairs: the second component is (1, 1, -1, -1)/2.
    y = correlated([[1, 0.7, 0.2, 0.2], [0.7, 1, 0.2, 0.2], [0.2, 0.2, 1, 0.7], [0.2, 0.2, 0.7, 1]])
    first, second = pca_sign_stability(y, retain=2)
    assert first == 1
    assert 0.3 < second < 0.7


def test_order_and_units_do_not_matter_at_all(tai):
    rng = np.random.default_rng(4)
    rows, columns = rng.permutation(23), rng.permutation(8)
    expected = pca_sign_stability(tai.y, retain=4, draws=300)
    np.testing.assert_array_equal(pca_sign_stability(tai.y[rows], retain=4, draws=300), expected)
    np.testing.assert_array_equal(pca_sign_stability(tai.y[:, columns] * 7 - 3, retain=4, draws=300), expected)


def test_one_column_has_one_direction():
    np.testing.assert_array_equal(pca_sign_stability(np.array([[1.0], [2.0], [4.0]])), [1.0])
