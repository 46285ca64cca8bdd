"""Files in three formats become the same columns, and what is in no format is refused with what it lacks."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.study import run
from indexer.study.frames import Facts
from indexer.study.samples import full_years, read_sample, whole_years

# the header of Gravity_V202211.csv, the columns that are read and a few of the others
CEPII = [
    "year",
    "country_id_o",
    "country_id_d",
    "iso3_o",
    "iso3_d",
    "iso3num_o",
    "iso3num_d",
    "country_exists_o",
    "country_exists_d",
    "distw_harmonic",
    "distw_arithmetic",
    "dist",
    "distcap",
    "contig",
    "comlang_off",
    "comlang_ethno",
    "col_dep_ever",
    "pop_o",
    "pop_d",
    "gdp_o",
    "gdp_d",
    "fta_wto",
    "tradeflow_comtrade_o",
    "tradeflow_comtrade_d",
    "tradeflow_baci",
    "manuf_tradeflow_baci",
    "tradeflow_imf_o",
    "tradeflow_imf_d",
]


@pytest.fixture(scope="module")
def facts():
    return Facts.shipped()


@pytest.fixture(scope="module")
def shipped(facts):
    """Shipped flows of 2020 and 2021 with distances and GDP."""
    flows = facts.trade.flows.query("year in (2020, 2021)").merge(facts.trade.distances, on=["exporter", "importer"])
    for side in ("exporter", "importer"):
        flows[f"gdp_{side}"] = facts.of("gdp_current_usd", flows[side], flows["year"])
    return flows


@pytest.fixture
def cepii(shipped, tmp_path):
    """The same flows as CEPII Gravity has them: thousand US$, every column, one country that does not exist."""
    frame = pd.DataFrame(columns=CEPII, index=range(len(shipped)))
    frame["year"], frame["iso3_o"], frame["iso3_d"] = shipped["year"], shipped["exporter"], shipped["importer"]
    frame["tradeflow_baci"], frame["distw_harmonic"] = shipped["trade_usd"] / 1e3, shipped["distance_km"]
    frame["gdp_o"], frame["gdp_d"] = shipped["gdp_exporter"] / 1e3, shipped["gdp_importer"] / 1e3
    frame[["country_exists_o", "country_exists_d"]] = 1
    frame[["contig", "comlang_off", "col_dep_ever", "fta_wto"]] = 0
    gone = frame.head(1).assign(country_exists_o=0)
    blank = frame.tail(1).assign(year=2019, tradeflow_baci=np.nan)
    path = tmp_path / "Gravity_V202211.csv"
    pd.concat([frame, gone, blank]).to_csv(path, index=False, na_rep="NA")
    return path


def sorted_like(shipped):
    return shipped.sort_values(["year", "exporter", "importer"], ignore_index=True)


def test_cepii_gravity_gives_the_flows_back(cepii, shipped, facts):
    sample = read_sample(cepii, facts=facts)
    wanted = sorted_like(shipped)
    assert sample.kind == "CEPII Gravity"
    assert sample.frame["trade"].to_numpy() == pytest.approx(wanted["trade_usd"].to_numpy(), rel=1e-12)
    assert sample.frame["gdp_exporter"].to_numpy() == pytest.approx(wanted["gdp_exporter"].to_numpy(), rel=1e-12)
    assert sample.frame["distance"].tolist() == wanted["distance_km"].tolist()
    assert any(note.startswith("1 rows of countries that did not exist") for note in sample.notes)
    assert any(note.startswith("1 rows without a value of trade") for note in sample.notes)


def test_a_trade_table_with_a_file_of_pairs_is_the_same_sample(cepii, shipped, tmp_path, facts):
    shipped[["exporter", "importer", "year", "trade_usd"]].to_csv(tmp_path / "flows.csv", index=False)
    # one way is enough: the distance back is the same
    distances = facts.trade.distances
    distances[distances["exporter"] < distances["importer"]].to_csv(tmp_path / "pairs.csv", index=False)
    one = read_sample([tmp_path / "flows.csv", tmp_path / "pairs.csv"], facts=facts)
    other = read_sample(cepii, facts=facts).frame
    columns = ["exporter", "importer", "year", "trade", "distance", "gdp_exporter", "gdp_importer", "pair"]
    # the shipped distances of two directions differ in the last digit
    pd.testing.assert_frame_equal(one.frame[columns], other[columns], rtol=2e-6)


def test_parquet_is_the_same_as_csv(cepii, tmp_path, facts):
    pd.read_csv(cepii).to_parquet(tmp_path / "gravity.parquet")
    pd.testing.assert_frame_equal(
        read_sample(tmp_path / "gravity.parquet", facts=facts).frame, read_sample(cepii, facts=facts).frame
    )


def test_only_the_years_that_are_wanted(cepii, facts):
    assert read_sample(cepii, [2021], facts).years == [2021]
    with pytest.raises(UsageError, match="no flow in 1990–1991"):
        read_sample(cepii, years=[1990, 1991])


def test_the_advanced_guide_keeps_domestic_trade(trade_data, facts):
    file = trade_data / "agtpa" / "agtpa_applications.csv.gz"
    sample = read_sample(file, [2006], facts)
    raw = pd.read_csv(file).query("year == 2006")
    assert sample.kind == "AGTPA"
    assert len(sample.frame) == len(raw) == 69 * 69
    assert sample.frame["trade"].sum() == pytest.approx(1e6 * raw["trade"].sum())
    assert sample.frame["international"].eq(0).sum() == 69
    assert "ROU" in set(sample.frame["exporter"])
    assert sample.controls == ["contiguous", "language", "colony", "rta"]
    own = sample.frame.query("exporter == 'CHN' and importer == 'CHN'")["distance"].item()
    assert own == raw.query("exporter == 'CHN' and importer == 'CHN'")["dist"].item()


def test_the_world_panel_and_its_pairs(trade_data, tmp_path, facts):
    raw = pd.read_csv(trade_data / "asia_or_world_panel.csv.gz", keep_default_na=False, na_values=[""])
    few = ["CHN", "VNM", "NAM", "USA", "DEU"]
    raw = raw[raw["exporter"].isin(few) & raw["importer"].isin(few) & raw["year"].isin([2019, 2020])]
    raw.to_csv(tmp_path / "flows.csv", index=False)
    sample = read_sample([tmp_path / "flows.csv", trade_data / "gravity_pairs.csv"], facts=facts)
    pairs = pd.read_csv(trade_data / "gravity_pairs.csv", keep_default_na=False).set_index(["exporter", "importer"])
    row = sample.frame.query("exporter == 'NAM' and importer == 'CHN' and year == 2020").iloc[0]
    assert (
        row["trade"] == raw.query("exporter == 'NAM' and importer == 'CHN' and year == 2020")["trade_value_usd"].item()
    )
    assert row["distance"] == float(pairs.loc[("NAM", "CHN"), "distance_km"])
    assert row["pair"] == "CHN-NAM"
    assert len(sample.frame) == len(raw)


def test_a_year_of_few_flows_is_not_full():
    frame = pd.DataFrame({"year": [2019] * 3 + [2020] * 4 + [2021] * 2, "international": 1.0})
    assert full_years(frame) == [2019, 2020]


FLOWS = "exporter,importer,year,trade,dist\nCHN,VNM,2020,5,100\nVNM,CHN,2020,6,100\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FLOWS.replace("trade", "value"), "as trade table it lacks trade_usd or trade_value_usd or trade"),
        (FLOWS.replace("exporter", "from"), "it lacks exporter"),
        (FLOWS.replace("dist", "far"), "has no distances"),
        (FLOWS + "CHN,VNM,2020,7,100\n", "1 rows of the table of flows stand twice"),
        (FLOWS.replace(",6,", ",-6,"), "1 rows with negative trade"),
        (FLOWS.replace(",6,100", ",6,0"), "a distance of zero or less"),
        (FLOWS.replace("2020,6", "2020.5,6"), "a year is no whole number"),
        (FLOWS.replace(",6,", ",six,"), "'six' in column trade"),
        ("exporter,importer,dist\nCHN,VNM,100\n", "0 files with a column year and 1 without"),
        (FLOWS.replace(",6,", ",inf,"), "1 rows with infinite trade"),
    ],
    ids=["trade", "sides", "distance", "twice", "negative", "near", "year", "word", "pairs alone", "inf"],
)
def test_what_cannot_be_read_is_refused(text, message, tmp_path, facts):
    (tmp_path / "flows.csv").write_text(text)
    with pytest.raises(UsageError, match=message):
        read_sample(tmp_path / "flows.csv", facts=facts)


def test_the_second_file_must_be_one_of_pairs(tmp_path, facts):
    (tmp_path / "flows.csv").write_text(FLOWS.replace(",dist", ",far"))
    (tmp_path / "pairs.csv").write_text("exporter,importer,miles\nCHN,VNM,100\n")
    with pytest.raises(UsageError, match="no file of pairs: it lacks distance_km or"):
        read_sample([tmp_path / "flows.csv", Path(tmp_path / "pairs.csv")], facts=facts)


@pytest.mark.parametrize("given", [3, pd.DataFrame({"exporter": ["CHN"]}), [3], None])
def test_what_is_no_path_is_refused(given, facts):
    with pytest.raises(UsageError, match="is no file"):
        read_sample(given, facts=facts)


def test_years_are_whole_numbers(tmp_path, facts):
    (tmp_path / "flows.csv").write_text(FLOWS)
    with pytest.raises(UsageError, match="'x' is no year"):
        read_sample(tmp_path / "flows.csv", years=["x"], facts=facts)
    assert whole_years([2020, 2019, 2020]) == [2019, 2020]
    assert whole_years(2020) == [2020]


@pytest.mark.parametrize("name", ["china-asean", "asymmetry", "distance"])
def test_no_file_is_not_the_shipped_facts(name):
    with pytest.raises(UsageError, match="0 files with a column year"):
        run(name, data=[])
