import pytest

from indexer.errors import UsageError
from indexer.folder import read
from indexer.methodology import Edition
from indexer.methods import Choice


@pytest.fixture
def edition(small_folder):
    return Edition.from_document(read(small_folder).editions["mine"])


def test_read_from_its_document(edition):
    assert edition.years == (2020, 2021, 2022)
    assert [one.id for one in edition.sets] == ["skills", "networks"]
    assert edition.sets[0].entries[2].transform == "log"
    assert edition.sets[0].weight == Choice("pca", {"rule": "communality"})


def test_other_economies_make_another_edition(edition):
    other = edition.restrict(("VNM", "CHN", "SGP"), None)
    assert (other.name, other.economies) == ("mine-CHN-SGP-VNM", ("CHN", "SGP", "VNM"))
    assert edition.restrict(None, edition.years) is edition


def test_reference_years_stay_inside_the_years_asked_for(edition):
    assert edition.restrict(None, (2021, 2022)).reference_years == (2021, 2022)
    assert edition.restrict(None, (2030, 2031)).reference_years == (2030, 2031)


def test_expert_weights_are_rescaled_when_an_indicator_leaves(edition):
    left = edition.without(frozenset({"users_pct"}), "mark").sets[1]
    assert left.weight.options["weights"] == pytest.approx({"broadband_per_100": 5 / 7, "server_price": 2 / 7})


def test_variants_that_name_what_left_go_with_it(edition):
    names = [{"name": "a", "leave_out": ["users_pct"]}, {"name": "b", "enters": {"users_pct": {}}}, {"name": "c"}]
    other = Edition.from_document({**edition.content, "variants": names})
    left = other.without(frozenset({"users_pct"}), "users")
    assert [one["name"] for one in left.variants] == ["c"]


def test_a_set_may_not_become_empty(edition):
    with pytest.raises(UsageError, match="'networks' has no indicator left"):
        edition.without(frozenset({"broadband_per_100", "users_pct", "server_price"}), "mark")


def test_a_variant_changes_what_it_names_and_nothing_else(edition):
    change = {
        "within": {"weight": {"method": "entropy"}, "aggregate": {"method": "geometric"}},
        "between": {"weight": {"method": "pca", "rule": "first"}, "aggregate": {"method": "geometric"}},
        "normalise": {"low": 1, "high": 100},
        "years": [2021, 2022],
        "reference_years": [2021, 2021],
        "enters": {"articles": {"enters": "total", "transform": "log1p"}},
    }
    varied = edition.vary(change)
    assert {one.weight.method for one in varied.sets} == {"entropy"}
    assert {one.aggregate.method for one in varied.sets} == {"geometric"}
    assert varied.between == Choice("pca", {"rule": "first"})
    assert (varied.between_aggregate.method, varied.low) == ("geometric", 1.0)
    assert (varied.years, varied.reference_years) == ((2021, 2022), (2021,))
    assert varied.sets[0].entries[2].enters == "total"
    assert varied.sets[0].entries[:2] == edition.sets[0].entries[:2]
    assert edition.vary({}) == edition
    assert edition.between.method == "equal"


def test_what_is_left_out_or_restricted_has_a_name_of_its_own(edition):
    assert edition.without(frozenset({"users_pct"}), "users").name == "mine-without-users"
    assert edition.restrict(("CHN", "SGP", "VNM"), (2021, 2022)).name == "mine-CHN-SGP-VNM-2021-2022"
    five = edition.restrict(("AAA", "BBB", "CCC", "DDD", "EEE"), None).name
    assert five.startswith("mine-5economies-")
    assert five != edition.restrict(("AAA", "BBB", "CCC", "DDD", "FFF"), None).name


def rich(edition, **more):
    content = {**edition.content, **more}
    return Edition.from_document(content)


def test_what_an_indicator_says_goes_before_its_set_and_that_before_the_edition(edition):
    sets = {name: dict(one) for name, one in edition.content["sets"].items()}
    sets["skills"]["normalise"] = {"method": "percentile_rank", "why": "x"}
    sets["skills"]["indicators"] = {
        **sets["skills"]["indicators"],
        "articles": {"enters": "total", "transform": "none", "why": "x", "normalise": {"method": "z_score", "sd": 10}},
    }
    found = rich(edition, sets=sets, treat={"method": "winsorise", "winmax": 3, "why": "x"})
    skills, networks = found.sets
    assert [one.normalise for one in skills.entries] == [
        Choice("percentile_rank"), Choice("percentile_rank"), Choice("z_score", {"sd": 10}),
    ]  # fmt: skip
    assert networks.entries[0].normalise == Choice("min_max")
    assert networks.entries[0].treat == Choice("winsorise", {"winmax": 3})


def test_goalposts_are_not_treated(edition):
    sets = {name: dict(one) for name, one in edition.content["sets"].items()}
    how = {"enters": "total", "transform": "log", "why": "x", "normalise": {"method": "goalposts"}, "goalposts": [1, 9]}
    sets["skills"]["indicators"] = {**sets["skills"]["indicators"], "articles": how}
    entry = rich(edition, sets=sets, treat={"method": "winsorise", "why": "x"}).sets[0].entries[2]
    assert (entry.treat, entry.goalposts) == (Choice("none"), (1.0, 9.0))


def test_a_variant_for_all_indicators_replaces_what_single_ones_said(edition):
    sets = {name: dict(one) for name, one in edition.content["sets"].items()}
    how = {"enters": "total", "transform": "none", "why": "x", "treat": {"method": "log"}}
    sets["skills"]["indicators"] = {**sets["skills"]["indicators"], "articles": how}
    varied = rich(edition, sets=sets).vary({"treat": {"method": "winsorise"}, "normalise": {"method": "z_score"}})
    assert {one.treat.method for one in varied.entries} == {"winsorise"}
    assert {one.normalise.method for one in varied.entries} == {"z_score"}
    assert varied.low is None


def test_the_tree_of_a_recipe_stands_bottom_up(edition):
    group = {"sets": ["networks"], "weight": {"method": "equal"}, "aggregate": {"method": "geometric"}}
    found = rich(edition, groups={"hard": group})
    names = [one.indicator for one in found.entries]
    recipe = found.recipe(dict.fromkeys(names, False), dict.fromkeys(names))
    assert [one.id for one in recipe.groups] == ["skills", "networks", "hard", "index"]
    assert recipe.groups[-1].members == ("skills", "hard")
    assert [one.min_share for one in recipe.groups] == [0.5, 0.5, 1.0, 1.0]
    assert found.weightings["hard"] == Choice("equal")


def test_a_judgement_matrix_loses_the_row_of_what_leaves(edition):
    sets = {name: dict(one) for name, one in edition.content["sets"].items()}
    matrix = [[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]]
    sets["networks"]["weight"] = {"method": "ahp", "matrix": matrix, "why": "x"}
    left = rich(edition, sets=sets).without(frozenset({"users_pct"}), "users").sets[1]
    assert left.weight.options["matrix"] == [[1, 4], [0.25, 1]]


MATRIX = [[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]]
SHARES = {"broadband_per_100": 0.5, "users_pct": 0.3, "server_price": 0.2}
LEFT = {"broadband_per_100": 5 / 7, "server_price": 2 / 7}


def without_users(edition, weight):
    """The options of the set's weighting once Internet users are left out."""
    sets = {name: dict(one) for name, one in edition.content["sets"].items()}
    sets["networks"]["weight"] = {**weight, "why": "x"}
    return rich(edition, sets=sets).without(frozenset({"users_pct"}), "users").sets[1].weight.options


def test_a_target_of_importance_is_rescaled_when_an_indicator_leaves(edition):
    left = without_users(edition, {"method": "importance", "target": SHARES})
    assert left["target"] == pytest.approx(LEFT)


def test_an_importance_without_a_target_stays(edition):
    assert without_users(edition, {"method": "importance"}) == {}


def test_methods_that_are_combined_lose_the_indicator_too(edition):
    inner = {"method": "combined", "of": [{"method": "expert", "weights": SHARES}, {"method": "equal"}]}
    ahp = {"method": "ahp", "matrix": MATRIX}
    first, second = without_users(edition, {"method": "combined", "of": [ahp, inner]})["of"]
    assert first["matrix"] == [[1, 4], [0.25, 1]]
    assert second["of"][0]["weights"] == pytest.approx(LEFT)


@pytest.mark.parametrize("key", ["weights", "target"])
def test_a_set_whose_rest_has_no_weight_is_refused(edition, key):
    weight = {"method": "expert" if key == "weights" else "importance"}
    weight[key] = {"broadband_per_100": 0, "users_pct": 1, "server_price": 0}
    with pytest.raises(UsageError, match="left of the set 'networks' has no weight"):
        without_users(edition, weight)


def test_a_changed_edition_leaves_the_first_as_it_was(edition):
    before = str(edition.content)
    edition.vary({"within": {"weight": {"method": "entropy"}}})
    edition.without(frozenset({"users_pct"}), "users")
    edition.restrict(("CHN", "VNM"), (2021, 2022))
    assert str(edition.content) == before


def test_variants_of_other_years_leave_an_edition_that_is_restricted(edition):
    names = [{"name": "a", "years": [2020, 2021]}, {"name": "b", "reference_years": [2020, 2020]}, {"name": "c"}]
    other = Edition.from_document({**edition.content, "variants": names})
    for asked in (("CHN", "VNM"), None), (None, (2021, 2022)):
        assert [one["name"] for one in other.restrict(*asked).variants] == ["c"]
    assert [one["name"] for one in other.variants] == ["a", "b", "c"]


def test_specifications_keep_what_a_changed_edition_still_has(edition):
    stated = {
        "why": "x", "index": ["headline", "a", "c"], "windows": [[2020, 2022], [2021, 2022]], "equations": [],
        "scaled_over": ["CHN", "IDN", "VNM"],
    }  # fmt: skip
    variants = [{"name": "a", "years": [2020, 2021]}, {"name": "c", "leave_out": ["users_pct"]}]
    other = Edition.from_document({**edition.content, "variants": variants, "specifications": stated})
    assert other.specifications == stated
    assert edition.specifications is None
    fewer = other.restrict(("CHN", "VNM"), (2021, 2022)).specifications
    assert (fewer["index"], fewer["windows"], fewer["scaled_over"]) == (
        ["headline", "c"],
        [[2021, 2022]],
        ["CHN", "VNM"],
    )
    assert other.without(frozenset({"users_pct"}), "users").specifications["index"] == ["headline", "a"]
    assert other.restrict(None, (2020, 2021)).specifications is None
    assert other.restrict(("CHN", "SGP"), None).specifications is None
