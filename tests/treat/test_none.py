import numpy as np
import pytest

from indexer import treat

X = np.array([[1.0], [2.0], [3.0], [4.0], [90.0]])


def test_nothing_changes():
    none = treat.METHODS["none"]
    got = none.apply(X, none.fit(X))
    np.testing.assert_array_equal(got, X)
    assert got is not X


def test_the_moments_are_reported():
    [one] = treat.METHODS["none"].fit(X)
    assert (one["how"], one["treated"]) == ("none", 0)
    assert one["skewness"] == one["skewness_after"] == pytest.approx(treat.skewness(X[:, 0]))
