"""Documents against their JSON Schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import Fault
from indexer.load import document, text
from indexer.validate import documents

INDICATOR = """\
id: users_pct
name: Internet users
set: networks
unit: "%"
direction: higher_better
definition: People who use the internet.
source:
  publisher: Somebody
  dataset: A survey
  vintage: "2024"
  url: https://example.org/x
  licence: CC BY 4.0
  retrieved: 2024-06-30
valid: {minimum: 0, maximum: 100}
role: core
basis: rate
carry: 2
trade_outcome: false
repeated_at_source: [2023]
breaks:
  - years: [2019]
    economies: [VNM]
    note: New survey.
weak: [Self-reported.]
"""


def check(data: str, schema: str) -> list[Fault]:
    read = document.parse(text.decode(data.encode("utf-8"), "x.yaml"))
    assert read.faults == ()
    return documents.check(read, schema)


def test_a_valid_indicator() -> None:
    assert check(INDICATOR, "indicator") == []


# Passage, replacement, line, path, value, words of the message, words of the remedy.
REFUSED = {
    "unknown-key": ("carry: 2", "cary: 2", 17, "cary", "cary", "unknown key 'cary'", "write carry"),
    "unknown-key-inside": ("  url: h", "  link: x\n  url: h", 11, "source.link", "link", "unknown key", "the keys are"),
    "missing-key": ('unit: "%"\n', "", 1, "unit", None, "no key 'unit'", "add unit"),
    "missing-key-inside": ('  vintage: "2024"\n', "", 7, "source.vintage", None, "no key 'vintage'", "add vintage"),
    "number-for-text": (
        'vintage: "2024"',
        "vintage: 2024",
        10,
        "source.vintage",
        "2024",
        "not a text",
        '"2024" in quotes',
    ),
    "float-for-text": ('vintage: "2024"', "vintage: 1.5", 10, "source.vintage", "1.5", "not a text", '"1.5" in quotes'),
    "text-for-number": ("minimum: 0,", "minimum: none,", 14, "valid.minimum", "none", "not a number", "a number"),
    "fraction-for-whole": ("carry: 2", "carry: 2.5", 17, "carry", "2.5", "not a whole number", "a whole number"),
    "whole-float": ("carry: 2", "carry: 2.0", 17, "carry", "2.0", "not a whole number", "a whole number"),
    "true-for-whole": ("carry: 2", "carry: true", 17, "carry", "true", "not a whole number", "a whole number"),
    "yes-for-true": (
        "trade_outcome: false",
        "trade_outcome: no",
        18,
        "trade_outcome",
        "no",
        "true or false",
        "true or false",
    ),
    "list-for-mapping": (
        "valid: {minimum: 0, maximum: 100}",
        "valid: [0, 100]",
        14,
        "valid",
        "a list",
        "mapping",
        "mapping",
    ),
    "null": ("name: Internet users", "name:", 2, "name", "null", "not a text", "a text"),
    "choice": ("higher_better", "higher", 5, "direction", "higher", "not one of the choices", "lower_better"),
    "role": ("role: core", "role: main", 15, "role", "main", "not one of the choices", "core, validation, context"),
    "basis": ("basis: rate", "basis: ratio", 16, "basis", "ratio", "not one of the choices", "per_head"),
    "id": ("id: users_pct", "id: Users-pct", 1, "id", "Users-pct", "not of the form", "small letters"),
    "id-line-end": ("id: users_pct", 'id: "users_pct\\n"', 1, "id", "users_pct\n", "not of the form", "small letters"),
    "address": (
        "https://example.org/x",
        "www.example.org",
        11,
        "source.url",
        "www.example.org",
        "not of the form",
        "https",
    ),
    "date": ("2024-06-30", "30.6.2024", 13, "source.retrieved", "30.6.2024", "not of the form", "YYYY-MM-DD"),
    "negative": ("carry: 2", "carry: -1", 17, "carry", "-1", "below 0", "range"),
    "empty": ("name: Internet users", 'name: ""', 2, "name", "", "is empty", "write a text"),
    "year": ("years: [2019]", "years: [19]", 21, "breaks[0].years[0]", "19", "below 1900", "range"),
    "no-item": ("years: [2019]", "years: []", 21, "breaks[0].years", None, "fewer than 1", "1 or more"),
    "code": (
        "economies: [VNM]",
        "economies: [vnm]",
        22,
        "breaks[0].economies[0]",
        "vnm",
        "not of the form",
        "capitals",
    ),
    "repeated-item": ("[VNM]", "[VNM, VNM]", 22, "breaks[0].economies", None, "an item twice", "keep one"),
}


@pytest.mark.parametrize(("old", "new", "line", "column", "value", "message", "remedy"), REFUSED.values(), ids=REFUSED)
def test_refused(old: str, new: str, line: int, column: str, value: str | None, message: str, remedy: str) -> None:
    assert INDICATOR.count(old) == 1
    (fault,) = check(INDICATOR.replace(old, new), "indicator")
    assert (fault.file, fault.line, fault.column, fault.value) == ("x.yaml", line, column, value)
    assert message in fault.message
    assert remedy in fault.remedy


def test_all_faults_at_once() -> None:
    text_ = INDICATOR.replace("role: core", "role: main").replace("carry: 2", "cary: x").replace('unit: "%"', "unit: 5")
    assert [fault.column for fault in check(text_, "indicator")] == ["unit", "role", "cary"]


@pytest.mark.parametrize("data", ["- a\n", "a\n", "null\n", "3\n"])
def test_a_document_that_is_no_mapping(data: str) -> None:
    (fault,) = check(data, "index")
    assert fault.line == 1
    assert "not a mapping" in fault.message


EDITIONS = {
    "unknown-key": ("min_share: 0.5", "min_shar: 0.5", {"min_shar", "min_share"}),
    "edition-number": ("edition: mine", "edition: 2024.1", {"edition"}),
    "span": ("years: [2020, 2022]\nref", "years: [2020]\nref", {"years"}),
    "share": ("min_share: 0.5", "min_share: 0", {"min_share"}),
    "share-above-one": ("min_share: 0.5", "min_share: 1.2", {"min_share"}),
    "no-why": (", why: No reason to prefer one.}", "}", {"between.weight.why"}),
    "transform": ("transform: log,", "transform: ln,", {"sets.skills.indicators.articles.transform"}),
    "enters": ("enters: per_head", "enters: per_capita", {"sets.skills.indicators.articles.enters"}),
    "no-method": ("{method: equal, why: No", "{why: No", {"between.weight.method"}),
    "method-no-text": ("{method: equal, why: No", "{method: 3, why: No", {"between.weight.method"}),
    "goalposts": (
        "transform: log, why",
        "transform: log, goalposts: [1], why",
        {"sets.skills.indicators.articles.goalposts"},
    ),
    "economies-neither": ("economies: [CHN, IDN, SGP, THA, VNM]", "economies: all", {"economies"}),
    "rule-without-reason": ("economies: [CHN, IDN, SGP, THA, VNM]", "economies: {at_least: 0.5}", {"economies.why"}),
    "economy": ("economies: [CHN,", "economies: [China,", {"economies[0]"}),
}


@pytest.mark.parametrize(("old", "new", "columns"), EDITIONS.values(), ids=EDITIONS)
def test_refused_edition(small_folder: Path, old: str, new: str, columns: set[str]) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    assert edition.count(old) == 1
    faults = check(edition.replace(old, new), "edition")
    assert {fault.column for fault in faults} == columns
    assert all(fault.line and fault.remedy for fault in faults)


def test_a_valid_trade_document() -> None:
    source = INDICATOR[INDICATOR.index("source:") : INDICATOR.index("valid:")]
    valid = f"id: flows\nname: Trade\nunit: US$\ndefinition: Goods.\n{source}notes: [Mirror flows.]\n"
    assert check(valid, "trade") == []
    assert [fault.column for fault in check(valid.replace("id: flows", "id: tariffs"), "trade")] == ["id"]


def test_set_and_index() -> None:
    assert check("id: a\nname: A\ndefinition: A set.\n", "set") == []
    assert check("title: T\ndefault_edition: '1'\nlicence: CC0 1.0\nsets: [a, b]\n", "index") == []
    assert [fault.column for fault in check("title: T\ndefault_edition: 1\nlicence: x\nsets: [a, a]\n", "index")] == [
        "default_edition",
        "sets",
    ]
