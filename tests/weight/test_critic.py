from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indexer.errors import MethodError
from indexer.weight import critic_weights
from indexer.weight.critic import METHOD

REFERENCE = Path(__file__).parents[1] / "reference" / "mcdm_weights"


def unit(y, costs=()):
    x = (y - y.min()) / (y.max() - y.min())
    return x.assign(**{name: 1 - x[name] for name in costs})


@pytest.mark.parametrize(
    ("data", "method", "costs"),
    [("diakoulaki1995", "critic", ()), ("keshavarz2021", "critic_directed", ("c3", "c4"))],
)
def test_published_and_three_packages(table, data, method, costs):
    # Diakoulaki et al. (1995) as printed in scikit-criteria's test, to all of its eight digits; pyDecision, pymcdm.
    expected = table("mcdm_weights", "expected_weights").loc[data].query("method == @method")
    y = pd.read_csv(REFERENCE / f"input_{data}.csv")
    got = pd.Series(critic_weights(unit(y, costs).to_numpy()), index=y.columns)
    np.testing.assert_allclose(got[expected["criterion"]], expected["weight"], atol=1e-8)


@settings(max_examples=40, deadline=None)
@given(arrays(float, (9, 3), elements=st.integers(-50, 50).map(float)), st.randoms(use_true_random=False))
def test_no_order_and_no_unit_matters(x, random):
    y = pd.DataFrame(x + np.outer(np.arange(9.0) ** 2, [0.1, 0.2, -0.1]))
    if (y.max() - y.min() < 1e-6).any():
        return
    rows, columns = random.sample(range(9), 9), random.sample(range(3), 3)
    w = critic_weights(unit(y).to_numpy())
    assert (w >= 0).all()
    assert w.sum() == pytest.approx(1, abs=1e-12)
    other = unit((y * [1000, 0.01, 3.0] + [5, -2, 0]).iloc[rows, columns])
    np.testing.assert_allclose(critic_weights(other.to_numpy()), w[columns], atol=1e-10)


def test_twins_share_and_nothing_but_twins_is_refused():
    a, b = np.array([0, 0.2, 0.7, 1.0]), np.array([1, 0.1, 0.3, 0.0])
    w = critic_weights(np.column_stack([a, a, b]))
    assert w[0] == pytest.approx(w[1], abs=1e-15)
    with pytest.raises(MethodError, match="one, two are the same up to scale"):
        critic_weights(np.column_stack([a, 2 * a]), ("one", "two"))


def test_constants_and_two_cases_are_refused_by_name():
    with pytest.raises(MethodError, match="constant over the complete cases: bad"):
        critic_weights(np.array([[0, 1], [0.5, 1], [1, 1.0]]), ("good", "bad"))
    with pytest.raises(MethodError, match="too few for CRITIC"):
        critic_weights(np.array([[0, 1], [0.5, 0]]))


def test_an_edition_fits_it_on_the_unit_scale(level):
    y = np.array([[0, 9.0, 4], [5, 1, 4], [7, 2, 6], [9, 3, 1]])
    np.testing.assert_allclose(METHOD.fit(level(y)), critic_weights(unit(pd.DataFrame(y)).to_numpy()), rtol=1e-14)
