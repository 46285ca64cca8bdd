"""Tables of hard and soft connectivity: what is marked, and what is shown without a number."""

import pytest

from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.connectivity import ai, effects, question, tables
from indexer.study.questions.connectivity.effects import MAIN, PAIRS, SPECS


@pytest.fixture(scope="module")
def sides():
    rows = question.samples(Facts.shipped(), ai.index_without(Options()))[PAIRS]
    electricity = next(spec for spec in SPECS if spec.flows == PAIRS and "electricity" in spec.variables)
    return [effects.estimate(spec, "within", rows) for spec in (MAIN[1], electricity)]


@pytest.fixture(scope="module")
def table(sides):
    return tables.effects_table(sides, [])


def test_a_variable_that_is_nearly_absorbed_is_shown_without_a_number(table):
    row = table.frame[table.frame["variable"] == "electricity"].iloc[0]
    assert row["left"] < tables.NEARLY
    assert "nearly absorbed" in row["note"]
    shown = table.shown[table.shown["variable"] == "electricity"]
    assert shown["within: together"].tolist() == shown["within: alone"].tolist() == ["—"]


def test_a_thin_coefficient_is_marked_and_another_is_not(table):
    first = table.shown[table.shown["window"] == MAIN[1].label].set_index("variable")["within: together"]
    left = table.frame[table.frame["window"] == MAIN[1].label].set_index("variable")["left"]
    assert left["ships"] < tables.THIN < left["depth"]
    assert first["ships"].endswith("*")
    assert not first["depth"].endswith("*")


def test_nothing_to_compare_is_a_note_and_no_row(sides):
    table = tables.tests_table(sides)
    assert len(table.shown) == 1
    assert any("no soft variable in these years" in note for note in table.notes)
