from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import indexer
from indexer import tables
from indexer.weight import pca_sign_stability


@pytest.fixture(scope="module")
def index():
    return indexer.build()


def test_ranks_share_ties_and_skip_missing_scores():
    got = tables.ranks(np.array([5.0, 5.0000001, 1.0, np.nan, 7.0]), np.array([1, 1, 1, 1, 2]))
    assert got.tolist() == [1, 1, 3, pd.NA, 1]


def test_observed_share_is_the_weight_of_observed_cells(index):
    cells = index.cells
    effective = index.weights.set_index("node")["effective_weight"]
    observed = cells[cells["status"] == "observed"]
    expected = observed["indicator"].map(effective).groupby([observed["economy"], observed["year"]]).sum()
    got = index.scores.set_index(["economy", "year"])["observed_share"]
    pd.testing.assert_series_equal(got, expected.reindex(got.index), check_names=False)


def test_weights_of_each_level(index):
    weights = index.weights
    by_parent = weights.groupby("parent")["weight"].sum()
    np.testing.assert_allclose(by_parent, 1.0, atol=1e-12)
    assert weights[weights["level"] == "indicator"]["effective_weight"].sum() == pytest.approx(1.0)
    assert weights.groupby("parent")["cv2_share"].sum().round(9).eq(1).all()
    assert weights["importance"].between(0, 1).all()


def test_a_cell_can_be_followed(index):
    cell = index.cells.set_index(["economy", "year", "indicator"]).loc[("MMR", 2024, "internet_users_pct")]
    assert cell["status"] == "carried"
    assert np.isnan(cell["raw"])
    assert cell["imputed"] == pytest.approx(45.4477, abs=1e-4)
    assert cell["origin"].startswith("2020: World Bank")
    missing = index.cells.set_index(["economy", "year", "indicator"]).loc[("MMR", 2022, "dstri")]
    assert (missing["status"], missing["origin"]) == ("missing", "")


def test_schooling_that_its_publisher_repeated_is_not_observed(index):
    cells = index.cells[(index.cells["indicator"] == "mean_years_schooling")]
    status = cells.set_index(["economy", "year"])["status"]
    assert status["CHN", 2022] == "carried"
    assert status["MYS", 2022] == "observed"
    assert set(status[:, 2023]) == {"carried"}


def test_adequacy_on_both_kinds_of_cases(index):
    adequacy = index.adequacy
    assert adequacy["basis"].tolist() == ["economy_years", "economies"] * 5
    rules = adequacy.set_index(["set", "basis"]).loc[("digital_trade_rules", "economy_years")]
    assert rules["kmo"] < 0.6
    assert "do not rest on it" in rules["verdict"]
    assert rules["n_cases"] == 50


def test_coverage_counts_every_cell(index):
    coverage = index.coverage
    parts = coverage[["observed", "interpolated", "carried", "missing"]].sum(axis=1)
    assert (parts == coverage["cells"]).all()
    whole = coverage[coverage["set"] == "index"].set_index("year")
    assert whole.loc[2020, "cells"] == 11 * 16
    expected = index.scores.groupby("year")["observed_share"].mean()
    np.testing.assert_allclose(whole["observed_share"], expected)


def test_size_is_pooled_and_by_year(index):
    size = index.size
    assert set(size["year"].dropna()) == {2020, 2021, 2022, 2023, 2024}
    assert size[size["year"].isna()]["n"].tolist() == [55, 55, 55]


def test_rounding_at_the_end_of_the_range_is_not_outside_of_it(index):
    y = index.result.normalised
    changed = y.copy()
    at = tuple(np.argwhere(np.abs(y - index.plan.high) < 1e-12)[0])
    counts = []
    for excess in (5e-8, 5e-7):
        changed[at] = index.plan.high + excess
        other = replace(index, result=replace(index.result, normalised=changed))
        counts.append(tables.coverage(other)["outside_range"].sum() - tables.coverage(index)["outside_range"].sum())
    assert counts == [0, 2]  # of its set, and of the index


def test_weights_that_depend_on_signs_of_components_publish_how_stable_these_are(small_folder, edit):
    edit(small_folder / "editions/mine.yaml", "rule: communality", "rule: variance, retain: 1")
    index = indexer.build(small_folder)
    found = index.checks[index.checks["check"].str.startswith("sign stability")]
    assert found["set"].tolist() == ["skills", "skills"]
    assert found["basis"].tolist() == ["economy_years", "economies"]
    assert found["check"].tolist() == ["sign stability of component 1"] * 2
    assert found["threshold"].tolist() == [0.9, 0.9]
    names = index.plan.indicators[:3]
    expected = pca_sign_stability(index.result.normalised[:, :3], names, 1)
    assert found["number"].tolist()[0] == expected[0]


JUDGED = "weight: {method: ahp, matrix: [[1, 9, 0.1111], [0.1111, 1, 9], [9, 0.1111, 1]], why: x}"
BOTH = "weight: {method: combined, of: [{method: ahp, matrix: [[1, 2], [0.5, 1]]}, {method: equal}], why: x}"


@pytest.mark.filterwarnings("ignore:skills")
def test_pairwise_judgements_are_checked(small_folder, edit):
    edition = small_folder / "editions/mine.yaml"
    edit(edition, "weight: {method: pca, rule: communality, why: One component.}", JUDGED)
    edit(edition, "weight: {method: equal, why: No reason to prefer one.}", BOTH)
    checks = indexer.build(small_folder).checks
    found = checks[checks["check"] == "consistency ratio"].set_index("set")
    assert found.index.tolist() == ["skills", "between sets"]
    assert found["threshold"].tolist() == [0.1, 0.1]
    assert found["result"].to_dict() == {"skills": "failed", "between sets": "passed"}
    assert found.loc["skills", "number"] == pytest.approx(6.13, abs=0.01)
    assert "6.13 above 0.1" in found.loc["skills", "said"]
    assert "look at the judgements again" in found.loc["skills", "remedy"]


def test_a_column_about_zero_has_no_relative_variation_and_no_warning(small_folder, edit, recwarn):
    edition = small_folder / "editions/mine.yaml"
    edit(edition, "method: min_max, low: 0, high: 100", "method: z_score")
    assert len(indexer.build(small_folder).weights) == 8
    assert [str(one.message) for one in recwarn] == []


CORRECTIONS = """\
- economy: VNM
  year: 2021
  old: 71.6
  new: 61.6
  reason: The report was mended
    after publication.
  reference: https://example.org/erratum
- {economy: VNM, year: 2020, old: 70.3, new: 70.4, reason: A slip., reference: The yearbook}
"""


@pytest.fixture
def corrected(small_folder, edit):
    """The small index as it is, and with two corrected facts, from the second of which one is carried."""
    edit(small_folder / "networks/users_pct.csv", "VNM,2021,72.64", "VNM,2021,71.6")
    edit(small_folder / "networks/users_pct.csv", "VNM,2022,74.98\n", "")
    plain = indexer.build(small_folder)
    (small_folder / "networks/users_pct.corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    return plain, indexer.build(small_folder)


def test_a_corrected_cell_says_what_was_wrong(corrected):
    cells = corrected[1].cells
    mine = cells[(cells["economy"] == "VNM") & (cells["indicator"] == "users_pct")]
    assert mine["status"].tolist() == ["corrected", "corrected", "carried"]
    assert mine["raw"].tolist()[:2] == [70.4, 61.6]
    said = "corrected: The report was mended after publication.; https://example.org/erratum"
    assert mine["origin"].tolist() == ["corrected: A slip.; The yearbook", said, f"2021: {said}"]
    others = cells.drop(mine.index)
    assert not (others["status"] == "corrected").any()
    assert not others["origin"].str.contains("corrected").any()


def test_corrected_counts_as_observed(corrected):
    before, after = corrected
    np.testing.assert_array_equal(before.scores["observed_share"], after.scores["observed_share"])
    pd.testing.assert_frame_equal(before.coverage, after.coverage)
    parts = after.coverage[["observed", "interpolated", "carried", "imputed", "missing"]].sum(axis=1)
    assert (parts == after.coverage["cells"]).all()


def test_a_correction_is_as_good_as_the_right_fact(corrected, small_folder, edit):
    _, after = corrected
    (small_folder / "networks/users_pct.corrections.yaml").unlink()
    edit(small_folder / "networks/users_pct.csv", "VNM,2021,71.6", "VNM,2021,61.6")
    edit(small_folder / "networks/users_pct.csv", "VNM,2020,70.3", "VNM,2020,70.4")
    right = indexer.build(small_folder)
    pd.testing.assert_frame_equal(right.scores, after.scores, check_exact=True)
    pd.testing.assert_frame_equal(right.facts, after.facts, check_exact=True)
    pd.testing.assert_frame_equal(right.variants, after.variants, check_exact=True)
    right_draws, draws = (indexer.uncertainty(one, draws=20, seed=1).ranks for one in (right, after))
    pd.testing.assert_frame_equal(right_draws, draws, check_exact=True)


def test_corrections_of_facts_that_do_not_enter_are_left_out(corrected, small_folder):
    _, after = corrected
    assert tables.corrections(after)[["year", "old", "new"]].to_numpy().tolist() == [
        [2020, 70.3, 70.4], [2021, 71.6, 61.6],
    ]  # fmt: skip
    assert len(tables.corrections(indexer.build(small_folder, years=(2020, 2020)))) == 1
    assert len(tables.corrections(indexer.build(small_folder, economies=["CHN", "IDN", "SGP", "THA"]))) == 0


def test_corrections_hold_under_frozen_parameters_and_in_variants(corrected):
    before, after = corrected
    frozen = indexer.build(after.folder.root, "later", freeze_from=before.parameters)
    scored = indexer.score(before.parameters, after.facts)
    np.testing.assert_array_equal(frozen.scores["index"], scored["index"])
    for one in (frozen, after.varied(after.edition.variants[0])):
        assert (one.cells["status"] == "corrected").sum() == 2
