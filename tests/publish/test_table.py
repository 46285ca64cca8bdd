import pandas as pd
import pytest

from indexer.publish import layout
from indexer.publish.table import read, tables


def blank(frame):
    """Every missing cell as None, whatever its type has for it."""
    out = frame.astype(object)
    return out.where(out.notna(), None)


@pytest.mark.parametrize("name", layout.TABLES)
def test_a_table_is_its_csv(shipped, name):
    table = next(one for one in tables(shipped.index, shipped.content) if one.name == name)
    expected = shipped.csvs[name]
    pd.testing.assert_frame_equal(blank(table.frame), blank(expected), check_dtype=False)
    assert len(table.columns) == len(table.descriptions) == expected.shape[1]
    assert table.description


def test_no_word_stands_for_a_missing_value():
    frame = read(b"economy,year,value,indicator\nNAM,2020,0.1,NA\nNLD,2021,1e3,null\n", "facts_used")
    assert frame["indicator"].tolist() == ["NA", "null"]
    assert frame["value"].tolist() == [0.1, 1000.0]


def test_whole_numbers_with_gaps_stay_whole():
    frame = read(b"variant,economy,year,index,rank,note\nheadline,CHN,2020,,,x\nheadline,SGP,2020,1.5,2,\n", "variants")
    assert frame["rank"].dtype == "Int64"
    assert frame["rank"].tolist() == [pd.NA, 2]
    assert frame["note"].isna().tolist() == [False, True]


def test_sets_are_described_by_their_names(shipped):
    table = tables(shipped.index, shipped.content)[0]
    said = dict(zip(table.frame.columns, table.descriptions, strict=True))
    assert said["computing_power"].startswith("Computing power: ")
