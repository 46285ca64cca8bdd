"""The shipped facts against the material they were carried from, against their licences and against docs/facts.md."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "indicators"
MATERIAL = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "facts.md"
ELEVEN = {"BRN", "CHN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM"}
AGREEMENTS = {
    "rcep_in_force": "RCEP",
    "cptpp_in_force": "CPTPP",
    "depa_in_force": "DEPA",
    "asean_ecommerce_agreement_in_force": "ASEAN Agreement on Electronic Commerce",
}
# Whole series of the first file that has the indicator; a later file never fills its gaps.
PANELS = (
    "indicators/newer/panel_newer.csv",
    "indicators/extra/panel_extra.csv",
    "indicators/panel_long.csv",
    "indicators/rules_coded.csv",
    "mechanisms/panel_long.csv",
)
# Series told by code, never by label: the copy has the labels of the two the wrong way round.
TARIFFS = {
    "tariff_applied_weighted_mean": "TM.TAX.MRCH.WM.AR.ZS",
    "tariff_mfn_weighted_mean": "TM.TAX.MRCH.WM.FN.ZS",
}
NO_NUMBER = Decimal(-9999)
DOCUMENTS = sorted(
    path
    for path in SHIPPED.glob("*/*.yaml")
    if path.name != "set.yaml" and path.parent.name not in ("editions", "trade")
)
TRADE = sorted((SHIPPED / "trade").glob("*.yaml"))
needs_material = pytest.mark.skipif(
    not MATERIAL.is_dir(), reason=f"the compiled material is not beside the checkout ({MATERIAL.parent.name}/data)"
)


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as file:
        yield from csv.DictReader(file)


@cache
def document(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def facts(path: Path) -> dict[tuple[str, int], Decimal]:
    return {(row["economy"], int(row["year"])): Decimal(row["value"]) for row in rows(path.with_suffix(".csv"))}


@cache
def material() -> dict[str, dict[tuple[str, int], Decimal]]:
    found: dict[str, dict[tuple[str, int], Decimal]] = {}
    for name in PANELS:
        here: dict[str, dict[tuple[str, int], Decimal]] = {}
        for row in rows(MATERIAL / name):
            if row["indicator"].startswith("db_") and Decimal(row["value"]) == NO_NUMBER:
                continue
            series = here.setdefault(row["indicator"], {})
            cell = (row["iso3"], int(row["year"]))
            assert cell not in series
            series[cell] = Decimal(row["value"])
        found = here | found
    tariffs = list(rows(MATERIAL / "trade" / "tariffs.csv"))
    for name, code in TARIFFS.items():
        found[name] = {
            (row["importer"], int(row["year"])): Decimal(row["tariff_pct"]) for row in tariffs if row["series"] == code
        }
    found["gdp_constant_2015_usd"] = {
        (row["iso3"], int(row["year"])): Decimal(row["gdp_constant"])
        for row in rows(MATERIAL / "trade" / "country_year.csv")
        if row["gdp_constant"]
    }
    codes = [found[name] for name in AGREEMENTS]
    found["digital_agreements_in_force"] = {cell: sum(code[cell] for code in codes) for cell in codes[0]}
    return found


def indicators() -> list[dict[str, Any]]:
    return [document(path) for path in DOCUMENTS if path.parent.name != "_reference"]


@needs_material
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_cell_is_the_publishers_and_none_is_missing(path):
    assert facts(path) == material()[path.stem]


@needs_material
def test_yearly_means_of_shipping_are_those_of_four_quarters():
    quarters: dict[tuple[str, int], list[Decimal]] = {}
    for row in rows(MATERIAL / "mechanisms" / "lsci_quarterly.csv"):
        quarters.setdefault((row["iso3"], int(row["year"])), []).append(Decimal(row["value"]))
    expected = {cell: sum(values) / 4 for cell, values in quarters.items() if len(values) == 4}
    means = facts(SHIPPED / "_reference" / "lsci_annual_mean.yaml")
    assert set(means) == set(expected)
    assert all(abs(means[cell] - expected[cell]) <= Decimal("0.00005") for cell in means)


def test_a_mark_for_no_number_is_no_fact():
    for path in DOCUMENTS:
        assert NO_NUMBER not in facts(path).values(), path


def test_no_most_favoured_nation_tariff_is_below_the_applied_one():
    applied, granted = (facts(SHIPPED / "_reference" / f"{name}.yaml") for name in TARIFFS)
    assert set(granted) <= set(applied)
    assert all(granted[cell] >= applied[cell] for cell in granted)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_values_are_plain_decimals_in_canonical_order(path):
    table = list(rows(path.with_suffix(".csv")))
    assert all(re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", row["value"]) for row in table)
    cells = [(row["economy"], int(row["year"])) for row in table]
    assert cells == sorted(set(cells))


def test_codes_follow_from_the_dated_events():
    events = list(rows(SHIPPED / "_reference" / "rules_events.csv"))
    room = SHIPPED / "digital_trade_rules"

    def in_force(name: str, economy: str, year: int) -> bool:
        mine = [one for one in events if (one["agreement_or_law"], one["economy"]) == (name, economy)]
        dates = [one["date"] for one in mine if one["event"] == "in_force"]
        # Laos: no date of entry into force is known, the law counts from its own date.
        dates = dates or [one["date"] for one in mine if economy == "LAO" and one["event"] == "enacted"]
        return any(date <= f"{year}-12-31" for date in dates)

    agreements = facts(room / "digital_agreements_in_force.yaml")
    assert set(agreements) == {(economy, year) for economy in ELEVEN for year in range(2015, 2025)}
    for (economy, year), value in agreements.items():
        assert value == sum(in_force(name, economy, year) for name in AGREEMENTS.values()), (economy, year)
    for (economy, year), value in facts(room / "data_protection_law_in_force.yaml").items():
        assert value == in_force("Data protection law", economy, year), (economy, year)

    def told(chosen: list[dict[str, str]]) -> str:
        n = Counter(one["confidence"] for one in chosen)
        return f"{n['high']} of high, {n['medium']} of medium and {n['low']} of low confidence"

    of_agreements = [one for one in events if one["agreement_or_law"] in AGREEMENTS.values()]
    used = [one for one in of_agreements if one["event"] == "in_force" and one["economy"] in ELEVEN]
    coded = document(room / "digital_agreements_in_force.yaml")["coded"]
    assert told(of_agreements) in coded
    assert f"{len(used)} entries into force, {told(used)}" in coded
    of_laws = [one for one in events if one not in of_agreements]
    assert told(of_laws) in document(room / "data_protection_law_in_force.yaml")["coded"]


@needs_material
def test_events_are_those_of_the_material():
    known = {
        (one["agreement_or_law"], one["iso3"], one["event"], one["date"], one["confidence"])
        for one in rows(MATERIAL / "indicators" / "rules_events.csv")
        if one["agreement_or_law"] in {*AGREEMENTS.values(), "Data protection law"}
    }
    table = list(rows(SHIPPED / "_reference" / "rules_events.csv"))
    assert {tuple(one[k] for k in one if k != "legal_reference") for one in table} == known
    assert all(one["legal_reference"].count("no file read") == 1 for one in table)


def test_licences_may_ship():
    allowed = yaml.safe_load((ROOT / "schemas" / "licences.yaml").read_text(encoding="utf-8"))
    for path in DOCUMENTS:
        assert document(path)["source"]["licence"] in allowed["indicators"], path
    for path in TRADE:
        assert document(path)["source"]["licence"] in [*allowed["indicators"], *allowed["trade"]], path


def test_no_composite_of_others_and_no_closed_series_is_shipped():
    closed = "aipi|oxford|gairi|egdi|gsma|gci|hdi|top500|cset|cyberlaw|electricity_use|ai_patents?|ai_publications"
    for path in SHIPPED.rglob("*"):
        assert not re.search(rf"(^|_)({closed})(_|$)", path.stem), path


def test_every_set_can_stand_without_trade_outcomes():
    for name in document(SHIPPED / "index.yaml")["sets"]:
        core = [one for one in indicators() if one["set"] == name and one["role"] == "core"]
        assert sum(not one.get("trade_outcome", False) for one in core) >= 3, name


def test_flows_are_an_extract():
    table = list(rows(SHIPPED / "trade" / "flows.csv"))
    assert {one["exporter"] for one in table} | {one["importer"] for one in table} == ELEVEN
    assert len({(one["exporter"], one["importer"], one["year"]) for one in table}) == len(table)
    china = [one for one in table if "CHN" in (one["exporter"], one["importer"])]
    assert len(china) == 240
    assert {int(one["year"]) for one in china} == set(range(2014, 2026))
    assert len(table) - len(china) < 1000
    assert "IMF" in document(SHIPPED / "trade" / "flows.yaml")["source"]["licence"]


@needs_material
def test_trade_tables_are_those_of_the_material():
    def flows(table: Iterator[dict[str, str]], value: str) -> dict[tuple[str, ...], Decimal]:
        keys = ("exporter", "importer", "year", "basis", "source")
        wanted = (
            one for one in table if {one["exporter"], one["importer"]} <= ELEVEN and one["exporter"] != one["importer"]
        )
        return {tuple(one[key] for key in keys): Decimal(one[value]) for one in wanted}

    expected = flows(rows(MATERIAL / "trade" / "china_asean10_panel.csv"), "trade_value_usd")
    world = flows(rows(MATERIAL / "trade" / "asia_or_world_panel.csv.gz"), "trade_value_usd")
    expected |= {key: value for key, value in world.items() if "CHN" not in key[:2] and "2014" <= key[2] <= "2022"}
    assert flows(rows(SHIPPED / "trade" / "flows.csv"), "trade_usd") == expected

    distances = {
        (one["exporter"], one["importer"]): one["distance_km"] for one in rows(SHIPPED / "trade" / "distances.csv")
    }
    pairs = {(a, b) for a in ELEVEN for b in ELEVEN if a != b}
    known = {
        (one["exporter"], one["importer"]): one["distw_km"] for one in rows(MATERIAL / "trade" / "gravity_pairs.csv")
    }
    assert distances == {pair: known[pair] for pair in pairs}

    shipping = {
        (one["exporter"], one["importer"], one["year"]): one["lsbci"]
        for one in rows(SHIPPED / "trade" / "shipping.csv")
    }
    connected = rows(MATERIAL / "mechanisms" / "bilateral_connectivity.csv")
    assert shipping == {(one["iso3_o"], one["iso3_d"], one["year"]): one["value"] for one in connected}
    assert all(shipping[importer, exporter, year] == value for (exporter, importer, year), value in shipping.items())

    world = {tuple(one.values()) for one in rows(SHIPPED / "trade" / "world_services.csv")}
    services = rows(MATERIAL / "trade" / "services_dds.csv")
    assert world == {
        (one["year"], one["dds_exports_usd"], one["dds_imports_usd"]) for one in services if one["iso3"] == "WLD"
    }

    dates = {one["economy"]: one["in_force"] for one in rows(SHIPPED / "trade" / "rcep.csv")}
    assert dates == {one["iso3"]: one["date_in_force"] for one in rows(MATERIAL / "trade" / "rcep_in_force.csv")}


def test_the_world_is_the_sum_of_its_economies_nearly():
    for one in rows(SHIPPED / "trade" / "world_services.csv"):
        for flow in ("exports", "imports"):
            cells = facts(SHIPPED / "digital_services" / f"digitally_deliverable_services_{flow}_musd.yaml")
            known = sum(value for (_, year), value in cells.items() if year == int(one["year"])) * 10**6
            assert Decimal("0.96") < known / Decimal(one[f"{flow}_usd"]) < 1, (one["year"], flow)


def test_names_of_economies_are_unambiguous():
    economies = list(rows(SHIPPED / "_reference" / "economies.csv"))
    meant = {one["name"].casefold(): one["economy"] for one in economies}
    assert len(meant) == len(economies)
    for one in rows(SHIPPED / "_reference" / "aliases.csv"):
        assert meant.setdefault(one["alias"].casefold(), one["economy"]) == one["economy"], one
    assert {economy for path in DOCUMENTS for economy, _ in facts(path)} <= set(meant.values())


def page_tables() -> Iterator[tuple[list[str], list[list[str]]]]:
    for block in re.findall(r"(?:^\|.*\|\n)+", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE):
        split = [[field.strip() for field in line.strip().strip("|").split(" | ")] for line in block.splitlines()]
        yield split[0], split[2:]


def test_page_describes_and_counts_what_is_shipped():
    described, counted = {}, {}
    for header, body in page_tables():
        if header[1] == "name":
            described |= {row[0].strip("`"): dict(zip(header, row, strict=True)) for row in body}
        elif header[0] == "cells":
            counted |= {row[0].strip("`"): dict(zip(header, row, strict=True)) for row in body}
    assert set(described) == set(counted) == {path.stem for path in DOCUMENTS}
    for path in DOCUMENTS:
        one, cells, line = document(path), facts(path), counted[path.stem]
        years = [year for _, year in cells]
        expected = {
            "rows": len(cells),
            "economies": len({e for e, _ in cells}),
            "first": min(years),
            "last": max(years),
        }
        expected |= {str(y): sum(e in ELEVEN and year == y for e, year in cells) for y in range(2018, 2026)}
        assert {key: int(value) for key, value in line.items() if key != "cells"} == expected, path.stem
        line = described[path.stem]
        for key, said in (("name", one["name"]), ("unit", one["unit"]), ("vintage", one["source"]["vintage"])):
            assert line[key] == said
        assert line["licence"] == one["source"]["licence"]
        assert line["role"] == one["role"] + (", trade outcome" if one.get("trade_outcome") else "")
        assert one["role"] == "context" or line["better"] == one["direction"].removesuffix("_better")
        assert one["source"]["url"] in line["source"]


def test_page_names_every_weakness():
    text = PAGE.read_text(encoding="utf-8")
    for one in map(document, DOCUMENTS):
        for note in [
            *one.get("weak", ()),
            *(b["note"] for b in one.get("breaks", ())),
            *filter(None, [one.get("coded")]),
        ]:
            assert note in text, (one["id"], note)
    for path in TRADE:
        assert all(note in text for note in document(path)["notes"]), path
    for role, words in (("core", "these core indicators"), ("validation", "these validation indicators")):
        [sentence] = [line for line in text.splitlines() if words in line]
        empty = {
            path.stem
            for path in DOCUMENTS
            if document(path)["role"] == role and not any(e in ELEVEN and y == 2024 for e, y in facts(path))
        }
        assert set(re.findall(r"`(\w+)`", sentence)) == empty
