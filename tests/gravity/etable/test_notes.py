"""Notes say each thing once, and of which columns."""

import pandas as pd

from indexer.gravity.etable.column import Column
from indexer.gravity.etable.notes import span, write


def test_what_holds_for_all_columns_has_no_numbers():
    same = Column(errors="clustered by pair", n_obs=3)
    assert "Standard errors clustered by pair." in write([same, same], "se", 0.95, {}, {})


def test_what_holds_for_some_names_them():
    notes = write([Column(errors="iid"), Column(errors="hc"), Column(errors="iid")], "se", 0.95, {}, {})
    assert notes[1:3] == ("(1), (3): Standard errors iid.", "(2): Standard errors hc.")


def test_runs_of_columns_are_written_in_short():
    assert span([4, 1, 2, 3, 7]) == "(1)–(4), (7)"


def test_reasons_stand_with_their_columns():
    assert "(2): not estimated: too few years." in write([Column(), Column(reason="too few years")], "se", 0.95, {}, {})


def test_stars_are_explained_from_weak_to_strong():
    notes = write([Column()], "se", 0.95, {0.01: "***", 0.1: "*"}, {})
    assert "* p < 0.1, *** p < 0.01." in notes


def test_the_coverage_of_intervals_is_said():
    assert write([Column()], "ci", 0.9, {}, {})[0] == "In square brackets: 90 % intervals."


def test_names_for_a_reader_take_the_place_of_terms_and_nothing_else():
    terms = pd.DataFrame({"estimate": [1.0]}, index=["ai_x"])
    column = Column(terms=terms, effects=("a^b",), notes=("ai_x keeps 1 % beside a^b; ai_xy stays",))
    assert "Note: AI keeps 1 % beside a × b; ai_xy stays." in write([column], "se", 0.95, {}, {"ai_x": "AI"})


def test_notes_of_the_user_come_last_and_as_they_are():
    assert write([Column()], "se", 0.95, {}, {"IMF": "Fund"}, ["Source: IMF"])[-1] == "Source: IMF"
