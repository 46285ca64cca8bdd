import json

import numpy as np
import pandas as pd
import pytest

from indexer.publish.text import csv_bytes, json_bytes


def test_numbers_are_written_one_way():
    frame = pd.DataFrame(
        {
            "a": [1.0, -0.0, 1e-9, 0.1234567, np.nan, 1e6],
            "b": ["x", 'q"', "a,b", "", None, "é"],
            "c": pd.array([1, None, 3, 4, 5, 6], "Int64"),
        }
    )
    assert csv_bytes(frame).decode() == 'a,b,c\n1,x,1\n0,"q""",\n0,"a,b",3\n0.123457,,4\n,,5\n1000000,é,6\n'


def test_json_reads_back_to_the_last_bit():
    value = {"z": 0.1 + 0.2, "a": [1 / 3]}
    assert json.loads(json_bytes(value)) == value
    assert json_bytes(value).decode().index('"z"') < json_bytes(value).decode().index('"a"')


def test_json_refuses_what_json_has_not():
    with pytest.raises(ValueError, match="JSON"):
        json_bytes({"a": float("nan")})
