import math

import numpy as np
import pytest

from indexer import treat
from indexer.errors import MethodError


def test_logarithms_keep_missing_values_and_shape():
    x = np.array([[1.0, math.e], [np.nan, 10.0]])
    np.testing.assert_allclose(treat.log(x), np.log(x), rtol=1e-15)
    np.testing.assert_allclose(treat.log1p(x), np.log1p(x), rtol=1e-15)


@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_log_refuses_zero_and_less(bad):
    with pytest.raises(MethodError, match="log1p"):
        treat.log(np.array([1.0, bad]))


def test_log1p_takes_zero_and_refuses_less():
    assert treat.log1p(np.array([0.0]))[0] == 0.0
    with pytest.raises(MethodError, match="negative"):
        treat.log1p(np.array([-0.1]))
