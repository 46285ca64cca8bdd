"""The study's figures against the shipped facts, read and divided here."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import indexer
from indexer.errors import UsageError
from indexer.folder import read_trade
from indexer.resources import folder
from indexer.study.questions.competitiveness.question import study


@pytest.fixture(scope="module")
def found():
    return study()


def facts(name):
    path = folder("indicators") / "digital_services" / f"{name}.csv"
    return pd.read_csv(path).set_index(["economy", "year"])["value"]


def test_shares_and_ratio_are_those_of_the_facts(found):
    x, m = facts("digitally_deliverable_services_exports_musd"), facts("digitally_deliverable_services_imports_musd")
    world = read_trade().world_services.set_index("year")["exports_usd"]
    path = found["path"].set_index(["economy", "year"])
    for key in (("CHN", 2010), ("SGP", 2023), ("PHL", 2017)):
        assert path.loc[key, "export_share"] == pytest.approx(1e6 * x[key] / world[key[1]], rel=1e-12)
        assert path.loc[key, "competitiveness"] == pytest.approx((x[key] - m[key]) / (x[key] + m[key]), rel=1e-12)
    assert np.isnan(path.loc[("THA", 2020), "export_share"])


def test_ict_services_are_shares_of_who_reports(found):
    ict = facts("ict_service_exports_usd")
    path = found["path"].set_index(["economy", "year"])
    expected = ict[("CHN", 2022)] / ict.xs(2022, level="year").sum()
    assert path.loc[("CHN", 2022), "ict_share"] == pytest.approx(expected, rel=1e-12)


def test_the_digital_part_is_of_the_index_without_trade_outcomes(found):
    index = indexer.build().without("trade_outcome")
    w = index.weights.set_index("node")["weight"]
    row = index.scores.set_index(["economy", "year"]).loc[("VNM", 2022)]
    a, b = w["computing_power"], w["digital_services"]
    expected = (a * row["computing_power"] + b * row["digital_services"]) / (a + b)
    path = found["path"].set_index(["economy", "year"])["digital_part"]
    assert path[("VNM", 2022)] == pytest.approx(expected, rel=1e-12)
    technology = found["technology"].set_index(["economy", "year"])["digital_growth"]
    assert technology[("VNM", 2023)] == pytest.approx(100 * (path[("VNM", 2023)] / path[("VNM", 2022)] - 1))


def test_one_row_an_economy_of_the_edition(found):
    assert sorted(found.table["economy"]) == sorted(indexer.build().edition.economies)
    thailand = found.table.set_index("economy").loc["THA"]
    assert pd.isna(thailand["share_last"])
    assert thailand["digital_growth"] > 0


def test_goods_with_china_are_as_china_reports(found):
    table = found["china"]
    assert table["year"].max() == 2024
    flows = read_trade().flows.set_index(["exporter", "importer", "year"])["trade_usd"]
    row = table.set_index(["partner", "year"]).loc[("VNM", 2024)]
    x, m = flows[("VNM", "CHN", 2024)], flows[("CHN", "VNM", 2024)]
    assert row["competitiveness"] == pytest.approx((x - m) / (x + m))
    assert table.groupby("year")["share"].sum().to_numpy() == pytest.approx(1.0)


def test_the_rank_correlation_is_scipys(found):
    path = found["path"].dropna(subset=["export_share", "digital_part"])
    ends = path.groupby("economy").agg(["first", "last"])
    years = ends["year"]["last"] - ends["year"]["first"]
    rates = {
        name: (ends[name]["last"] / ends[name]["first"]) ** (1 / years) for name in ("export_share", "digital_part")
    }
    rho = stats.spearmanr(rates["export_share"], rates["digital_part"]).statistic
    row = found["together"].query("growth_of == 'export_share' and digital_in == 'per cent'").iloc[0]
    assert row["spearman"] == pytest.approx(rho, abs=1e-12)
    assert row["low"] < row["spearman"] < row["high"]
    assert f"rank correlation of {rho:+.2f} over {row['n']} economies" in found.sentence


def test_a_file_gives_specialisation(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("exporter,product,year,export\nA,p,2020,4\nA,q,2020,4\nB,p,2020,2\nB,q,2020,6\n")
    made = study(path)
    assert made.table.set_index(["exporter", "product"]).loc[("A", "p"), "rca"] == pytest.approx(4 / 3)
    assert "2 of 4 exporter-products of 2020 have a revealed comparative advantage" in made.sentence


def test_pictures_show_years_in_order(found):
    pytest.importorskip("altair")
    matrix, growth = (one.draw().to_json() for one in found.figures)
    at = [matrix.index(f'"{year}"') for year in range(2010, 2024)]
    assert at == sorted(at)
    assert "Viet Nam" in growth


def test_text_fits_the_page(found):
    assert max(map(len, found.text().splitlines())) <= 105


def test_the_page_shows_what_the_study_gives(found):
    page = (Path(__file__).parents[4] / "docs/study-competitiveness.md").read_text(encoding="utf-8")
    assert found.sentence in page
    assert all(one.markdown() in page for one in found.tables if one.name != "path")
    assert all(one in page for one in found.caveats)


def test_the_figure_of_the_world_on_the_page():
    page = (Path(__file__).parents[4] / "docs/study-competitiveness.md").read_text(encoding="utf-8")
    made = study(edition="world")
    row = made["together"].query("growth_of == 'export_share' and digital_in == 'per cent'").iloc[0]
    assert f"a rank correlation of {row['spearman']:+.2f} over {row['n']} economies (95 % interval" in page
    assert f"interval {row['low']:+.2f} to {row['high']:+.2f})." in page
    assert max(map(len, made.caveats)) < 400


def test_an_edition_beside_a_file_is_refused_and_not_passed_over(tmp_path):
    with pytest.raises(UsageError, match="rests on no edition"):
        study(tmp_path / "exports.csv", edition="world")


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"seed": "a"}, {"edition": 5}, {"data": 5}])
def test_options_of_another_kind_are_refused(wrong):
    with pytest.raises(UsageError):
        study(**wrong)
