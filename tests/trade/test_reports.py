import pandas as pd

from indexer.trade.reports import choose_reports, with_zeros

COLUMNS = ["exporter", "importer", "year", "category", "reported_by", "value_usd"]


def table(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def keyed(frame):
    keys = ["exporter", "importer", "year", "category"]
    return {tuple(row[k] for k in keys): (row["reported_by"], row["value_usd"]) for row in frame.to_dict("records")}


def test_an_importer_that_reports_a_year_is_believed_for_all_of_it():
    flows = table(
        ("A", "B", 2020, "c", "importer", 12.0),
        ("A", "B", 2020, "c", "exporter", 10.0),
        ("C", "B", 2020, "c", "exporter", 7.0),
        ("A", "B", 2021, "c", "exporter", 11.0),
    )
    # C's exports to B are left out: B reports 2020 and has none
    assert keyed(choose_reports(flows)) == {
        ("A", "B", 2020, "c"): ("importer", 12.0),
        ("A", "B", 2021, "c"): ("exporter", 11.0),
    }


def test_zeros_stand_where_the_reporter_of_the_flow_reports():
    flows = table(
        ("A", "B", 2020, "c", "importer", 12.0),
        ("C", "B", 2021, "c", "importer", 5.0),
        ("B", "A", 2020, "c", "exporter", 3.0),
        ("B", "C", 2021, "c", "exporter", 4.0),
    )
    found = with_zeros(flows)
    assert keyed(found[found["is_zero"]]) == {
        # B imports and reports both years
        ("A", "B", 2021, "c"): ("importer", 0.0),
        ("C", "B", 2020, "c"): ("importer", 0.0),
        # A and C do not report; B reports exports of both years
        ("B", "A", 2021, "c"): ("exporter", 0.0),
        ("B", "C", 2020, "c"): ("exporter", 0.0),
    }
    assert keyed(found[~found["is_zero"]]) == keyed(flows)


def test_no_zero_where_an_importer_does_not_report_but_its_partner_did_not_either():
    flows = table(("A", "B", 2020, "c", "exporter", 1.0), ("C", "B", 2021, "c", "exporter", 1.0))
    assert not with_zeros(flows)["is_zero"].any()


def test_balanced_files_have_zeros_in_all_their_years():
    flows = table(("A", "B", 2020, "c", "balanced", 1.0), ("B", "A", 2021, "d", "balanced", 2.0))
    found = with_zeros(flows)
    assert keyed(found[found["is_zero"]]) == {
        ("A", "B", 2021, "c"): ("balanced", 0.0),
        ("B", "A", 2020, "d"): ("balanced", 0.0),
    }


def test_a_flow_stands_once():
    flows = table(("A", "B", 2020, "c", "balanced", 1.0), ("A", "B", 2021, "c", "balanced", 2.0))
    found = with_zeros(flows)
    assert len(found) == 2
    assert found["value_usd"].tolist() == [1.0, 2.0]
