from pathlib import Path

import pytest

from indexer.connect.printed_tables import read_printed
from indexer.errors import FactsError, UsageError

LONG = "series,year,amount,growth\nx,2019,10,\nx,2020,12,20.0\n"


def test_the_shipped_table_is_the_printed_one():
    table = read_printed()
    assert [one.name for one in table] == ["goods", "services", "digital_delivery"]
    assert table[0].years == tuple(range(2019, 2026))
    source = Path(__file__).parents[3] / "shared/data/trade/printed_world_exports_2019_2025.csv"
    if not source.is_file():
        pytest.skip(f"no {source}")
    assert read_printed(source) == table


def test_long_and_wide(tmp_path):
    long, wide = tmp_path / "long.csv", tmp_path / "wide.csv"
    long.write_text(LONG)
    wide.write_text("year,x_amount,x_growth\n2019,10,\n2020,12,20.0\n")
    assert read_printed(long) == read_printed(wide)


def test_a_long_table_with_quoted_headings(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(LONG.replace("series,year,amount,growth", '"series","year","amount","growth"'))
    [series] = read_printed(path)
    assert [cell and cell.text for cell in (*series.amounts, *series.growth)] == ["10", "12", None, "20.0"]


def test_a_long_table_in_another_order_is_refused_as_such(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("year,series,growth,amount\n2019,x,,10\n")
    with pytest.raises(FactsError, match="the order is series,year,amount,growth"):
        read_printed(path)


@pytest.mark.parametrize(
    ("text", "line"),
    [(LONG.replace("12,", "twelve,"), 3), (LONG.replace("2019", "19"), 2), (LONG + "x,2020,13,\n", 4)],
)
def test_faults_are_named_by_line(tmp_path, text, line):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(FactsError) as error:
        read_printed(path)
    assert [fault.line for fault in error.value.faults] == [line]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_printed(tmp_path / "no.csv")


def test_another_table_is_refused_with_what_is_wanted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("economy,year,value\nVNM,2020,1\n")
    with pytest.raises(FactsError, match="unknown column"):
        read_printed(path)
