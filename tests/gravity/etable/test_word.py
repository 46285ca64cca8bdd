"""Tables as Word documents, read back by python-docx."""

import io

import pytest

from indexer import gravity

docx = pytest.importorskip("docx", reason="Word documents need the extra `docx`")


def read(table):
    return docx.Document(io.BytesIO(table.render("docx")))


def test_the_table_holds_what_the_text_holds(table):
    found = read(table).tables[0]
    frame = table.frame
    shown = [[c.text.strip().replace("−", "-") for c in row.cells] for row in found.rows[-len(frame) :]]
    assert shown == frame[["label", *frame.columns[2:]]].to_numpy().tolist()


def test_headings_over_several_columns_are_merged(table, odd):
    top = read(table).tables[0].rows[0]
    assert top.cells[4]._tc is top.cells[5]._tc
    assert top.cells[4].text == odd


def test_title_and_notes_stand_around_it(table, odd):
    texts = [p.text for p in read(table).paragraphs]
    assert texts[0] == odd
    assert texts[-1] == odd
    assert texts[1:] == list(table.grid.notes)


def test_three_lines_and_no_grid(table):
    xml = read(table).tables[0]._tbl.xml
    assert 'w:top w:val="single" w:sz="12"' in xml
    assert 'w:bottom w:val="single" w:sz="12"' in xml
    assert "w:left w:val" not in xml


@pytest.mark.parametrize(("names", "wide"), [(["ols"], False), (["ols", "ppml", "three", "few"] * 2, True)])
def test_wide_tables_lie(results, names, wide):
    page = read(gravity.etable([results[n] for n in names], statistic="ci")).sections[0]
    assert (page.page_width > page.page_height) is wide


def test_columns_fit_on_the_page(table):
    document = read(table)
    page = document.sections[0]
    widths = sum(column.width for column in document.tables[0].columns)
    assert widths <= page.page_width - page.left_margin - page.right_margin + 10
