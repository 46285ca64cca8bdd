import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import composite
from indexer.errors import MethodError
from indexer.methodology import Edition, Entry, SetMethod, WeightMethod


def edition(within="equal", between="equal", aggregate="arithmetic", low=0.0, high=100.0, min_share=0.6):
    def one(name, *indicators):
        return SetMethod(name, tuple(Entry(i) for i in indicators), WeightMethod(within), aggregate)

    return Edition(
        "t", "t", "t", ("AAA",), (2020,), (2020,), low, high, min_share,
        (one("s", "a", "b"), one("t", "c", "d", "e")), WeightMethod(between), aggregate,
    )  # fmt: skip


HIGHER = np.zeros(5, dtype=bool)


def values(n=12, seed=1):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    return common + 0.7 * rng.normal(size=(n, 5))


def test_three_by_three_by_hand():
    # The worked example of docs/method.md.
    x = np.array([[10.0, 1.0, 4.0], [20.0, 3.0, 2.0], [30.0, 5.0, 0.0]])
    plan = composite.Plan(
        ("a", "b", "c"), x.min(0), x.max(0), np.array([False, False, True]), 0.0, 100.0, 1.0,
        (
            composite.SetPlan("s", (0, 1), np.array([0.5, 0.5]), "arithmetic"),
            composite.SetPlan("t", (2,), np.ones(1), "arithmetic"),
        ),
        np.array([0.25, 0.75]), "arithmetic",
    )  # fmt: skip
    scores = composite.score(plan, np.vstack([x, [[15.0, 2.0, 1.0]]]))
    np.testing.assert_allclose(scores.sets, [[0, 0], [50, 50], [100, 100], [25, 75]])
    np.testing.assert_allclose(scores.index, [0, 50, 100, 0.25 * 25 + 0.75 * 75])


@pytest.mark.parametrize("within", ["equal", "entropy", "pca"])
@pytest.mark.parametrize("between", ["equal", "entropy", "pca"])
def test_weights_of_every_level_sum_to_one(within, between):
    plan = composite.fit(edition(within, between), HIGHER, values())
    assert plan.between.sum() == pytest.approx(1, abs=1e-12)
    assert plan.effective_weights.sum() == pytest.approx(1, abs=1e-12)
    assert (plan.effective_weights > 0).all()


def test_parameters_read_back_score_to_the_last_bit():
    plan = composite.fit(
        edition("pca", "entropy"), np.array([True, False, False, False, False]), values() * [-1, 1, 1, 1, 1]
    )
    again = composite.from_parameters(json.loads(json.dumps(composite.to_parameters(plan))))
    later = values(seed=2)
    np.testing.assert_array_equal(composite.score(again, later).index, composite.score(plan, later).index)


def test_scoring_fits_nothing():
    plan = composite.fit(edition("pca", "entropy"), HIGHER, values())
    later = values(seed=5)
    whole = composite.score(plan, later).index
    alone = np.concatenate([composite.score(plan, row[None]).index for row in later])
    np.testing.assert_array_equal(whole, alone)


def test_later_values_may_leave_the_range():
    x = values()
    plan = composite.fit(edition(), HIGHER, x)
    assert composite.score(plan, x.max(axis=0)[None] + 1).index[0] > 100


def test_geometric_floors_later_values_at_the_range():
    x = values()
    plan = composite.fit(edition(aggregate="geometric", low=1.0), HIGHER, x)
    below = composite.score(plan, x.min(axis=0)[None] - 5)
    assert below.index[0] == pytest.approx(1.0)


def test_geometric_on_a_range_from_zero_is_refused():
    with pytest.raises(MethodError, match="starts above 0"):
        composite.fit(edition(aggregate="geometric", low=0.0), HIGHER, values())


def test_a_set_with_too_little_present_is_missing_and_the_index_with_it():
    x = values()
    plan = composite.fit(edition(min_share=0.6), HIGHER, x)
    row = x[:1].copy()
    row[0, 0] = np.nan
    scores = composite.score(plan, row)
    assert np.isnan(scores.sets[0, 0])
    assert np.isfinite(scores.sets[0, 1])
    assert np.isnan(scores.index[0])


def test_unknown_weighting_is_refused():
    with pytest.raises(MethodError, match="unknown weighting 'wish'"):
        composite.fit(edition("wish"), HIGHER, values())


@given(st.permutations(range(12)), st.lists(st.floats(0.01, 100), min_size=5, max_size=5))
def test_order_of_cases_and_units_do_not_matter(order, units):
    x = values()
    plan = composite.fit(edition("pca", "entropy"), HIGHER, x)
    scores = composite.score(plan, x).index
    other = x[order] * units + 3.0
    again = composite.score(composite.fit(edition("pca", "entropy"), HIGHER, other), other).index
    np.testing.assert_allclose(again, scores[order], rtol=1e-7)


@given(st.integers(0, 11), st.integers(0, 4), st.floats(0.01, 5))
def test_raising_a_value_never_lowers_a_score(case, column, rise):
    x = values()
    for how, low in (("arithmetic", 0.0), ("geometric", 1.0)):
        plan = composite.fit(edition("pca", "entropy", how, low), HIGHER, x)
        raised = x.copy()
        raised[case, column] += rise
        assert composite.score(plan, raised).index[case] >= composite.score(plan, x).index[case] - 1e-9
