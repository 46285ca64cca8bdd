"""Columns of a file are the same whatever its format and however many pieces it is read in."""

import pandas as pd
import pytest

from indexer.connect import wide_table
from indexer.connect.wide_table import columns_of, read_columns
from indexer.errors import UsageError

FRAME = pd.DataFrame(
    {"code": ["NAM", "NA", "VNM", "LAO", "CHN"], "year": [2019, 2020, 2020, 2021, 2020], "trade": [1.5, 2, 0, 4, None]}
).assign(other="x")
WRITERS = {
    "t.csv": lambda path: FRAME.to_csv(path, index=False),
    "t.csv.gz": lambda path: FRAME.to_csv(path, index=False),
    "t.parquet": lambda path: FRAME.to_parquet(path),
    "t.dta": lambda path: FRAME.to_stata(path, write_index=False),
}


@pytest.fixture(params=WRITERS)
def file(request, tmp_path):
    path = tmp_path / request.param
    WRITERS[request.param](path)
    return path


def test_every_format_names_its_columns(file):
    assert columns_of(file) == ["code", "year", "trade", "other"]


@pytest.mark.parametrize("rows", [2, 100])
def test_every_format_in_pieces_of_any_size(file, rows, monkeypatch):
    monkeypatch.setattr(wide_table, "CHUNK", rows)
    found = read_columns(file, ["code", "year", "trade"], ["code"], lambda piece: piece[piece["year"] == 2020])
    wanted = FRAME.loc[FRAME["year"] == 2020, ["code", "year", "trade"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def test_na_is_a_code_in_text_and_missing_in_numbers(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("code,trade\nNA,NA\nLAO,.\n,3\n")
    found = read_columns(path, ["code", "trade"], ["code"])
    assert found["code"].tolist() == ["NA", "LAO"]
    assert found["trade"].isna().all()


def test_a_word_among_numbers_is_refused_with_its_row(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("code,trade\nLAO,3\nVNM,much\n")
    with pytest.raises(UsageError, match=r"'much' in column trade of t\.csv is no number") as error:
        read_columns(path, ["code", "trade"], ["code"])
    assert error.value.rows == (2,)


@pytest.mark.parametrize(("name", "message"), [("t.csv", "there is no file"), ("t.xlsx", "no table that can be read")])
def test_what_is_no_file_or_no_table_is_refused(tmp_path, name, message):
    if name != "t.csv":
        (tmp_path / name).write_text("")
    with pytest.raises(UsageError, match=message):
        columns_of(tmp_path / name)


@pytest.mark.parametrize("name", ["t.parquet", "t.dta", "t.csv"])
def test_a_file_that_is_not_of_its_kind_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"" if name == "t.csv" else b"nothing of the kind")
    with pytest.raises(UsageError, match=f"{name} cannot be read"):
        columns_of(tmp_path / name)


@pytest.mark.parametrize("first", ["A,2020,1.5", "A,2020,1,5"])
def test_a_decimal_comma_is_no_smaller_number(tmp_path, first):
    path = tmp_path / "a.csv"
    path.write_text(f"who,year,v\n{first}\nB,2020,1,5\n")
    with pytest.raises(UsageError, match=r"Expected 3 fields in line 3, saw 4|Length of header"):
        read_columns(path, ["who", "v"], ["who"])


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"who,v,v\nA,1,2\n", "'v' of a.csv stands twice"),
        ("a.csv", b"who;v\nA;1\n", "no column 'who'"),
        ("a.csv.gz", b"who,v\n", "cannot be read: Not a gzipped file"),
    ],
)
def test_other_faults_of_a_file_are_said_in_words(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=said):
        read_columns(tmp_path / name, ["who", "v"], ["who"])


def test_capitals_in_the_ending_do_not_matter(tmp_path):
    (tmp_path / "A.CSV").write_text("who,v\nA,1\n")
    assert read_columns(tmp_path / "A.CSV", ["who", "v"], ["who"])["v"].tolist() == [1]
