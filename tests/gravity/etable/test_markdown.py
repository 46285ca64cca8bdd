"""Tables in Markdown."""

import pytest

from indexer.gravity.etable.markdown import escape


@pytest.fixture
def text(table):
    return str(table.render("md"))


def test_every_line_of_the_table_has_as_many_cells(text):
    lines = [line.replace("\\|", "") for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines} == {8}


def test_read_by_a_parser_the_odd_text_comes_back(text, odd):
    markdown = pytest.importorskip("markdown_it")
    from html import unescape

    html = unescape(markdown.MarkdownIt("commonmark").enable("table").render(text))
    assert f"<strong>{odd}</strong>" in html
    assert f'<td style="text-align:left">{odd}</td>' in html


def test_line_breaks_of_text_stay_in_the_cell():
    assert escape("a\nb") == "a b"
