import pandas as pd
import pytest

from indexer.cli import show


def test_numbers_stand_right_and_text_left(capsys):
    show.table(["name", "n"], [("a", "1"), ("long", "10"), ("b", float("nan"))])
    assert capsys.readouterr().out == "  name   n\n  a      1\n  long  10\n  b      -\n"


@pytest.mark.parametrize(("value", "text"), [(None, "-"), (pd.NA, "-"), (float("nan"), "-"), (3, "3"), ("x", "x")])
def test_fields(value, text):
    assert show.field(value) == text


def test_heading(capsys):
    show.heading("Title")
    assert capsys.readouterr().out == "\nTitle\n"
