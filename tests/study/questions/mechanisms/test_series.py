import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.study.frames import Facts
from indexer.study.questions.mechanisms.series import BUSINESS, LONG, MEDIATORS, SHORT, Window, users

BY_NAME = {one.label: one for one in MEDIATORS}


@pytest.fixture(scope="module")
def facts():
    return Facts.shipped()


@pytest.fixture(scope="module")
def frame():
    rows = [("VNM", year, flow) for year in (2018, 2019) for flow in ("total", "exports", "imports")]
    return pd.DataFrame(rows, columns=["partner", "year", "flow"])


def value(facts, name, year, economy="VNM"):
    return facts.series(name)[economy, year]


def test_exports_of_china_meet_the_partners_imports(facts, frame):
    found = BY_NAME["time"].rows(facts, frame, BUSINESS, "exports").set_index("year")["mediator"]
    hours = value(facts, "db_import_time_border", 2019) + value(facts, "db_import_time_documents", 2019)
    assert found[2019] == np.log1p(hours)


def test_total_trade_meets_both_ways(facts, frame):
    found = BY_NAME["cost"].rows(facts, frame, BUSINESS, "total").set_index("year")["mediator"]
    names = [f"db_{way}_cost_{what}" for way in ("import", "export") for what in ("border", "documents")]
    assert found[2018] == pytest.approx(np.log1p(sum(value(facts, name, 2018) for name in names)))


def test_what_is_the_same_both_ways_counts_once(facts, frame):
    found = BY_NAME["shipping"].rows(facts, frame, LONG, "total").set_index("year")["mediator"]
    assert found[2019] == value(facts, "lsci_annual_mean", 2019)


def test_ships_to_china_are_of_the_pair(facts, frame):
    found = BY_NAME["ships to China"].rows(facts, frame, LONG, "imports").set_index("year")["mediator"]
    pairs = facts.trade.shipping.set_index(["exporter", "importer", "year"])["lsbci"]
    assert found[2019] == pairs["CHN", "VNM", 2019]


def test_a_later_mediator_stands_beside_earlier_trade(facts, frame):
    found = BY_NAME["shipping"].rows(facts, frame, Window(2020, 2024), "total", later=5)
    assert found["year"].tolist() == [2018, 2019]
    assert found["mediator"].tolist() == [value(facts, "lsci_annual_mean", year) for year in (2023, 2024)]


def test_laos_has_no_shipping(facts, frame):
    laos = frame.assign(partner="LAO")
    assert BY_NAME["shipping"].rows(facts, laos, LONG, "total")["mediator"].isna().all()


def test_windows_are_named_by_their_years():
    assert (SHORT.label, LONG.label) == ("2020–24", "2015–23")


def own(path, rows, columns=("economy", "year", "days")):
    pd.DataFrame(rows, columns=list(columns)).to_csv(path, index=False)
    return path


def test_a_users_series_over_the_years_it_has(facts, frame, tmp_path):
    path = own(tmp_path / "a.csv", [("VNM", 2018, 3.0), ("VNM", 2021, 2.0)])
    [found] = users(path, facts)
    assert [one.label for one in found.windows] == ["2020–21", "2018–21"]
    assert found.rows(facts, frame, found.windows[1], "total")["mediator"].tolist()[0] == 3.0


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        ([("VNM", 3.0)], ("economy", "days"), "no column 'year'"),
        ([("VNM", 2020, "x")], ("economy", "year", "days"), "no column of numbers"),
        ([("VNM", 2020, 1.0)], ("economy", "year", "shipping"), "is a mediator of the study"),
        ([("VNM", 2020, 1.0), ("VNM", 2020, 2.0)], ("economy", "year", "days"), "stand twice"),
        ([("Vietnam", 2020, 1.0)], ("economy", "year", "days"), "unknown economy 'Vietnam'"),
        ([("VNM", 1999, 1.0)], ("economy", "year", "days"), "are in no edition"),
        ([("VNM", "y", 1.0)], ("economy", "year", "days"), "years that are not whole numbers"),
        ([("VNM", None, 1.0)], ("economy", "year", "days"), "years that are not whole numbers"),
        ([("VNM", 2019.5, 1.0)], ("economy", "year", "days"), "years that are not whole numbers"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(facts, tmp_path, rows, columns, said):
    with pytest.raises(UsageError, match=said):
        users(own(tmp_path / "a.csv", rows, columns), facts)


def test_one_table_only(facts):
    with pytest.raises(UsageError, match="2 files"):
        users(["a.csv", "b.csv"], facts)
