import json

import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.study.report import WIDTH, Study, Table

FRAME = pd.DataFrame({"name": ["a|b", "c"], "value": [1.23456, np.nan], "note": ["", ""]})


def test_numbers_are_printed_as_told_and_kept_in_full():
    table = Table("t", "A table", FRAME, {"value": ".2f"})
    assert table.cells() == (["name", "value", "note"], [["a|b", "1.23", ""], ["c", "—", ""]])
    assert table.frame["value"][0] == 1.23456


def test_a_column_of_nothing_is_not_printed():
    assert "note" not in Table("t", "A table", FRAME).text()


def test_text_fits_the_width():
    long = pd.DataFrame({"a": ["word " * 60, "x"], "b": ["other " * 60, "y"], "c": [1.0, 2.0]})
    lines = Table("t", "caption " * 40, long).text().splitlines()
    assert max(map(len, lines)) <= WIDTH


def test_what_is_shown_stands_in_for_a_long_frame():
    table = Table("t", "A table", FRAME, shown=pd.DataFrame({"short": ["yes"]}))
    assert "yes" in table.text()
    assert "a|b" not in table.text()


def test_markdown_escapes_bars():
    assert r"a\|b" in Table("t", "A table", FRAME).markdown()


def small():
    table = Table("numbers", "Numbers", FRAME, notes=("a note",))
    return Study("small", "A question?", (table,), "It shows.", ("weak",), limits=Table("limits", "Limits", FRAME))


def test_text_holds_everything():
    text = small().text()
    for said in ("A question?", "Numbers", "a note", "Limits", "- weak", "It shows."):
        assert said in text


def test_as_plain_values():
    plain = json.loads(json.dumps(small().as_dict()))
    assert plain["tables"][0]["rows"][0] == {"name": "a|b", "value": 1.23456, "note": ""}
    assert plain["tables"][0]["rows"][1]["value"] is None
    assert plain["limits"][1]["name"] == "c"


def test_a_table_by_name():
    assert small()["numbers"] is FRAME
    with pytest.raises(KeyError, match="there are numbers, limits"):
        small()["other"]


def test_files(tmp_path):
    made = small().save(tmp_path / "out")
    names = sorted(path.name for path in made)
    assert names == ["limits.csv", "numbers.csv", "small.json", "small.md", "small.txt"]
    back = pd.read_csv(tmp_path / "out" / "numbers.csv")
    assert back["value"][0] == 1.23456


def test_stata_needs_a_regression(tmp_path):
    with pytest.raises(UsageError, match="rests on no regression"):
        small().stata(tmp_path)
