from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.errors import MethodError
from indexer.weight import dispersion_weights
from indexer.weight.dispersion import METHOD

DATA = pd.read_csv(Path(__file__).parents[1] / "reference" / "mcdm_weights" / "input_diakoulaki1995.csv")


def test_standard_deviations_of_raw_columns_are_scikit_criterias_and_pymcdms(table):
    expected = table("mcdm_weights", "expected_weights").loc["diakoulaki1995"]
    expected = expected[expected["method"].str.startswith("std_raw")]
    got = pd.Series(dispersion_weights(DATA.to_numpy()), index=DATA.columns)
    np.testing.assert_allclose(got[expected["criterion"]], expected["weight"], rtol=1e-12)


def test_an_edition_fits_it_on_the_unit_scale(table, level):
    expected = table("mcdm_weights", "expected_weights").loc["diakoulaki1995"].query("method == 'std_minmax_ddof1'")
    np.testing.assert_allclose(METHOD.fit(level(DATA.to_numpy()), how="sd"), expected["weight"], rtol=1e-12)


def test_coefficients_of_variation_by_hand():
    # (0, 2): sd √2 over mean 1; (1, 3): √2 over 2; (4, 4, 1): √3 over 3.
    y = np.array([[0, 1, 4], [2, 3, 4], [np.nan, np.nan, 1]])
    cv = np.array([np.sqrt(2), np.sqrt(2) / 2, np.sqrt(3) / 3])
    np.testing.assert_allclose(dispersion_weights(y, "cv"), cv / cv.sum(), rtol=1e-14)


@pytest.mark.parametrize(
    ("column", "how", "said"),
    [([2.0, 2.0], "sd", "'bad' does not vary"), ([-1.0, 1.0], "cv", "'bad' has a mean of 0"), ([1.0, 2.0], "x", "'x'")],
)
def test_refusals(column, how, said):
    with pytest.raises(MethodError, match=said):
        dispersion_weights(np.column_stack([[1.0, 2.0], column]), how, ("good", "bad"))
