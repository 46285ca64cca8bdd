from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.aggregate import METHODS
from indexer.analyse import owen
from indexer.analyse.explain import decompose
from indexer.tree import climb

HOW = st.sampled_from(sorted(METHODS))


def explained(plan, x):
    """Value and coverage of each indicator by Owen values, whatever the aggregations."""
    found = list(owen.parts(plan, *climb(plan, np.asarray(x, dtype=float))))
    return {plan.indicators[j]: (value, coverage) for _, j, value, coverage in found}


def orders(plan, column):
    """Every order of the indicators below a column in which those of each node stand together."""
    n = len(plan.indicators)
    if column < n:
        return [(column,)]
    below = [orders(plan, one) for one in plan.nodes[column - n].columns]
    return [
        sum(choice, ()) for order in permutations(below) for choice in product(*order)
    ]  # fmt: skip


def brute_force(plan, x):
    """Mean marginal contribution over all nested orders."""
    x = np.asarray(x, dtype=float)
    every = orders(plan, len(plan.indicators) + len(plan.nodes) - 1)
    shares = np.zeros(x.shape[1])
    for order in every:
        state = np.array([x[0]] * (len(order) + 1))
        for k, j in enumerate(order):
            state[k + 1 :, j] = x[1, j]
        shares[list(order)] += np.diff(climb(plan, state)[0][:, -1])
    return shares / len(every)


@settings(deadline=None, max_examples=30)
@given(HOW, HOW, HOW, st.lists(st.floats(40, 95), min_size=12, max_size=12))
def test_all_nested_orders(make_tree, low, middle, top, values):
    plan = make_tree(
        6,
        ("s", (0, 1), (1, 3), low),
        ("t", (6, 2), (2, 1), middle),
        ("u", (3, 4), (1, 1), top),
        ("index", (7, 8, 5), (3, 2, 1), top),
    )
    x = np.array(values).reshape(2, 6)
    got = explained(plan, x)
    np.testing.assert_allclose([got[name][0] for name in plan.indicators], brute_force(plan, x), atol=1e-10)


def test_geometric_shapley_of_frozen_goalposts(make_tree, goalposts):
    # shared reference case panel_goalposts: over all 24 orders
    folder, components = goalposts
    y = pd.read_csv(folder / "expected_minmax_frozen_2000_unclipped.csv").set_index(["iso3", "year"])
    expected = pd.read_csv(folder / "expected_decomposition_geometric_shapley_2000_2021.csv").set_index("iso3")
    plan = make_tree(4, ("index", range(4), [1] * 4, "geometric"))
    for economy, row in expected.dropna().iterrows():
        x = 1 + 0.99 * y.loc[[(economy, 2000), (economy, 2021)], components].to_numpy()
        got = explained(plan, x)
        np.testing.assert_allclose([got[name][0] for name in "abcd"], row[components].to_numpy(dtype=float), atol=1e-9)


def test_arithmetic_trees_as_the_chain(two_levels):
    x = np.random.default_rng(0).uniform(1, 100, (2, 5))
    plan = two_levels("arithmetic", "arithmetic")
    got = explained(plan, x)
    for part in decompose(plan, x)[0]:
        assert got[part.indicator] == pytest.approx((part.value, 0.0), abs=1e-13)


def test_coverage_of_an_arithmetic_node_by_hand(make_tree):
    # mean of (10, 30) -> 10 alone: no value moves, and the one that leaves has it all
    plan = make_tree(2, ("index", (0, 1), (1, 1), "arithmetic"))
    assert explained(plan, [[10.0, 30.0], [10.0, np.nan]]) == {"a": (0.0, 0.0), "b": (0.0, -10.0)}


def test_value_and_coverage_in_both_orders(make_tree):
    # harmonic mean; a rises from 10 to 20 while b = 30 leaves: value first H(20,30)-H(10,30), last 20-10
    plan = make_tree(2, ("index", (0, 1), (1, 1), "harmonic"))
    got = explained(plan, [[10.0, 30.0], [20.0, np.nan]])
    first, last = 2 / (1 / 20 + 1 / 30) - 2 / (1 / 10 + 1 / 30), 10.0
    assert got["a"] == pytest.approx(((first + last) / 2, 0.0), abs=1e-12)
    assert got["b"] == pytest.approx((0.0, 5.0 - (first + last) / 2), abs=1e-12)


def test_coverage_goes_to_those_that_move_by_weight(make_tree):
    plan = make_tree(3, ("index", (0, 1, 2), (2, 3, 5), "harmonic"))
    got = explained(plan, [[40.0, 20.0, 60.0], [np.nan, np.nan, 60.0]])
    assert got["c"] == (0.0, 0.0)
    assert got["b"][1] / got["a"][1] == pytest.approx(1.5)


def test_a_set_that_enters_is_coverage_of_its_indicators(make_tree):
    plan = make_tree(4, ("s", (0, 1), (1, 3), "harmonic", 0.5), ("index", (4, 2, 3), (2, 1, 1), "geometric", 0.4))
    got = explained(plan, [[50.0, np.nan, 20.0, 30.0], [40.0, 80.0, 25.0, 30.0]])
    assert got["a"][0] == got["b"][0] == 0.0
    assert got["b"][1] / got["a"][1] == pytest.approx(3.0)
    assert got["c"][1] == got["d"][1] == 0.0


@settings(deadline=None, max_examples=60)
@given(
    HOW, HOW, st.lists(st.floats(5, 95), min_size=14, max_size=14), st.lists(st.booleans(), min_size=14, max_size=14)
)
def test_always_adds_up(make_tree, low, top, values, gone):
    plan = make_tree(
        7,
        ("s", (0, 1, 2), (1, 2, 3), low, 0.5),
        ("t", (3, 4), (1, 2), top, 0.6),
        ("index", (7, 8, 5, 6), (3, 2, 1, 1), top),
    )
    x = np.where(np.array(gone).reshape(2, 7), np.nan, np.array(values).reshape(2, 7))
    index = climb(plan, x)[0][:, -1]
    if np.isfinite(index).all():
        total = sum(value + coverage for value, coverage in explained(plan, x).values())
        assert total == pytest.approx(index[1] - index[0], abs=1e-12 * 100)
