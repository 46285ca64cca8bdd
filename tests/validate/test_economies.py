"""Unknown codes and what they may have meant."""

from __future__ import annotations

import pytest

from indexer.load import table, text
from indexer.validate.economies import Gazetteer, check

GAZETTEER = Gazetteer(
    {"VNM": "Viet Nam", "KOR": "Korea, Rep.", "PRK": "Korea, Dem. People's Rep.", "DEU": "Germany"},
    [("Vietnam", "VNM"), ("VN", "VNM"), ("276", "DEU"), ("Atlantis", "ATL")],
)

REMEDIES = {
    "alias": ("Vietnam", "write VNM (Viet Nam)"),
    "name": ("germany", "write DEU (Germany)"),
    "two-letter-code": ("VN", "write VNM (Viet Nam)"),
    "numeric-code": ("276", "write DEU (Germany)"),
    "lower-case": ("deu", "write DEU (Germany)"),
    "line-end": ("DEU\n", "write DEU (Germany)"),
    "near-name": ("Germny", "perhaps DEU (Germany)"),
    "near-code": ("VNN", "perhaps VNM (Viet Nam)"),
    "alias-of-an-economy-not-listed": ("Atlantis", "_reference/economies.csv"),
    "nothing-near": ("QQQ", "_reference/economies.csv"),
}


@pytest.mark.parametrize(("value", "remedy"), REMEDIES.values(), ids=REMEDIES)
def test_remedy(value: str, remedy: str) -> None:
    assert remedy in GAZETTEER.remedy(value)


def test_two_candidates_are_both_named() -> None:
    assert "KOR" in GAZETTEER.remedy("Korea")
    assert "PRK" in GAZETTEER.remedy("Korea Dem. People's Rep")


def test_every_unknown_code_of_every_code_column_is_named() -> None:
    rows = ["DEU,VMN,2020,1,fob,x", "GER,DEU,2020,1,fob,x", "deu,VNM,2020,1,fob,x"]
    data = "\n".join(["exporter,importer,year,trade_usd,basis,source", *rows]).encode()
    faults = check(table.parse(text.decode(data, "flows.csv"), "flows"), GAZETTEER)
    # The lower-case code is malformed, which is the schema's to say.
    assert [(f.line, f.column, f.value, f.message) for f in faults] == [
        (3, "exporter", "GER", "unknown economy"),
        (2, "importer", "VMN", "unknown economy"),
    ]
    assert "VNM" in faults[1].remedy


def test_known_codes_pass() -> None:
    assert check(table.parse(text.decode(b"economy,year,value\nDEU,2020,1\n", "x.csv"), "facts"), GAZETTEER) == []
