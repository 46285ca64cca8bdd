from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import indexer
from indexer import composite
from indexer.assumptions import assumptions
from indexer.errors import MethodError, UsageError
from indexer.methods import Choice
from indexer.panel import Status
from indexer.recipe import Group, Recipe
from indexer.simulate.source import measured as repeats
from indexer.simulate.source import own_recipe, space_of_cases
from indexer.stages import METHODS


def statuses(index, *which):
    """Rows and columns of the cells with one of these statuses."""
    return np.nonzero(np.isin(index.panel.cases(index.panel.status), which))


def alternative(space, source, number, treatment=0):
    """Values of all cases with one draw of one source."""
    numbers = tuple(number if name == source else 0 for name in space.cells.sets)
    return space.cells.drawn(treatment, space.values[treatment].cases, numbers)


def spread(space, source, treatment=0):
    """Standard deviation of every cell over the draws of one source; 0 where all are the same."""
    drawn = np.array([alternative(space, source, k + 1, treatment) for k in range(space.cells.sets[source])])
    return np.where((drawn != drawn[0]).any(axis=0), drawn.std(axis=0), 0.0)


def test_the_values_are_those_of_the_index(gappy, space):
    np.testing.assert_array_equal(space(gappy, ["weights"]).values[0].cases, gappy.panel.cases())


def test_the_values_are_those_of_an_index_with_imputed_cells(imputed, space):
    np.testing.assert_array_equal(space(imputed, ["imputation"]).values[0].cases, imputed.panel.cases())


def test_reference_years_that_are_later_are_not_read_for_scores(small_folder, edit, space):
    edit(small_folder / "editions/mine.yaml", "years: [2020, 2022]\nreference", "years: [2020, 2021]\nreference")
    index = indexer.build(small_folder)
    found = space(index, ["weights"]).values[0]
    np.testing.assert_array_equal(found.cases, index.panel.cases())
    assert len(found.reference) == 15


@pytest.mark.parametrize("treatment", [0, 1])
def test_imputed_cells_vary_and_observed_ones_never(imputed, space, treatment):
    found = space(imputed, {"imputation": {"sets": 10}, "treatment": ["winsorise"]})
    varying = spread(found, "imputation", treatment) > 0
    np.testing.assert_array_equal(np.nonzero(varying), statuses(imputed, Status.IMPUTED))


@pytest.mark.parametrize("treatment", [0, 1])
def test_carried_and_interpolated_cells_vary_and_observed_ones_never(gappy, space, treatment):
    found = space(gappy, {"carrying": {"sets": 10}, "treatment": ["winsorise"]})
    varying = spread(found, "carrying", treatment) > 0
    np.testing.assert_array_equal(np.nonzero(varying), statuses(gappy, Status.CARRIED, Status.INTERPOLATED))


def test_carried_cells_vary_by_the_innovation_of_their_series(gappy, space):
    found = spread(space(gappy, {"carrying": {"sets": 4000}}), "carrying")
    values = gappy.panel.values[:, :, gappy.panel.indicators.index("broadband_per_100")]
    seen = [e for e in range(5) if gappy.panel.economies[e] != "IDN"]
    innovation = np.sqrt((np.diff(values[seen], axis=1) ** 2).mean())
    at = gappy.panel.economies.index("IDN") * 3
    column = gappy.panel.indicators.index("broadband_per_100")
    # Indonesia is the least of the reference, where draws are cut off: half of a normal distribution is left
    half = np.sqrt(0.5 - 1 / (2 * np.pi))
    np.testing.assert_allclose(found[at : at + 3, column], half * innovation * np.sqrt([0, 1, 2]), rtol=0.05)


def test_carried_cells_stay_inside_the_range_of_the_reference(gappy, space):
    found = space(gappy, {"carrying": {"sets": 50}})
    reference = found.values[0].reference
    for number in range(1, 51):
        drawn = alternative(found, "carrying", number)
        assert (np.nanmin(drawn, axis=0) >= np.nanmin(reference, axis=0)).all()
        assert (np.nanmax(drawn, axis=0) <= np.nanmax(reference, axis=0)).all()


def test_a_first_year_that_was_interpolated_from_before_varies(gappy_folder, space):
    # the index begins in the year without a fact; the fact before it is read
    index = indexer.build(gappy_folder, years=(2021, 2022))
    row, column = index.panel.economies.index("VNM") * 2, index.panel.indicators.index("users_pct")
    assert spread(space(index, {"carrying": {"sets": 5}}), "carrying")[row, column] > 0


def test_what_was_measured_moves_with_all_that_is_filled_from_it(measured, space):
    found = space(measured, {"measurement": {"sets": 8}})
    column = measured.panel.indicators.index("users_pct")
    moved = np.array([alternative(found, "measurement", k) - measured.panel.cases() for k in range(1, 9)])
    row = measured.panel.economies.index("THA") * 3
    # 2022 is carried from 2021
    np.testing.assert_allclose(moved[:, row + 2, column], moved[:, row + 1, column], rtol=1e-12)
    row = measured.panel.economies.index("VNM") * 3
    # 2021 is interpolated between 2020 and 2022
    ends = (moved[:, row, column] + moved[:, row + 2, column]) / 2
    np.testing.assert_allclose(moved[:, row + 1, column], ends, rtol=1e-9)


def test_what_states_no_error_does_not_move(measured, space):
    varying = spread(space(measured, {"measurement": {"sets": 5}}), "measurement") > 0
    assert set(np.nonzero(varying)[1]) == {measured.panel.indicators.index("users_pct")}


def test_a_relative_error_has_the_stated_size(measured, space):
    found = space(measured, {"measurement": {"sets": 4000}})
    column = measured.panel.indicators.index("users_pct")
    logs = np.log([alternative(found, "measurement", k)[0, column] for k in range(1, 4001)])
    assert logs.std() == pytest.approx(0.02, rel=0.05)
    assert logs.mean() == pytest.approx(np.log(measured.panel.cases()[0, column]), abs=0.002)


def test_an_absolute_error_has_the_stated_size(gappy_folder, edit, space):
    error = "measurement_error: {sd: 1.5, why: A.}\n"
    edit(gappy_folder / "networks/users_pct.yaml", "role: core\n", f"role: core\n{error}")
    index = indexer.build(gappy_folder)
    found = spread(space(index, {"measurement": {"sets": 4000}}), "measurement")
    assert found[0, index.panel.indicators.index("users_pct")] == pytest.approx(1.5, rel=0.05)


def test_an_error_that_leads_out_of_a_logarithm_is_named(small_folder, edit, space):
    path = small_folder / "skills/articles.yaml"
    edit(path, "role: core\n", "role: core\nmeasurement_error: {sd: 100000, why: A.}\n")
    with pytest.raises(MethodError, match="a drawn measurement error leads where") as error:
        space(indexer.build(small_folder), ["measurement"])
    assert "relative error" in error.value.remedy


def test_a_value_that_its_source_repeats_is_measured_once():
    facts = pd.DataFrame(
        {
            "economy": ["A", "A", "A", "B", "B", "A"],
            "year": [2020, 2022, 2021, 2020, 2021, 2023],
            "value": [5.0, 5.0, 5.0, 4.0, 3.0, 5.0],
        }
    )
    assert repeats(facts, (2021, 2022)).tolist() == [0, 0, 0, 3, 4, 5]
    assert repeats(facts, ()).tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("source", ["imputation", "carrying", "measurement"])
def test_the_seed_decides_the_draws_of_cells(source, imputed, gappy, measured, space):
    index = {"imputation": imputed, "carrying": gappy, "measurement": measured}[source]
    one, same, other = (alternative(space(index, [source], seed), source, 1) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_draws_of_one_source_do_not_depend_on_which_others_are_open(measured, space):
    alone = alternative(space(measured, ["carrying"]), "carrying", 3)
    np.testing.assert_array_equal(alternative(space(measured, ["carrying", "measurement"]), "carrying", 3), alone)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("imputation", "no cell was imputed"),
        ("carrying", "no cell was carried"),
        ("measurement", "no indicator states a measurement error"),
    ],
)
def test_a_source_without_cells_changes_nothing(small, space, name, why):
    with pytest.raises(UsageError, match=f"{name} left open changes nothing: .*{why}"):
        space(small, [name])


def test_indicators_with_goalposts_are_treated_under_no_alternative(small_folder, edit, space):
    posts = "{enters: as_published, transform: none, normalise: {method: goalposts}, goalposts: [0, 100], why: Use.}"
    own = "users_pct: {enters: as_published, transform: none, why: Use.}"
    edit(small_folder / "editions/mine.yaml", own, f"users_pct: {posts}")
    index = indexer.build(small_folder)
    found = space(index, {"treatment": [{"method": "winsorise", "skew": 0.01, "kurtosis": 0.01}]})
    column = index.panel.indicators.index("users_pct")
    np.testing.assert_array_equal(found.values[1].cases[:, column], found.values[0].cases[:, column])


def test_a_frozen_index_keeps_its_own_weights(small_folder, space, scored):
    old = indexer.build(small_folder, years=(2020, 2021))
    frozen = indexer.build(small_folder, edition="next", freeze_from=old.parameters, years=(2020, 2022))
    found = space(frozen, {"normalisation": ["z_score"], "weighting": {"between": [{"method": "entropy"}]}})
    for node, fitted in zip(found.nodes((0, 1, 0, 0, 0, 0)), old.plan.nodes, strict=True):
        np.testing.assert_allclose(node.weights, fitted.weights, rtol=1e-15)
    np.testing.assert_array_equal(scored(found), frozen.scores["index"])


def test_the_recipe_of_an_index_is_that_of_its_edition(small):
    assert [group.weight.method for group in own_recipe(small).groups] == ["pca", "expert", "equal"]


CASES = np.array([[1.0, 9.0, 3.0], [4.0, 2.0, np.nan], [2.0, 7.0, 8.0], [9.0, 5.0, 1.0], [3.0, 3.0, 5.0]])
RECIPE = Recipe(
    ("a", "b", "c"), (False,) * 3,
    (Group("s", ("a", "b"), min_share=0.5), Group("t", ("c",)), Group("index", ("s", "t"))),
    (Choice("none"),) * 3, (Choice("min_max"),) * 3, (None,) * 3, Choice("group_mean"),
)  # fmt: skip


def test_plain_cases_are_scored_as_the_index_in_memory(scored):
    found = space_of_cases(RECIPE, CASES, assumptions(["weights"], METHODS))
    expected = composite.transform(composite.fit(RECIPE, CASES), CASES).index
    np.testing.assert_allclose(scored(found), expected, rtol=0, atol=1e-12)


def test_a_node_of_indicators_and_nodes_together_is_refused():
    recipe = replace(RECIPE, groups=(RECIPE.groups[0], Group("index", ("s", "c"))))
    with pytest.raises(UsageError, match="'index' joins indicators and sets"):
        space_of_cases(recipe, CASES, assumptions(["weights"], METHODS))


def test_plain_cases_are_imputed_in_draws():
    found = space_of_cases(RECIPE, CASES, assumptions({"imputation": {"sets": 5}}, METHODS))
    assert np.argwhere(spread(found, "imputation") > 0).tolist() == [[1, 2]]


@pytest.mark.parametrize("name", ["carrying", "measurement"])
def test_plain_cases_have_no_years(name):
    with pytest.raises(UsageError, match=f"{name} left open changes nothing"):
        space_of_cases(RECIPE, CASES, assumptions([name], METHODS))


def test_plain_cases_without_gaps_have_nothing_imputed():
    recipe = replace(RECIPE, impute=Choice("group_mean"))
    with pytest.raises(UsageError, match="no cell was imputed"):
        space_of_cases(recipe, np.nan_to_num(CASES, nan=2.0), assumptions(["imputation"], METHODS))
