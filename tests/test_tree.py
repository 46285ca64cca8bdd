import numpy as np
import pytest

from indexer import aggregate
from indexer.errors import MethodError
from indexer.tree import climb, floor, floored, traits, value


def test_levels_by_hand(two_levels):
    stack, weights = climb(two_levels("arithmetic", "geometric"), np.array([[10.0, 20.0, 30.0, 40.0, 50.0]]))
    np.testing.assert_allclose(stack[0, 5:7], [17.0, 43.0])
    assert stack[0, 7] == pytest.approx(17.0**0.4 * 43.0**0.6)
    np.testing.assert_allclose(weights[1], [[0.2, 0.3, 0.5]])


def test_a_set_with_too_little_is_missing_and_so_is_the_index(two_levels):
    stack, _ = climb(two_levels("arithmetic", "arithmetic", 0.6), np.array([[10.0, np.nan, 30.0, 40.0, 50.0]]))
    assert list(np.isnan(stack[0, 5:])) == [True, False, True]


@pytest.mark.parametrize(
    ("method", "options", "least"),
    [
        ("geometric", {}, 1.0),
        ("harmonic", {}, 1.0),
        ("power", {"p": -2}, 1.0),
        ("power", {"p": 0}, 1.0),
        ("power", {"p": 0.5}, 0.0),
        ("power", {"p": 1}, None),
        ("topsis", {}, None),
    ],
)
def test_the_floor_of_an_aggregation(method, options, least):
    assert floor(method, options, 1.0) == least
    assert floor(method, options, None) is None


@pytest.mark.parametrize("how", ["geometric", "harmonic"])
def test_means_of_positive_values_floor_at_the_range(two_levels, how):
    node = two_levels(how, how).nodes[0]
    np.testing.assert_array_equal(floored(two_levels(how, how), node, np.array([[-5.0, 3.0]])), [[1.0, 3.0]])


def test_others_do_not(two_levels):
    plan = two_levels("arithmetic", "arithmetic")
    np.testing.assert_array_equal(floored(plan, plan.nodes[0], np.array([[-5.0, 3.0]])), [[-5.0, 3.0]])


def test_without_a_range_nothing_is_floored(make_tree):
    plan = make_tree(2, ("index", (0, 1), (1, 1), "geometric"), low=None, high=None)
    np.testing.assert_array_equal(floored(plan, plan.nodes[0], np.array([[0.5, 3.0]])), [[0.5, 3.0]])


def test_a_share_is_spread_over_the_range(make_tree):
    y, w = np.array([[1.0, 1.0], [100.0, 100.0], [30.0, 60.0]]), np.full((3, 2), 0.5)
    plan = make_tree(2, ("index", (0, 1), (1, 1), "topsis"))
    node = plan.nodes[0]
    share = aggregate.METHODS["topsis"].apply(y, w, node.parameters, **node.options)
    np.testing.assert_allclose(value(plan, node, y, w), 1 + 99 * share)
    assert "unit" in traits(node)


def test_a_refusal_names_the_node_and_its_member(two_levels):
    plan = two_levels("geometric", "geometric")
    plan.low = plan.high = None
    with pytest.raises(MethodError, match=r"^t: .*\(first: case 1, d\)"):
        climb(plan, np.array([[1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 3.0, -4.0, 5.0]]))
    with pytest.raises(MethodError, match=r"\(first: case 0, four\)"):
        value(plan, plan.nodes[0], np.array([[3.0, -4.0]]), np.array([[0.5, 0.5]]), ("three", "four"))
