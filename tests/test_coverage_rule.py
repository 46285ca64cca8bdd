import pytest

import indexer
from indexer.coverage_rule import by_rule, named
from indexer.errors import MethodError
from indexer.folder import read


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


def test_an_edition_with_a_list_stays_as_it_is(small_folder):
    folder = read(small_folder)
    document = folder.editions["mine"]
    assert not by_rule(document)
    assert named(document, folder) is document
