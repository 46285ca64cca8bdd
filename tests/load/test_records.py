"""Text to records: the header and the number of fields."""

from __future__ import annotations

import pytest

from indexer.load import records, text

HEADERS = {
    "reordered": ("year,economy,value", None, "year,economy,value", "another order", "economy,year,value"),
    "repeated": ("economy,year,value,value", "value", "value", "stands 2 times", "keep one"),
    "unknown": ("economy,year,value,note", "note", "note", "unknown column 'note'", "economy,year,value"),
    "misspelt": ("economy,yaer,value", "yaer", "yaer", "unknown column 'yaer'", "write year"),
    "capital": ("Economy,year,value", "Economy", "Economy", "unknown column 'Economy'", "write economy"),
    "space": ("economy, year,value", " year", " year", "unknown column ' year'", "write year"),
    "missing": ("economy,value", "year", "economy,value", "no column year", "economy,year,value"),
    "semicolons": ("economy;year;value", None, "economy;year;value", "names no column", "separate fields by commas"),
    "none": ("DEU,2020,1", None, "DEU,2020,1", "names no column", "begin the file with the line economy,year,value"),
}


@pytest.mark.parametrize(("header", "column", "value", "message", "remedy"), HEADERS.values(), ids=HEADERS)
def test_refused_header(header: str, column: str | None, value: str, message: str, remedy: str) -> None:
    fault = records.split(text.decode(f"{header}\nDEU,2020,1\n".encode(), "x.csv"), "facts").faults[0]
    assert (fault.line, fault.column, fault.value) == (1, column, value)
    assert message in fault.message
    assert remedy in fault.remedy


ROWS = {
    "extra-field": ("DEU,2020,1,5", "field 4", "5", "4 fields where the header has 3"),
    "many-extra-fields": ("DEU,2020,1,5,6", "field 4", "5,6", "5 fields where the header has 3"),
    "missing-field": ("DEU,2020", "value", None, "2 fields where the header has 3"),
    "missing-fields": ("DEU", "year", None, "1 field where the header has 3"),
    "blank": ("", None, "", "blank"),
    "spaces": ("  ", "year", None, "1 field where the header has 3"),
    "quoted-newline": ('"DEU\n",2020,1', "economy", "DEU\n", "a line break inside a field"),
    "quoted-newline-in-value": ('DEU,2020,"1\n5"', "value", "1\n5", "a line break inside a field"),
    "text-after-quote": ('"DEU"x,2020,1', None, None, "not CSV"),
}


@pytest.mark.parametrize(("row", "column", "value", "message"), ROWS.values(), ids=ROWS)
def test_refused_row(row: str, column: str | None, value: str | None, message: str) -> None:
    data = f"economy,year,value\nFRA,2020,1\n{row}\nITA,2020,1\n".encode()
    split = records.split(text.decode(data, "x.csv"), "facts")
    (fault,) = split.faults
    assert (fault.line, fault.column, fault.value) == (3, column, value)
    assert message in fault.message
    assert fault.remedy
    assert [fields[0] for fields in split.rows] == ["FRA", "ITA"]


def test_lines_count_on_after_a_break_inside_a_field() -> None:
    data = b'economy,year,value\n"A\nB",2020,1\nFRA,2020,1\n'
    assert records.split(text.decode(data, "x.csv"), "facts").lines == [4]


def test_unclosed_quote_names_the_line_where_it_opens() -> None:
    (fault,) = records.split(
        text.decode(b'economy,year,value\nFRA,2020,1\n"DEU,2020,1\nITA,2020,1\n', "x.csv"), "facts"
    ).faults
    assert fault.line == 3
    assert "close every quote" in fault.remedy


@pytest.mark.parametrize("header", [b'"economy,year,value\n', b'"economy"x,year\nDEU,2020\n'])
def test_a_header_that_is_not_csv(header: bytes) -> None:
    (fault,) = records.split(text.decode(header, "x.csv"), "facts").faults
    assert fault.line == 1
    assert "the header is not CSV" in fault.message


def test_header_only() -> None:
    (fault,) = records.split(text.decode(b"economy,year,value\n", "x.csv"), "facts").faults
    assert "no row" in fault.message


def test_header_only_where_a_table_may_be_empty() -> None:
    assert records.split(text.decode(b"left,right,level,correlation,finding\n", "x.csv"), "pairs").faults == []


def test_windows_line_ends_and_no_last_line_end_are_fine() -> None:
    split = records.split(text.decode(b"economy,year,value\r\nDEU,2020,1", "x.csv"), "facts")
    assert (split.faults, split.rows, split.lines) == ([], [["DEU", "2020", "1"]], [2])


def test_rows_on_bad_lines_are_not_judged_twice() -> None:
    split = records.split(text.decode(b"economy,year,value\nD\xff\nDEU,2020,1\n", "x.csv"), "facts")
    assert [fault.line for fault in split.faults] == [2]
    assert split.lines == [3]


def test_a_wide_table_has_any_number_of_columns() -> None:
    wide = records.split(text.decode(b"economy,year,b,a\nDEU,2020,1,2\n", "x.csv"), "facts_wide")
    assert (wide.faults, wide.header) == ([], ("economy", "year", "b", "a"))
    (fault,) = records.split(text.decode(b"economy,year\nDEU,2020\n", "x.csv"), "facts_wide").faults
    assert fault.column == "<one column or more>"
