import numpy as np
import pytest

from indexer import impute

MEDIAN = impute.METHODS["group_median"]


def test_medians_against_numpy():
    g = np.random.default_rng(1)
    x, groups = g.lognormal(size=(31, 4)), g.choice(["a", "b", "c"], 31)
    x[g.uniform(size=x.shape) < 0.3] = np.nan
    for j, one in enumerate(MEDIAN.fit(x, groups=groups)):
        assert one["overall"] == np.nanmedian(x[:, j])
        assert one["groups"] == {k: np.nanmedian(x[groups == k, j]) for k in "abc"}


def test_very_large_values_have_a_median():
    assert MEDIAN.fit(np.array([[1.6e308], [1.7e308]]))[0]["overall"] == pytest.approx(1.65e308)
