import numpy as np
import pytest

import indexer
from indexer.explorer.scales import scales


@pytest.fixture
def index(small_folder):
    return indexer.build(small_folder)


def test_the_editions_own_comes_first_and_is_not_offered_twice(index):
    found = scales(index)
    assert next(iter(found)) == "own"
    assert (found["own"]["method"], found["own"]["low"], found["own"]["high"]) == ("min_max", 0.0, 100.0)
    assert "min_max" not in found


def test_the_others_are_fitted_on_the_reference_cases(index):
    found = scales(index)
    [step] = found["z_score"]["steps"]
    x = index.panel.cases()
    assert [one["mean"] for one in step["parameters"]] == pytest.approx(np.nanmean(x, axis=0))
    assert [one["sd"] for one in step["parameters"]] == pytest.approx(np.nanstd(x, axis=0, ddof=1))
    assert (found["z_score"]["low"], found["z_score"]["high"]) == (None, None)
    assert found["percentile_rank"]["steps"][0]["parameters"][0]["reference"] == sorted(x[:, 0].tolist())


def test_a_refusal_stands_in_words(small_folder, edit):
    edit(small_folder / "skills/schooling_years.yaml", "valid: {minimum: 0}", "valid: {minimum: -100}")
    edit(small_folder / "skills/schooling_years.csv", "CHN,2020,8.1", "CHN,2020,-8.1")
    refused = scales(indexer.build(small_folder))["distance_to_reference"]["refused"]
    assert "schooling_years" in refused
    assert refused.endswith(".")


def test_values_are_given_where_treatment_differs(small_folder, edit):
    """Goalposts leave an indicator untreated; another scale lets the edition's treatment reach it."""
    edition = small_folder / "editions/mine.yaml"
    edit(edition, "min_share: 0.5\n", "min_share: 0.5\ntreat: {method: winsorise, skew: 0.1, kurtosis: 0.1, why: x}\n")
    line = "schooling_years: {enters: as_published, transform: none,"
    edit(edition, line, line + " normalise: {method: goalposts, why: x}, goalposts: [5, 15],")
    index = indexer.build(small_folder)
    found = scales(index)
    assert found["own"]["method"] == "mixed"
    changed = index.edition.vary({"normalise": {"method": "min_max", "low": 0, "high": 100}})
    expected = index.rebuild(index.folder, changed).panel.cases()
    assert not np.array_equal(expected, index.panel.cases())
    assert found["min_max"]["values"] == expected.ravel().tolist()
