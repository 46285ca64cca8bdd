import numpy as np
import pytest

import indexer
from indexer.errors import UsageError
from indexer.methods import Choice
from indexer.simulate.opened import checked_number, open_factors, opened, stated_over, usual


def with_one_indicator_a_set(folder):
    """Leave the first indicator of each set of an edition."""
    path = folder / "editions/mine.yaml"
    kept = ("schooling_years", "broadband_per_100")
    others = ("engineers_per_100", "articles", "users_pct", "server_price")
    lines = path.read_text().splitlines(keepends=True)
    lines = [line for line in lines if not line.strip().startswith(tuple(f"{name}:" for name in others))]
    text = "".join(lines).replace(
        "weights: {broadband_per_100: 0.5, users_pct: 0.3, server_price: 0.2}", "weights: {broadband_per_100: 1}"
    )
    path.write_text(text.replace("{method: pca, rule: communality, why: One component.}", "{method: equal, why: One.}"))
    assert all(name in text for name in kept)


def test_what_is_asked_for_is_left_open(small):
    assert stated_over(small, ["weights"]) == ["weights"]


def test_else_what_the_edition_says(small_folder):
    path = small_folder / "editions/mine.yaml"
    path.write_text(path.read_text() + "uncertainty:\n  over: {leave_out: set}\n  why: One.\n")
    assert stated_over(indexer.build(small_folder), None) == {"leave_out": "set"}


def test_else_the_usual(small):
    assert stated_over(small, None) == usual(small)


def test_the_usual_is_without_what_is_the_own(small):
    assert usual(small) == {
        "normalisation": ["z_score", "percentile_rank"],
        "weighting": {"within": ["equal"]},
        "weights": {"concentration": 100},
        "aggregation": {"between": ["geometric"]},
        "leave_out": "indicator",
    }


def test_the_usual_of_z_scores_is_without_means_that_need_values_above_0(small):
    index = small.rebuild(small.folder, small.edition.vary({"normalise": {"method": "z_score"}}))
    assert "aggregation" not in usual(index)


def test_the_usual_changes_something_everywhere(small_folder):
    with_one_indicator_a_set(small_folder)
    index = indexer.build(small_folder)
    found = usual(index)
    assert "weighting" not in found
    assert open_factors(opened(index, None, 1)) == ["normalisation", "weights", "aggregation", "leave_out"]


def test_open_assumptions_are_in_the_order_in_which_they_act(gappy):
    over = ["leave_out", "weights", "normalisation", "carrying"]
    assert open_factors(opened(gappy, over, 1)) == ["carrying", "normalisation", "weights", "leave_out"]


def test_the_own_method_among_alternatives_is_drawn_no_more_often(small):
    found = opened(small, {"normalisation": ["min_max", "z_score"]}, 1)
    assert found.assumptions.normalisation == (Choice("z_score"),)


def test_the_own_method_with_its_defaults_written_out_is_the_own(small):
    with pytest.raises(UsageError, match="min_max is the index's own"):
        opened(small, {"normalisation": [{"method": "min_max", "clip": False}]}, 1)


def test_a_method_that_is_the_own_of_some_nodes_only_stays(small):
    found = opened(small, {"weighting": {"within": [{"method": "pca", "rule": "communality"}]}}, 1)
    assert len(found.assumptions.weighting["within"]) == 1


def test_a_frozen_index_may_have_its_weights_fitted_anew(small_folder, small):
    frozen = indexer.build(small_folder, edition="next", freeze_from=small.parameters)
    found = opened(frozen, {"weighting": {"between": ["equal"]}}, 1)
    assert len(found.assumptions.weighting["between"]) == 1


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"normalisation": ["min_max"]}, "normalisation left open changes nothing: min_max is the index's own"),
        ({"treatment": ["none"]}, "treatment left open changes nothing: none is the index's own"),
        ({"weighting": {"between": ["equal"]}}, "weighting between left open changes nothing: equal is"),
        ({"aggregation": {"within": ["arithmetic"]}}, "aggregation within left open changes nothing: arithmetic is"),
        (["imputation"], "imputation left open changes nothing: no cell was imputed"),
        (["carrying"], "carrying left open changes nothing: no cell was carried"),
        (["measurement"], "measurement left open changes nothing: no indicator states"),
        ("weights", "names no assumption"),
        ([], "names no assumption"),
        (["weather"], "unknown assumption 'weather'"),
        ({"weights": {"concentration": -2}}, "not a concentration"),
    ],
    ids=str,
)
def test_what_changes_nothing_or_is_unknown_is_refused(small, over, said):
    with pytest.raises(UsageError, match=said) as error:
        opened(small, over, 1)
    assert error.value.remedy


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"weights": {"concentration": {"within": 9}}}, "no node has two members"),
        ({"weighting": {"within": ["entropy"]}}, "no node or indicator takes it"),
    ],
    ids=str,
)
def test_weights_of_single_members_change_nothing(small_folder, over, said):
    with_one_indicator_a_set(small_folder)
    with pytest.raises(UsageError, match=said):
        opened(indexer.build(small_folder), over, 1)


def test_the_only_set_cannot_be_left_out(small_folder):
    path = small_folder / "editions/mine.yaml"
    text = path.read_text()
    path.write_text(text[: text.index("  networks:\n")] + text[text.index("between:\n") :])
    with pytest.raises(UsageError, match="leave_out left open changes nothing: there is one set alone"):
        opened(indexer.build(small_folder), {"leave_out": "set"}, 1)


@pytest.mark.parametrize("value", [0, -1, True, 2.0, "10", None, np.nan])
def test_numbers_that_are_none_are_refused(value):
    with pytest.raises(UsageError, match="draws = ") as error:
        checked_number("draws", value, 1)
    assert "at least 1" in error.value.remedy


@pytest.mark.parametrize("value", [1, np.int64(5)])
def test_whole_numbers_are_numbers(value):
    checked_number("draws", value, 1)
