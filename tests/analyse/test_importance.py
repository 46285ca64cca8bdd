import numpy as np

from indexer.analyse.importance import importance


def test_squared_correlation_over_present_cases():
    rng = np.random.default_rng(0)
    total = rng.normal(size=30)
    y = np.column_stack([2 * total + 1, -total, rng.normal(size=30), np.ones(30)])
    y[0, 0] = np.nan
    got = importance(y, total)
    np.testing.assert_allclose(got[:2], [1, 1], atol=1e-12)
    assert got[2] < 0.5
    assert np.isnan(got[3])
