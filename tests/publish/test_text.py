import json

import numpy as np
import pandas as pd
import pytest

from indexer.publish.text import csv_bytes, json_bytes, one_line, plain_texts


def test_numbers_are_written_one_way():
    frame = pd.DataFrame(
        {
            "a": [1.0, -0.0, 1e-9, 0.1234567, np.nan, 1e6],
            "b": ["x", 'q"', "a,b", "", None, "é"],
            "c": pd.array([1, None, 3, 4, 5, 6], "Int64"),
        }
    )
    assert csv_bytes(frame).decode() == 'a,b,c\n1,x,1\n0,"q""",\n0,"a,b",3\n0.123457,,4\n,,5\n1000000,é,6\n'


def test_exact_numbers_read_back_to_the_last_bit():
    values = [0.1 + 0.2, 1.0, np.nan, 1e-300, -2.5]
    lines = csv_bytes(pd.DataFrame({"a": values}), exact=True).decode().split("\n")[1:-1]
    assert lines == ["0.30000000000000004", "1", '""', "1e-300", "-2.5"]


@pytest.mark.parametrize("exact", [False, True])
def test_a_column_is_written_as_its_values_are_one_by_one(exact):
    values = [0.0, -0.0, 1e-9, -1e-9, 123456.7891234, 1e22, -7.0, np.nan]
    typed, plain = pd.DataFrame({"a": values, "b": 1}), pd.DataFrame({"a": pd.Series(values, dtype=object), "b": 1})
    assert csv_bytes(typed, exact=exact) == csv_bytes(plain, exact=exact)


def test_json_reads_back_to_the_last_bit():
    value = {"z": 0.1 + 0.2, "a": [1 / 3]}
    assert json.loads(json_bytes(value)) == value
    assert json_bytes(value).decode().index('"z"') < json_bytes(value).decode().index('"a"')


def test_json_refuses_what_json_has_not():
    with pytest.raises(ValueError, match="JSON"):
        json_bytes({"a": float("nan")})


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\nb", "a b"), (" a \r\n\t b ", "a b"), ("a\x00\x07b", "a b"), ("\ufeffa\ud800\uffffb", "a b"), ("é ü", "é ü")],
)
def test_a_text_is_one_line_of_what_a_file_can_hold(text, line):
    assert one_line(text) == line


def test_texts_of_a_frame_are_lines_and_all_else_stays():
    frame = pd.DataFrame({"a": ["x\ny", "z", None], "b": [1.0, 2.0, np.nan], "c": pd.array([1, None, 3], "Int64")})
    out = plain_texts(frame)
    assert csv_bytes(out) == b"a,b,c\nx y,1,1\nz,2,\n,,3\n"
    assert frame["a"][0] == "x\ny"
    assert plain_texts(out)["a"].dtype == out["a"].dtype
