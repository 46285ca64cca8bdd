"""Corrections against the facts that they correct."""

from __future__ import annotations

import pytest

from indexer.errors import Fault
from indexer.load import document, table, text
from indexer.validate import corrections
from indexer.validate.economies import Gazetteer

FACTS = "economy,year,value\nCHN,2020,70.10\nVNM,2020,12345678901234567890\nVNM,2021,7\nVNM,2022,7\n"
KNOWN = Gazetteer({"CHN": "China", "VNM": "Viet Nam"}, [("Vietnam", "VNM")])


def check(*entries: str, facts: str = FACTS, repeated: tuple[int, ...] = (), **valid: float) -> list[Fault]:
    said = "".join(f"- {{{one}{', reason: r, reference: s' if 'reason' not in one else ''}}}\n" for one in entries)
    read = document.parse(text.decode(said.encode(), "a.corrections.yaml"))
    assert read.faults == ()
    return corrections.check(read, table.parse(text.decode(facts.encode(), "a.csv"), "facts"), valid, repeated, KNOWN)


def test_corrections_that_fit() -> None:
    assert check("economy: CHN, year: 2020, old: 70.1, new: 71", minimum=0, maximum=100) == []


FAULTS = {
    "name-for-code": ("economy: Vietnam, year: 2021, old: 7, new: 8", "[0].economy", "Vietnam", "unknown economy",
                      "write VNM (Viet Nam)"),
    "small-letters": ("economy: vnm, year: 2021, old: 7, new: 8", "[0].economy", "vnm", "unknown economy",
                      "write VNM (Viet Nam)"),
    "no-cell": ("economy: CHN, year: 2021, old: 7, new: 8", "[0]", "CHN 2021", "no such cell in a.csv",
                "may not add a cell: add a row to a.csv"),
    "other-old": ("economy: CHN, year: 2020, old: 70.2, new: 71", "[0].old", "70.2", "which is 70.10 (a.csv:2)",
                  "delete the correction where the fact is right now"),
    "same": ("economy: VNM, year: 2021, old: 7, new: 7.0", "[0].new", "7.0", "is the old value", "delete"),
    "below": ("economy: VNM, year: 2021, old: 7, new: -1", "[0].new", "-1", "below 0", "`valid`"),
    "above": ("economy: VNM, year: 2021, old: 7, new: 1e3", "[0].new", "1e3", "above 100", "`valid`"),
    "reason": ("economy: VNM, year: 2021, old: 7, new: 8, reason: ' ', reference: s", "[0].reason", " ",
               "nothing but spaces", "write a text"),
    "reference": ("economy: VNM, year: 2021, old: 7, new: 8, reason: r, reference: ' '", "[0].reference", " ",
                  "nothing but spaces", "write a text"),
}  # fmt: skip


@pytest.mark.parametrize(("entry", "column", "value", "message", "remedy"), FAULTS.values(), ids=FAULTS)
def test_every_fault_with_its_place(entry: str, column: str, value: str, message: str, remedy: str) -> None:
    (fault,) = check(entry, minimum=0, maximum=100)
    assert (fault.file, fault.line, fault.column, fault.value) == ("a.corrections.yaml", 1, column, value)
    assert message in fault.message
    assert remedy in fault.remedy


def test_old_values_are_compared_as_decimals_and_not_as_floats() -> None:
    assert check("economy: VNM, year: 2020, old: 12345678901234567890, new: 8") == []
    assert float("12345678901234567891") == float("12345678901234567890")
    (fault,) = check("economy: VNM, year: 2020, old: 12345678901234567891, new: 8")
    assert "which is 12345678901234567890 (a.csv:3)" in fault.message


def test_an_entry_that_stands_twice() -> None:
    (fault,) = check(*["economy: VNM, year: 2021, old: 7, new: 8"] * 2)
    assert (fault.line, fault.value, fault.message) == (2, "VNM 2021", "is corrected already on line 1")


def test_all_faults_of_all_entries_at_once() -> None:
    found = check("economy: CHN, year: 2020, old: 1, new: -1", "economy: DEU, year: 2020, old: 1, new: 2", minimum=0)
    assert [(one.line, one.column) for one in found] == [(1, "[0].old"), (1, "[0].new"), (2, "[1].economy")]


def test_what_the_publisher_repeated_is_corrected_with_it() -> None:
    first, second = (f"economy: VNM, year: {year}, old: 7, new: 8" for year in (2021, 2022))
    (fault,) = check(first, repeated=(2022,))
    assert (fault.column, fault.value, fault.remedy) == ("[0]", "VNM 2021", "correct VNM 2022 in the same way")
    assert check(first, second, repeated=(2022,)) == []
    assert check(first, repeated=(2021,)) == []


def test_a_cell_with_a_fault_of_its_own_is_not_compared() -> None:
    assert check("economy: VNM, year: 2021, old: 7, new: 8", facts=FACTS.replace("2021,7", "2021,many")) == []

    assert check("economy: VNM, year: 2021, old: 7, new: 8", facts=FACTS.replace("2021,7", "2021x,7")) == []


def test_facts_without_their_columns_have_a_fault_already() -> None:
    assert check("economy: VNM, year: 2021, old: 7, new: 8", facts="economy,year\nVNM,2021\n") == []
