import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.weight import dispersion_share, entropy_weights


def test_by_hand():
    # Two cases: column 1 in parts (1/4, 3/4), column 2 in parts (0, 1), whose entropy is 0.
    e1 = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75)) / np.log(2)
    expected = np.array([1 - e1, 1.0]) / (2 - e1)
    np.testing.assert_allclose(entropy_weights(np.array([[1.0, 0.0], [3.0, 5.0]])), expected, rtol=1e-14)


def test_scale_does_not_matter_and_a_shift_does():
    y = np.array([[1.0, 2.0], [2.0, 9.0], [4.0, 3.0]])
    np.testing.assert_allclose(entropy_weights(y * [10, 0.1]), entropy_weights(y), rtol=1e-12)
    assert not np.allclose(entropy_weights(y + np.array([5.0, 0.0])), entropy_weights(y), atol=0.05)


def test_missing_cells_leave_their_column_alone():
    y = np.array([[1.0, 2.0], [2.0, np.nan], [4.0, 3.0]])
    shorter = entropy_weights(np.array([[1.0, 2.0], [4.0, 3.0]]))
    assert np.isfinite(entropy_weights(y)).all()
    assert entropy_weights(y)[1] != pytest.approx(shorter[1], abs=1e-6)


def test_small_dispersion_is_the_squared_coefficient_of_variation():
    rng = np.random.default_rng(3)
    y = 100 + rng.normal(size=(400, 3)) * [0.5, 1.0, 2.0]
    np.testing.assert_allclose(entropy_weights(y), dispersion_share(y), atol=2e-3)


@pytest.mark.parametrize(
    ("column", "said"), [([1.0, -1.0], "at least 0"), ([2.0, 2.0], "does not vary"), ([0.0, 0.0], "does not vary")]
)
def test_refusals_name_the_column(column, said):
    y = np.column_stack([[1.0, 2.0], column])
    with pytest.raises(MethodError, match=said) as caught:
        entropy_weights(y, ("good", "bad"))
    assert "'bad'" in str(caught.value)
