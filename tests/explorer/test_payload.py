import json

import numpy as np
import pytest

import indexer
from indexer.explorer.payload import numbers, payload


@pytest.fixture
def index(small_folder):
    return indexer.build(small_folder)


def test_it_is_plain_json_of_finite_numbers(index):
    json.dumps(payload(index), allow_nan=False)


def test_numbers_that_are_not_finite_are_none():
    assert numbers(np.array([[1.5, np.nan], [np.inf, 2.0]])) == [1.5, None, None, 2.0]


def test_cells_stand_as_in_the_table_of_cells(index):
    data = payload(index)
    m, cells = len(data["indicators"]), index.cells
    assert [one["id"] for one in data["indicators"]] == list(index.plan.indicators)
    at = {one["id"]: j for j, one in enumerate(data["indicators"])}
    for row in cells.itertuples():
        e = [one["id"] for one in data["economies"]].index(row.economy)
        k = (e * len(data["years"]) + data["years"].index(row.year)) * m + at[row.indicator]
        assert data["values"][k] == (None if np.isnan(row.imputed) else row.imputed)
        assert data["raw"][k] == (None if np.isnan(row.raw) else row.raw)
        assert data["statuses"][data["status"][k]] == row.status


def test_of_the_edition_only_what_scores_depend_on_is_kept(index):
    assert "variants" in index.edition.content
    assert "variants" not in payload(index)["edition"]
    assert payload(index)["edition"]["between"] == index.edition.content["between"]


def test_groups_have_at_least_two_members_and_not_all(index):
    groups = {one["id"]: one["members"] for one in payload(index)["groups"]}
    assert groups == {"asean:1": ["IDN", "SGP", "THA", "VNM"]}


def test_intervals_are_those_of_the_draws(index):
    found = payload(index)["intervals"]
    ranks = index.uncertainty.ranks
    assert found["draws"] == len(index.uncertainty.draws)
    assert found["low"] == ranks["rank_p05"].tolist()
    assert found["high"] == ranks["rank_p95"].tolist()


def test_context_series_lie_on_the_cases(index):
    [gdp] = [one for one in payload(index)["context"] if one["id"] == "gdp_current_usd"]
    facts = index.folder.facts.query("indicator == 'gdp_current_usd'").set_index(["economy", "year"])["value"]
    assert gdp["values"] == [facts[case] for case in index.panel.case_labels]


def test_a_frozen_edition_says_so(small_folder, index):
    frozen = indexer.build(small_folder, freeze_from=index.parameters, edition="mine-2")
    data = payload(frozen)
    assert (data["frozen_from"], data["fixed"]) == ("mine", True)
    assert list(data["scales"]) == ["own"]


def test_reference_years_outside_the_edition_cannot_be_fitted_again(small_folder, edit):
    edit(small_folder / "editions/mine.yaml", "\nyears: [2020, 2022]", "\nyears: [2021, 2022]")
    data = payload(indexer.build(small_folder))
    assert (data["fixed"], data["reference"]) == (True, [])
