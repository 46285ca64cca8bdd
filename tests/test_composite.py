import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import composite
from indexer.errors import MethodError
from indexer.methods import Choice
from indexer.recipe import Group, Recipe
from indexer.tree import Node
from indexer.weight import ConsistencyWarning

NAMES = ("a", "b", "c", "d", "e")


def recipe(within="equal", between="equal", aggregate="arithmetic", low=0.0, high=100.0, min_share=0.6, **more):
    aggregate = Choice(aggregate) if isinstance(aggregate, str) else aggregate
    groups = (
        Group("s", ("a", "b"), Choice(within), aggregate, min_share),
        Group("t", ("c", "d", "e"), Choice(within), aggregate, min_share),
        Group("index", ("s", "t"), Choice(between), aggregate),
    )
    given = {"lower_better": (False,) * 5, "treat": (Choice("none"),) * 5, "normalise": (Choice("min_max"),) * 5}
    given |= {"goalposts": (None,) * 5, "groups": groups, "low": low, "high": high} | more
    return Recipe(indicators=NAMES, **given)


def values(n=12, seed=1):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    return common + 0.7 * rng.normal(size=(n, 5))


def test_three_by_three_by_hand():
    # The worked example of docs/method.md.
    x = np.array([[10.0, 1.0, 4.0], [20.0, 3.0, 2.0], [30.0, 5.0, 0.0]])
    scale = [{"lower": float(lower), "upper": float(upper)} for lower, upper in zip(x.min(0), x.max(0), strict=True)]
    plan = composite.Plan(
        ("a", "b", "c"), np.array([False, False, True]), 0.0, 100.0, (), None,
        (composite.Step(Choice("min_max"), (0, 1, 2), scale),),
        (
            Node("s", (0, 1), np.array([0.5, 0.5]), "arithmetic", {}, [{}, {}], 1.0),
            Node("t", (2,), np.ones(1), "arithmetic", {}, [{}], 1.0),
            Node("index", (3, 4), np.array([0.25, 0.75]), "arithmetic", {}, [{}, {}], 1.0),
        ),
    )  # fmt: skip
    scores = composite.score(plan, np.vstack([x, [[15.0, 2.0, 1.0]]]))
    np.testing.assert_allclose(scores.nodes[:, :2], [[0, 0], [50, 50], [100, 100], [25, 75]])
    np.testing.assert_allclose(scores.index, [0, 50, 100, 0.25 * 25 + 0.75 * 75])


@pytest.mark.parametrize("within", ["equal", "entropy", "pca"])
@pytest.mark.parametrize("between", ["equal", "entropy", "pca"])
def test_weights_of_every_level_sum_to_one(within, between):
    plan = composite.fit(recipe(within, between), values())
    assert plan.root.weights.sum() == pytest.approx(1, abs=1e-12)
    assert plan.effective_weights.sum() == pytest.approx(1, abs=1e-12)
    assert (plan.effective_weights > 0).all()


def test_scoring_fits_nothing():
    plan = composite.fit(recipe("pca", "entropy"), values())
    later = values(seed=5)
    whole = composite.score(plan, later).index
    alone = np.concatenate([composite.score(plan, row[None]).index for row in later])
    np.testing.assert_array_equal(whole, alone)


def test_later_values_may_leave_the_range():
    x = values()
    plan = composite.fit(recipe(), x)
    assert composite.score(plan, x.max(axis=0)[None] + 1).index[0] > 100


def test_geometric_floors_later_values_at_the_range():
    x = values()
    plan = composite.fit(recipe(aggregate="geometric", low=1.0), x)
    below = composite.score(plan, x.min(axis=0)[None] - 5)
    assert below.index[0] == pytest.approx(1.0)


def test_geometric_on_a_range_from_zero_is_refused():
    with pytest.raises(MethodError, match="starts above 0"):
        composite.fit(recipe(aggregate="geometric", low=0.0), values())


def test_a_set_with_too_little_present_is_missing_and_the_index_with_it():
    x = values()
    plan = composite.fit(recipe(min_share=0.6), x)
    row = x[:1].copy()
    row[0, 0] = np.nan
    scores = composite.score(plan, row)
    assert np.isnan(scores.nodes[0, 0])
    assert np.isfinite(scores.nodes[0, 1])
    assert np.isnan(scores.index[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"within": "wish"}, "unknown method 'wish'"),
        ({"aggregate": "wish"}, "unknown method 'wish'"),
        ({"normalise": (Choice("wish"),) * 5}, "unknown method 'wish'"),
        ({"impute": Choice("wish")}, "unknown method 'wish'"),
        ({"impute": Choice("group_median", {"fallback": "wish"})}, "fallback = 'wish'"),
    ],
)
def test_unknown_methods_and_options_are_refused(change, said):
    with pytest.raises(MethodError, match=said):
        composite.fit(recipe(**change), values())


def test_an_unknown_treatment_is_refused():
    with pytest.raises(MethodError, match="unknown method 'wish'"):
        composite.fit_treatment(recipe(treat=(Choice("wish"),) * 5), values())


def test_each_indicator_may_have_its_own_normalisation():
    x = values()
    chosen = (Choice("min_max"), Choice("percentile_rank"), Choice("goalposts"), Choice("min_max"), Choice("min_max"))
    plan = composite.fit(recipe(normalise=chosen, goalposts=(None, None, (-4.0, 4.0), None, None)), x)
    y = composite.score(plan, x).normalised
    assert [step.columns for step in plan.normalisation] == [(0, 3, 4), (1,), (2,)]
    np.testing.assert_allclose(y[:, 2], (x[:, 2] + 4) / 8 * 100)
    np.testing.assert_allclose(np.sort(y[:, 1]), np.arange(12) / 11 * 100)


def test_treatment_is_fitted_before_cells_are_filled_and_applied_to_later_values():
    x = np.vstack([values(40), [[60.0, 0, 0, 0, 0]]])
    wanted = recipe(treat=(Choice("winsorise"),) + (Choice("none"),) * 4)
    treatment = composite.fit_treatment(wanted, x)
    plan = composite.fit(wanted, composite.treated(treatment, x), treatment=treatment)
    later = np.array([[99.0, 0, 0, 0, 0]])
    assert composite.transform(plan, later).normalised[0, 0] == pytest.approx(100)


def test_gaps_are_filled_from_the_group_with_what_was_fitted():
    x = values()
    groups = np.array(["p", "q"] * 6, dtype=object)
    x[0, 0] = np.nan
    plan = composite.fit(recipe(impute=Choice("group_median")), x, groups=groups)
    filled = composite.impute_between(plan, np.full((1, 5), np.nan), np.array(["p"], dtype=object))
    np.testing.assert_allclose(filled[0], np.nanmedian(x[::2], axis=0))


def test_groups_of_sets_stand_between_sets_and_index():
    groups = (
        Group("s", ("a", "b")), Group("t", ("c",)), Group("u", ("d", "e")), Group("pair", ("s", "t")),
        Group("index", ("u", "pair")),
    )  # fmt: skip
    plan = composite.fit(recipe(groups=groups), values())
    np.testing.assert_allclose(plan.effective_weights, [0.125, 0.125, 0.25, 0.25, 0.25])
    assert [node.id for node in plan.sets] == ["s", "t", "u"]
    assert plan.members(plan.root) == ("u", "pair")


def test_z_scores_have_no_range():
    plan = composite.fit(recipe(normalise=(Choice("z_score"),) * 5, low=None, high=None, within="entropy"), values())
    scores = composite.score(plan, values())
    assert abs(scores.index.mean()) < 1e-12
    assert plan.low is None


def test_a_share_of_distances_is_spread_over_the_range():
    plan = composite.fit(recipe(aggregate="topsis"), values())
    nodes = composite.score(plan, values()).nodes
    assert nodes.min() >= 0
    assert nodes.max() > 50


@given(st.permutations(range(12)), st.lists(st.floats(0.01, 100), min_size=5, max_size=5))
def test_order_of_cases_and_units_do_not_matter(order, units):
    x = values()
    plan = composite.fit(recipe("pca", "entropy"), x)
    scores = composite.score(plan, x).index
    other = x[order] * units + 3.0
    again = composite.score(composite.fit(recipe("pca", "entropy"), other), other).index
    np.testing.assert_allclose(again, scores[order], rtol=1e-7)


@given(st.integers(0, 11), st.integers(0, 4), st.floats(0.01, 5))
def test_raising_a_value_never_lowers_a_score(case, column, rise):
    x = values()
    for how, low in (("arithmetic", 0.0), ("geometric", 1.0)):
        plan = composite.fit(recipe("pca", "entropy", how, low), x)
        raised = x.copy()
        raised[case, column] += rise
        assert composite.score(plan, raised).index[case] >= composite.score(plan, x).index[case] - 1e-9


def test_an_indicator_with_goalposts_is_not_treated():
    wanted = recipe(treat=(Choice("log"),) * 5, normalise=(Choice("goalposts"),) * 5, goalposts=((0.0, 1.0),) * 5)
    with pytest.raises(MethodError, match="'a' has goalposts"):
        composite.fit_treatment(wanted, values())


def test_a_column_that_varies_by_rounding_alone_is_constant():
    x = values()
    x[:, 0] = np.where(np.arange(12) % 2, 0.3, 0.1 + 0.2)
    with pytest.raises(MethodError, match="'a' is constant"):
        composite.fit(recipe(), x)


def test_reference_values_below_the_range_are_not_floored_in_silence():
    chosen = (Choice("distance_to_reference", {"how": "difference"}),) * 5
    with pytest.raises(MethodError, match="reference values of 'a' lie below 1, where a geometric mean would floor"):
        composite.fit(recipe(normalise=chosen, aggregate="geometric", low=1.0), np.exp(values()))


def test_a_rounding_below_zero_has_an_entropy():
    x = np.random.default_rng(20).uniform(1, 9, (6, 5))
    x[0] = 0
    plan = composite.fit(recipe(within="dispersion", between="entropy", low=1.0), x)
    assert plan.root.weights.sum() == pytest.approx(1)


def test_a_power_of_one_is_the_arithmetic_mean_below_the_range_too():
    x = values()
    later = x.min(axis=0)[None] - 1
    scores = [
        composite.score(composite.fit(recipe(aggregate=Choice("power", {"p": 1})), x), later),
        composite.score(composite.fit(recipe(), x), later),
    ]
    np.testing.assert_allclose(scores[0].nodes, scores[1].nodes, rtol=1e-12)


def test_a_weighting_that_refuses_names_its_level():
    x = values()
    x[:, 3] = -x[:, 2]
    with pytest.raises(MethodError, match=r"^t: "):
        composite.fit(recipe("pca"), x)


def test_a_warning_of_a_weighting_names_its_level():
    matrix = [[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]]
    groups = (Group("t", ("c", "d", "e"), Choice("ahp", {"matrix": matrix})), Group("index", ("a", "b", "t")))
    with pytest.warns(ConsistencyWarning, match="^t: the judgements have a consistency ratio"):
        composite.fit(recipe(groups=groups), values())
