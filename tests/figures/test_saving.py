"""Charts as files."""

import re
import sys

import pytest

from indexer import figures
from indexer.errors import UsageError


@pytest.fixture
def chart(tidy):
    return figures.coefficients(tidy, "What is found?", group="model", source="Source: a & b")


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("html", b"<!DOCTYPE html>")])
def test_the_ending_says_the_format(chart, tmp_path, ending, start):
    path = figures.save(chart, tmp_path / f"a.{ending}")
    assert path.read_bytes().startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_page_loads_nothing(chart):
    page = figures.html(chart)
    assert not re.findall(r"<script[^>]*\ssrc=|<link|@import|import\(\"http", page)
    assert "vegaEmbed" in page


def test_text_of_the_user_is_text_in_an_svg(chart):
    assert "Source: a &amp; b" in figures.svg(chart)


def test_another_ending_is_refused(chart, tmp_path):
    with pytest.raises(UsageError, match="gif"):
        figures.save(chart, tmp_path / "a.gif")


def test_what_is_no_chart_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no chart"):
        figures.save("chart", tmp_path / "a.png")


def test_a_missing_folder_is_refused(chart, tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        figures.save(chart, tmp_path / "none" / "a.svg")


def test_without_the_library_the_extra_is_named(monkeypatch, tidy):
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(UsageError, match="altair") as refused:
        figures.coefficients(tidy, "What?")
    assert "report" in refused.value.remedy


def test_text_of_the_user_cannot_end_the_script_of_a_page(tidy):
    hostile = "</script><script>alert(1)</script>"
    page = figures.html(figures.coefficients(tidy.assign(term=hostile), hostile))
    assert "<script>alert(1)" not in page
    assert r"\u003c/script>\u003cscript>alert(1)" in page  # JSON reads it back as it was given


def test_what_is_no_path_is_refused(chart):
    with pytest.raises(UsageError, match="path=None"):
        figures.save(chart, None)
