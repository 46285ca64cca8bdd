import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.weight import expert_weights


def test_order_is_that_of_the_names():
    np.testing.assert_array_equal(expert_weights(("b", "a"), {"a": 0.3, "b": 0.7}), [0.7, 0.3])


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"a": 1.0}, "differ: b"),
        ({"a": 0.5, "b": 0.4}, "sum to 0.9"),
        ({"a": 1.5, "b": -0.5}, "non-negative"),
        ({"a": float("nan"), "b": 1.0}, "non-negative"),
        ({"a": "half", "b": 0.5}, "weight of a is 'half'"),
    ],
)
def test_refusals(weights, said):
    with pytest.raises(MethodError, match=said):
        expert_weights(("a", "b"), weights)
