import pytest

from indexer.connect.table_file import read_table
from indexer.errors import UsageError


def test_only_an_empty_cell_is_missing(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("economy,value\nNA,1\nX,\n", encoding="utf-8")
    frame = read_table(path)
    assert frame["economy"].tolist() == ["NA", "X"]
    assert frame["value"].isna().tolist() == [False, True]


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"a\.txt is no table"):
        read_table(tmp_path / "a.txt")


def test_a_file_that_is_not_what_it_says_is_refused(tmp_path):
    path = tmp_path / "a.dta"
    path.write_text("no", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read"):
        read_table(path)


def test_a_column_that_stands_twice_is_refused(tmp_path):
    (tmp_path / "A.CSV").write_text("who,v,v\nA,1,2\n")
    with pytest.raises(UsageError, match="'v' stands twice"):
        read_table(tmp_path / "A.CSV")


def test_what_is_not_compressed_is_refused_in_words(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(b"who,v")
    with pytest.raises(UsageError, match="Not a gzipped file"):
        read_table(tmp_path / "a.csv.gz")


def test_a_decimal_comma_in_every_row_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("who,v\nA,1,5\nB,2,5\n")
    with pytest.raises(UsageError, match="Length of header"):
        read_table(tmp_path / "a.csv")
