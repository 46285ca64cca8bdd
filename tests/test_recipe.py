import pytest

from indexer.methods import Choice
from indexer.recipe import ARITHMETIC, EQUAL, MIN_MAX, NONE, Group, Recipe
from indexer.stages import METHODS


def test_a_group_that_says_nothing_is_an_equal_mean_that_needs_every_member():
    group = Group("s", ("a", "b"))
    assert (group.weight, group.aggregate, group.min_share) == (Choice("equal"), Choice("arithmetic"), 1.0)


def test_a_recipe_that_says_nothing_imputes_nothing_and_publishes_0_to_100():
    recipe = Recipe(("a",), (False,), (Group("index", ("a",)),), (NONE,), (MIN_MAX,), (None,))
    assert (recipe.impute, recipe.low, recipe.high) == (NONE, 0.0, 100.0)


@pytest.mark.parametrize(
    ("stage", "choice"),
    [("treat", NONE), ("impute", NONE), ("normalise", MIN_MAX), ("weight", EQUAL), ("aggregate", ARITHMETIC)],
)
def test_what_stands_where_nothing_is_said_is_a_method(stage, choice):
    assert choice.method in METHODS[stage]
