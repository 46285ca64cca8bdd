"""Files of a folder against each other."""

from __future__ import annotations

import pytest

from indexer.load import document, text
from indexer.material import Document
from indexer.validate import structure
from indexer.validate.economies import Gazetteer

GAZETTEER = Gazetteer({"VNM": "Viet Nam"})


def parse(data: str, file: str = "x.yaml") -> Document:
    return document.parse(text.decode(data.encode("utf-8"), file))


INDEX = parse("title: T\ndefault_edition: mine\nlicence: x\nsets:\n  - skills\n  - networks\n", "index.yaml")
FULL = ["set.yaml", "a.yaml", "a.csv"]


def test_sets_that_agree() -> None:
    present = {"skills": FULL, "networks": FULL, "_reference": ["x.csv"], "trade": ["flows.csv"], "notes": ["read.me"]}
    assert structure.sets(INDEX, present) == []


def test_a_listed_set_that_is_absent() -> None:
    (fault,) = structure.sets(INDEX, {"skills": FULL})
    assert (fault.file, fault.line, fault.column, fault.value) == ("index.yaml", 6, "sets[1]", "networks")
    assert "no folder networks/" in fault.message
    assert "networks/ with set.yaml" in fault.remedy


def test_a_misspelt_set() -> None:
    faults = structure.sets(INDEX, {"skills": FULL, "network": FULL})
    assert faults[0].remedy == "write network"
    assert (faults[1].file, faults[1].value) == ("network/", "network")
    assert "does not list" in faults[1].message


@pytest.mark.parametrize("name", ["trade", "editions", "index", "rank", "observed_share", "economy"])
def test_a_set_may_not_take_the_name_of_a_published_column_or_a_room(name: str) -> None:
    index = parse(f"sets: [{name}]\n", "index.yaml")
    (fault,) = structure.sets(index, {name: FULL})
    assert (fault.line, fault.value, fault.message) == (1, name, "the name is taken")


MEMBERS = {
    "facts-without-metadata": (["set.yaml", "a.csv"], "skills/a.csv", "facts without metadata"),
    "metadata-without-facts": (["set.yaml", "a.yaml"], "skills/a.yaml", "an indicator without facts"),
    "no-description": (["a.yaml", "a.csv"], "skills/set.yaml", "no description"),
    "no-indicator": (["set.yaml"], "skills/", "a set without indicators"),
    "yml": ([*FULL, "b.yml"], "skills/b.yml", "the ending .yml is not read"),
    "capitals": ([*FULL, "b.CSV"], "skills/b.CSV", "the ending .CSV is not read"),
    "further-dot": ([*FULL, "a.correction.yaml"], "skills/a.correction.yaml", "a further dot"),
    "corrections-alone": ([*FULL, "b.corrections.yaml"], "skills/b.corrections.yaml", "without their indicator"),
    "corrections-of-set": ([*FULL, "set.corrections.yaml"], "skills/set.corrections.yaml", "without their indicator"),
}


@pytest.mark.parametrize(("files", "file", "message"), MEMBERS.values(), ids=MEMBERS)
def test_refused_members(files: list[str], file: str, message: str) -> None:
    _, (fault,) = structure.members("skills", files)
    assert fault.file == file
    assert message in fault.message
    assert fault.remedy


def test_members_that_have_both_files() -> None:
    assert structure.members("skills", [*FULL, "b.yaml", "b.csv", "README.md"]) == (["a", "b"], [])
    assert structure.members("skills", [*FULL, "a.corrections.yaml"]) == (["a"], [])
    assert structure.members("_reference", ["economies.csv", "aliases.csv", "p.yaml", "p.csv"]) == (["p"], [])


def test_identity() -> None:
    read = parse("id: a\nset: skills\n")
    assert structure.identity(read, "a", "skills") == []
    faults = structure.identity(read, "b", "networks")
    assert [(f.line, f.column, f.value, f.remedy) for f in faults] == [
        (1, "id", "a", "write b"),
        (2, "set", "skills", "write networks"),
    ]


INDICATORS = {
    "range": ("set: a\nrole: core\nvalid: {minimum: 2, maximum: 1}\n", 3, "valid", "2 to 1", "above the greatest"),
    "context-in-a-set": ("set: a\nrole: context\n", 2, "role", "context", "not a role for a/"),
    "core-in-reference": ("set: _reference\nrole: core\n", 2, "role", "core", "not a role for _reference/"),
    "break": (
        "set: a\nrole: core\nbreaks:\n  - years: [2019]\n    economies: [VNM, VMN]\n",
        5, "breaks[0].economies[1]", "VMN", "unknown economy",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "line", "column", "value", "message"), INDICATORS.values(), ids=INDICATORS)
def test_refused_indicator(data: str, line: int, column: str, value: str, message: str) -> None:
    (fault,) = structure.indicator(parse(data), GAZETTEER)
    assert (fault.line, fault.column, fault.value) == (line, column, value)
    assert message in fault.message
    assert fault.remedy


def test_an_id_that_two_files_have() -> None:
    (fault,) = structure.unique(
        [parse("id: a\n", "x/a.yaml"), parse("id: b\n", "x/b.yaml"), parse("id: a\n", "y/a.yaml")]
    )
    assert (fault.file, fault.value) == ("y/a.yaml", "a")
    assert "x/a.yaml" in fault.message


def test_licences() -> None:
    shared = parse("source:\n  licence: CC BY 4.0\n")
    closed = parse("source:\n  licence: CC BY-NC 4.0\n")
    trade_only = parse("source:\n  licence: Etalab 2.0\n")
    assert structure.licence(shared, "skills") == []
    assert structure.licence(shared, "trade") == []
    assert structure.licence(trade_only, "trade") == []
    for read, room in ((closed, "skills"), (closed, "trade"), (trade_only, "skills")):
        (fault,) = structure.licence(read, room)
        assert (fault.line, fault.column) == (2, "source.licence")
        assert "CC BY 4.0" in fault.remedy


def test_default_edition() -> None:
    assert structure.default_edition(INDEX, {"mine": None}) == []
    (fault,) = structure.default_edition(INDEX, {"2024.1": None})
    assert (fault.line, fault.column, fault.value, fault.remedy) == (2, "default_edition", "mine", "one of: 2024.1")
    assert structure.default_edition(INDEX, {})[0].remedy == "write editions/mine.yaml"
