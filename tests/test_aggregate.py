"""What holds of every aggregation in the registry."""

import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import aggregate

OPTIONS = {"power": {"p": -0.5}}
MEANS = ["arithmetic", "geometric", "harmonic", "power"]
W = np.array([0.4, 0.3, 0.2, 0.1])
REFERENCE = np.random.default_rng(1).uniform(1, 100, (30, 4))
ROWS = st.lists(st.lists(st.floats(1, 100), min_size=4, max_size=4), min_size=1, max_size=5).map(np.array)
EVERY = pytest.mark.parametrize("name", aggregate.METHODS)


def run(name, y, w=W, min_share=1.0, reference=REFERENCE):
    method = aggregate.METHODS[name]
    options = method.complete(OPTIONS.get(name, {}))
    parameters = method.fit(reference, w, **options)
    return method.apply(y, aggregate.present_weights(y, w, min_share), parameters, **options)


@EVERY
def test_one_mapping_a_member(name):
    method = aggregate.METHODS[name]
    parameters = method.fit(REFERENCE, W, names=tuple("abcd"), **method.complete(OPTIONS.get(name, {})))
    assert len(parameters) == 4
    assert all(type(value) is float for one in parameters for value in one.values())


@EVERY
def test_plain_function_of_the_same_name(name):
    options = OPTIONS.get(name, {})
    np.testing.assert_array_equal(
        getattr(aggregate, name)(REFERENCE, W, **options), run(name, REFERENCE, reference=REFERENCE)
    )


@EVERY
def test_min_share_decides_whether_there_is_a_value(name):
    y = np.array([[8.0, 9.0, 7.0, np.nan], [8.0, np.nan, np.nan, np.nan], [np.nan] * 4])
    assert list(np.isfinite(run(name, y, min_share=0.9))) == [True, False, False]
    assert list(np.isfinite(run(name, y, min_share=0.4))) == [True, True, False]


@EVERY
def test_a_missing_member_is_as_if_it_were_not_there(name):
    y = np.array([[8.0, 9.0, 7.0, np.nan]])
    without = run(name, y[:, :3], W[:3] / 0.9, reference=REFERENCE[:, :3])
    np.testing.assert_allclose(run(name, y, min_share=0.9), without, rtol=1e-14)


@EVERY
@given(y=ROWS, order=st.permutations(range(4)))
def test_order_of_members_does_not_matter(name, y, order):
    order = list(order)
    np.testing.assert_allclose(
        run(name, y[:, order], W[order], reference=REFERENCE[:, order]), run(name, y), rtol=1e-12, atol=1e-14
    )


@EVERY
@given(y=ROWS)
def test_order_of_cases_does_not_matter(name, y):
    np.testing.assert_allclose(run(name, y[::-1])[::-1], run(name, y), rtol=1e-13)


@pytest.mark.parametrize("name", [*MEANS, "mazziotta_pareto"])
@given(value=st.floats(1, 100))
def test_equal_members_give_themselves(name, value):
    np.testing.assert_allclose(run(name, np.full((1, 4), value)), value, rtol=1e-13)


@pytest.mark.parametrize("name", MEANS)
@given(y=ROWS)
def test_between_least_and_greatest(name, y):
    got = run(name, y)
    assert (got >= y.min(axis=1) * (1 - 1e-13)).all()
    assert (got <= y.max(axis=1) * (1 + 1e-13)).all()


@given(y=ROWS)
def test_harmonic_below_geometric_below_arithmetic(y):
    harmonic, geometric, arithmetic = (run(name, y) for name in ("harmonic", "geometric", "arithmetic"))
    assert (harmonic <= geometric * (1 + 1e-12)).all()
    assert (geometric <= arithmetic * (1 + 1e-12)).all()


@pytest.mark.parametrize("name", [*MEANS, "mazziotta_pareto"])
@given(y=ROWS, times=st.floats(0.01, 1000))
def test_of_degree_one(name, y, times):
    # a penalty may cancel the mean: rounding is that of the members
    np.testing.assert_allclose(run(name, y * times), run(name, y) * times, rtol=1e-12, atol=1e-13 * y.max() * times)


@pytest.mark.parametrize("name", [name for name, one in aggregate.METHODS.items() if "monotone" in one.traits])
@given(y=ROWS, member=st.integers(0, 3), more=st.floats(0, 50))
def test_raising_a_member_never_lowers_a_monotone_aggregate(name, y, member, more):
    raised = y.copy()
    raised[:, member] += more
    assert (run(name, raised) >= run(name, y) * (1 - 1e-13)).all()


def test_mazziotta_pareto_is_not_monotone():
    low, high = run("mazziotta_pareto", np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 90.0]]))
    assert high < low


@EVERY
def test_a_unit_aggregate_stays_in_it_beyond_the_reference(name):
    if "unit" in aggregate.METHODS[name].traits:
        got = run(name, np.random.default_rng(2).normal(50, 100, (200, 4)))
        assert ((got >= 0) & (got <= 1)).all()


@pytest.mark.parametrize("name", MEANS)
def test_fast_enough_for_many_draws(name):
    # 1700 cases of 40 members: a fraction of a millisecond; twenty times that, so that a busy machine passes
    y, w = np.random.default_rng(0).uniform(1, 100, (1700, 40)), np.full(40, 1 / 40)
    weights = aggregate.present_weights(y, w, 1.0)
    best = np.inf
    for _ in range(5):
        start = time.perf_counter()
        aggregate.METHODS[name].apply(y, weights, [{}] * 40, **OPTIONS.get(name, {}))
        best = min(best, time.perf_counter() - start)
    assert best < 0.02


def test_scikit_learn_is_loaded_only_for_the_estimator():
    seen = "print('sklearn' in sys.modules)"
    code = f"import sys, indexer.aggregate as a; {seen}; a.Aggregation; {seen}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_no_other_name():
    with pytest.raises(AttributeError, match="no attribute 'median'"):
        aggregate.median  # noqa: B018
