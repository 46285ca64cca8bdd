import io
import re
import zipfile
from datetime import datetime

import openpyxl
import pandas as pd
import pytest

import indexer
from indexer import schemas
from indexer.errors import UsageError
from indexer.publish import layout
from indexer.publish.release import files
from indexer.publish.workbook import number_format


@pytest.fixture(scope="module")
def book(shipped):
    return openpyxl.load_workbook(io.BytesIO(shipped.content["index.xlsx"]))


@pytest.mark.parametrize("name", layout.TABLES)
def test_read_back_by_openpyxl_it_is_the_csv(shipped, book, name):
    header, *rows = book[name].iter_rows(values_only=True)
    expected = shipped.csvs[name]
    assert list(header) == list(expected.columns)
    found = pd.DataFrame(rows, columns=header, dtype=object)
    for column in expected:
        if pd.api.types.is_numeric_dtype(expected[column]):
            # a workbook writes 16 digits, one less than some facts have
            numbers = found[column].astype("float64")
            pd.testing.assert_series_equal(numbers, expected[column].astype("float64"), rtol=1e-15, atol=0)
        else:
            assert found[column].where(found[column].notna(), None).tolist() == [
                None if pd.isna(one) else one for one in expected[column]
            ]


def test_six_digits_are_exact(shipped, book):
    rows = book["index"].iter_rows(min_row=2, values_only=True)
    assert [row[3] for row in rows] == shipped.csvs["index"]["index"].tolist()


def test_sheets_headers_and_formats(book):
    assert book.sheetnames == ["about", *layout.TABLES, "columns", "notes"]
    assert book["index"].freeze_panes == "D2"
    assert all(book[name].freeze_panes for name in layout.TABLES)
    assert book["index"]["C2"].number_format == "0"
    assert book["index"]["D2"].number_format == "0.00"
    assert book["index"]["L2"].number_format == "0.000"
    assert book["index"].auto_filter.ref == "A1:L56"
    assert all(cell.font.b for cell in book["index"][1])


def test_sources_licences_and_meaning_are_inside(shipped, book):
    notes = {row[0]: row for row in book["notes"].iter_rows(min_row=2, values_only=True)}
    assert set(shipped.index.plan.indicators) | {"population_total", "gdp_current_usd"} == set(notes)
    assert notes["github_developers"][1] == "CC0 1.0"
    described = {row[:2] for row in book["columns"].iter_rows(min_row=2, values_only=True)}
    assert described == {(name, column) for name in layout.TABLES for column in shipped.csvs[name]}
    about = dict(row for row in book["about"].iter_rows(values_only=True) if row[0])
    assert about["edition"] == "2024.1"
    assert about["licence"].startswith("CC BY 4.0")


def test_no_clock(shipped, book):
    assert book.properties.created == datetime(2026, 11, 22)
    with zipfile.ZipFile(io.BytesIO(shipped.content["index.xlsx"])) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nothing_that_looks_like_a_formula_is_one(hostile_folder):
    data = files(indexer.build(hostile_folder), ["xlsx"])["index.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    suspect = [cell for cell in cells if isinstance(cell.value, str) and cell.value[0] in "=+-@"]
    assert {cell.value for cell in suspect} >= {
        "=1+1",
        "=1+1,Thailand",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "-2+3 =1+1 end",
        '=HYPERLINK("http://a.test")',
    }
    # the mark that keeps it a text when somebody edits the cell
    assert all(cell.quotePrefix for cell in suspect)
    assert not any(cell.hyperlink for cell in cells)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                assert not re.search(rb"<f[ >]", archive.read(name))
    assert all(cell.data_type == "n" for cell in book["index"]["D"][1:])


def test_a_text_longer_than_a_cell_is_refused_and_not_left_out(small_folder, edit):
    edit(small_folder / "skills/articles.yaml", "publisher: Nobody", f"publisher: {'x' * 32768}")
    with pytest.raises(UsageError, match=r"sheet cells, row 4, column 10: .*longer than a cell can hold"):
        files(indexer.build(small_folder), ["xlsx"])


def test_formats_of_numbers():
    def shown(table, name):
        column = next(one for one in schemas.columns(table) if one.matches(name))
        return number_format(table, name, column)

    assert shown("index", "computing_power") == "0.00"
    assert shown("size", "pearson") == "0.000"
    assert shown("weights", "weight") == "0.000"
    assert shown("cells", "raw") == "General"
    assert shown("coverage", "observed") == "0"


def test_every_sheet_prints_as_wide_as_its_paper(book):
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
            "landscape",
            None,  # one page, as the format has it by default
            0,
        )
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_long_texts_have_room(book):
    about = book["about"]
    [why] = [row[0].row for row in about.iter_rows() if row[0].value == "why"]
    assert about.row_dimensions[why].height >= 15 * len(about.cell(why, 2).value) / 110
    assert any((one.height or 0) > 15 for one in book["notes"].row_dimensions.values())
