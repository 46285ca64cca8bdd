from dataclasses import replace

import numpy as np
import pytest

import indexer
from indexer import composite
from indexer.simulate.evaluate import drawn_weights, evaluate, shape_of

ALL = {
    "treatment": [{"method": "winsorise", "skew": 0.01, "kurtosis": 0.01}],
    "normalisation": ["z_score", "percentile_rank"],
    "weighting": {"within": ["equal", "entropy"], "between": ["entropy"]},
    "aggregation": {
        "within": ["harmonic", "topsis", {"method": "power", "p": 0.5}],
        "between": ["geometric", "topsis"],
    },
    "leave_out": "indicator",
    "carrying": {"sets": 3},
    "weights": {"concentration": 30},
}
# the shipped index weights its sets by entropy
OF_SHIPPED = {**ALL, "weighting": {"within": ["equal", "entropy"], "between": ["equal"]}}


def varied(index, **change):
    return index.rebuild(index.folder, index.edition.vary(change)).scores["index"].to_numpy()


def picks_of(space, n, rng):
    return {name: rng.integers(0, size, n) for name, size in space.sizes.items()}


def key_of(picks, d):
    names = ("treatment", "normalisation", "weighting_within", "weighting_between", "aggregation_within",
             "aggregation_between")  # fmt: skip
    return tuple(int(picks[name][d]) for name in names)


def draw_by_draw(space, picks, weights):
    """Scores by the functions that builds use, with the weights of each draw in their nodes.

    Whether enough is present is judged by the fitted weights.
    """
    out = []
    for d in range(len(weights)):
        key = key_of(picks, d)
        t, k, positive = key[0], key[1], space.positive(key)
        low, high = space.range(positive)
        starts = np.cumsum([0, *(len(node.columns) for node in space.plan.nodes)])
        nodes = tuple(
            replace(node, weights=weights[d, a:b], min_share=0.0)
            for node, a, b in zip(space.nodes(key), starts[:-1], starts[1:], strict=True)
        )
        numbers = tuple(int(picks[name][d]) for name in space.cells.sets)
        y = space.shown(t, k, positive, numbers)
        plan = replace(space.plan, nodes=nodes, low=low, high=high)
        missing = np.isnan(composite.climb(replace(plan, nodes=space.nodes(key)), y)[0][:, -1])
        out.append(np.where(missing, np.nan, composite.climb(plan, y)[0][:, -1]))
    return np.array(out)


@pytest.mark.parametrize("size", [40, 400])
def test_scores_are_those_of_the_tree_draw_by_draw(shipped, space, size):
    # leaving out is tested by itself: the tree takes no node without any weight
    found = space(shipped, {name: one for name, one in OF_SHIPPED.items() if name != "leave_out"})
    rng, shape = np.random.default_rng(3), shape_of(found)
    picks = picks_of(found, size, rng)
    base = np.array([np.concatenate([node.weights for node in found.nodes(key_of(picks, d))]) for d in range(size)])
    weights = drawn_weights(shape, base, picks["leave_out"], np.random.default_rng(5).standard_gamma)
    block = evaluate(found, shape, picks, np.random.default_rng(5).standard_gamma)
    assert set(block.reasons) == {""}
    np.testing.assert_allclose(block.scores, draw_by_draw(found, picks, weights), rtol=0, atol=1e-9)


def test_the_own_alternatives_give_the_own_scores(gappy, space, scored):
    np.testing.assert_allclose(scored(space(gappy, ALL)), gappy.scores["index"], rtol=0, atol=1e-12)


def test_the_own_alternatives_give_the_scores_of_the_shipped_index(shipped, space, scored):
    np.testing.assert_allclose(scored(space(shipped, OF_SHIPPED)), shipped.scores["index"], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("picks", "change"),
    [
        ({"treatment": 1}, {"treat": {**ALL["treatment"][0], "why": "A."}}),
        ({"normalisation": 2}, {"normalise": {"method": "percentile_rank", "low": 0, "high": 100}}),
        ({"weighting_within": 1}, {"within": {"weight": {"method": "equal"}}}),
        ({"weighting_within": 2}, {"within": {"weight": {"method": "entropy"}}}),
        ({"weighting_between": 1}, {"between": {"weight": {"method": "entropy"}}}),
        ({"aggregation_within": 2}, {"within": {"aggregate": {"method": "topsis"}}}),
        ({"aggregation_within": 3}, {"within": {"aggregate": {"method": "power", "p": 0.5}}}),
        ({"aggregation_between": 2}, {"between": {"aggregate": {"method": "topsis"}}}),
        ({"treatment": 1, "normalisation": 2, "weighting_within": 2, "weighting_between": 1},
         {"treat": {**ALL["treatment"][0], "why": "A."},
          "normalise": {"method": "percentile_rank", "low": 0, "high": 100},
          "within": {"weight": {"method": "entropy"}}, "between": {"weight": {"method": "entropy"}}}),
    ],
    ids=str,
)  # fmt: skip
def test_an_alternative_is_a_build_of_the_edition_varied_so(gappy, space, scored, picks, change):
    np.testing.assert_allclose(scored(space(gappy, ALL), **picks), varied(gappy, **change), rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("picks", "change"),
    [
        ({"aggregation_within": 1}, {"within": {"aggregate": {"method": "harmonic"}}}),
        ({"aggregation_between": 1}, {"between": {"aggregate": {"method": "geometric"}}}),
    ],
    ids=str,
)
def test_a_mean_that_needs_values_above_0_is_a_build_on_a_range_that_starts_there(gappy, space, scored, picks, change):
    expected = varied(gappy, normalise={"low": 1, "high": 100}, **change)
    np.testing.assert_allclose(scored(space(gappy, ALL), **picks), expected, rtol=0, atol=1e-10)


def test_z_scores_are_a_build_with_them_on_the_own_mean_and_spread(gappy, space, scored):
    # all means are arithmetic here, and so keep the line that joins the two scales
    found, z = scored(space(gappy, ALL), normalisation=1), varied(gappy, normalise={"method": "z_score"})
    y = gappy.result.normalised
    np.testing.assert_allclose(found, y.mean() + y.std(axis=0, ddof=1).mean() * z, rtol=0, atol=1e-10)


def test_leaving_out_rescales_given_weights_as_an_edition_without_does(gappy, space, scored):
    number = 1 + gappy.plan.indicators.index("server_price")
    found = scored(space(gappy, ALL), leave_out=number)
    expected = gappy.rebuild(gappy.folder, gappy.edition.without(frozenset({"server_price"}), "it"))
    np.testing.assert_allclose(found, expected.scores["index"], rtol=0, atol=1e-10)


def test_leaving_out_rescales_fitted_weights_and_fits_none_anew(gappy, space, scored):
    number = 1 + gappy.plan.indicators.index("articles")
    node = gappy.plan.nodes[0]
    kept = np.where([name == "articles" for name in gappy.plan.members(node)], 0.0, node.weights)
    plan = replace(gappy.plan, nodes=(replace(node, weights=kept / kept.sum()), *gappy.plan.nodes[1:]))
    expected = composite.score(plan, gappy.panel.cases()).index
    np.testing.assert_allclose(scored(space(gappy, ALL), leave_out=number), expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("picks", "change"),
    [
        ({}, {}),
        ({"aggregation_within": 1},
         {"normalise": {"low": 1, "high": 100}, "within": {"aggregate": {"method": "harmonic"}}}),
        ({"aggregation_within": 2}, {"within": {"aggregate": {"method": "topsis"}}}),
        ({"aggregation_between": 1}, {"normalise": {"low": 1, "high": 100}}),
    ],
    ids=str,
)  # fmt: skip
def test_leaving_out_a_set_leaves_the_others(gappy, space, scored, picks, change):
    # one of two sets is left out: the index is the other
    both = space(gappy, {**ALL, "leave_out": "set"})
    found = scored(both, leave_out=2, **picks)
    index = gappy.rebuild(gappy.folder, gappy.edition.vary(change))
    np.testing.assert_allclose(found, index.scores["skills"], rtol=0, atol=1e-10)


@pytest.mark.parametrize("picks", [{"aggregation_within": 1}, {"aggregation_within": 2}, {"aggregation_between": 1}])
def test_the_only_indicator_of_a_set_takes_the_set_with_it(small_folder, edit, space, scored, picks):
    path = small_folder / "editions/mine.yaml"
    text = path.read_text()
    first, rest = text.index("  networks:\n"), text.index("between:\n")
    one = (
        "  networks:\n    weight: {method: equal, why: One.}\n    aggregate: {method: arithmetic, why: One.}\n"
        "    indicators:\n      users_pct: {enters: as_published, transform: none, why: Use.}\n"
    )
    path.write_text(text[:first] + one + text[rest:])
    index = indexer.build(small_folder)
    found = space(index, {"aggregation": ALL["aggregation"], "leave_out": "indicator"})
    left = scored(found, leave_out=4, **picks)
    sets = space(index, {"aggregation": ALL["aggregation"], "leave_out": "set"})
    np.testing.assert_array_equal(left, scored(sets, leave_out=2, **picks))


def test_weights_have_the_moments_of_a_dirichlet_distribution(gappy, space):
    shape = shape_of(space(gappy, {"weights": {"concentration": {"within": 20, "between": 5}}}))
    base = np.concatenate([node.weights for node in gappy.plan.nodes])
    n = 40_000
    drawn = drawn_weights(shape, np.repeat(base[None], n, axis=0), np.zeros(n, dtype=int),
                          np.random.default_rng(1).standard_gamma)  # fmt: skip
    variance = base * (1 - base) / (shape.concentration + 1)
    np.testing.assert_allclose(drawn.mean(axis=0), base, atol=5 * np.sqrt(variance.max() / n))
    np.testing.assert_allclose(drawn.var(axis=0), variance, rtol=0.04)


def test_weights_of_every_node_sum_to_1(shipped, space):
    shape = shape_of(space(shipped, ["weights"]))
    base = np.concatenate([node.weights for node in shipped.plan.nodes])
    drawn = drawn_weights(shape, base[None], np.zeros(1, dtype=int), np.random.default_rng(1).standard_gamma)
    np.testing.assert_allclose(np.bincount(shape.node, drawn[0]), 1, rtol=1e-14)


def test_a_level_without_concentration_keeps_its_weights(gappy, space):
    shape = shape_of(space(gappy, {"weights": {"concentration": {"within": 20}}}))
    base = np.concatenate([node.weights for node in gappy.plan.nodes])[None]
    drawn = drawn_weights(shape, base, np.zeros(1, dtype=int), np.random.default_rng(1).standard_gamma)
    np.testing.assert_allclose(drawn[0, -2:], base[0, -2:], rtol=1e-15)
    assert (drawn[0, :-2] != base[0, :-2]).all()


def test_what_is_left_out_stays_out_when_weights_are_drawn(gappy, space):
    shape = shape_of(space(gappy, ["weights", "leave_out"]))
    base = np.concatenate([node.weights for node in gappy.plan.nodes])[None]
    drawn = drawn_weights(shape, base, np.array([2]), np.random.default_rng(1).standard_gamma)[0]
    assert drawn[1] == 0.0
    assert drawn[:3].sum() == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("concentration", [0.1, 1e9])
def test_weights_exist_at_every_concentration_that_is_allowed(gappy, space, concentration):
    shape = shape_of(space(gappy, {"weights": {"concentration": concentration}}))
    base = np.repeat(np.concatenate([node.weights for node in gappy.plan.nodes])[None], 20_000, axis=0)
    drawn = drawn_weights(shape, base, np.zeros(len(base), dtype=int), np.random.default_rng(1).standard_gamma)
    np.testing.assert_allclose(np.add.reduceat(drawn, shape.starts, axis=1), 1, rtol=1e-12)


def test_a_draw_that_cannot_be_fitted_fails_with_its_reason(gappy, space):
    index = gappy.rebuild(gappy.folder, gappy.edition.vary({"normalise": {"method": "z_score"}}))
    found = space(index, {"aggregation": {"between": ["geometric"]}})
    picks = {name: np.zeros(3, dtype=int) for name in found.sizes} | {"aggregation_between": np.array([0, 1, 0])}
    block = evaluate(found, shape_of(found), picks, None)
    assert [reason[:34] for reason in block.reasons] == ["", "index: a geometric mean needs valu", ""]
    assert np.isnan(block.scores).all(axis=1).tolist() == [False, True, False]


def test_a_draw_whose_cells_admit_no_mean_fails_with_its_reason(gappy, space):
    index = gappy.rebuild(gappy.folder, gappy.edition.vary({"normalise": {"low": 1, "high": 100}}))
    found = space(index, {"carrying": {"sets": 2}, "aggregation": {"within": ["mazziotta_pareto"]}})
    found.cells.changes["carrying"].values[0][1] = -1e9
    picks = {name: np.zeros(2, dtype=int) for name in found.sizes} | {"carrying": np.array([1, 2])}
    picks["aggregation_within"] = np.array([1, 1])
    block = evaluate(found, shape_of(found), picks, None)
    assert block.reasons.tolist() == ["", "a mean that does not exist: values at or below 0"]


def test_the_order_of_the_draws_does_not_matter(shipped, space):
    found = space(shipped, OF_SHIPPED)
    picks = picks_of(found, 60, np.random.default_rng(8))
    picks["leave_out"][:] = 0
    order = np.random.default_rng(9).permutation(60)
    one = evaluate(found, shape_of(found), picks, None).scores
    other = evaluate(found, shape_of(found), {name: given[order] for name, given in picks.items()}, None).scores
    np.testing.assert_allclose(other, one[order], rtol=0, atol=1e-12)


def test_values_of_single_draws_give_what_shared_values_give(gappy, space, monkeypatch):
    found = space(gappy, ALL)
    picks = picks_of(found, 80, np.random.default_rng(10))
    blocks = []
    for enough in (0, 10**9):
        monkeypatch.setattr("indexer.simulate.evaluate.ENOUGH", enough)
        blocks.append(evaluate(found, shape_of(found), picks, None))
    assert blocks[0].reasons.tolist() == blocks[1].reasons.tolist()
    np.testing.assert_allclose(blocks[0].scores, blocks[1].scores, rtol=0, atol=1e-9)


def test_what_is_enough_does_not_depend_on_the_luck_of_a_draw(shipped, space):
    found = space(shipped, {"weights": {"concentration": 3}, "leave_out": "indicator"})
    picks = picks_of(found, 300, np.random.default_rng(1))
    block = evaluate(found, shape_of(found), picks, np.random.default_rng(2).standard_gamma)
    assert np.isfinite(block.scores).all()
