import numpy as np
import pandas as pd
import pytest

import indexer
from indexer.errors import FactsError, MethodError, UsageError


def test_default_is_the_shipped_edition():
    index = indexer.build()
    assert index.edition.name == "2024.1"
    assert len(index.scores) == 55
    assert index.scores["index"].notna().all()


def test_a_folder_of_ones_own(small_folder):
    index = indexer.build(str(small_folder), edition="mine")
    assert list(index.scores.columns) == ["economy", "year", "index", "rank", "skills", "networks", "observed_share"]
    assert index.scores.groupby("year")["rank"].apply(sorted).tolist() == [[1, 2, 3, 4, 5]] * 3


def test_other_economies_and_years(small_folder):
    index = indexer.build(small_folder, economies=["VNM", "CHN", "THA", "SGP"], years=(2021, 2022))
    assert index.edition.name == "mine-CHN-SGP-THA-VNM-2021-2022"
    assert index.scores["economy"].unique().tolist() == ["CHN", "SGP", "THA", "VNM"]
    assert index.scores["year"].unique().tolist() == [2021, 2022]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"edition": "other"}, "no edition 'other'"),
        ({"economies": ["CHN", "XYZ"]}, "unknown economy 'XYZ'"),
        ({"economies": "CHN"}, "economies is one text"),
        ({"economies": []}, "economies is empty"),
        ({"years": (2022, 2020)}, "run backwards"),
        ({"years": ("2020", "2021")}, "years is"),
        ({"years": 2020}, "years is"),
        ({"years": (2020, 2021, 2022)}, "years is"),
    ],
)
def test_wrong_use_is_named(small_folder, arguments, said):
    with pytest.raises(UsageError, match=said):
        indexer.build(small_folder, **arguments)


def test_years_without_facts_are_refused(small_folder):
    with pytest.raises(MethodError, match="no value in the reference years"):
        indexer.build(small_folder, years=(1990, 1991))


def test_bad_facts_are_refused(small_folder, edit):
    edit(small_folder / "skills/articles.csv", "CHN,2020,41000", "CHN,2020,41000e")
    with pytest.raises(FactsError, match=r"articles\.csv:2:value = '41000e'"):
        indexer.build(small_folder)


def test_scoring_other_years_with_old_parameters(small_folder):
    old = indexer.build(small_folder, years=(2020, 2021))
    later = indexer.score(old.parameters, old.folder.facts, years=(2020, 2022))
    both = old.scores.merge(later, on=["economy", "year"], suffixes=("", "_again"))
    np.testing.assert_array_equal(both["index"], both["index_again"])
    assert set(later["year"]) == {2020, 2021, 2022}


def test_reference_years_outside_the_years_scored(small_folder, edit):
    edit(small_folder / "editions/mine.yaml", "\nyears: [2020, 2022]", "\nyears: [2022, 2022]")
    edit(small_folder / "editions/mine.yaml", "reference_years: [2020, 2022]", "reference_years: [2020, 2021]")
    index = indexer.build(small_folder)
    assert index.scores["year"].unique().tolist() == [2022]
    assert index.coverage.set_index("set").loc["index", "outside_range"] > 0


def test_a_year_without_an_observed_cell_is_refused(small_folder):
    with pytest.raises(UsageError, match="no indicator has an observed value in 2023"):
        indexer.build(small_folder, years=(2021, 2023))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.drop(columns="indicator"), "no column 'indicator'"),
        (lambda f: f.assign(year=f["year"] + 0.5), "years are not whole"),
        (lambda f: f[f["indicator"] != "articles"], "no fact of 'articles'"),
        (lambda f: pd.concat([f, f.head(1)]), "stand twice"),
    ],
)
def test_facts_to_be_scored_are_checked_at_the_door(small_folder, change, said):
    index = indexer.build(small_folder)
    with pytest.raises(UsageError, match=said):
        indexer.score(index.parameters, change(index.folder.facts))


@pytest.mark.parametrize("parameters", [{}, None, "outputs/parameters.json"])
def test_what_is_no_set_of_parameters(small_folder, parameters):
    with pytest.raises(UsageError, match="not the parameters of an index"):
        indexer.score(parameters, indexer.build(small_folder).folder.facts)


def test_other_economies_can_be_scored(small_folder):
    index = indexer.build(small_folder)
    got = indexer.score(index.parameters, index.folder.facts, economies=["VNM", "SGP"])
    assert got["economy"].unique().tolist() == ["SGP", "VNM"]
    both = got.merge(index.scores, on=["economy", "year"], suffixes=("", "_built"))
    np.testing.assert_array_equal(both["index"], both["index_built"])


def test_cells_on_both_sides_of_the_range_are_counted(small_folder, edit):
    edit(small_folder / "editions/mine.yaml", "reference_years: [2020, 2022]", "reference_years: [2021, 2021]")
    whole = indexer.build(small_folder).coverage.query("set == 'index'").set_index("year")["outside_range"]
    assert whole[2021] == 0
    assert whole[2020] > 0
    assert whole[2022] > 0


def test_adequacy_and_pairs_look_at_the_reference_years(small_folder, edit):
    edit(small_folder / "editions/mine.yaml", "reference_years: [2020, 2022]", "reference_years: [2020, 2021]")
    adequacy = indexer.build(small_folder).adequacy.set_index(["set", "basis"])
    assert adequacy.loc[("skills", "economy_years"), "n_cases"] == 10
    assert adequacy.loc[("skills", "economies"), "n_cases"] == 5
