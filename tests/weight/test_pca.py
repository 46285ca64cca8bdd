"""Rules against closed forms, and against COINr's first-component weights of the ASEM example."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import MethodError
from indexer.weight import pca_weights, principal_components
from indexer.weight.pca import METHOD, RULES


def test_two_indicators_share_equally(correlated):
    y = correlated([[1, 0.6], [0.6, 1]])
    for rule in ("communality", "first"):
        np.testing.assert_allclose(pca_weights(y, rule), [0.5, 0.5], atol=1e-12)


def test_one_block_closed_form(correlated):
    # R = [[1,a,a],[a,1,0],[a,0,1]]: first eigenvector (sqrt 2, 1, 1)/2 with eigenvalue 1 + a sqrt 2, second value 1.
    a = 0.4
    y = correlated([[1, a, a], [a, 1, 0], [a, 0, 1]])
    first = np.array([np.sqrt(2), 1, 1])
    np.testing.assert_allclose(pca_weights(y, "first"), first / first.sum(), atol=1e-10)
    h = first**2
    np.testing.assert_allclose(pca_weights(y, "communality", retain="1"), h / h.sum(), atol=1e-10)


def test_kaiser_retains_at_least_one_and_counts_from_one(correlated):
    y = correlated([[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0.5, 1.0]])
    assert principal_components(y).retained == 2


def test_the_number_retained_can_be_given(correlated):
    y = correlated([[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.4], [0, 0, 0.4, 1.0]])
    assert principal_components(y, retain="1").retained == 1
    np.testing.assert_allclose(pca_weights(y, retain="2"), pca_weights(y), rtol=1e-12)
    np.testing.assert_allclose(pca_weights(y, "first"), [0.5, 0.5, 0, 0], atol=1e-9)
    for wrong in ("0", "5", "junk", "1.5"):
        with pytest.raises(MethodError, match=f"cannot retain {wrong} of 4"):
            principal_components(y, retain=wrong)


def test_communalities_do_not_depend_on_units_or_order(correlated):
    y = correlated([[1, 0.7, 0.3], [0.7, 1, 0.2], [0.3, 0.2, 1]])
    w = pca_weights(y)
    np.testing.assert_allclose(pca_weights(y * [1e-9, 1.0, 1e9] + [0, 5, 5]), w, rtol=1e-8)
    np.testing.assert_allclose(pca_weights(y[:, [2, 0, 1]]), w[[2, 0, 1]], rtol=1e-10)


def test_incomplete_cases_are_left_out(correlated):
    y = correlated([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]], n=50)
    holed = np.vstack([y, [[9.0, np.nan, -9.0]]])
    np.testing.assert_allclose(pca_weights(holed), pca_weights(y), rtol=1e-12)
    assert principal_components(holed).n_cases == 50


def test_an_indicator_against_the_rest_is_named(correlated):
    y = correlated([[1, 0.6, -0.5], [0.6, 1, -0.4], [-0.5, -0.4, 1]])
    for rule in ("communality", "first"):
        with pytest.raises(MethodError, match="'restrictions'"):
            pca_weights(y, rule, ("a", "b", "restrictions"))


def test_singular_matrices_are_found_by_name(correlated):
    y = correlated([[1, 0.5], [0.5, 1]])
    with pytest.raises(MethodError, match="a and copy"):
        pca_weights(np.column_stack([y, 3 * y[:, 0] - 1]), names=("a", "b", "copy"))
    with pytest.raises(MethodError, match="a sum of others"):
        pca_weights(np.column_stack([y, y.sum(axis=1)]), names=("a", "b", "c"))


def test_too_few_cases_and_constants_are_refused(correlated):
    with pytest.raises(MethodError, match="too few"):
        pca_weights(np.eye(3))
    y = correlated([[1, 0.5], [0.5, 1]])
    with pytest.raises(MethodError, match="constant over the complete cases: b"):
        pca_weights(np.column_stack([y[:, 0], np.ones(len(y))]), names=("a", "b"))


def coinr(beside, data, expected):
    """Weights of COINr by group, turned to a positive sum, with the values that they are of."""
    expected = beside("asem_coinr", expected).set_index("iCode")["Weight"]
    y = beside("asem_coinr", data)
    parents = beside("asem_coinr", "input_structure").set_index("iCode")["Parent"].reindex(expected.index)
    return [(y[one.index].to_numpy(), one.to_numpy() * np.sign(one.sum())) for _, one in expected.groupby(parents)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("expected_minmax_0_100", "expected_pca_weights_level1_by_pillar"),
        ("expected_aggregate_arithmetic", "expected_pca_weights_level2"),
        ("expected_aggregate_arithmetic", "expected_pca_weights_level3"),
    ],
)
def test_first_rule_is_coinrs_before_scaling(beside, data, expected):
    for y, w in coinr(beside, data, expected):
        pc = principal_components(y)
        np.testing.assert_allclose(pc.eigenvectors[:, 0] * np.sign(pc.eigenvectors[:, 0] @ w), w, atol=1e-9)
        if (w > 0).all():
            np.testing.assert_allclose(pca_weights(y, "first"), w / w.sum(), atol=1e-9)
        else:
            with pytest.raises(MethodError, match="negative on the first"):
                pca_weights(y, "first")


def test_frozen_weights_of_2000(beside):
    # numpy and pandas by hand, reference case panel_goalposts.
    data = beside("panel_goalposts", "input").query("year == 2000")
    expected = beside("panel_goalposts", "expected_pca_weights_fitted_2000")
    got = pca_weights(data[expected["indicator"]].to_numpy(), "first")
    np.testing.assert_allclose(got, expected["weight_sum1"], atol=1e-12)


def test_variance_rule_closed_form(correlated):
    # Two blocks of unequal strength, apart: λ = 1.8 with (1,1,0,0)/√2, λ = 1.6 with (0,0,1,1)/√2.
    y = correlated([[1, 0.8, 0, 0], [0.8, 1, 0, 0], [0, 0, 1, 0.6], [0, 0, 0.6, 1]])
    np.testing.assert_allclose(pca_weights(y, "variance"), np.array([1.8, 1.8, 1.6, 1.6]) / 6.8, atol=1e-9)


def test_variance_rule_refuses_a_component_turned_by_luck(correlated):
    y = correlated([[1, 0.7, 0.2, 0.2], [0.7, 1, 0.2, 0.2], [0.2, 0.2, 1, 0.7], [0.2, 0.2, 0.7, 1]])
    assert pca_weights(y, "communality").sum() == pytest.approx(1)
    with pytest.raises(MethodError, match="loadings of component 2 of a, b, c, d sum to nearly 0"):
        pca_weights(y, "variance", ("a", "b", "c", "d"), negative="zero", retain=2)


def test_variance_rule_refuses_components_of_equal_strength(correlated):
    y = correlated([[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0.5, 1]])
    with pytest.raises(MethodError, match=r"components 1 and 2 of .* are equally strong"):
        pca_weights(y, "variance")


def test_variance_rule_on_the_handbooks_fourth_component(tai):
    with pytest.raises(MethodError, match=r"component 3 of patents, .* same in only \d\d% of bootstrap draws"):
        pca_weights(tai.y, "variance", tai.names, retain=4, negative="zero")


AGAINST = [[1, 0.6, 0.5, -0.5], [0.6, 1, 0.4, -0.4], [0.5, 0.4, 1, -0.3], [-0.5, -0.4, -0.3, 1]]


@pytest.mark.parametrize("rule", RULES)
def test_negative_dropped_is_the_rest_alone(correlated, rule):
    y = correlated(AGAINST)
    w = pca_weights(y, rule, negative="drop")
    assert w[3] == 0
    np.testing.assert_allclose(w[:3], pca_weights(y[:, :3], rule), atol=1e-12)


@pytest.mark.parametrize("rule", ["communality", "first"])
def test_negative_zero_keeps_the_proportions_of_the_rest(correlated, rule):
    y = correlated(AGAINST)
    first = principal_components(y).eigenvectors[:3, 0]
    expected = first**2 if rule == "communality" else first
    np.testing.assert_allclose(pca_weights(y, rule, negative="zero"), [*expected / expected.sum(), 0], atol=1e-12)


def test_a_refusal_says_the_correlations(correlated):
    with pytest.raises(MethodError, match=r"'odd' \(.*with a -0.50, b -0.40, c -0.30\)"):
        pca_weights(correlated(AGAINST), names=("a", "b", "c", "odd"))


@pytest.mark.parametrize("negative", ["refuse", "drop", "zero"])
def test_two_that_contradict_have_no_side_to_drop(correlated, negative):
    with pytest.raises(MethodError, match="sets a against b, and neither side is stronger"):
        pca_weights(correlated([[1, -0.3], [-0.3, 1]]), names=("a", "b"), negative=negative)


@pytest.mark.parametrize(("name", "value"), [("rule", "firts"), ("negative", "ignore")])
def test_unknown_words(tai, name, value):
    with pytest.raises(MethodError, match=value):
        pca_weights(tai.y, **{name: value})


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(("communality", "first")), st.randoms(use_true_random=False))
def test_no_order_and_no_unit_matters(seed, rule, random):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(20, 4)) + rng.normal(size=(20, 1))
    try:
        w = pca_weights(y, rule, negative="drop")
    except MethodError:
        return
    assert (w >= 0).all()
    assert w.sum() == pytest.approx(1, abs=1e-12)
    rows, columns = random.sample(range(20), 20), random.sample(range(4), 4)
    other = (y * [1e-5, 1, 100, 3e7] + [0, 5, -1, 2])[rows][:, columns]
    np.testing.assert_allclose(pca_weights(other, rule, negative="drop"), w[columns], atol=1e-9)


def test_an_edition_fits_it_on_the_normalised_values(tai, level):
    options = {"rule": "communality", "retain": 4, "negative": "zero"}
    expected = pca_weights(tai.y, retain=4, negative="zero")
    np.testing.assert_array_equal(METHOD.fit(level(tai.y, tai.names), **options), expected)
