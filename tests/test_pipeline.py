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


def test_reference_years_outside_the_years_scored(small_folder, edit):
    edit(small_folder / "editions/mine.yaml", "\nyears: [2020, 2022]", "\nyears: [2022, 2022]")
    edit(small_folder / "editions/mine.yaml", "reference_years: [2020, 2022]", "reference_years: [2020, 2021]")
    index = indexer.build(small_folder)
    assert index.scores["year"].unique().tolist() == [2022]
    assert index.coverage.set_index("set").loc["index", "outside_range"] > 0


def test_a_year_without_an_observed_cell_is_refused(small_folder):
    with pytest.raises(UsageError, match="no indicator has an observed value in 2023"):
        indexer.build(small_folder, years=(2021, 2023))


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
    more = pd.concat([index.facts, index.facts.assign(economy="DEU").drop_duplicates(["indicator", "year"])])
    with pytest.raises(UsageError, match="no group of 'DEU'"):
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


def test_a_case_that_a_method_refuses_is_named_by_economy_and_year(small_folder, edit):
    edition = small_folder / "editions/mine.yaml"
    edit(edition, "low: 0", "low: 1")
    edit(edition, "reference_years: [2020, 2022]", "reference_years: [2020, 2021]")
    own = "aggregate: {method: arithmetic, why: Substitutes.}\nvar"
    edit(edition, own, own.replace("arithmetic", "mazziotta_pareto"))
    for name, low in (("schooling_years", 0), ("engineers_per_100", 0), ("articles", 0.01)):
        path = small_folder / f"skills/{name}.csv"
        facts = pd.read_csv(path)
        facts.loc[(facts["economy"] == "THA") & (facts["year"] == 2022), "value"] = low
        facts.to_csv(path, index=False)
    with pytest.raises(MethodError, match=r"index: .* \(first: THA 2022, -") as caught:
        indexer.build(small_folder)
    assert caught.value.rows == ("THA 2022",)
