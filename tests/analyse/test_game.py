import time

import numpy as np
import pytest

from indexer.analyse import game
from indexer.analyse.explain import decompose
from indexer.errors import UsageError


def flat(make_tree, m, how="harmonic"):
    return make_tree(m, ("index", range(m), [1] * m, how))


def test_equal_members_share_equally(make_tree):
    x = np.array([[10.0] * 9, [40.0] * 9])
    parts, change = decompose(flat(make_tree, 9), x)
    np.testing.assert_allclose([part.value for part in parts], change / 9, rtol=1e-12)


def test_blocks_do_not_matter(make_tree, monkeypatch):
    plan = make_tree(7, ("s", range(4), [1] * 4, "harmonic"), ("index", (7, 4, 5, 6), [1] * 4, "power"))
    x = np.random.default_rng(0).uniform(1, 100, (2, 7))
    whole = [part.value for part in decompose(plan, x)[0]]
    monkeypatch.setattr(game, "BLOCK", 4)
    np.testing.assert_allclose([part.value for part in decompose(plan, x)[0]], whole, atol=1e-12)


def test_too_many_that_change_are_refused_by_node(make_tree):
    rng = np.random.default_rng(0)
    with pytest.raises(UsageError, match=r"index: exact contributions take 2\^21 evaluations"):
        decompose(flat(make_tree, 21), rng.uniform(1, 100, (2, 21)))


def test_members_that_do_not_change_cost_nothing(make_tree):
    x = np.full((2, 26), 50.0)
    x[1, :2] = 70.0
    parts, change = decompose(flat(make_tree, 26), x)
    assert [part.value for part in parts] == pytest.approx([change / 2] * 2 + [0.0] * 24, abs=1e-12)


def test_linear_nodes_above_cost_nothing(make_tree):
    # 2 x 13 members below an arithmetic mean: 2^13 each, not 2^14
    plan = make_tree(
        26, ("s", range(13), [1] * 13, "harmonic"), ("t", range(13, 26), [1] * 13, "harmonic"),
        ("index", (26, 27), (1, 1), "arithmetic"),
    )  # fmt: skip
    x = np.random.default_rng(0).uniform(1, 100, (2, 26))
    start = time.perf_counter()
    parts, change = decompose(plan, x)
    assert sum(part.value for part in parts) == pytest.approx(change, abs=1e-10)
    assert time.perf_counter() - start < 2


def test_a_mixture_without_a_value_is_said(make_tree):
    plan = make_tree(2, ("index", (0, 1), (1, 1), "mazziotta_pareto"))
    with pytest.raises(UsageError, match=r"index: .* a mixture of the two cases has no value"):
        decompose(plan, [[-10.0, 50.0], [50.0, -10.0]])
