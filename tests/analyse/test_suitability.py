"""KMO and Bartlett, against factor_analyzer, R psych and closed forms."""

import numpy as np
import pandas as pd
import pytest

from indexer.analyse import bartlett, kmo
from indexer.errors import MethodError


def block(r, n=60, m=3, seed=0):
    """Cases whose correlations are exactly r."""
    z = np.random.default_rng(seed).normal(size=(n, m))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z, rowvar=False))).T
    return z @ np.linalg.cholesky(np.full((m, m), r) + (1 - r) * np.eye(m)).T


def test_kmo_of_three_equal_correlations():
    # All r = .5: partial correlations are 1/3, so KMO = .25 / (.25 + 1/9).
    assert kmo(block(0.5))[0] == pytest.approx(0.25 / (0.25 + 1 / 9), abs=1e-10)


def test_bartlett_closed_form():
    n, r = 60, 0.5
    determinant = (1 - r) ** 2 * (1 + 2 * r)
    assert bartlett(block(r, n))[0] == pytest.approx(-(n - 1 - (2 * 3 + 5) / 6) * np.log(determinant), rel=1e-10)


@pytest.mark.parametrize("package", ["", "psych_"])
@pytest.mark.parametrize("name", ["synthetic_120x8", "tai_23x8"])
def test_kmo_and_bartlett_of_factor_analyzer_and_psych(adequacy_case, adequacy_data, package, name):
    row = pd.read_csv(adequacy_case / f"expected_{package}kmo_bartlett_alpha.csv").set_index("data").loc[name]
    chi2, p = bartlett(adequacy_data[name])
    assert kmo(adequacy_data[name])[0] == pytest.approx(row["kmo_overall"], abs=1e-9)
    assert chi2 == pytest.approx(row["bartlett_chi2"], abs=1e-8)
    assert p == pytest.approx(row["bartlett_p"], rel=1e-8)


@pytest.mark.parametrize("name", ["synthetic_120x8", "tai_23x8"])
def test_kmo_of_each_indicator(adequacy_case, adequacy_data, name):
    table = pd.read_csv(adequacy_case / "expected_kmo_per_variable.csv").set_index("data").loc[name]
    np.testing.assert_allclose(kmo(adequacy_data[name])[1], table["kmo"], rtol=0, atol=1e-9)


def test_cases_with_gaps_are_left_out():
    y = block(0.5)
    assert kmo(np.vstack([y, [[np.nan, 9, -9]]]))[0] == pytest.approx(kmo(y)[0], rel=1e-12)


def test_repeated_indicators_are_named():
    with pytest.raises(MethodError, match="same up to scale: 'a', 'c'"):
        kmo(block(0.5)[:, [0, 1, 0]], names=("a", "b", "c"))


def test_an_indicator_without_any_correlation_is_named():
    # The columns of a two-level design are uncorrelated to the last bit.
    design = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]], dtype=float)
    with pytest.raises(MethodError, match="uncorrelated with all others: column 0, column 1"):
        kmo(design)
