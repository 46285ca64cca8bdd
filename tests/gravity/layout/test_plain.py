"""The layout in numpy: nothing compiled is loaded by it."""

import subprocess
import sys

import numpy as np

from indexer.gravity.layout.plain import Plain


def test_by_hand():
    layout = Plain([np.array([0, 0, 1, 1]), np.array([0, 1, 0, 0])])
    normal = layout.weighted(np.ones(4))
    # the levels of the second effect vary within the first group only
    np.testing.assert_allclose(normal.product(np.array([[1.0, 0.0]]), np.array([0]))[0], [[0.5, -0.5]])
    np.testing.assert_allclose(normal.diagonal(), [0.5, 0.5])


def test_small_estimations_do_not_load_the_compiler():
    code = (
        "import sys, pandas as pd; from indexer import gravity;"
        "d = pd.DataFrame({'y': [1.0, 2, 0, 4, 5, 7], 'x': [0.0, 1, 2, 1, 0, 3], 'a': [0, 0, 0, 1, 1, 1]});"
        "gravity.ppml('y ~ x | a', d); gravity.ols('y ~ x | a', d).summary(); print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
