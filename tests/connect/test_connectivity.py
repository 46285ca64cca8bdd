"""Connectivity by pair against the facts as they stand, cell by cell."""

import numpy as np
import pandas as pd
import pytest

from indexer.connect import digital_rules as rules
from indexer.connect.connectivity import COLUMNS, connectivity
from indexer.errors import UsageError
from indexer.folder import read, read_trade


@pytest.fixture(scope="module")
def folder():
    return read()


@pytest.fixture(scope="module")
def shipping():
    return read_trade().shipping


def one(folder, shipping, exporter, importer, year):
    flows = pd.DataFrame({"exporter": [exporter], "importer": [importer], "year": [year]})
    return connectivity(folder, shipping, flows).iloc[0]


def fact(folder, series, economy, year):
    facts = folder.facts
    at = (facts["indicator"] == series) & (facts["economy"] == economy) & (facts["year"] == year)
    return facts.loc[at, "value"].item()


def test_ships_are_the_logarithm_of_the_published_index_of_the_pair(folder, shipping):
    at = (shipping["exporter"] == "CHN") & (shipping["importer"] == "VNM") & (shipping["year"] == 2020)
    assert one(folder, shipping, "CHN", "VNM", 2020)["ships"] == np.log(shipping.loc[at, "lsbci"].item())


def test_the_weaker_side_counts(folder, shipping):
    found = one(folder, shipping, "CHN", "SGP", 2014)
    series = "fixed_broadband_per_100"
    assert fact(folder, series, "SGP", 2014) > fact(folder, series, "CHN", 2014) == found["broadband"]
    assert found["customs"] == fact(folder, "lpi_customs", "CHN", 2014)


def test_openness_is_minus_the_higher_restrictiveness(folder, shipping):
    assert one(folder, shipping, "CHN", "KHM", 2022)["openness"] == -fact(folder, "dstri", "KHM", 2022)


def test_ease_is_that_of_the_slower_of_the_two(folder, shipping):
    hours = {
        code: sum(fact(folder, f"db_{side}_time_{part}", code, 2018) for side in ("export", "import")
                  for part in ("border", "documents")) / 2
        for code in ("MMR", "SGP")
    }  # fmt: skip
    assert hours["MMR"] > hours["SGP"]
    assert one(folder, shipping, "SGP", "MMR", 2018)["ease"] == pytest.approx(-np.log1p(hours["MMR"]), abs=1e-12)


def test_depth_is_that_of_the_coded_rules(folder, shipping):
    depth = rules.depth(rules.read_provisions(), rules.read_events(), [("CHN", "THA")], [2022])["rules_depth"].item()
    assert one(folder, shipping, "CHN", "THA", 2022)["depth"] == depth > 0


def test_it_is_the_same_in_both_directions(folder, shipping):
    a, b = one(folder, shipping, "MYS", "VNM", 2018), one(folder, shipping, "VNM", "MYS", 2018)
    np.testing.assert_array_equal(a[list(COLUMNS)].to_numpy(float), b[list(COLUMNS)].to_numpy(float))


def test_nothing_is_filled(folder, shipping):
    found = one(folder, shipping, "CHN", "LAO", 2020)
    assert found[["ships", "electricity", "customs", "ease"]].isna().all()
    assert found["broadband"] == fact(folder, "fixed_broadband_per_100", "LAO", 2020)


def test_rows_keep_their_order_and_index(folder, shipping):
    flows = pd.DataFrame({"exporter": ["CHN", "SGP"], "importer": ["VNM", "CHN"], "year": [2021, 2016]}, index=[7, 3])
    found = connectivity(folder, shipping, flows)
    assert found.index.tolist() == [7, 3]
    assert found.loc[3, "ships"] == one(folder, shipping, "CHN", "SGP", 2016)["ships"]


def test_missing_columns_and_repeated_pairs_are_refused(folder, shipping):
    with pytest.raises(UsageError, match="no column 'year'"):
        connectivity(folder, shipping, pd.DataFrame({"exporter": ["CHN"], "importer": ["VNM"]}))
    flows = pd.DataFrame({"exporter": ["CHN"], "importer": ["VNM"], "year": [2020]})
    with pytest.raises(UsageError, match="twice"):
        connectivity(folder, pd.concat([shipping, shipping.head(1)]), flows)


@pytest.mark.parametrize("year", ["2020", None, 2020.5])
def test_years_that_are_not_whole_are_refused(folder, shipping, year):
    flows = pd.DataFrame({"exporter": ["CHN"], "importer": ["VNM"], "year": [year]})
    with pytest.raises(UsageError, match="years that are not whole"):
        connectivity(folder, shipping, flows)


def test_shipping_without_its_index_is_refused(folder, shipping):
    flows = pd.DataFrame({"exporter": ["CHN"], "importer": ["VNM"], "year": [2020]})
    with pytest.raises(UsageError, match="shipping: no column 'lsbci'"):
        connectivity(folder, shipping.drop(columns="lsbci"), flows)


def test_an_economy_without_coded_rules_is_refused(folder, shipping):
    flows = pd.DataFrame({"exporter": ["CHN"], "importer": ["DEU"], "year": [2020]})
    with pytest.raises(UsageError, match="DEU"):
        connectivity(folder, shipping, flows)
