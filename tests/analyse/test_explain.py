import numpy as np
import pytest

from indexer import composite
from indexer.analyse.explain import decompose
from indexer.errors import UsageError

LEVELS = [(a, b) for a in ("arithmetic", "geometric") for b in ("arithmetic", "geometric")]


def plan(within, between, min_share=0.3):
    sets = (
        composite.SetPlan("s", (0, 1), np.array([0.3, 0.7]), within),
        composite.SetPlan("t", (2, 3, 4), np.array([0.2, 0.3, 0.5]), within),
    )
    return composite.Plan(
        tuple("abcde"), np.zeros(5), np.ones(5), np.zeros(5, dtype=bool), 1.0, 100.0, min_share,
        sets, np.array([0.4, 0.6]), between,
    )  # fmt: skip


def explained(p, x):
    scores = composite.score(p, np.asarray(x, dtype=float))
    return decompose(p, scores.normalised, scores.sets, scores.index)


def total(parts):
    return sum(part.value + part.coverage for part in parts)


@pytest.mark.parametrize(("within", "between"), LEVELS)
def test_contributions_add_up(within, between):
    rng = np.random.default_rng(4)
    for _ in range(50):
        parts, change = explained(plan(within, between), rng.uniform(0.05, 1.2, (2, 5)))
        assert total(parts) == pytest.approx(change, abs=1e-11)


@pytest.mark.parametrize(("within", "between"), LEVELS)
def test_contributions_add_up_when_cells_enter_or_leave(within, between):
    rng = np.random.default_rng(5)
    moved = 0
    for _ in range(200):
        x = rng.uniform(0.05, 1.0, (2, 5))
        x[rng.random((2, 5)) < 0.25] = np.nan
        try:
            parts, change = explained(plan(within, between), x)
        except UsageError:
            continue
        assert total(parts) == pytest.approx(change, abs=1e-11)
        moved += any(part.coverage for part in parts)
    assert moved > 20


@pytest.mark.parametrize(("within", "between"), LEVELS)
def test_contributions_add_up_below_the_floor(within, between):
    parts, change = explained(plan(within, between), [[-0.3, 0.5, 0.2, -0.1, 0.9], [0.4, 0.6, -0.2, -0.4, 0.8]])
    assert total(parts) == pytest.approx(change, abs=1e-11)


def test_arithmetic_by_hand():
    parts, change = explained(plan("arithmetic", "arithmetic"), [[0.0] * 5, [0.1, 0, 0, 0, 0.2]])
    by = {part.indicator: part.value for part in parts}
    assert by["a"] == pytest.approx(0.4 * 0.3 * 0.1 * 99)
    assert by["e"] == pytest.approx(0.6 * 0.5 * 0.2 * 99)
    assert by["b"] == by["c"] == by["d"] == 0.0
    assert change == pytest.approx(by["a"] + by["e"])


def test_an_indicator_that_leaves_is_coverage():
    parts, _ = explained(plan("arithmetic", "arithmetic"), [[0.2, 0.4, 0.1, 0.5, 0.9], [0.2, 0.4, 0.1, 0.5, np.nan]])
    assert all(part.value == pytest.approx(0.0, abs=1e-12) for part in parts)
    assert {part.indicator for part in parts if abs(part.coverage) > 1e-12} == {"c", "d", "e"}


def test_no_index_no_explanation():
    with pytest.raises(UsageError, match="no index"):
        explained(plan("arithmetic", "arithmetic", 1.0), [[np.nan, 1, 1, 1, 1], [1, 1, 1, 1, 1]])
