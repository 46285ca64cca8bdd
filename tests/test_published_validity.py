"""The correlations of docs/validity.md are those of the editions with the outside indices, which are not shipped."""

import re
from pathlib import Path

import pandas as pd
import pytest

import indexer
from tests.conftest import SHARED

PAGE = Path(__file__).parents[1] / "docs/validity.md"
MEASURES = {"Oxford": "oxford_ai_readiness", "IMF AIPI": "imf_aipi", "UN EGDI": "egdi"}
ROWS = re.findall(
    r"^\| (\S+) \| ([A-Z][A-Za-z ]+) \| (\d{4}) \| (\d+) \| (\S+) \| (\S+)–(\S+) \| (\S+) \|$",
    PAGE.read_text("utf-8"),
    re.M,
)
FACTS = SHARED / "data/indicators/panel_long.csv"
indices = {}


@pytest.fixture(scope="module")
def outside():
    if not FACTS.exists():
        pytest.skip("../shared/data/indicators is not there: the outside indices are not shipped")
    frame = pd.read_csv(FACTS).rename(columns={"iso3": "economy"})
    return {name: frame[frame["indicator"] == measure] for name, measure in MEASURES.items()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row[:3]))
def test_published_correlations(outside, row):
    edition, name, year, n, *figures = row
    if edition not in indices:
        indices[edition] = indexer.build(edition=edition)
    frame = outside[name][["economy", "year", "value"]]
    found = indexer.compare(indices[edition], frame[frame["year"] == int(year)])
    [one] = found.to_dict("records")
    assert one["n"] == int(n)
    names = ("spearman", "spearman_low", "spearman_high", "kendall")
    assert [f"{one[key]:.2f}".removeprefix("0") for key in names] == figures


def test_every_edition_is_compared():
    assert {row[0] for row in ROWS} == {"2024.1", "world", "asean-long"}
    assert len(ROWS) == 10
