import numpy as np
import pandas as pd
import pytest

import indexer
from indexer.errors import FactsError, MethodError, UsageError
from indexer.folder import read_release


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


def rule(small_folder, edit, words):
    edit(small_folder / "editions/mine.yaml", "economies: [CHN, IDN, SGP, THA, VNM]", f"economies: {words}")


def test_a_rule_of_coverage_names_the_economies(small_folder, edit):
    rule(small_folder, edit, "{at_least: 0.9, in_each_set: 0.9, why: Enough facts.}")
    for year in (2020, 2021, 2022):
        for name in ("schooling_years", "engineers_per_100"):
            path = small_folder / f"skills/{name}.csv"
            rows = path.read_text().splitlines()
            path.write_text("\n".join(row for row in rows if not row.startswith(f"THA,{year}")) + "\n")
    index = indexer.build(small_folder)
    assert index.edition.economies == ("CHN", "IDN", "SGP", "VNM")
    assert index.edition.content["economies_rule"]["at_least"] == 0.9


def test_a_rule_may_leave_economies_out(small_folder, edit):
    rule(small_folder, edit, "{at_least: 0.1, except: [THA], why: x}")
    assert "THA" not in indexer.build(small_folder).edition.economies


def test_economies_asked_for_go_before_the_rule(small_folder, edit):
    rule(small_folder, edit, "{at_least: 0.1, why: x}")
    index = indexer.build(small_folder, economies=["CHN", "IDN", "SGP", "VNM"])
    assert index.edition.economies == ("CHN", "IDN", "SGP", "VNM")


def test_a_rule_that_lets_nobody_in_is_refused(small_folder, edit):
    rule(small_folder, edit, "{at_least: 1, why: x}")
    (small_folder / "skills/articles.csv").write_text("economy,year,value\nVNM,2022,5\n")
    with pytest.raises(MethodError, match="no economy has the facts that the rule asks for"):
        indexer.build(small_folder)


def test_cells_that_time_cannot_fill_are_imputed_and_marked(small_folder, edit):
    edit(
        small_folder / "editions/mine.yaml",
        "min_share: 0.5\n",
        "min_share: 0.5\nimpute: {method: group_median, group: region, why: x}\n",
    )
    path = small_folder / "skills/schooling_years.csv"
    path.write_text("\n".join(r for r in path.read_text().splitlines() if not r.startswith("THA")) + "\n")
    index = indexer.build(small_folder)
    cells = index.cells[(index.cells["economy"] == "THA") & (index.cells["indicator"] == "schooling_years")]
    assert set(cells["status"]) == {"imputed"}
    assert set(cells["origin"]) == {"imputed between economies: group_median within region"}
    assert index.coverage["imputed"].sum() == 2 * 3
    again = indexer.score(index.parameters, index.facts)
    assert again["index"].tolist() == index.scores["index"].tolist()
    with pytest.raises(UsageError, match="no group of 'DEU'"):
        more = pd.concat([index.facts, index.facts.assign(economy="DEU").drop_duplicates(["indicator", "year"])])
        indexer.score(index.parameters, more, economies=["DEU"])


def test_treated_bounds_do_not_depend_on_filled_cells(small_folder, edit):
    edit(
        small_folder / "editions/mine.yaml",
        "min_share: 0.5\n",
        "min_share: 0.5\ntreat: {method: winsorise, skew: 0.5, kurtosis: 0.1, why: x}\n",
    )
    index = indexer.build(small_folder)
    table = index.treatment.set_index("indicator")
    assert table.loc["engineers_per_100", "how"] == "winsorised"
    treated = index.cells[index.cells["indicator"] == "engineers_per_100"]["treated"].max()
    assert treated == table.loc["engineers_per_100", "upper"]


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
