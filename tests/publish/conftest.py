"""The release of the shipped edition in every format, made once, and its CSVs as pandas reads them."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pandas as pd
import pytest

import indexer
from indexer.publish import layout
from indexer.publish.release import files


@pytest.fixture(scope="session")
def shipped():
    """The index, its release in all formats, and each CSV read by pandas, an empty cell as missing."""
    index = indexer.build()
    content = files(index, ["parquet", "xlsx", "dta", "json"])
    return SimpleNamespace(index=index, content=content, csvs={name: read(content, name) for name in layout.TABLES})


def read(content, name):
    data = io.BytesIO(content[f"{name}.csv"])
    return pd.read_csv(data, keep_default_na=False, na_values=[""])


@pytest.fixture
def hostile_folder(small_folder, edit):
    """A folder whose texts try to be formulas, line breaks and control characters."""
    edit(small_folder / "skills/articles.yaml", "name: The series articles", 'name: "=1+1"')
    edit(small_folder / "skills/articles.yaml", "publisher: Nobody", "publisher: \"@SUM(1+1)*cmd|' /C calc'!A0\"")
    edit(small_folder / "skills/articles.yaml", "dataset: Made for tests", 'dataset: "-2+3\\n=1+1\\t\\x07 end "')
    edit(small_folder / "index.yaml", "title: A small index", 'title: "+1 index"')
    edit(small_folder / "editions/mine.yaml", "title: A small edition", 'title: "=HYPERLINK(\\"http://a.test\\")"')
    edit(small_folder / "_reference/economies.csv", "THA,Thailand", 'THA,"=1+1,Thailand"')
    return small_folder
