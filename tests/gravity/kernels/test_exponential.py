"""The exponential in loops that run on vectors, against numpy's."""

import numpy as np

from indexer.gravity.kernels import kernel
from indexer.gravity.kernels.exponential import exp


@kernel
def exponential(x):
    out = np.empty(x.size)
    for k in range(x.size):
        out[k] = exp(x[k])
    return out


def test_to_the_last_digits():
    x = np.concatenate([np.linspace(-690, 690, 200_001), np.random.default_rng(0).normal(size=50_000)])
    np.testing.assert_allclose(exponential(x), np.exp(x), rtol=4e-15)
    np.testing.assert_allclose(exponential(np.array([0.0, 1e-300, -1e-20])), 1.0, rtol=0)


def test_held_within_range():
    out = exponential(np.array([-1e9, 1e9]))
    np.testing.assert_allclose(out, np.exp([-700.0, 700.0]), rtol=1e-14)
