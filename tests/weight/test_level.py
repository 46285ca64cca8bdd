from dataclasses import FrozenInstanceError

import numpy as np
import pytest


def test_a_level_does_not_change(level):
    one = level([[1.0, 2.0], [3.0, 5.0]], ("a", "b"))
    np.testing.assert_array_equal(one.unit, [[0, 0], [1, 1]])
    with pytest.raises(FrozenInstanceError):
        one.names = ("c", "d")
