import io

import pandas as pd
import pyarrow.parquet as pq
import pytest

from indexer.publish import layout
from indexer.publish.parquet import parquet


def blank(frame):
    """Every missing cell as None, whatever its type has for it."""
    out = frame.astype(object)
    return out.where(out.notna(), None)


@pytest.mark.parametrize("name", layout.TABLES)
def test_read_back_by_pandas_it_is_the_csv(shipped, name):
    found = pd.read_parquet(io.BytesIO(shipped.content[f"{name}.parquet"]))
    pd.testing.assert_frame_equal(blank(found), blank(shipped.csvs[name]), check_dtype=False)


def test_types_and_meaning_stand_in_the_file(shipped):
    schema = pq.read_table(io.BytesIO(shipped.content["index.parquet"])).schema
    assert {name: str(schema.field(name).type) for name in ("economy", "year", "rank", "index")} == {
        "economy": "string",
        "year": "int64",
        "rank": "int64",
        "index": "double",
    }
    assert schema.metadata[b"edition"] == b"2024.1"
    assert schema.metadata[b"licence"] == b"CC BY 4.0"
    assert schema.metadata[b"citation"].startswith(b"AI-trade development index")
    for field in schema:
        assert field.metadata[b"description"]
    assert schema.field("digital_services").metadata[b"description"].startswith(b"Digital services: ")


def test_a_missing_rank_is_null_and_no_number(shipped):
    content = {**shipped.content}
    line = content["index.csv"].split(b"\n")[1]
    cells = line.split(b",")
    cells[3:7] = [b"", b"", b"", b""]
    content["index.csv"] = content["index.csv"].replace(line, b",".join(cells))
    table = pq.read_table(io.BytesIO(parquet(shipped.index, content)["index.parquet"]))
    assert table["rank"].null_count == 1
    assert table["index"].null_count == 1
