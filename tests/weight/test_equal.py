import numpy as np

from indexer.weight import equal_weights


def test_equal():
    np.testing.assert_array_equal(equal_weights(4), [0.25] * 4)
