"""One step of conjugate gradients: the compiled and the plain form do the same."""

import numpy as np

from indexer.gravity.kernels.solve import step
from indexer.gravity.solve import _plain_step


def test_both_forms_agree():
    g = np.random.default_rng(0)
    m = g.normal(size=(3, 5, 5))
    q0 = np.stack([p @ (m[0] @ m[0].T) for p in np.eye(3, 5)])
    args = []
    for _ in range(2):
        h = np.random.default_rng(1)
        r = h.normal(size=(3, 5))
        inverse = h.uniform(0.5, 2, 5)
        p = r * inverse
        p[2] = 0.0  # a side whose direction is nothing ends
        args.append([np.array([0, 2]), p, np.stack([q0 * 0.4, q0 * 0.6]), np.zeros((3, 5)), r, inverse, 1 / inverse,
                     np.einsum("rl,rl->r", r, r * inverse), *np.zeros((2, 3)), np.ones(3, dtype=np.int64)])  # fmt: skip
        args[-1][2] = np.stack([p * 0.5, p * 1.5])
    step(*args[0])
    _plain_step(None)(*args[1])
    for a, b in zip(args[0], args[1], strict=True):
        if a.ndim < 3:  # the products are scratch
            np.testing.assert_allclose(a, b, rtol=1e-12)
    assert args[0][-1].tolist() == [1, 1, 0]
    assert args[0][-2].tolist()[1:] == [0, 0]  # the longest steps, of the side that made one
    assert args[0][-2][0] > 0
    assert not args[0][3][1].any()  # a side that was not asked for stays
