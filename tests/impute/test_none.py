import numpy as np

from indexer import impute

NONE = impute.METHODS["none"]


def test_what_is_missing_stays_so():
    x = np.array([[1.0, np.nan], [np.nan, np.nan]])
    assert NONE.fit(x) == [{}, {}]
    np.testing.assert_array_equal(NONE.apply(x, NONE.fit(x)), x)
