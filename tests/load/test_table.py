"""Fields to typed cells."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.load import table, text
from indexer.material import Table

# Column, field, words of the message, words of the remedy.
REFUSED = {
    "infinite": ("value", "inf", "not a finite number", "leave the row out"),
    "minus-infinite": ("value", "-Infinity", "not a finite number", "leave the row out"),
    "nan": ("value", "NaN", "not a finite number", "leave the row out"),
    "na": ("value", "NA", "not a finite number", "leave the row out"),
    "dots": ("value", "..", "not a finite number", "leave the row out"),
    "empty-value": ("value", "", "no value", "leave the row out"),
    "decimal-comma": ("value", '"1,5"', "a comma in a number", "decimal point"),
    "thousands": ("value", '"1,500,000"', "a comma in a number", "nothing between thousands"),
    "hexadecimal": ("value", "0x1F", "not a decimal number", "decimal point"),
    "underscore": ("value", "1_000", "an underscore", "write 1000"),
    "full-width": ("value", "\uff11\uff12", "other characters than 0-9", "finite number"),
    "arabic-digits": ("value", "\u0661", "other characters than 0-9", "finite number"),
    "minus-sign": ("value", "\u22125", "other characters than 0-9", "finite number"),
    "leading-zero": ("value", "017", "a leading zero", "finite number"),
    "plus": ("value", "+5", "plus sign", "finite number"),
    "no-leading-digit": ("value", ".5", "not a number", "finite number"),
    "trailing-point": ("value", "5.", "not a number", "finite number"),
    "percent": ("value", "5%", "not a number", "finite number"),
    "space": ("value", "5 ", "spaces around", "write 5"),
    "overflow": ("value", "1e999", "beyond", "finite number"),
    "underflow": ("value", "1e-999", "beyond", "finite number"),
    "python-true": ("value", "True", "not a number", "finite number"),
    "fractional-year": ("year", "2023.5", "not a whole number", "four digits"),
    "whole-float-year": ("year", "2023.0", "not a whole number", "four digits"),
    "exponent-year": ("year", "2e3", "not a whole number", "four digits"),
    "full-width-year": ("year", "\uff12\uff10\uff12\uff10", "other characters than 0-9", "four digits"),
    "underscore-year": ("year", "2_020", "an underscore", "write 2020"),
    "empty-year": ("year", "", "no value", "four digits"),
    "long-year": ("year", "9" * 5000, "whole number", "four digits"),
    "date-year": ("year", "2020-01-01", "not a number", "four digits"),
    "code-with-space": ("economy", "DEU ", "spaces around", "write DEU"),
    "code-with-no-break-space": ("economy", "DEU\u00a0", "spaces around", "write DEU"),
    "empty-code": ("economy", "", "no value", "ISO 3166-1"),
    "spaces-only": ("economy", "   ", "nothing but spaces", "ISO 3166-1"),
}


def parse(data: str, schema: str = "facts") -> Table:
    return table.parse(text.decode(data.encode("utf-8"), "x.csv"), schema)


@pytest.mark.parametrize(("column", "cell", "message", "remedy"), REFUSED.values(), ids=REFUSED)
def test_refused_cell(column: str, cell: str, message: str, remedy: str) -> None:
    row = {"economy": "DEU", "year": "2020", "value": "1.5"} | {column: cell}
    read = parse(f"economy,year,value\nFRA,2020,1\n{','.join(row.values())}\n")
    (fault,) = read.faults
    assert (fault.file, fault.line, fault.column, fault.value) == ("x.csv", 3, column, cell.strip('"'))
    assert message in fault.message
    assert remedy in fault.remedy
    assert read.untyped[column].tolist() == [False, True]


def test_types() -> None:
    frame = parse("economy,year,value\nNAM,2020,-1.5e-3\nDEU,2021,0\n").frame
    assert frame["economy"].tolist() == ["NAM", "DEU"]
    assert frame["year"].dtype == np.int64
    assert frame["value"].dtype == np.float64
    assert frame["value"].tolist() == [-0.0015, 0.0]


def test_every_fault_of_a_file_is_named() -> None:
    read = parse("economy,year,value\nDEU,2020.0,inf\n,2021,1\n\nFRA,2021,1,2\nITA,20x,0x1\nESP,2020,1\n")
    found = [(fault.line, fault.column) for fault in read.faults]
    assert sorted(found, key=lambda pair: (pair[0] or 0, pair[1] or "")) == [
        (2, "value"), (2, "year"), (3, "economy"), (4, None), (5, "field 4"), (6, "value"), (6, "year"),
    ]  # fmt: skip
    assert read.lines.tolist() == [2, 3, 6, 7]


def test_na_is_namibia_and_an_empty_field_is_missing() -> None:
    frame = parse(
        "economy,name,iso2,iso_numeric,income_group,region,asean,rcep\nNAM,Namibia,NA,516,,,0,0\nXKX,Kosovo,,,,,0,0\n",
        "economies",
    ).frame
    assert frame["iso2"].tolist()[0] == "NA"
    assert frame["iso2"].isna().tolist() == [False, True]
    assert frame["iso_numeric"].tolist()[0] == "516"


def test_a_nullable_number_may_be_empty() -> None:
    read = parse("economy,year,a,b\nDEU,2020,,1\n", "facts_wide")
    assert read.faults == ()
    assert math.isnan(read.frame["a"][0])


def test_a_nullable_whole_number_may_be_empty() -> None:
    read = parse("variant,economy,year,index,rank,note\nequal,DEU,2020,,,refused\nequal,FRA,2020,50,1,\n", "variants")
    assert read.faults == ()
    assert read.frame["rank"].dtype == "Int64"
    assert read.frame["rank"].isna().tolist() == [True, False]


def test_a_reordered_header_is_a_fault_and_cells_are_typed_by_name() -> None:
    read = parse("year,economy,value\n2020,DEU,x\n")
    assert [(fault.line, fault.column) for fault in read.faults] == [(1, None), (2, "value")]


CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
VALUES = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(CODES, st.integers(1900, 2100), VALUES), min_size=1))
def test_any_valid_table_comes_back(rows: list[tuple[str, int, float]]) -> None:
    read = parse("economy,year,value\n" + "".join(f"{code},{year},{value!r}\n" for code, year, value in rows))
    assert read.faults == ()
    wanted = pd.DataFrame(rows, columns=["economy", "year", "value"]).astype({"economy": "str", "year": "int64"})
    pd.testing.assert_frame_equal(read.frame, wanted, check_exact=True)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_a_table_or_a_fault(data: bytes, headed: bool) -> None:
    whole = b"economy,year,value\n" + data if headed else data
    read = table.parse(text.decode(whole, "x.csv"), "facts")
    assert read.faults or len(read.frame) > 0


@given(st.text('0123456789.,-+eExX_ infaNA\u0661\uff11\n"', max_size=8))
def test_a_typed_number_is_what_is_written(field: str) -> None:
    quoted = '"' + field.replace('"', '""') + '"'
    read = parse(f"economy,year,value\nDEU,2020,{quoted}\n")
    if not read.faults:
        assert read.frame["value"][0] == float(field)
        assert set(field) <= set("0123456789.-+eE")
