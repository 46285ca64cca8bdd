"""What must hold of every method that an edition can name, alone and together with the others."""

import itertools
import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from indexer import CompositeIndex, aggregate, composite, impute, normalise, treat, weight
from indexer.methods import Choice
from indexer.parameters import from_parameters, to_parameters
from indexer.recipe import Group, Recipe

STAGES = {
    "treat": treat.METHODS,
    "impute": impute.METHODS,
    "normalise": normalise.METHODS,
    "weight": weight.METHODS,
    "aggregate": aggregate.METHODS,
}
PLAIN = {"treat": "none", "impute": "none", "normalise": "min_max", "weight": "equal", "aggregate": "arithmetic"}
EVERY = [(stage, method) for stage, methods in STAGES.items() for method in methods]
# A method with an option that must be given, or that is of use here only with one, has it here.
OPTIONS = {
    "power": {"p": 0.5},
    "combined": {"of": [{"method": "equal"}, {"method": "critic"}]},
    "z_score": {"mean": 100.0, "sd": 3.0},
    "group_mean": {"fallback": "overall"},
    "group_median": {"fallback": "overall"},
}

NOT_MONOTONE = {
    ("aggregate", "mazziotta_pareto"): "its penalty for imbalance can outweigh what the raised member adds",
    ("aggregate", "topsis"): "beyond the frozen best point the distance to it grows again",
    ("impute", "model"): "missing cells of the case are predicted from the raised one, and may fall",
}
"""Methods by which raising one indicator of a case may lower its score."""
NOT_STRICT = {
    ("treat", "winsorise"): "all beyond a bound is the same",
    ("treat", "winsorise_or_log"): "all beyond a bound is the same",
    ("normalise", "percentile_rank"): "nothing changes between two reference values",
}
"""Methods by which raising an indicator inside the range of the reference may leave the score as it is."""
NOT_SHIFTED = {("normalise", "distance_to_reference"): "a ratio has a zero: only the scale is free"}
"""Methods by which the zero of an indicator's unit matters."""
APART = {
    ("log", "distance_to_reference"): "logarithms may be negative, and a ratio of them has no meaning",
    ("winsorise_or_log", "distance_to_reference"): "the same",
    ("winsorise", "goalposts"): "goalposts state the scale in the indicator's own units; treatment would move it",
    ("log", "goalposts"): "the same",
    ("winsorise_or_log", "goalposts"): "the same",
    ("entropy", "mazziotta_pareto"): "the penalty leads below the range, where there is no entropy",
}
"""Methods of two stages that do not go together."""

NAMES = ("a", "b", "c", "d", "e", "f")
SETS = {"s": ("a", "b", "c"), "t": ("d", "e", "f")}
LOWER = np.array([False, False, True, False, False, False])
POSTS = (0.5, 100.0)
RANGE = (70.0, 130.0)
ESTEEM = {"a": 2.0, "b": 1.0, "c": 1.5, "d": 1.0, "e": 3.0, "f": 2.0, "s": 2.0, "t": 3.0}
N = 40
ECONOMIES = np.repeat([f"E{i}" for i in range(10)], 4)
YEARS = np.tile([2020, 2021, 2022, 2023], 10)
GROUPS = np.repeat(["north", "south"], N // 2)


def _reference(gaps):
    rng = np.random.default_rng(7)
    z = rng.normal(size=(N, 1)) + 0.6 * rng.normal(size=(N, 6))
    z[:, 2] *= -1
    x = 10 + 2.5 * z
    x[:, 1] = np.exp(1.3 * z[:, 1])
    x[z[:, 4].argmax(), 4] = 90.0
    x = np.clip(x, 0.6, None)
    if gaps:
        x[rng.random(x.shape) < 0.06] = np.nan
    return x


FULL, GAPPED = _reference(False), _reference(True)
LEAST, MOST = FULL.min(axis=0), FULL.max(axis=0)


def choice(stage, method, members=()):
    options = OPTIONS.get(method, {})
    if stage == "weight" and method == "expert":
        total = sum(ESTEEM[name] for name in members)
        options = {"weights": {name: ESTEEM[name] / total for name in members}}
    if stage == "weight" and method == "ahp":
        options = {"matrix": [[ESTEEM[one] / ESTEEM[other] for other in members] for one in members]}
    return Choice(method, options)


def recipe(names=NAMES, posts=None, min_share=0.3, **methods):
    used = {**PLAIN, **methods}
    sets = {one: tuple(name for name in names if name in members) for one, members in SETS.items()}

    def node(one, members, share):
        how = (choice(stage, used[stage], members) for stage in ("weight", "aggregate"))
        return Group(one, members, *how, share)

    groups = (*(node(one, members, min_share) for one, members in sets.items()), node("index", tuple(sets), 1.0))
    ranged = "range" in normalise.METHODS[used["normalise"]].traits
    return Recipe(
        tuple(names),
        tuple(bool(LOWER[NAMES.index(name)]) for name in names),
        groups,
        (choice("treat", used["treat"]),) * len(names),
        (choice("normalise", used["normalise"]),) * len(names),
        tuple((posts or {}).get(name, POSTS) for name in names),
        choice("impute", used["impute"]),
        *(RANGE if ranged else (None, None)),
    )


def fit(one, x, order=None):
    order = np.arange(len(x)) if order is None else np.asarray(order)
    x = x[order]
    treatment = composite.fit_treatment(one, x, ECONOMIES[order])
    return composite.fit(
        one, composite.treated(treatment, x), treatment=treatment, groups=GROUPS[order], years=YEARS[order]
    )


def reference_of(methods):
    # PCA and its like take complete cases only, so gaps are for those who fill them
    return FULL if methods.get("impute", "none") == "none" else GAPPED


@cache
def _fitted(methods):
    return fit(recipe(**dict(methods)), reference_of(dict(methods)))


def fitted(**methods):
    return _fitted(tuple(sorted(methods.items())))


def index(plan, x):
    x = np.atleast_2d(x)
    return composite.transform(plan, x, np.full(len(x), "north")).index


def together(stage, method, but=()):
    """Draw the methods of the other stages, without those of `but` and those that do not go together."""
    drawn = {
        other: st.just(method)
        if other == stage
        else st.sampled_from([name for name in methods if (other, name) not in but])
        for other, methods in STAGES.items()
    }
    return st.fixed_dictionaries(drawn).filter(
        lambda one: not set(itertools.permutations(one.values(), 2)) & set(APART)
    )


VALUE = st.floats(0.6, 60.0)
# rounded: whether two values are tied to the last bit is no matter of units
ROW = st.lists(VALUE, min_size=6, max_size=6).map(lambda row: np.round(row, 6))
INSIDE, NEAR = (
    st.lists(st.floats(0.0, to), min_size=6, max_size=6).map(
        lambda share: np.round(LEAST + np.array(share) * (MOST - LEAST), 6)
    )
    for to in (1.0, 1.2)
)
COLUMN = st.integers(0, 5)
GAPS = st.lists(COLUMN, max_size=2)
FACTOR = st.floats(1.0, 4.0)


def bettered(row, column, factor):
    raised = np.array(row, dtype=float)
    raised[column] = raised[column] / factor if LOWER[column] else raised[column] * factor
    return raised


def few(examples):
    # found is soon, made smaller late
    return settings(
        max_examples=examples, deadline=None, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False
    )


def test_the_reference_is_winsorised_in_one_column_and_logged_in_another():
    how = {p["how"] for p in fitted(treat="winsorise_or_log").treatment[0].parameters}
    assert {"none", "winsorised"} <= how
    assert "log" in {p["how"] for p in fitted(treat="log").treatment[0].parameters}


@pytest.mark.parametrize(("stage", "method"), [one for one in EVERY if one not in NOT_MONOTONE])
def test_a_better_value_never_lowers_a_score(stage, method):
    @few(20)
    @given(together(stage, method, NOT_MONOTONE), ROW, GAPS, COLUMN, FACTOR)
    def holds(methods, row, gaps, column, factor):
        row[[j for j in gaps if j != column]] = np.nan
        before, after = index(fitted(**methods), np.vstack([row, bettered(row, column, factor)]))
        assert np.isnan(before) == np.isnan(after)
        assert not after < before - 1e-9 * abs(before)

    holds()


def _filled_the_other_way():
    a = np.linspace(1.0, 9.0, 12)
    x = np.column_stack([a, 40.0 - 4.0 * a + np.tile([0.3, -0.3], 6)])
    one = Recipe(
        ("a", "b"), (False, False), (Group("index", ("a", "b")),), (Choice("none"),) * 2, (Choice("min_max"),) * 2,
        (None, None), Choice("model"),
    )  # fmt: skip
    weights = Choice("expert", {"weights": {"a": 0.2, "b": 0.8}})
    one = Recipe(**{**one.__dict__, "groups": (Group("index", ("a", "b"), weights),)})
    plan = composite.fit(one, x)
    return composite.transform(plan, np.array([[3.0, np.nan], [6.0, np.nan]])).index


LOWERED = {
    ("aggregate", "mazziotta_pareto"): lambda: index(
        fitted(aggregate="mazziotta_pareto"), [[40.0, 1.0, 14.0, 5.0, 5.0, 5.0], [60.0, 1.0, 14.0, 5.0, 5.0, 5.0]]
    ),
    ("aggregate", "topsis"): lambda: index(
        fitted(aggregate="topsis"),
        np.vstack([np.where(LOWER, LEAST, MOST), bettered(np.where(LOWER, LEAST, MOST), 0, 2)]),
    ),
    ("impute", "model"): _filled_the_other_way,
}


@pytest.mark.parametrize("exception", NOT_MONOTONE, ids=str)
def test_what_is_excepted_from_monotony_does_lower_a_score(exception):
    before, after = LOWERED[exception]()
    assert after < before


@pytest.mark.parametrize(("stage", "method"), [one for one in EVERY if one not in {**NOT_MONOTONE, **NOT_STRICT}])
def test_a_better_value_inside_the_range_raises_the_score(stage, method):
    @few(8)
    @given(together(stage, method, {**NOT_MONOTONE, **NOT_STRICT}), INSIDE, COLUMN, st.floats(0.0, 0.9))
    def holds(methods, row, column, share):
        best = (LEAST if LOWER[column] else MOST)[column]
        worst = (MOST if LOWER[column] else LEAST)[column]
        better = row.copy()
        row[column], better[column] = worst + share * (best - worst), worst + (share + 0.1) * (best - worst)
        before, after = index(fitted(**methods), np.vstack([row, better]))
        assert after > before

    holds()


TIED = {
    ("treat", "winsorise"): (4, 80.0, 90.0),
    ("treat", "winsorise_or_log"): (4, 80.0, 90.0),
    ("normalise", "percentile_rank"): (4, 80.0, 85.0),
}


@pytest.mark.parametrize("exception", NOT_STRICT, ids=str)
def test_what_is_excepted_from_strictness_does_tie(exception):
    column, low, high = TIED[exception]
    rows = np.repeat(np.median(FULL, axis=0)[None], 2, axis=0)
    rows[:, column] = low, high
    before, after = index(fitted(**dict([exception])), rows)
    assert after == before


def close(got, expected):
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)


def weights_of(plan):
    return {(node.id, name): w for node in plan.nodes for name, w in zip(plan.members(node), node.weights, strict=True)}


@pytest.mark.parametrize(("stage", "method"), EVERY)
def test_the_order_of_cases_does_not_matter(stage, method):
    @few(4)
    @given(together(stage, method), st.permutations(range(N)))
    def holds(methods, order):
        plan, x = fitted(**methods), reference_of(methods)
        again = fit(recipe(**methods), x, order)
        # what is fitted of one indicator keeps its last bit
        assert to_parameters(again)["indicators"] == to_parameters(plan)["indicators"]
        np.testing.assert_array_equal(index(plan, x[order]), index(plan, x)[order])
        close(index(again, x), index(plan, x))

    holds()


@pytest.mark.parametrize(("stage", "method"), EVERY)
def test_the_order_of_indicators_does_not_matter(stage, method):
    @few(4)
    @given(together(stage, method), st.permutations(NAMES))
    def holds(methods, names):
        plan, x = fitted(**methods), reference_of(methods)
        at = [NAMES.index(name) for name in names]
        again = fit(recipe(names, **methods), x[:, at])
        close(index(again, x[:, at]), index(plan, x))
        assert weights_of(again) == pytest.approx(weights_of(plan), rel=1e-9, abs=1e-12)

    holds()


@pytest.mark.parametrize("method", weight.METHODS)
def test_the_order_of_years_does_not_matter(method):
    labels = pd.MultiIndex.from_arrays([ECONOMIES, YEARS], names=["economy", "year"])
    facts = pd.DataFrame(FULL, columns=list(NAMES), index=labels)
    facts.iloc[[5, 6, 11], [0, 3, 4]] = np.nan

    def scores(rows):
        weights = {one: choice("weight", method, members) for one, members in {**SETS, "index": tuple(SETS)}.items()}
        weights = {one: {"method": given.method, **given.options} for one, given in weights.items()}
        estimator = CompositeIndex(SETS, weight=weights, lower_better=["c"], carry=2)
        return estimator.set_output(transform="pandas").fit_transform(rows).sort_index()

    expected = scores(facts)
    assert expected["index"].notna().all()

    @few(3)
    @given(st.permutations(range(N)))
    def holds(order):
        close(scores(facts.iloc[order]), expected)
        close(scores(facts.sort_index(level="year")), expected)

    holds()


@pytest.mark.parametrize(("stage", "method"), EVERY)
def test_units_do_not_matter(stage, method):
    @few(4)
    @given(together(stage, method), NEAR, st.lists(st.floats(0.01, 100.0), min_size=6, max_size=6), st.floats(-50, 500))
    def holds(methods, row, scale, shift):
        scale = np.array(scale)
        shift = 0.0 if ("normalise", methods["normalise"]) in NOT_SHIFTED else shift
        plan, x = fitted(**methods), np.vstack([reference_of(methods), row])
        posts = {name: tuple(np.array(POSTS) * a + shift) for name, a in zip(NAMES, scale, strict=True)}
        other = x * scale + shift
        again = fit(recipe(posts=posts, **methods), other[:-1])
        np.testing.assert_allclose(index(again, other), index(plan, x), rtol=1e-8, atol=1e-8)

    holds()


@pytest.mark.parametrize("exception", NOT_SHIFTED, ids=str)
def test_what_is_excepted_from_shifts_does_change_with_one(exception):
    plan, again = fitted(**dict([exception])), fit(recipe(**dict([exception])), FULL + 5)
    assert np.abs(index(again, FULL + 5) - index(plan, FULL)).max() > 1


@pytest.mark.parametrize(("stage", "method"), EVERY)
def test_cases_are_scored_alone_as_among_others(stage, method):
    @few(6)
    @given(together(stage, method), st.lists(st.integers(0, N - 1), min_size=1, max_size=5, unique=True))
    def holds(methods, rows):
        plan = fitted(**methods)
        for x in (FULL, GAPPED):
            np.testing.assert_array_equal(index(plan, x[rows]), index(plan, x)[rows])

    holds()


@pytest.mark.parametrize("filling", impute.METHODS)
@pytest.mark.parametrize("method", aggregate.METHODS)
def test_cases_of_many_members_are_scored_alone_as_among_others(method, filling):
    # numpy sums eight numbers and more in another order, depending on how they lie in memory
    x = np.random.default_rng(3).uniform(1, 9, size=(30, 17))
    x[4:9, 3:6] = np.nan
    how = {"method": method, **OPTIONS.get(method, {})}
    estimator = CompositeIndex(aggregate=how, impute=filling, low=1.0, min_share=0.2).fit(x)
    whole = estimator.transform(x)
    for form in (pd.DataFrame, np.asarray, np.asfortranarray):
        np.testing.assert_array_equal(estimator.transform(form(x)), whole)
    np.testing.assert_array_equal(np.vstack([estimator.transform(row[None]) for row in x]), whole)


@pytest.mark.parametrize(("stage", "method"), EVERY)
def test_parameters_survive_json_to_the_last_bit(stage, method):
    @few(6)
    @given(together(stage, method), st.lists(NEAR, min_size=1, max_size=4), GAPS)
    def holds(methods, rows, gaps):
        plan, x = fitted(**methods), np.array(rows)
        x[0, gaps] = np.nan
        again = from_parameters(json.loads(json.dumps(to_parameters(plan), allow_nan=False)))
        np.testing.assert_array_equal(index(again, x), index(plan, x))

    holds()


@pytest.mark.parametrize(("stage", "method"), EVERY)
def test_parameters_read_back_are_written_alike(stage, method):
    written = json.dumps(to_parameters(fitted(**{stage: method})))
    assert json.dumps(to_parameters(from_parameters(json.loads(written)))) == written


@pytest.mark.parametrize(("treatment", "normalisation"), list(itertools.product(treat.METHODS, normalise.METHODS)))
def test_a_missing_cell_stays_missing_until_it_is_filled(treatment, normalisation):
    if (treatment, normalisation) in APART:
        treatment = "none"
    plan = fitted(treat=treatment, normalise=normalisation)
    y = composite.normalised(plan, composite.treated(plan.treatment, GAPPED))
    np.testing.assert_array_equal(np.isnan(y), np.isnan(GAPPED))


@pytest.mark.parametrize("method", [name for name in impute.METHODS if name != "none"])
def test_a_filled_cell_lies_among_the_values_of_the_reference(method):
    plan = fitted(impute=method)
    filled = composite.impute_between(plan, np.full((3, 6), np.nan), GROUPS[:3])
    assert (filled >= np.nanmin(GAPPED, axis=0)).all()
    assert (filled <= np.nanmax(GAPPED, axis=0)).all()


def test_a_cell_filled_by_the_model_ties_with_the_ends_of_its_range():
    # many at the least value, as zeros are: beside it by a last digit, a filled cell would rank above them all
    x = np.vstack([np.column_stack([np.arange(1.0, 9.0)] * 2), [[-50.0, np.nan], [60.0, np.nan]]])
    x[:4, 1] = 1.0
    for scale in np.linspace(0.1, 3.0, 40):
        other = x * scale + 0.1
        fill = impute.METHODS["model"]
        filled = fill.apply(other, fill.fit(other))[-2:, 1]
        assert filled.tolist() == [other[0, 1], other[7, 1]]


@pytest.mark.parametrize(("stage", "method"), [one for one in EVERY if one[0] in ("weight", "aggregate")])
def test_a_case_is_scored_by_what_is_present_or_not_at_all(stage, method):
    drawn = together(stage, method).map(lambda one: {name: one[name] for name in ("weight", "aggregate")})

    @few(12)
    @given(drawn, st.floats(0.05, 1.0), st.sets(COLUMN, min_size=1, max_size=5), st.floats(0.05, 1.0))
    def holds(methods, level, gaps, min_share):
        plan = fit(recipe(min_share=min_share, **methods), FULL)
        # all members at the same level: leaving some out must leave the score where it is
        row = np.where(LOWER, MOST - level * (MOST - LEAST), LEAST + level * (MOST - LEAST))
        row[list(gaps)] = np.nan
        shares = [sum(w for j, w in zip(one.columns, one.weights, strict=True) if j not in gaps) for one in plan.sets]
        scores = composite.transform(plan, row[None]).nodes[0]
        for share, score in zip(shares, scores, strict=False):
            enough = share > 0 and share >= min_share - 1e-9
            assert score == pytest.approx(70.0 + 60.0 * level) if enough else np.isnan(score)
        assert np.isnan(scores[-1]) == np.isnan(scores[:-1]).any()

    holds()
