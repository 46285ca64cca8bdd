import re

import numpy as np
import pytest

import indexer
from indexer.errors import UsageError
from indexer.pipeline import assemble


@pytest.fixture(scope="module")
def index():
    return indexer.build()


@pytest.fixture(scope="module")
def clean(index):
    return index.without("trade_outcome")


def test_without_trade_outcomes_every_set_keeps_three(index, clean):
    assert index.has_trade_outcome
    assert not clean.has_trade_outcome
    assert all(len(one.columns) >= 3 for one in clean.plan.sets)
    assert set(index.plan.indicators) - set(clean.plan.indicators) == {"digitally_deliverable_services_imports_musd"}
    assert clean.without("trade_outcome") is clean


def test_an_unknown_mark_is_refused(index):
    with pytest.raises(UsageError, match="unknown mark 'weather'"):
        index.without("weather")


def test_wide(index):
    wide = index.wide(2023)
    assert wide.shape == (11, 5)
    assert wide.loc["SGP", "index"] == index.scores.set_index(["economy", "year"]).loc[("SGP", 2023), "index"]
    with pytest.raises(UsageError, match="year 2019"):
        index.wide(2019)


@pytest.mark.parametrize("economy", ["VNM", "MMR", "CHN"])
def test_explanations_add_up(index, economy):
    frame = index.explain(economy, 2020, 2024)
    scores = index.scores.set_index(["economy", "year"])["index"]
    change = scores[economy, 2024] - scores[economy, 2020]
    assert frame.attrs["change"] == change
    assert frame["contribution"].sum() == pytest.approx(change, abs=1e-12 * 100)


@pytest.mark.parametrize(("economy", "years", "said"), [("USA", (2020, 2021), "'USA'"), ("VNM", (2020, 2031), "2031")])
def test_explaining_what_is_not_there(index, economy, years, said):
    with pytest.raises(UsageError, match=said):
        index.explain(economy, *years)


def test_variants_hold_the_headline_and_every_variant(index):
    names = ["headline", *(change["name"] for change in index.edition.variants)]
    assert index.variants["variant"].unique().tolist() == names
    assert (index.variants["note"] == "").all()
    years = index.variants[index.variants["variant"] == "years_2020_2023"]["year"]
    assert years.max() == 2023
    headline = index.variants[index.variants["variant"] == "headline"]
    np.testing.assert_array_equal(headline["index"], index.scores["index"])


def test_variants_are_those_of_facts_arranged_anew(index):
    # the headline's facts in their places serve its variants; they must not change what is computed
    for change in index.edition.variants:
        if {"without", "leave_out"} & set(change):
            continue
        fresh = assemble(index.folder, index.edition.vary(change)).scores["index"]
        found = index.variants.loc[index.variants["variant"] == change["name"], "index"]
        np.testing.assert_array_equal(found, fresh, err_msg=change["name"])


def test_a_variant_that_the_data_refuse_says_why(small_folder, edit):
    path = small_folder / "networks/users_pct.csv"
    path.write_text(re.sub(r",2020,.*", ",2020,50", path.read_text()))
    edit(
        small_folder / "editions/mine.yaml",
        "    within: {weight: {method: equal}}\n",
        "    within: {weight: {method: equal}}\n"
        "  - name: first_year\n    why: To be refused.\n    reference_years: [2020, 2020]\n",
    )
    variants = indexer.build(small_folder).variants
    refused = variants[variants["variant"] == "first_year"]
    assert refused["index"].isna().all()
    assert refused["note"].str.contains("'users_pct' is constant").all()
    assert variants[variants["variant"] == "equal"]["index"].notna().all()


def test_expert_weights_survive_leaving_an_indicator_out(small_folder, edit):
    edit(
        small_folder / "editions/mine.yaml",
        "variants:\n",
        "variants:\n  - name: no_users\n    why: To see.\n    leave_out: [users_pct]\n",
    )
    variants = indexer.build(small_folder).variants
    assert variants[variants["variant"] == "no_users"]["index"].notna().all()


def test_parameters_are_all_that_scoring_needs(index):
    again = indexer.score(index.parameters, index.folder.facts)
    np.testing.assert_array_equal(again["index"], index.scores["index"])
    assert again["rank"].tolist() == index.scores["rank"].tolist()


def test_repr(index):
    assert repr(index) == "<Index 2024.1: 11 economies, 2020-2024, 4 sets, 16 indicators>"


def test_a_variant_that_cannot_be_made_says_why(small_folder, edit):
    edit(small_folder / "editions/mine.yaml", "users_pct: 0.3, server_price: 0.2", "users_pct: 0.5, server_price: 0")
    edit(
        small_folder / "editions/mine.yaml",
        "variants:\n",
        "variants:\n  - name: price\n    why: To be refused.\n    leave_out: [broadband_per_100, users_pct]\n",
    )
    variants = indexer.build(small_folder).variants
    refused = variants[variants["variant"] == "price"]
    assert refused["index"].isna().all()
    assert refused["note"].str.contains("left of the set 'networks' has no weight").all()


def test_one_economy_in_one_year_is_nothing_to_explain(index):
    with pytest.raises(UsageError, match="VNM in 2023 is both sides: nothing to explain"):
        index.explain("VNM", 2023, 2023, against="VNM")
