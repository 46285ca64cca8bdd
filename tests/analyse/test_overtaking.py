import numpy as np
import pytest

from indexer.analyse.overtaking import overtakings
from indexer.errors import UsageError
from indexer.tree import climb

BEFORE = np.array([[10.0, 10.0], [20.0, 20.0], [30.0, 30.0], [5.0, 5.0], [9.0, np.nan]])
AFTER = np.array([[40.0, 20.0], [20.0, 20.0], [40.0, 40.0], [60.0, 20.0], [50.0, np.nan]])
ROWS = ["A", "B", "C", "D", "E"]


@pytest.fixture(scope="module")
def plan(make_tree):
    return make_tree(2, ("index", (0, 1), (1, 1), "arithmetic", 1.0))


def test_whom_it_passed_and_who_passed_it(plan):
    found = {one.rival: one.kind for one in overtakings(plan, BEFORE, AFTER, ROWS, "A")}
    assert found == {"B": "overtaken", "D": "overtook"}


def test_gaps_and_their_parts_by_hand(plan):
    one = overtakings(plan, BEFORE, AFTER, ROWS, "A")[0]
    assert (one.gap_before, one.gap_after) == (-10.0, 10.0)
    assert one.contributions == {"a": 15.0, "b": 5.0}


@pytest.mark.parametrize("how", ["geometric", "harmonic", "mazziotta_pareto"])
def test_places_and_parts_add_up(two_levels, how):
    plan = two_levels(how, how)
    rng = np.random.default_rng(3)
    before, after = rng.uniform(5, 95, (2, 9, 5))
    rows = list("ABCDEFGHI")
    index = [climb(plan, y)[0][:, -1] for y in (before, after)]
    for me, name in enumerate(rows):
        found = overtakings(plan, before, after, rows, name)
        places = [int((values > values[me]).sum()) for values in index]
        kinds = [one.kind for one in found]
        assert kinds.count("overtaken") - kinds.count("overtook") == places[0] - places[1]
        for one in found:
            assert sum(one.contributions.values()) == pytest.approx(one.gap_after - one.gap_before, abs=1e-10)


def test_drawing_level_counts_as_published(plan):
    # 1e-9 apart is level at six decimals: the better rank is shared
    before, after = np.array([[10.0, 10.0], [20.0, 20.0]]), np.array([[20.0, 20.0 - 1e-9], [20.0, 20.0]])
    assert [one.kind for one in overtakings(plan, before, after, ["A", "B"], "A")] == ["overtaken"]


def test_no_change_of_places(plan):
    assert overtakings(plan, BEFORE, BEFORE, ROWS, "A") == []


def test_unknown_economy(plan):
    with pytest.raises(UsageError, match="no economy 'Z'"):
        overtakings(plan, BEFORE, AFTER, ROWS, "Z")


def test_economy_without_an_index(plan):
    with pytest.raises(UsageError, match="E has no index"):
        overtakings(plan, BEFORE, AFTER, ROWS, "E")


def test_shapes_must_go_together(plan):
    with pytest.raises(UsageError, match="do not go with 4 economies"):
        overtakings(plan, BEFORE, AFTER, ROWS[:4], "A")
