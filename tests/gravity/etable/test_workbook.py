"""Tables as sheets, read back by openpyxl."""

import io

import pytest

from indexer import gravity
from indexer.errors import UsageError

pytest.importorskip("xlsxwriter", reason="workbooks need the extra `excel`")
openpyxl = pytest.importorskip("openpyxl")


def sheet(table):
    return openpyxl.load_workbook(io.BytesIO(table.render("xlsx"))).active


def test_numbers_are_numbers_in_full(results):
    found = sheet(gravity.etable(results["ols"]))
    by = {row[0].value: row[1].value for row in found.iter_rows() if row[0].value}
    assert by["x1"] == pytest.approx(results["ols"].coef["x1"], rel=1e-15)
    assert by["Observations"] == results["ols"].n_obs


def test_formats_show_what_the_text_shows(results):
    found = sheet(gravity.etable(results["few"], stars={1.0: "*"}))
    formats = [row[1].number_format for row in found.iter_rows() if isinstance(row[1].value, float)]
    assert formats[:3] == ['#,##0.000"*"', '"("#,##0.000")";"("-#,##0.000")"', "#,##0.000"]


def test_text_is_never_run_as_a_formula(results):
    found = sheet(gravity.etable(results["ols"], title="=1+1", headings=["@x"], labels={"x1": "=cmd"}, notes="-2+3"))
    cells = [c for row in found.iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} <= {"s", "n"}
    assert {"=1+1", "@x", "=cmd", "-2+3"} <= {c.value for c in cells}


def test_headings_over_several_columns_are_merged(table):
    assert "E2:F2" in {str(r) for r in sheet(table).merged_cells.ranges}


def test_the_same_table_gives_the_same_bytes(results):
    table = gravity.etable(results["ols"])
    assert table.render("xlsx") == table.render("xlsx")


def test_a_text_too_long_for_a_cell_is_refused_and_not_left_out(results):
    with pytest.raises(UsageError, match="32,768 characters"):
        gravity.etable(results["ols"], title="t" * 32_768).render("xlsx")


def test_long_headings_have_room(results):
    found = sheet(gravity.etable(results["ols"], headings=["a heading of many words that wraps"]))
    assert found.row_dimensions[1].height == 45
