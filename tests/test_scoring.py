import numpy as np
import pandas as pd
import pytest

import indexer
from indexer.errors import MethodError, UsageError
from indexer.folder import read_release
from indexer.scoring import span


def test_scoring_other_years_with_old_parameters(small_folder):
    old = indexer.build(small_folder, years=(2020, 2021))
    later = indexer.score(old.parameters, old.folder.facts, years=(2020, 2022))
    both = old.scores.merge(later, on=["economy", "year"], suffixes=("", "_again"))
    np.testing.assert_array_equal(both["index"], both["index_again"])
    assert set(later["year"]) == {2020, 2021, 2022}


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


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "not the parameters of an index"),
        (None, "not the parameters of an index"),
        ("outputs/nothing/parameters.json", "nothing/parameters.json: cannot be read: No such file"),
        ("README.md", "README.md: cannot be read: not JSON"),
    ],
)
def test_what_is_no_set_of_parameters(small_folder, parameters, said):
    with pytest.raises(UsageError, match=said):
        indexer.score(parameters, indexer.build(small_folder).folder.facts)


def test_other_economies_can_be_scored(small_folder):
    index = indexer.build(small_folder)
    got = indexer.score(index.parameters, index.folder.facts, economies=["VNM", "SGP"])
    assert got["economy"].unique().tolist() == ["SGP", "VNM"]
    both = got.merge(index.scores, on=["economy", "year"], suffixes=("", "_built"))
    np.testing.assert_array_equal(both["index"], both["index_built"])


def test_parameters_are_read_from_their_file(small_folder, tmp_path):
    index = indexer.build(small_folder)
    place = index.publish(tmp_path / "out")
    got = indexer.score(place / "parameters.json", index.facts)
    assert got["index"].equals(index.scores["index"])


def test_a_release_holds_all_that_scoring_needs_to_the_last_bit(small_folder, tmp_path):
    index = indexer.build(small_folder)
    release = read_release(index.publish(tmp_path / "out"))
    got = indexer.score(release.parameters, release.facts)
    for name in ("index", "skills", "networks"):
        assert got[name].tolist() == index.scores[name].tolist()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"economies": "CHN"}, "economies is one text"),
        ({"economies": []}, "economies is empty"),
        ({"economies": ["CHN", "XXX"]}, "no fact of 'XXX'"),
        ({"years": (1950, 1951)}, "no indicator has an observed value in 1950"),
        ({"years": (2030, 2031)}, "no indicator has an observed value in 2030"),
    ],
)
def test_scores_of_nothing_are_refused(small_folder, asked, said):
    index = indexer.build(small_folder)
    with pytest.raises(UsageError, match=said):
        indexer.score(index.parameters, index.facts, **asked)


@pytest.mark.parametrize("value", ["3.5", "n/a", True, [1]])
def test_values_that_are_no_numbers_are_named(small_folder, value):
    index = indexer.build(small_folder)
    facts = index.facts.astype({"value": object})
    facts.at[3, "value"] = value
    with pytest.raises(UsageError, match=r"1 values are no numbers \(first: articles, [A-Z]{3} 20\d\d: "):
        indexer.score(index.parameters, facts)


def test_numbers_of_any_kind_are_numbers(small_folder):
    index = indexer.build(small_folder)
    facts = index.facts.astype({"value": object})
    facts["value"] = [np.float64(one) for one in facts["value"]]
    more = facts.head(1).assign(economy="DEU", value=pd.NA)
    got = indexer.score(index.parameters, pd.concat([facts, more]))
    assert got["index"].equals(index.scores["index"])


@pytest.mark.parametrize("facts", [None, [], {"economy": []}])
def test_facts_are_a_table(small_folder, facts):
    index = indexer.build(small_folder)
    with pytest.raises(UsageError, match="is no table"):
        indexer.score(index.parameters, facts)


def imbalanced(small_folder, edit):
    """An index by a mean that needs values above 0, and facts of 2022 that lead below."""
    edition = small_folder / "editions/mine.yaml"
    edit(edition, "low: 0", "low: 1")
    edit(edition, "reference_years: [2020, 2022]", "reference_years: [2020, 2021]")
    edit(
        edition,
        "aggregate: {method: arithmetic, why: Substitutes.}\nvar",
        "aggregate: {method: mazziotta_pareto, why: x}\nvar",
    )
    index = indexer.build(small_folder)
    facts = index.facts.copy()
    low = (facts["economy"] == "THA") & (facts["year"] == 2022)
    for name, value in (("schooling_years", 0.0), ("engineers_per_100", 0.0), ("articles", 0.01), ("users_pct", 0.0)):
        facts.loc[low & (facts["indicator"] == name), "value"] = value
    return index, facts


def test_a_case_that_is_refused_is_named_by_economy_and_year(small_folder, edit):
    index, facts = imbalanced(small_folder, edit)
    with pytest.raises(MethodError, match=r"index: a Mazziotta-Pareto .* \(first: THA 2022, ") as caught:
        indexer.score(index.parameters, facts)
    assert caught.value.rows == ("THA 2022",)


def test_years_are_a_span():
    assert span((2020, 2022)) == (2020, 2021, 2022)
    with pytest.raises(UsageError, match="run backwards"):
        span((2022, 2020))
