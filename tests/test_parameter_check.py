import copy
import json

import pytest

import indexer
from indexer.errors import UsageError
from indexer.parameter_check import checked

SKILLS = ("scoring", "tree", "skills")
USERS = ("scoring", "indicators", "users_pct")
PRICE = ("scoring", "indicators", "server_price")
RICH = (
    ("low: 0", "low: 1"),
    (
        "min_share: 0.5\n",
        "min_share: 0.5\ntreat: {method: log, skew: 0.1, kurtosis: -3, why: x}\n"
        "impute: {method: group_median, group: region, why: x}\n",
    ),
    ("aggregate: {method: arithmetic, why: Substitutes.}\nvar", "aggregate: {method: topsis, why: x}\nvar"),
)


@pytest.fixture
def parameters(small_folder, edit):
    for old, new in RICH:
        edit(small_folder / "editions/mine.yaml", old, new)
    return json.loads(json.dumps(indexer.build(small_folder).parameters))


def changed(parameters, path, value):
    """The parameters with another value at a path; ... deletes it."""
    out = copy.deepcopy(parameters)
    inner = out
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return out


def test_what_was_published_passes_and_comes_back_the_same(parameters):
    assert checked(parameters) == parameters


def test_an_index_gives_what_passes(small_folder):
    parameters = indexer.build(small_folder).parameters
    assert checked(parameters) == json.loads(json.dumps(parameters))


# Path, value, words of the place, words of the message.
WRONG = {
    "weight-too-large": ((*SKILLS, "members", "articles", "weight"), 9, "articles.weight = 9", "is above 1"),
    "weight-negative": ((*SKILLS, "members", "articles", "weight"), -0.1, "articles.weight = -0.1", "is below 0"),
    "weight-of-text": ((*SKILLS, "members", "articles", "weight"), "0.5", "articles.weight = 0.5", "not a number"),
    "weight-not-finite": (
        (*SKILLS, "members", "articles", "weight"), float("nan"), "articles.weight = NaN", "not a finite number",
    ),
    "weights-do-not-sum": ((*SKILLS, "members", "articles", "weight"), 0.9, "tree.skills.members", "weights sum to"),
    "member-unknown": ((*SKILLS, "members", "article"), {"weight": 0}, "members.article", "neither an indicator nor"),
    "member-twice": ((*SKILLS, "members", "users_pct"), {"weight": 0}, "tree.networks.members.users_pct", "already"),
    "member-lost": (("scoring", "tree", "networks", "members", "users_pct"), ..., "networks.members", "sum to"),
    "no-members": ((*SKILLS, "members"), {}, "tree.skills.members", "leaves out"),
    "share": ((*SKILLS, "min_share"), 0, "tree.skills.min_share = 0", "is not above 0"),
    "aggregation": ((*SKILLS, "aggregate", "method"), "mean", "aggregate.method = ", "unknown method 'mean'"),
    "option": ((*SKILLS, "aggregate", "options"), {"p": 1}, "aggregate.options.p = 1", "means nothing"),
    "option-value": (
        ("scoring", "tree", "index", "aggregate", "options"), {"normalise": "x"}, 'options.normalise = "x"', "not what",
    ),
    "direction": ((*USERS, "direction"), "up", "users_pct.direction = up", "not one of the choices"),
    "no-normalisation": ((*USERS, "normalise"), ..., "users_pct.normalise", "no key 'normalise'"),
    "normalisation": ((*USERS, "normalise", "method"), "z_score", "normalise.method = ", "has no range, but one is"),
    "fitted-lost": ((*USERS, "normalise", "fitted", "lower"), ..., "normalise.fitted.lower", "not what the method"),
    "fitted-text": ((*USERS, "normalise", "fitted", "lower"), "3", 'fitted.lower = "3"', "is a text"),
    "fitted-word": ((*USERS, "normalise", "fitted", "lower"), "x", 'fitted.lower = "x"', "not what the method"),
    "fitted-list": ((*USERS, "normalise", "fitted", "lower"), [1], "fitted.lower", "not what the method"),
    "fitted-null": ((*USERS, "normalise", "fitted", "lower"), None, "fitted.lower = null", "not what the method"),
    "fitted-bounds": ((*USERS, "normalise", "fitted", "lower"), 1e6, "normalise.fitted", "upper bound must lie above"),
    "treatment-range": ((*PRICE, "treat", "fitted", "range"), -1, "treat.fitted", "not values that the method log"),
    "treatment-kind": ((*USERS, "treat", "fitted", "skewness"), "x", "fitted.skewness", "not what the method log fits"),
    "imputation-groups": ((*USERS, "impute", "fitted", "groups"), 3, "impute.fitted", "not values that the method"),
    "imputation-of-one": ((*USERS, "impute"), ..., "indicators.users_pct", "its imputation differs"),
    "topsis": (
        ("scoring", "tree", "index", "members", "skills", "fitted", "norm"), 0, "index.members.fitted", "not values",
    ),
    "range-turned": (("scoring", "range"), [100, 1], "scoring.range", "does not lie below"),
    "range-of-one": (("scoring", "range"), [1], "scoring.range", "fewer than 2"),
    "range-lost": (("scoring", "range"), None, "normalise.method", "needs a range"),
    "years": (("years",), [], "years", "fewer than 1"),
    "years-apart": (("years",), [2020, 2022], "years", "do not run on"),
    "economies": (("economies",), [], "economies", "fewer than 1"),
    "economy": (("economies", 0), "China", "economies[0] = China", "not of the form"),
    "inputs": (("inputs",), [], "inputs", "fewer than 1"),
    "inputs-of-others": (("inputs", 0, "indicator"), "school", "scoring.indicators", "stands in one of them only"),
    "transform": (("inputs", 0, "transform"), "root", "inputs[0].transform = root", "not one of the choices"),
    "enters": (("inputs", 0, "enters"), "sum", "inputs[0].enters = sum", "not one of the choices"),
    "carry": (("inputs", 0, "carry"), 1.5, "inputs[0].carry = 1.5", "not a whole number"),
    "group-lost": (("groups", "CHN"), ..., "groups", "no group of 'CHN'"),
    "unknown-key": (("scoring", "ranges"), None, "scoring.ranges = ranges", "unknown key"),
    "tree": (("scoring", "tree"), {}, "scoring.tree", "leaves out"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "place", "said"), WRONG.values(), ids=WRONG)
def test_what_was_edited_by_hand_is_named(parameters, path, value, place, said):
    with pytest.raises(UsageError) as caught:
        checked(changed(parameters, path, value), "p.json")
    assert caught.value.where.startswith("p.json: ")
    assert place in caught.value.where
    assert said in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("path", "said"),
    [(("scoring", "indicators"), "their order differs"), (("scoring", "tree"), "stands behind this node")],
)
def test_keys_in_another_order_are_refused(parameters, path, said):
    inner = parameters["scoring"][path[-1]]
    with pytest.raises(UsageError, match=said):
        checked(changed(parameters, path, dict(reversed(list(inner.items())))))


def test_a_node_that_nobody_takes_is_refused(parameters):
    tree = parameters["scoring"]["tree"]
    index = {**tree["index"], "members": {"skills": {**tree["index"]["members"]["skills"], "weight": 1}}}
    with pytest.raises(UsageError, match=r"scoring\.tree\.networks.*: is a member of no node"):
        checked(changed(parameters, ("scoring", "tree", "index"), index))


def test_a_node_with_the_name_of_an_indicator_is_refused(parameters):
    tree = {"users_pct" if name == "skills" else name: one for name, one in parameters["scoring"]["tree"].items()}
    with pytest.raises(UsageError, match=r"tree\.users_pct: an indicator has that name"):
        checked(changed(parameters, ("scoring", "tree"), tree))


def test_weights_may_be_off_by_a_rounding(parameters):
    path = (*SKILLS, "members", "articles", "weight")
    weight = parameters["scoring"]["tree"]["skills"]["members"]["articles"]["weight"]
    assert checked(changed(parameters, path, weight + 9e-7))
    with pytest.raises(UsageError, match="the weights sum to"):
        checked(changed(parameters, path, weight + 1.1e-6))


def test_what_json_cannot_write_is_refused(parameters):
    with pytest.raises(UsageError, match="hold what JSON cannot write"):
        checked({**parameters, "edition": object()})
