from datetime import datetime

import indexer
from indexer.publish.sources import licence_url, licences, retrieved, series, spdx, table


def test_every_series_of_the_facts_has_a_source(shipped):
    names = {one.id for one in series(shipped.index)}
    assert names == set(shipped.csvs["facts"]["indicator"]) | {"population_total", "gdp_current_usd"}


def test_a_line_for_each_series_with_its_licence(shipped):
    lines = shipped.content["LICENCES.txt"].decode().splitlines()
    for one in series(shipped.index):
        [line] = [line for line in lines if line.startswith(f"{one.id}: ")]
        assert line.startswith(f"{one.id}: {one.source.licence}. ")
        assert one.source.url in line
    assert "CC BY 3.0 IGO: https://creativecommons.org/licenses/by/3.0/igo/" in lines
    assert any(line.startswith("The index: CC BY 4.0.") for line in lines)


def test_a_text_of_several_lines_is_one(hostile_folder):
    lines = licences(indexer.build(hostile_folder)).decode().split("\n")
    [line] = [line for line in lines if line.startswith("articles: ")]
    assert "-2+3 =1+1 end" in line


def test_the_date_is_that_of_the_last_retrieval(shipped, small_folder, edit):
    assert retrieved(shipped.index) == datetime(2026, 11, 22)
    edit(small_folder / "skills/articles.yaml", "retrieved: 2024-06-30", 'retrieved: "2025"')
    assert retrieved(indexer.build(small_folder)) == datetime(2025, 1, 1)


def test_licences_that_are_known_and_others():
    assert spdx("CC BY 3.0 IGO") == "CC-BY-3.0-IGO"
    assert spdx("UN open data (attribution)") is None
    assert licence_url("UN open data (attribution)") is None
    assert licence_url("CC0 1.0") == "https://creativecommons.org/publicdomain/zero/1.0/"


def test_table_has_one_row_an_indicator(shipped):
    assert table(shipped.index)["indicator"].tolist() == list(shipped.index.plan.indicators)
