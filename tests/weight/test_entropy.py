from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indexer.errors import MethodError
from indexer.weight import dispersion_share, entropy_weights
from indexer.weight.entropy import METHOD

REFERENCE = Path(__file__).parents[1] / "reference"


def shaped(least):
    """Columns that vary: whole numbers over a ramp."""
    shapes = st.tuples(st.integers(6, 12), st.integers(2, 4))
    values = arrays(float, shapes, elements=st.integers(0, 50).map(float))
    return values.map(lambda y: least + y + np.outer(np.arange(len(y)), np.arange(1, y.shape[1] + 1)))


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


def test_the_matrix_of_keshavarz_by_four_packages(table):
    expected = table("mcdm_weights", "expected_weights").loc["keshavarz2021"].query("method == 'entropy'")
    y = pd.read_csv(REFERENCE / "mcdm_weights/input_keshavarz2021.csv")
    got = pd.Series(entropy_weights(y.to_numpy()), index=y.columns)
    assert expected["implementation"].nunique() >= 4
    np.testing.assert_allclose(got[expected["criterion"]], expected["weight"], rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(shaped(least=0.0), st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_does_not_matter(y, random):
    rows, columns = random.sample(range(len(y)), len(y)), random.sample(range(y.shape[1]), y.shape[1])
    w = entropy_weights(y)
    assert (w >= 0).all()
    assert w.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(entropy_weights(y[rows][:, columns]), w[columns], atol=1e-11)


def test_values_of_any_size():
    y = np.array([[1.0, 2.0], [2.0, 9.0], [4.0, 3.0]])
    np.testing.assert_allclose(entropy_weights(y * [4e307, 1e-300]), entropy_weights(y), rtol=1e-12)


def test_an_edition_fits_it_on_the_unit_scale(level):
    y = np.array([[1.0, 2.0], [2.0, 9.0], [4.0, 3.0]])
    np.testing.assert_allclose(METHOD.fit(level(y)), entropy_weights((y - y.min(axis=0)) / np.ptp(y, axis=0)))


def test_a_mean_of_zero_has_no_share_and_no_warning(recwarn):
    share = dispersion_share(np.array([[-1.0, 1.0], [1.0, 2.0]]))
    assert np.isnan(share).any()
    assert not recwarn
