import pickle
from dataclasses import replace

import numpy as np
import pytest

from indexer import composite
from indexer.simulate.space import labels

OWN = (0,) * 6
ALL = {
    "treatment": ["winsorise"],
    "normalisation": ["z_score", {"method": "percentile_rank"}],
    "weighting": {"within": ["equal", {"method": "pca", "rule": "first"}], "between": ["entropy"]},
    "aggregation": {"within": ["harmonic"], "between": ["geometric", {"method": "power", "p": 2}]},
    "leave_out": "set",
    "carrying": {"sets": 3},
}


@pytest.fixture
def wide(gappy, space):
    """A space with everything open."""
    return space(gappy, ALL)


def varied(index, **change):
    return index.rebuild(index.folder, index.edition.vary(change))


def test_every_assumption_has_its_alternatives_and_the_own_one(wide):
    assert wide.sizes == {
        "treatment": 2, "carrying": 4, "normalisation": 3, "weighting_within": 3, "weighting_between": 2,
        "aggregation_within": 2, "aggregation_between": 3, "leave_out": 3,
    }  # fmt: skip


def test_what_is_not_open_has_one_alternative(gappy, space):
    assert set(space(gappy, ["weights"]).sizes.values()) == {1}


def test_alternatives_have_names(wide):
    assert labels(wide) == {
        "treatment": ["own", "winsorise"],
        "carrying": ["as filled", "draw 1", "draw 2", "draw 3"],
        "normalisation": ["own", "z_score", "percentile_rank"],
        "weighting_within": ["own", "equal", "pca (rule first)"],
        "weighting_between": ["own", "entropy"],
        "aggregation_within": ["own", "harmonic"],
        "aggregation_between": ["own", "geometric", "power (p 2)"],
        "leave_out": ["nothing", "skills", "networks"],
    }


def test_single_indicators_are_left_out_by_name(gappy, space):
    assert labels(space(gappy, ["leave_out"]))["leave_out"] == ["nothing", *gappy.plan.indicators]


def test_the_own_nodes_are_those_of_the_plan(wide, gappy):
    assert wide.nodes(OWN) is gappy.plan.nodes


def test_the_own_values_are_those_of_the_index(wide, gappy):
    np.testing.assert_array_equal(wide.shown(0, 0, False, (0,)), gappy.result.normalised)


@pytest.mark.parametrize("k", [1, 2])
def test_weights_are_fitted_on_the_values_of_the_draw(wide, gappy, k):
    method = ["z_score", "percentile_rank"][k - 1]
    change = {"method": method} | ({} if k == 1 else {"low": 0, "high": 100})
    for node, expected in zip(wide.nodes((0, k, 0, 0, 0, 0)), varied(gappy, normalise=change).plan.nodes, strict=True):
        np.testing.assert_allclose(node.weights, expected.weights, rtol=1e-9)


def test_weightings_replace_those_of_their_level(wide, gappy):
    nodes = wide.nodes((0, 0, 1, 0, 0, 0))
    assert [np.unique(node.weights.round(12)).size for node in nodes] == [1, 1, 1]
    np.testing.assert_array_equal(nodes[2].weights, gappy.plan.root.weights)
    assert [np.unique(node.weights.round(12)).size for node in wide.nodes((0, 0, 0, 1, 0, 0))] == [3, 3, 2]


def test_z_scores_have_mean_and_spread_of_the_own_values(wide, gappy):
    y, own = wide.shown(0, 1, False, (0,)), gappy.result.normalised
    assert np.mean(y) == pytest.approx(np.mean(own), abs=1e-10)
    assert np.std(y, axis=0, ddof=1).mean() == pytest.approx(np.std(own, axis=0, ddof=1).mean(), abs=1e-10)


@pytest.mark.parametrize("method", ["min_max", "percentile_rank"])
def test_ranged_values_have_mean_and_spread_of_z_scores_where_those_are_the_own(gappy, space, method):
    index = varied(gappy, normalise={"method": "z_score"})
    y = space(index, {"normalisation": [method]}).shown(0, 1, False, ())
    assert np.mean(y) == pytest.approx(0, abs=1e-10)
    assert np.std(y, axis=0, ddof=1).mean() == pytest.approx(1, abs=1e-10)


@pytest.mark.parametrize("k", [0, 1, 2])
def test_means_that_need_it_get_a_range_that_starts_above_0(wide, k):
    assert wide.positive((0, k, 0, 0, 0, 1))
    y = wide.normalised(0, k, True, wide.values[0].reference)
    assert y.min() >= 1 - 1e-9
    if k != 1:
        assert (y.min(), y.max()) == pytest.approx((1, 100))


def test_power_means_that_take_0_need_more_than_z_scores(wide):
    assert [wide.positive((0, k, 0, 0, 0, 2)) for k in range(3)] == [False, True, False]


def test_z_scores_are_raised_about_their_mean(wide):
    plain, raised = (wide.normalised(0, 1, positive, wide.values[0].reference) for positive in (False, True))
    assert raised.mean() == pytest.approx(plain.mean())
    assert raised.min() == pytest.approx(1)


@pytest.mark.parametrize("key", [OWN, (1, 2, 2, 1, 0, 0), (0, 0, 0, 0, 0, 2)])
def test_other_means_keep_their_range(wide, key):
    assert not wide.positive(key)


def test_an_own_mean_that_needs_it_is_left_as_it_is_and_raised_beside_other_scales(gappy, space):
    index = varied(gappy, normalise={"low": 0.0, "high": 100.0})
    found = space(index, ALL)
    root = replace(found.recipe.groups[-1], aggregate=found.assumptions.aggregation["between"][0])
    found.recipe = replace(found.recipe, groups=(*found.recipe.groups[:-1], root))
    assert not found.positive(OWN)
    assert found.positive((0, 1, 0, 0, 0, 0))


def test_a_range_that_starts_above_0_is_kept(gappy, space):
    index = varied(gappy, normalise={"low": 1, "high": 100})
    found = space(index, {"aggregation": {"between": ["geometric"]}})
    assert not found.positive((0, 0, 0, 0, 0, 1))


def test_an_alternative_that_the_data_refuse_has_its_reason(gappy, space):
    index = varied(gappy, normalise={"method": "z_score"})
    found = space(index, {"aggregation": {"between": ["geometric"]}})
    assert found.nodes((0, 0, 0, 0, 0, 1)).startswith("index: a geometric mean needs values above 0")


def test_treatment_is_refitted_with_what_follows(gappy, space):
    choice = {"method": "winsorise", "skew": 0.01, "kurtosis": 0.01}
    found, expected = space(gappy, {"treatment": [choice]}), varied(gappy, treat=choice | {"why": "A."})
    np.testing.assert_array_equal(found.values[1].cases, expected.panel.cases())
    np.testing.assert_array_equal(found.shown(1, 0, False, ()), expected.result.normalised)
    assert (expected.panel.cases() != gappy.panel.cases()).any()


@pytest.mark.parametrize("key", [(0, 0, False), (1, 1, False), (1, 2, True)])
@pytest.mark.parametrize("drawn", [(0, 2), (1, 0), (3, 1)])
def test_drawn_cells_are_brought_on_the_scale_as_all_others(measured, space, key, drawn):
    found = space(measured, {**ALL, "carrying": {"sets": 3}, "measurement": {"sets": 2}})
    expected = found.normalised(*key, found.cells.drawn(key[0], found.values[key[0]].cases, drawn))
    np.testing.assert_array_equal(found.shown(*key, drawn), expected)


def test_values_are_kept_and_computed_once(wide):
    assert wide.shown(1, 2, True, (1,)) is wide.shown(1, 2, True, (1,))


def test_kept_values_have_a_bound(wide, monkeypatch):
    monkeypatch.setattr("indexer.simulate.space.MEMORY", 0)
    for number in range(4):
        for k in range(3):
            wide.shown(0, k, False, (number,))
    assert len(wide._shown) == 4


def test_a_copy_in_another_process_computes_the_same(wide):
    wide.shown(0, 1, False, (1,))
    copy = pickle.loads(pickle.dumps(wide))
    assert not copy._shown
    np.testing.assert_array_equal(copy.shown(0, 1, False, (1,)), wide.shown(0, 1, False, (1,)))


def test_the_plan_of_an_alternative_scores_as_a_build_of_it(wide, gappy):
    expected = varied(gappy, normalise={"method": "percentile_rank", "low": 0, "high": 100})
    plan = replace(wide.scaled(0, 2), nodes=wide.nodes((0, 2, 0, 0, 0, 0)))
    found = composite.score(plan, gappy.panel.cases()).index
    np.testing.assert_allclose(found, expected.scores["index"], rtol=0, atol=1e-12)


def test_a_worker_keeps_what_it_fitted_from_one_chunk_to_the_next(wide):
    first = pickle.loads(pickle.dumps(wide))
    first.nodes((0, 1, 0, 0, 0, 0))
    again = pickle.loads(pickle.dumps(wide))
    assert again is first
    assert again is not wide
