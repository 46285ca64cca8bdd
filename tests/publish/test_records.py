import json

import pandas as pd
import pytest

from indexer.publish import layout


@pytest.mark.parametrize("name", layout.TABLES)
def test_read_back_it_is_the_csv(shipped, name):
    document = json.loads(shipped.content[f"{name}.json"])
    names = [one["name"] for one in document["columns"]]
    found = pd.DataFrame(document["rows"], columns=names, dtype=object)
    expected = shipped.csvs[name].astype(object)
    expected = expected.where(expected.notna(), None)
    assert found.where(found.notna(), None).values.tolist() == expected.values.tolist()
    assert names == list(expected.columns)
    assert all(list(row) == names for row in document["rows"])


def test_what_it_says_of_itself(shipped):
    document = json.loads(shipped.content["index.json"])
    assert (document["table"], document["edition"], document["licence"]) == ("index", "2024.1", "CC BY 4.0")
    assert {one["name"]: one["type"] for one in document["columns"]}["rank"] == "integer"


def test_one_row_a_line(shipped):
    assert shipped.content["index.json"].decode().count('\n    {"economy"') == 55
