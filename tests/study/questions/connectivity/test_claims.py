"""Verdicts on reported totals: by hand on the shipped flows, and on made ones for each way it can go."""

import pandas as pd
import pytest

from indexer.folder import read_trade
from indexer.study.questions.connectivity import claims
from indexer.study.questions.connectivity.claims import FAILS, HOLDS, OPEN, Claim


@pytest.fixture(scope="module")
def flows():
    return read_trade().flows


@pytest.fixture(scope="module")
def judged(flows):
    return claims.verdicts(claims.totals(flows)).set_index(["claim", "year"])


def made(exports, reported, before):
    """One partner; China's own reports of 2024, exporters' of 2025."""
    rows = [
        ("CHN", "VNM", 2024, 1e9, "china_exports_fob"), ("VNM", "CHN", 2024, before * 1e9, "china_imports_cif"),
        ("CHN", "VNM", 2025, exports * 1e9, "china_exports_fob"),
        ("VNM", "CHN", 2025, reported * 1e9, "partner_exports_fob"),
    ]  # fmt: skip
    return claims.totals(pd.DataFrame(rows, columns=["exporter", "importer", "year", "trade_usd", "basis"]))


@pytest.mark.parametrize(
    ("exports", "reported", "before", "verdict"),
    [(90, 20, 30, HOLDS), (90, 5, 30, OPEN), (90, 30, 5, OPEN), (90, 5, 5, FAILS)],
)
def test_2025_is_decided_only_where_both_readings_of_imports_agree(exports, reported, before, verdict):
    for claim in (Claim("total", None, 100.0), Claim("one partner", 1, 100.0)):
        found = claims.verdicts(made(exports, reported, before), (claim,)).set_index("year")
        assert found.loc[2025, "verdict"] == verdict
        assert found.loc[2024, "verdict"] == FAILS


def test_what_deciding_would_take_is_the_rest_to_the_amount():
    found = claims.verdicts(made(90, 5, 30), (Claim("total", None, 100.0),)).set_index("year")
    assert "above 10.0 (30.0 the year before; partners report 5.0)" in found.loc[2025, "takes"]


def test_more_partners_than_claimed_is_not_the_claim():
    found = claims.verdicts(made(90, 20, 30), (Claim("no partner", 0, 100.0),)).set_index("year")
    assert found.loc[2025, "verdict"] == FAILS


def test_figures_are_the_sums_of_the_shipped_flows(flows, judged):
    china = flows[(flows["exporter"] == "CHN") | (flows["importer"] == "CHN")]
    sums = china.groupby("year")["trade_usd"].sum() / 1e9
    total = judged.loc["total above US$1 tn"]
    assert total.loc[2024, "china"] == pytest.approx(sums[2024])
    assert total.loc[2025, "mixed"] == pytest.approx(sums[2025])
    back = china[(china["importer"] == "CHN") & (china["year"] == 2024)]["trade_usd"].sum() / 1e9
    away = china[(china["exporter"] == "CHN") & (china["year"] == 2025)]["trade_usd"].sum() / 1e9
    assert total.loc[2025, "repeated"] == pytest.approx(away + back)
    assert total.loc[2025, "floor"] == pytest.approx(away)


def test_verdicts_on_the_shipped_flows(judged):
    assert judged["verdict"].to_dict() == {
        ("five partners above US$100 bn", 2024): HOLDS, ("five partners above US$100 bn", 2025): HOLDS,
        ("two partners above US$200 bn", 2024): HOLDS, ("two partners above US$200 bn", 2025): OPEN,
        ("total above US$1 tn", 2024): FAILS, ("total above US$1 tn", 2025): OPEN,
    }  # fmt: skip


def test_every_basis_stands_in_the_tables_and_mixed_is_named(flows):
    claimed, totals = claims.tables(flows)
    assert {"2024", "2025 mixed", "2025 repeated", "2025 exports"} <= {str(name) for name in totals.shown}
    assert set(totals.frame.loc[totals.frame["year"] == 2025, "basis"]) == {"partner_exports_fob"}
    assert "Malaysia" not in claimed.text()
    assert "MYS above 96.2" in claimed.text()
