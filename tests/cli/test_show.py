import warnings

import pandas as pd
import pytest

from indexer.cli import show


def test_numbers_stand_right_and_text_left(capsys):
    show.table(["name", "n"], [("a", "1"), ("long", "10"), ("b", float("nan"))])
    assert capsys.readouterr().out == "  name   n\n  a      1\n  long  10\n  b      -\n"


@pytest.mark.parametrize(("value", "text"), [(None, "-"), (pd.NA, "-"), (float("nan"), "-"), (3, "3"), ("x", "x")])
def test_fields(value, text):
    assert show.field(value) == text


def test_long_headings_are_broken(capsys):
    show.table(["economy", "ai_readiness"], [("Viet Nam", "7.1")])
    assert capsys.readouterr().out == "                   ai\n  economy   readiness\n  Viet Nam        7.1\n"


def test_notes_are_wrapped(capsys):
    show.note("word " * 40)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) <= show.WIDTH
    assert lines[1].startswith("    word")


def test_number_and_records():
    assert show.number(1.005, 1) == "1.0"
    assert show.number(float("nan")) == "-"
    assert show.records(pd.DataFrame({"a": [1], "b": ["x"]})) == [{"a": 1, "b": "x"}]


def test_heading(capsys):
    show.heading("Title")
    assert capsys.readouterr().out == "\nTitle\n"


def test_warnings_are_kept_once_each_and_others_are_not(capsys):
    with show.warnings_kept() as said:
        for text, category in (("a", UserWarning), ("a", UserWarning), ("b", RuntimeWarning), ("c", FutureWarning)):
            warnings.warn(text, category, stacklevel=1)
    assert said == ["a", "b"]
    show.warn(said)
    assert capsys.readouterr().err == "warning: a\nwarning: b\n"


def test_warnings_of_what_fails_go_to_the_error_stream(capsys):
    def failing():
        with show.warnings_kept():
            warnings.warn("a", UserWarning, stacklevel=1)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        failing()
    assert capsys.readouterr().err == "warning: a\n"
