import pytest

from indexer.errors import UsageError
from indexer.connect.table_file import read_table


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
