from dataclasses import replace

import pytest

from indexer.errors import UsageError
from indexer.folder import read
from indexer.methodology import Edition


@pytest.fixture
def edition(small_folder):
    return Edition.from_document(read(small_folder).editions["mine"])


def test_read_from_its_document(edition):
    assert edition.years == (2020, 2021, 2022)
    assert [one.id for one in edition.sets] == ["skills", "networks"]
    assert edition.sets[0].entries[2].transform == "log"
    assert edition.sets[0].weight.label == "pca (communality)"


def test_other_economies_make_another_edition(edition):
    other = edition.restrict(("VNM", "CHN", "SGP"), None)
    assert (other.name, other.economies) == ("mine-CHN-SGP-VNM", ("CHN", "SGP", "VNM"))
    assert edition.restrict(None, edition.years) is edition


def test_reference_years_stay_inside_the_years_asked_for(edition):
    assert edition.restrict(None, (2021, 2022)).reference_years == (2021, 2022)
    assert edition.restrict(None, (2030, 2031)).reference_years == (2030, 2031)


def test_expert_weights_are_rescaled_when_an_indicator_leaves(edition):
    left = edition.without(frozenset({"users_pct"}), "mark").sets[1]
    assert left.weight.weights == pytest.approx({"broadband_per_100": 5 / 7, "server_price": 2 / 7})


def test_variants_that_name_what_left_go_with_it(edition):
    names = [{"name": "a", "leave_out": ["users_pct"]}, {"name": "b", "enters": {"users_pct": {}}}, {"name": "c"}]
    left = replace(edition, variants=tuple(names)).without(frozenset({"users_pct"}), "users")
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
    assert {one.aggregate for one in varied.sets} == {"geometric"}
    assert (varied.between.rule, varied.between_aggregate, varied.low) == ("first", "geometric", 1.0)
    assert (varied.years, varied.reference_years) == ((2021, 2022), (2021,))
    assert varied.sets[0].entries[2].enters == "total"
    assert varied.sets[0].entries[:2] == edition.sets[0].entries[:2]
    assert edition.vary({}) == edition


def test_what_is_left_out_or_restricted_has_a_name_of_its_own(edition):
    assert edition.without(frozenset({"users_pct"}), "users").name == "mine-without-users"
    assert edition.restrict(("CHN", "SGP", "VNM"), (2021, 2022)).name == "mine-CHN-SGP-VNM-2021-2022"
    five = edition.restrict(("AAA", "BBB", "CCC", "DDD", "EEE"), None).name
    assert five.startswith("mine-5economies-")
    assert five != edition.restrict(("AAA", "BBB", "CCC", "DDD", "FFF"), None).name
