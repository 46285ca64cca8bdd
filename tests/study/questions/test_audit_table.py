from pathlib import Path

import pytest

from indexer.errors import UsageError
from indexer.study.questions.audit_table import study


@pytest.fixture(scope="module")
def shipped():
    return study(draws=3)


def test_the_world_table_needs_no_file(shipped):
    assert [one.name for one in shipped.tables] == ["repairs", "cells"]
    assert (shipped["cells"]["verdict"] == "cannot both be right").sum() == 4
    assert shipped.limits.frame["tables"].tolist() == [3] * 4


def test_the_sentence_follows_the_tables(shipped):
    said = shipped.sentence
    assert "4 of the 18 growth rates that can be recomputed cannot be right" in said
    assert "from 82393 to 89393 (digit misread" in said
    assert "no single slip explains 212; the amounts give -7.2" in said
    assert "33 (services 2019)" in said
    assert "What it does not show: which cell is wrong" in said


def test_a_table_that_agrees_says_so(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("year,x_amount,x_growth\n2019,10,\n2020,12,20.0\n")
    found = study([path], draws=0)
    assert found.sentence.startswith("All 1 growth rates that can be recomputed agree with their amounts")
    assert found.limits is None
    assert not any("Table 1 of a paper" in one for one in found.caveats)
    assert "Growth rates that the printed amounts do not allow" in found.text()


def test_two_files_are_refused(tmp_path):
    with pytest.raises(UsageError, match="2 files"):
        study([tmp_path / "a.csv", tmp_path / "b.csv"])


def test_the_picture_has_every_rate_that_was_checked(shipped):
    pytest.importorskip("altair")
    text = shipped.figures[0].draw().to_json()
    assert [text.count(one) > 0 for one in ("goods 2024", "services 2025", "services 2024")] == [True, True, False]
    assert all(value in text for value in ("212.0", "26.4", "-16.8", "13.7"))


def test_text_fits_the_page(shipped):
    assert max(map(len, shipped.text().splitlines())) <= 100


def test_the_page_shows_what_the_study_gives():
    page = (Path(__file__).parents[3] / "docs/study-audit.md").read_text(encoding="utf-8")
    made = study(draws=200)
    assert made.sentence in page
    assert made.tables[0].markdown() in page
    assert made.limits.markdown() in page


def test_where_nothing_can_be_recomputed_nothing_agrees(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("year,x_amount,x_growth\n2019,100,5\n2021,110,10\n")
    said = study(path, draws=0).sentence
    assert said.startswith("No growth rate can be recomputed")
    assert "agree with" not in said


@pytest.mark.parametrize("wrong", [{"draws": "abc"}, {"draws": 1.5}, {"draws": -1}, {"seed": -1}, {"data": 5}])
def test_options_of_another_kind_are_refused(wrong):
    with pytest.raises(UsageError):
        study(**{"draws": 0, **wrong})
