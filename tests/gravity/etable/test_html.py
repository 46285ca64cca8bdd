"""Tables as HTML."""

import re
from html.parser import HTMLParser

import pytest

from indexer.gravity.etable.html import cell


class Reader(HTMLParser):
    """Rows of cells as (text, columns), and tags left open."""

    def __init__(self):
        super().__init__()
        self.rows, self.open = [], []

    def handle_starttag(self, tag, attrs):
        if tag == "meta":
            return
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append(["", int(dict(attrs).get("colspan", 1))])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1][0] += data


@pytest.fixture
def read(table):
    reader = Reader()
    reader.feed(str(table.render("html")))
    assert reader.open == []
    return reader


def test_every_row_is_as_wide_as_the_table(read):
    assert {sum(n for _, n in row) for row in read.rows} == {7}


def test_odd_text_comes_back_as_it_was(read, odd):
    assert read.rows[0][3] == [odd, 2]
    assert any(row[0][0] == odd for row in read.rows)


def test_the_page_loads_nothing(table):
    assert not re.findall(r"<script|<link|@import|src=|url\(", str(table.render("html")))


def test_it_has_a_style_for_print(table):
    assert "@media print" in str(table.render("html"))


def test_minus_signs_are_typographic_and_marks_are_raised():
    assert cell("-0.12**") == "−0.12<sup>**</sup>"
    assert cell("a-b") == "a-b"
