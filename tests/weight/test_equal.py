import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.weight import equal_weights


def test_equal():
    np.testing.assert_array_equal(equal_weights(4), [0.25] * 4)


def test_nothing_has_no_weights():
    with pytest.raises(MethodError, match="no member"):
        equal_weights(0)
