import importlib.util
from pathlib import Path

import pytest

from indexer.connect.product_totals import product_totals
from indexer.errors import FactsError, UsageError

spec = importlib.util.spec_from_file_location("product_samples", Path(__file__).with_name("product_samples.py"))
samples = importlib.util.module_from_spec(spec)
spec.loader.exec_module(samples)


def own(tmp_path, text):
    path = tmp_path / "own.csv"
    path.write_text(text)
    return path


def test_a_table_of_ones_own(tmp_path):
    path = own(tmp_path, "exporter,product,year,export,import\nVNM,rice,2020,5,1\nTHA,rice,2020,7,\n")
    found = product_totals([path], ["VNM"])
    assert found["export"].tolist() == [5, 7]
    assert found["import"].isna().tolist() == [False, True]
    assert "import" not in product_totals(own(tmp_path, "exporter,product,year,export\nVNM,rice,2020,5\n"), [])


def test_product_level_files_are_added_up(tmp_path):
    path = samples.comtrade(
        tmp_path / "a.csv", [(2020, "CHN", "X", "VNM", "847150", 10), (2020, "CHN", "X", "USA", "847150", 4)]
    )
    found = product_totals(path, ["CHN", "VNM", "USA"])
    assert found.to_dict("records") == [{"exporter": "CHN", "product": "847150", "year": 2020, "export": 14.0}]


def test_quotes_and_capitals_in_the_name_do_not_hide_a_table_of_ones_own(tmp_path):
    path = tmp_path / "OWN.CSV"
    path.write_text('"exporter","product","year","export"\nVNM,rice,2020,5\n')
    assert product_totals(path, [])["export"].tolist() == [5]


def test_faults_are_named_by_line(tmp_path):
    with pytest.raises(FactsError, match=r"own\.csv:2:export = '-5'"):
        product_totals(own(tmp_path, "exporter,product,year,export\nVNM,rice,2020,-5\n"), [])


def test_a_table_of_ones_own_stands_alone(tmp_path):
    path = own(tmp_path, "exporter,product,year,export\nVNM,rice,2020,5\n")
    with pytest.raises(UsageError, match="2 files"):
        product_totals([path, path], [])
    with pytest.raises(UsageError, match="cannot be read"):
        product_totals(tmp_path / "no.csv", [])
