"""Weightings and aggregations of an edition against the methods there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import Fault
from indexer.load import document, text
from indexer.stages import METHODS
from indexer.validate import editions, levels
from indexer.validate.economies import Gazetteer

SETS = {
    "skills": ("schooling_years", "engineers_per_100", "articles"),
    "networks": ("broadband_per_100", "users_pct", "server_price"),
}
KNOWN = levels.Known(
    ("skills", "networks"),
    {name: {"set": room} for room, names in SETS.items() for name in names},
    {"population_total": {}},
    Gazetteer({"CHN": "China", "IDN": "Indonesia", "SGP": "Singapore", "THA": "Thailand", "VNM": "Viet Nam"}),
    METHODS,
)


def check(data: str) -> list[Fault]:
    return editions.check(document.parse(text.decode(data.encode("utf-8"), "editions/mine.yaml")), "mine", KNOWN)


def test_a_judgement_matrix_has_a_row_for_each_member(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    (fault,) = check(edition.replace("method: equal, why: No", "method: ahp, matrix: [[1]], why: No"))
    assert (fault.column, fault.value) == ("between.weight.matrix", "1 rows for 2 members")
    assert fault.remedy == "in the order skills, networks"


def test_a_method_of_a_combination_is_checked_too(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    combined = "method: combined, of: [{method: equal}, {method: expert, weights: {skills: 0.5}}], why: No"
    faults = check(edition.replace("method: equal, why: No", combined))
    assert [fault.column for fault in faults] == ["between.weight.of[1].weights"] * 2


def test_weights_for_what_is_not_there(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    faults = check(edition.replace("users_pct: 0.3,", "user_pct: 0.3,"))
    assert [(f.column, f.message) for f in faults] == [
        ("sets.networks.weight.weights.user_pct", "a weight for what is not there"),
        ("sets.networks.weight.weights", "no weight for 'users_pct'"),
    ]
    assert faults[0].remedy == "write users_pct"


def test_weights_within_rounding_sum_to_one(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    assert check(edition.replace("users_pct: 0.3,", "users_pct: 0.3000000001,")) == []
    assert len(check(edition.replace("users_pct: 0.3,", "users_pct: 0.30000001,"))) == 1


def combined(small_folder: Path, rest: str) -> list[Fault]:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    weight = f"method: combined, of: [{{method: equal}}, {{method: entropy}}], {rest}, why: No"
    return check(edition.replace("method: equal, why: No", weight))


@pytest.mark.parametrize(
    ("shares", "value", "said"),
    [
        ("[0.5, 0.25, 0.25]", "3 shares", "not one for each of the 2 methods"),
        ("[0.5, 0.4]", "0.9", "the shares do not sum to 1"),
    ],
)
def test_methods_are_combined_by_one_share_each_that_sum_to_one(
    small_folder: Path, shares: str, value: str, said: str
) -> None:
    faults = combined(small_folder, f"how: linear, shares: {shares}")
    assert ("between.weight.shares", value, said) in [(f.column, f.value, f.message) for f in faults]
    assert combined(small_folder, "how: linear, shares: [0.7, 0.3]") == []


def test_the_game_finds_its_own_shares(small_folder: Path) -> None:
    (fault,) = combined(small_folder, "how: game, shares: [0.7, 0.3]")
    assert fault.column == "between.weight.shares"
    assert "game, which finds its own" in fault.message
