"""Corrections as a table, and facts with them applied."""

from __future__ import annotations

from typing import Any

import pandas as pd

from indexer.load.corrections import applied, corrections


def entry(economy: str, year: int, old: float, new: float, reason: str = "a slip") -> dict[str, Any]:
    return {"economy": economy, "year": year, "old": old, "new": new, "reason": reason, "reference": "the source"}


def test_one_sorted_table_of_all_indicators() -> None:
    frame = corrections({"b": [entry("VNM", 2021, 1, 2), entry("CHN", 2021, 3, 4.5)], "a": [entry("VNM", 2020, 5, 6)]})
    assert list(frame) == ["indicator", "economy", "year", "old", "new", "reason", "reference"]
    assert frame[["indicator", "economy", "year", "old", "new"]].to_numpy().tolist() == [
        ["a", "VNM", 2020, 5.0, 6.0], ["b", "CHN", 2021, 3.0, 4.5], ["b", "VNM", 2021, 1.0, 2.0],
    ]  # fmt: skip
    assert frame.dtypes[["year", "old", "new"]].astype(str).tolist() == ["int64", "float64", "float64"]


def test_no_corrections_give_typed_columns_without_a_row() -> None:
    frame = corrections({"a": []})
    assert len(frame) == 0
    pd.testing.assert_series_equal(frame.dtypes, corrections({"a": [entry("VNM", 2020, 1, 2)]}).dtypes)


def test_texts_become_one_line() -> None:
    assert corrections({"a": [entry("VNM", 2020, 1, 2, " two\n  lines ")]})["reason"].tolist() == ["two lines"]


def test_applied_changes_the_named_cells_and_nothing_else() -> None:
    facts = pd.DataFrame({"economy": ["CHN", "VNM", "VNM"], "year": [2020, 2020, 2021], "value": [1.0, 2.0, 3.0]})
    found = applied(facts, [entry("VNM", 2020, 2, 7)])
    assert found["value"].tolist() == [1.0, 7.0, 3.0]
    assert facts["value"].tolist() == [1.0, 2.0, 3.0]
    assert applied(facts, []) is facts
