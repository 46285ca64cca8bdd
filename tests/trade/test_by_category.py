import numpy as np
import pandas as pd
import pytest

from indexer.trade.by_category import by_category


def table(*rows):
    columns = ["exporter", "importer", "year", "category", "reported_by", "value_usd"]
    return by_category(pd.DataFrame(rows, columns=columns)).set_index(["economy", "category"])


def test_own_reports_are_added_up():
    found = table(
        ("A", "B", 2020, "c", "exporter", 6.0),
        ("A", "C", 2020, "c", "exporter", 3.0),
        ("A", "B", 2020, "c", "importer", 99.0),
        ("B", "A", 2020, "c", "exporter", 1.0),
        ("B", "A", 2020, "c", "importer", 3.0),
    )
    assert found.loc[("A", "c"), ["export", "import"]].tolist() == [9.0, 3.0]
    assert found.loc[("A", "c"), "share"] == pytest.approx(0.9)
    assert found.loc[("A", "c"), "competitiveness"] == pytest.approx(0.5)
    assert found.loc[("B", "c"), "import"] == 99.0


def test_trade_with_the_world_is_not_added_to_its_parts():
    found = table(("A", "B", 2020, "c", "exporter", 6.0), ("A", "WLD", 2020, "c", "exporter", 10.0))
    assert found.loc[("A", "c"), "export"] == 10.0
    assert "WLD" not in found.index.get_level_values("economy")


def test_nothing_reported_is_missing_and_nothing_traded_is_zero():
    found = table(
        ("A", "B", 2020, "c", "exporter", 6.0),
        ("A", "B", 2020, "d", "exporter", 2.0),
        ("B", "A", 2020, "c", "exporter", 1.0),
    )
    assert np.isnan(found.loc[("A", "c"), "import"])
    assert found.loc[("B", "d"), "export"] == 0.0


def test_balanced_files_give_both_sides():
    found = table(("A", "B", 2020, "c", "balanced", 6.0), ("B", "A", 2020, "c", "balanced", 2.0))
    assert found.loc[("A", "c"), "competitiveness"] == pytest.approx(0.5)
    assert found.loc[("B", "c"), "competitiveness"] == pytest.approx(-0.5)
