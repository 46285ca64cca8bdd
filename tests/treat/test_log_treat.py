import math

import numpy as np
import pytest

from indexer import treat
from indexer.errors import MethodError

NAN = np.nan
fit = treat.METHODS["log"].fit
RIGHT = np.array([0.0, 1.0, 2.0, 3.0, NAN, 4.0, 100.0])


def test_positive_skewness_takes_the_distance_from_the_minimum():
    expected = [math.log(v + 1) for v in (0, 1, 2, 3, NAN, 4, 100)]
    np.testing.assert_allclose(treat.log_treat(RIGHT), expected, rtol=1e-15)


def test_negative_skewness_is_its_mirror_image():
    np.testing.assert_array_equal(treat.log_treat(-RIGHT), -treat.log_treat(RIGHT))


def test_only_columns_that_fail_are_transformed():
    x = np.c_[RIGHT, np.arange(7.0)]
    parameters = fit(x)
    got = treat.apply(x, parameters)
    assert [p["how"] for p in parameters] == ["log", "none"]
    np.testing.assert_array_equal(got, np.c_[treat.log_treat(RIGHT), np.arange(7.0)])


def test_the_moments_after_it_are_reported():
    [one] = fit(RIGHT[:, None])
    assert one["skewness_after"] == pytest.approx(treat.skewness(treat.log_treat(RIGHT)), rel=1e-12)
    assert one["kurtosis_after"] == pytest.approx(treat.kurtosis(treat.log_treat(RIGHT)), rel=1e-12)
    assert one["treated"] == 6


@pytest.mark.parametrize("column", [[NAN] * 5, [1, 2, 99], [7.0] * 9], ids=["missing", "three", "constant"])
def test_what_has_no_kurtosis_passes(column):
    x = np.array(column, dtype=float)
    np.testing.assert_array_equal(treat.log_treat(x), x)


@pytest.mark.parametrize("factor", [1e-323, 1e308])
def test_a_range_without_a_logarithm_is_refused_by_name(factor):
    x = np.array([-1.0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1.7]) * factor
    with pytest.raises(MethodError, match="patents"):
        fit(x[:, None], names=("patents",), skew=1e-9, kurtosis=0)
