"""Flows added by hand, out of files with the headers of the real formats."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from indexer.connect.product_files import open_product_files
from indexer.errors import UsageError

spec = importlib.util.spec_from_file_location("product_samples", Path(__file__).with_name("product_samples.py"))
samples = importlib.util.module_from_spec(spec)
spec.loader.exec_module(samples)

ECONOMIES = ("CHN", "VNM", "USA", "TWN")
LISTED = pd.DataFrame(
    [
        ("HS2017", "847150", "computing_power", 6),
        ("HS2017", "010121", "models", 6),
        ("HS2012", "847150", "computing_power", 6),
        ("EBOPS2010", "SI2", "models", 3),
    ],
    columns=["classification", "code", "category", "digits"],
)


def flows(paths):
    found = open_product_files(paths, ECONOMIES).by_category(LISTED).flows
    return {
        (r["exporter"], r["importer"], r["year"], r["category"], r["reported_by"]): r["value_usd"]
        for r in found.to_dict("records")
    }


def test_comtrade_of_today(tmp_path):
    path = samples.comtrade(
        tmp_path / "a.csv",
        [
            (2020, "CHN", "X", "VNM", "847150", "10.5"),
            (2020, "CHN", "X", "VNM", "847170", 1000),
            (2020, "VNM", "M", "CHN", "847150", 12),
            (2020, "VNM", "M", "CHN", "10121", 3),
            (2020, "CHN", "X", "W00", "847150", 40),
            (2020, "CHN", "X", "S19", "847150", 4),
        ],
    )
    assert flows(path) == {
        ("CHN", "VNM", 2020, "computing_power", "exporter"): 10.5,
        ("CHN", "VNM", 2020, "computing_power", "importer"): 12,
        ("CHN", "VNM", 2020, "models", "importer"): 3,
        ("CHN", "WLD", 2020, "computing_power", "exporter"): 40,
        ("CHN", "TWN", 2020, "computing_power", "exporter"): 4,
    }


def test_what_is_no_total_or_no_economy_is_left_out_and_counted(tmp_path):
    path = samples.comtrade(
        tmp_path / "a.csv",
        [
            (2020, "CHN", "X", "VNM", "847150", 10),
            (2020, "CHN", "RX", "VNM", "847150", 2),
            (2020, "CHN", "X", "VNM", "847150", 7, {"motCode": 1000}),
            (2020, "CHN", "X", "VNM", "847150", 6, {"customsCode": "C04"}),
            (2020, "CHN", "X", "VNM", "847150", 5, {"partner2ISO": "THA"}),
            (2020, "CHN", "X", "X1 ", "847150", 4),
        ],
    )
    opened = open_product_files([path], ECONOMIES)
    assert opened.by_category(LISTED).flows["value_usd"].tolist() == [10]
    counts = opened.counts.drop(columns="classifications").to_dict("records")
    assert counts == [{"file": "a.csv", "rows": 6, "not_total": 4, "not_economy": 1}]


def test_comtrade_of_before(tmp_path):
    path = samples.comtrade_old(
        tmp_path / "old.csv",
        [
            (2015, "CHN", "Export", "VNM", "847150", 8),
            (2015, "CHN", "Re-Export", "VNM", "847150", 1),
            (2015, "VNM", "Import", "CHN", "847150", 9),
            (2015, "VNM", "Import", "WLD", "847150", 20),
        ],
    )
    assert flows(path) == {
        ("CHN", "VNM", 2015, "computing_power", "exporter"): 8,
        ("CHN", "VNM", 2015, "computing_power", "importer"): 9,
        ("WLD", "VNM", 2015, "computing_power", "importer"): 20,
    }


def baci(tmp_path, rows, name="BACI_HS17_Y2020_V202501.csv"):
    (tmp_path / name).write_text(samples.BACI + rows, encoding="utf-8")
    (tmp_path / "country_codes_V202501.csv").write_text(samples.COUNTRIES, encoding="utf-8")
    return [tmp_path / name, tmp_path / "country_codes_V202501.csv"]


def test_baci_is_in_thousands_and_its_numbers_are_countries(tmp_path):
    paths = baci(
        tmp_path,
        "2020,156,704,847150,1.005,NA\n2020,704,156,10121,2,1\n2020,697,156,847150,9,1\n2020,490,842,847150,3,\n",
    )
    assert flows(paths) == {
        ("CHN", "VNM", 2020, "computing_power", "balanced"): 1005,
        ("VNM", "CHN", 2020, "models", "balanced"): 2000,
        ("TWN", "USA", 2020, "computing_power", "balanced"): 3000,
    }


def test_a_table_with_its_classification_takes_services(tmp_path):
    path = tmp_path / "services.csv"
    path.write_text("exporter,importer,year,classification,product,value_usd\nUSA,CHN,2019,EBOPS2010,SI.2,7\n")
    assert flows(path) == {("USA", "CHN", 2019, "models", "balanced"): 7}


def test_vintages_may_differ_by_year(tmp_path):
    new = samples.comtrade(tmp_path / "new.csv", [(2020, "CHN", "X", "VNM", "847150", 10)])
    old = samples.comtrade_old(tmp_path / "old.csv", [(2015, "CHN", "Export", "VNM", "847150", 8)])
    assert set(flows([new, old]).values()) == {10, 8}
    assert open_product_files([new, old], ECONOMIES).classifications == ["HS2012", "HS2017"]


def test_latin_1_and_a_comma_at_the_end_of_rows_are_read(tmp_path):
    path = samples.comtrade(tmp_path / "a.csv", [(2020, "CHN", "X", "VNM", "847150", 10)], "latin-1", end=",")
    assert list(flows(path).values()) == [10]


def test_compressed_and_parquet(tmp_path):
    path = samples.comtrade(tmp_path / "a.csv", [(2020, "CHN", "X", "VNM", "847150", 10)])
    frame = pd.read_csv(path)
    frame.to_csv(tmp_path / "b.csv.gz", index=False)
    frame.to_parquet(tmp_path / "c.parquet")
    assert flows(tmp_path / "b.csv.gz") == flows(tmp_path / "c.parquet") == flows(path)


def test_a_heading_counts_whole(tmp_path):
    rows = [(2020, "CHN", "X", "VNM", code, 1) for code in ("847150", "847170", "847330")]
    opened = open_product_files(samples.comtrade(tmp_path / "a.csv", rows), ECONOMIES)
    heading = pd.DataFrame([("HS2017", "8471", "computing_power", 4)], columns=LISTED.columns)
    assert opened.by_category(heading).flows["value_usd"].tolist() == [2]


def test_totals_take_the_world_as_reported_before_the_sum_over_partners(tmp_path):
    path = samples.comtrade(
        tmp_path / "a.csv",
        [
            (2020, "CHN", "X", "VNM", "847150", 10),
            (2020, "CHN", "X", "W00", "847150", 40),
            (2020, "VNM", "X", "CHN", "847150", 3),
            (2020, "VNM", "X", "USA", "847150", 4),
            (2020, "VNM", "M", "CHN", "847150", 5),
        ],
    )
    found = open_product_files(path, ECONOMIES).totals().set_index("exporter")
    assert found["export"].to_dict() == {"CHN": 40, "VNM": 7}
    assert found.loc["VNM", "import"] == 5


def test_totals_are_zero_only_where_the_economy_reports_that_side(tmp_path):
    path = samples.comtrade(
        tmp_path / "a.csv",
        [
            (2020, "CHN", "X", "VNM", "847150", 10),
            (2020, "CHN", "X", "VNM", "847170", 5),
            (2020, "CHN", "M", "VNM", "847170", 2),
            (2020, "USA", "X", "VNM", "847150", 7),
            (2020, "VNM", "M", "CHN", "847150", 9),
        ],
    )
    found = open_product_files(path, ECONOMIES).totals().set_index(["exporter", "product"])["import"]
    assert found.dropna().to_dict() == {("CHN", "847150"): 0, ("CHN", "847170"): 2}
    assert found.isna().sum() == 1  # the United States report no imports; Viet Nam, without exports, has no row


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["EBOPS2010,SI,10", "EBOPS2010,SI2,6"], "SI of EBOPS2010 contains SI2"),
        (["S4,TOTAL,10", "S4,7,6"], "TOTAL of S4 contains 7"),
    ],
)
def test_totals_of_products_that_contain_one_another_are_refused(tmp_path, rows, said):
    path = tmp_path / "a.csv"
    head = "exporter,importer,year,classification,product,value_usd"
    path.write_text("\n".join([head, *(f"USA,CHN,2019,{row}" for row in rows), ""]))
    with pytest.raises(UsageError, match=said):
        open_product_files(path, ECONOMIES).totals()


@pytest.mark.parametrize("month", [{"freqCode": "M"}, {"period": "202001"}])
def test_a_month_is_no_year(tmp_path, month):
    rows = [(2020, "CHN", "X", "VNM", "847150", 10, month), (2020, "VNM", "X", "CHN", "847150", 3, {"freqCode": "A"})]
    opened = open_product_files(samples.comtrade(tmp_path / "a.csv", rows), ECONOMIES)
    assert opened.by_category(LISTED).flows["value_usd"].tolist() == [3]
    assert opened.counts["not_total"].tolist() == [1]


def test_brackets_in_a_name_mean_no_other_file(tmp_path):
    path = samples.comtrade(tmp_path / "trade[1].csv", [(2020, "CHN", "X", "VNM", "847150", 10)])
    samples.comtrade(tmp_path / "trade1.csv", [(2020, "CHN", "X", "VNM", "847150", 99)])
    pd.read_csv(path).to_parquet(tmp_path / "trade[1].parquet")
    assert list(flows(path).values()) == list(flows(tmp_path / "trade[1].parquet").values()) == [10]


def test_a_column_of_any_other_name_changes_nothing(tmp_path):
    path = samples.comtrade(tmp_path / "a.csv", [(2020, "CHN", "X", "VNM", "847150", 10)])
    more = tmp_path / "b.csv"
    more.write_text(
        "".join(f"{a},{b}\n" for a, b in zip(path.read_text().splitlines(), ("side", "importer"), strict=True))
    )
    assert flows(more) == flows(path)


def test_a_table_of_ones_own_may_name_the_classification_as_comtrade_does(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("exporter,importer,year,classification,product,value_usd\nUSA,CHN,2019,H5,847150,7\n")
    assert list(flows(path).values()) == [7]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(2020, "CHN", "X", "VNM", "847150", "10,5")], "more fields than the header"),
        ([(2020, "CHN", "X", "VNM", "847150", "n/a")], "value 'n/a'"),
        ([(2020, "CHN", "X", "VNM", "847150", -1)], "value '-1'"),
        ([(2020, "CHN", "X", "VNM", "847150", "inf")], "value 'inf'"),
        ([("20x0", "CHN", "X", "VNM", "847150", 1)], "year '20x0'"),
        ([(2020, "CHN", "X", "VNM", "847150.0", 1)], "code '847150.0'"),
        ([(2020, "CHN", "X", "VNM", "847150", 1)] * 2, "a flow stands twice: CHN, VNM, 2020, HS2017, 847150, exporter"),
        ([(2020, "CHN", "RX", "VNM", "847150", 1)], "no flow between economies"),
        ([(2020, "CHN", "X", "Viet Nam", "847150", 1)], "no flow between economies"),
        (
            [
                (2020, "CHN", "X", "VNM", "847150", 1),
                (2020, "CHN", "X", "VNM", "847170", 1, {"classificationCode": "H4"}),
            ],
            "CHN 2020 is given in HS2012, HS2017",
        ),
    ],
)
def test_refused(tmp_path, rows, said):
    with pytest.raises(UsageError, match=said):
        open_product_files(samples.comtrade(tmp_path / "a.csv", rows), ECONOMIES)


def test_a_row_cut_short_is_refused(tmp_path):
    path = samples.comtrade(tmp_path / "a.csv", [(2020, "CHN", "X", "VNM", "847150", 1)])
    path.write_text(path.read_text() + ",".join(path.read_text().splitlines()[1].split(",")[:20]) + "\n")
    with pytest.raises(UsageError, match="a row that is no flow"):
        open_product_files(path, ECONOMIES)


def test_a_decimal_comma_in_the_last_column_of_some_rows_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    head = "exporter,importer,year,classification,product,value_usd\n"
    path.write_text(head + "USA,CHN,2019,EBOPS2010,SI2,7\nCHN,USA,2019,EBOPS2010,SI2,7,5\n")
    with pytest.raises(UsageError, match="more fields than the header: '5'"):
        open_product_files(path, ECONOMIES)
    path.write_text(head + "USA,CHN,2019,EBOPS2010,SI2,7\nCHN,USA,2019,EBOPS2010,SI2,7,\n")
    with pytest.raises(UsageError, match="some rows have more fields"):
        open_product_files(path, ECONOMIES)


def test_baci_without_countries_or_vintage_is_refused(tmp_path):
    paths = baci(tmp_path, "2020,156,704,847150,1,1\n")
    with pytest.raises(UsageError, match="country_codes"):
        open_product_files(paths[:1], ECONOMIES)
    other = paths[0].rename(tmp_path / "trade.csv")
    with pytest.raises(UsageError, match="the name does not say"):
        open_product_files([other, paths[1]], ECONOMIES)


def test_a_table_of_countries_alone_is_no_trade(tmp_path):
    with pytest.raises(UsageError, match="no file of trade"):
        open_product_files(baci(tmp_path, "")[1], ECONOMIES)


def test_without_duckdb_the_extra_is_named(tmp_path, monkeypatch):
    path = samples.comtrade(tmp_path / "a.csv", [(2020, "CHN", "X", "VNM", "847150", 1)])
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(UsageError, match=r"ai-trade-indexer\[big\]"):
        open_product_files(path, ECONOMIES)


def test_only_what_is_listed_is_kept_and_nothing_stays_on_disk(tmp_path, monkeypatch):
    import gc
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    rows = [(2020, "CHN", "X", "VNM", code, 1) for code in ("847150", "847170", "010121")]
    path = samples.comtrade(tmp_path / "a.csv", rows)
    opened = open_product_files(path, ECONOMIES, LISTED)
    assert opened.codes_of("HS2017") == ["010121", "847150"]
    assert list((tmp_path / "temporary").iterdir())
    del opened
    gc.collect()
    assert not list((tmp_path / "temporary").iterdir())
