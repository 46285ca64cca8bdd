"""Typed tables against their schema."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indexer import schemas
from indexer.errors import FactsError, UsageError
from indexer.load import table, text
from indexer.material import Table
from indexer.validate import tables
from indexer.validate.economies import Gazetteer


def parse(data: str, schema: str = "facts") -> Table:
    return table.parse(text.decode(data.encode("utf-8"), "x.csv"), schema)


# Schema, row, column, value, words of the message, words of the remedy.
REFUSED = {
    "lower-case": ("facts", "deu,2020,1", "economy", "deu", "is not an ISO 3166-1 alpha-3 code", "ISO 3166-1"),
    "two-letters": ("facts", "DE,2020,1", "economy", "DE", "is not an ISO 3166-1 alpha-3 code", "ISO 3166-1"),
    "four-letters": ("facts", "DEUX,2020,1", "economy", "DEUX", "is not an ISO 3166-1 alpha-3 code", "ISO 3166-1"),
    "cyrillic": ("facts", "D\u0415U,2020,1", "economy", "D\u0415U", "is not an ISO 3166-1", "ISO 3166-1"),
    "year-before-1900": ("facts", "DEU,1899,1", "year", "1899", "outside 1900 to 2100", "1900 to 2100"),
    "year-after-2100": ("facts", "DEU,2101,1", "year", "2101", "outside 1900 to 2100", "1900 to 2100"),
    "year-zero": ("facts", "DEU,0,1", "year", "0", "outside 1900 to 2100", "1900 to 2100"),
    "huge": ("facts", "DEU,2020,1e305", "value", "1e305", "not a finite number", "finite number"),
    "negative-flow": ("flows", "DEU,FRA,2020,-1,fob,x", "trade_usd", "-1", "below 0", "zero or more"),
    "no-distance": ("distances", "DEU,FRA,0", "distance_km", "0", "outside 0", "more than zero"),
    "date": ("rcep", "CHN,2022-13-01,", "in_force", "2022-13-01", "is not a date", "YYYY-MM-DD"),
    "membership": ("economies", "DEU,Germany,DE,276,,,2,0", "asean", "2", "is not one of 0, 1", "1 for a member"),
    "two-letter-code": ("economies", "DEU,Germany,de,276,,,0,0", "iso2", "de", "alpha-2", "alpha-2"),
    "numeric-code": ("economies", "DEU,Germany,DE,76,,,0,0", "iso_numeric", "76", "three digits", "three digits"),
    "share": ("coverage", "2020,a,1,1,0,0,0,0,0,1.5", "observed_share", "1.5", "outside 0 to 1", "0 to 1"),
    "status": ("cells", "DEU,2020,a,b,1,1,1,1,guessed,x", "status", "guessed", "is not one of observed", "status"),
}


def headed(schema: str, *rows: str) -> str:
    return "\n".join([",".join(one.name for one in schemas.columns(schema)), *rows]) + "\n"


@pytest.mark.parametrize(("schema", "row", "column", "value", "message", "remedy"), REFUSED.values(), ids=REFUSED)
def test_refused_cell(schema: str, row: str, column: str, value: str, message: str, remedy: str) -> None:
    read = parse(headed(schema, row), schema)
    assert read.faults == ()
    (fault,) = tables.check(read)
    assert (fault.file, fault.line, fault.column, fault.value) == ("x.csv", 2, column, value)
    assert message in fault.message
    assert remedy in fault.remedy


def test_a_malformed_code_is_offered_what_it_may_have_meant() -> None:
    (fault,) = tables.check(
        parse("economy,year,value\nVietnam,2020,1\n"), Gazetteer({"VNM": "Viet Nam"}, [("Vietnam", "VNM")])
    )
    assert fault.remedy == "write VNM (Viet Nam)"


def test_duplicate_names_the_first_line() -> None:
    rows = ["DEU,2020,1", "FRA,2020,1", "DEU,2021,1", "DEU,2020,2", "DEU,2020,3"]
    faults = tables.check(parse(headed("facts", *rows)))
    assert [(f.line, f.column, f.value, f.message) for f in faults] == [
        (5, "economy,year", "DEU,2020", "stands already on line 2"),
        (6, "economy,year", "DEU,2020", "stands already on line 2"),
    ]
    assert faults[0].remedy


def test_duplicate_lines_are_those_of_the_file() -> None:
    (fault,) = tables.check(parse("economy,year,value\n\nDEU,2020,1\nbad\nDEU,2020,1\n"))
    assert (fault.line, fault.message) == (5, "stands already on line 3")


def test_duplicate_is_found_where_a_value_is_bad_too() -> None:
    read = parse("economy,year,value\nDEU,2020,1\nDEU,2020,x\n")
    assert [fault.column for fault in (*read.faults, *tables.check(read))] == ["value", "economy,year"]


def test_untyped_years_are_not_duplicates() -> None:
    read = parse("economy,year,value\nDEU,x,1\nDEU,y,2\n")
    assert len(read.faults) == 2
    assert tables.check(read) == []


def test_unique_column_and_missing_parts() -> None:
    rows = ["DEU,Germany,DE,276,,,0,0", "XKX,Kosovo,,,,,0,0", "XXA,Kosovo,,,,,0,0"]
    (fault,) = tables.check(parse(headed("economies", *rows), "economies"))
    assert (fault.line, fault.column, fault.value) == (4, "name", "Kosovo")


def test_all_faults_of_a_row_are_named() -> None:
    faults = tables.check(parse("economy,year,value\nde,1800,1e301\nFRA,2020,1\n"))
    assert {fault.column for fault in faults} == {"economy", "year", "value"}


def test_nothing_is_said_of_an_empty_table() -> None:
    assert tables.check(parse("economy,year,value\n")) == []


def test_a_missing_column_is_said_once() -> None:
    read = parse("economy,value\nDEU,1\nDEU,2\n")
    assert len(read.faults) == 1
    assert tables.check(read) == []


VALID = {
    "minimum": ({"minimum": 0}, "-0.5", "below 0"),
    "maximum": ({"minimum": 0, "maximum": 100}, "100.01", "above 100"),
    "integer": ({"integer": True}, "2.5", "not whole"),
}


@pytest.mark.parametrize(("valid", "value", "message"), VALID.values(), ids=VALID)
def test_values_outside_what_the_metadata_allow(valid: dict[str, float], value: str, message: str) -> None:
    (fault,) = tables.check_values(parse(headed("facts", "DEU,2020,1", f"DEU,2021,{value}")), valid)
    assert (fault.line, fault.column, fault.value) == (3, "value", value)
    assert message in fault.message
    assert "metadata" in fault.remedy


def test_bounds_are_valid_and_untyped_values_are_passed_over() -> None:
    read = parse(headed("facts", "DEU,2020,0", "DEU,2021,100", "DEU,2022,x"))
    assert tables.check_values(read, {"minimum": 0, "maximum": 100, "integer": True}) == []
    assert tables.check_values(parse("economy,year\nDEU,2020\n"), {"minimum": 0}) == []


def index_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "economy": ["DEU", "FRA", "ITA"],
            "name": ["Germany", "France", "Italy"],
            "year": [2020, 2020, 2020],
            "index": [60.0, 40.0, np.nan],
            "rank": pd.array([1, 2, None], dtype="Int64"),
            "skills": [50.0, np.nan, np.nan],
            "observed_share": [1.0, 0.8, 0.1],
        },
        index=[7, 7, 9],
    )


def test_frame_is_returned_unchanged() -> None:
    frame = index_frame()
    assert tables.check_frame(frame, "index") is frame
    pd.testing.assert_frame_equal(frame, index_frame())


FRAMES = {
    "infinite": (lambda f: f.assign(index=[60.0, np.inf, np.nan]), 3, "index", "not a finite number"),
    "code": (lambda f: f.assign(economy=["DEU", "FRA\n", "ITA"]), 3, "economy", "ISO 3166-1"),
    "null": (lambda f: f.assign(name=["Germany", None, "Italy"]), 3, "name", "no value"),
    "type": (lambda f: f.assign(year=[2020.0, 2020.0, 2020.0]), 1, "year", "not of type int64"),
    "missing-column": (lambda f: f.drop(columns="rank"), 1, "rank", "missing"),
    "no-set": (lambda f: f.drop(columns="skills"), 1, None, "no column of the kind"),
    "extra-column": (lambda f: f.assign(**{"Note!": "x"}), 1, "Note!", "unknown column"),
    "duplicate": (lambda f: f.assign(economy=["DEU", "FRA", "DEU"]), 4, "economy,year", "stands already on line 2"),
}


@pytest.mark.parametrize(("change", "line", "column", "message"), FRAMES.values(), ids=FRAMES)
def test_refused_frame(change: object, line: int, column: str | None, message: str) -> None:
    with pytest.raises(FactsError) as caught:
        tables.check_frame(change(index_frame()), "index", file="index_2020.csv")  # type: ignore[operator]
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("index_2020.csv", line)
    assert column is None or fault.column == column
    assert message in fault.message
    assert fault.remedy


def test_columns_in_another_order_are_refused() -> None:
    frame = index_frame()
    with pytest.raises(FactsError) as caught:
        tables.check_frame(frame[["name", "economy", *frame.columns[2:]]], "index")
    assert {fault.column for fault in caught.value.faults} == {"name", "economy"}
    assert {fault.message for fault in caught.value.faults} == {"the column is not in its place"}


def test_a_frame_without_rows() -> None:
    pairs = pd.DataFrame([], columns=["left", "right", "level", "correlation", "finding"])
    assert tables.check_frame(pairs, "pairs") is pairs
    with pytest.raises(FactsError, match="the column is missing"):
        tables.check_frame(pairs.drop(columns="level"), "pairs")
    with pytest.raises(FactsError, match="no row"):
        tables.check_frame(index_frame().iloc[:0], "index")


def test_intervals_of_ranks_are_optional() -> None:
    frame = index_frame()
    for position, name in ((5, "rank_low"), (6, "rank_high")):
        frame.insert(position, name, frame["rank"])
    assert tables.check_frame(frame, "index") is frame


def test_unknown_schema() -> None:
    with pytest.raises(UsageError, match="no table schema 'indx'"):
        tables.check_frame(index_frame(), "indx")


def test_values_outside_each_rule() -> None:
    found = list(tables.outside(np.array([-1.0, 2.5, 9.0, np.nan]), {"minimum": 0, "maximum": 8, "integer": True}))
    assert [wrong.tolist() for wrong, _ in found] == [
        [True, False, False, False], [False, False, True, False], [False, True, False, False],
    ]  # fmt: skip
    assert list(tables.outside(np.array([-1.0]), {})) == []
