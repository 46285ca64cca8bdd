"""What the tables and words of the distance study say of given numbers."""

import pandas as pd
import pytest

from indexer.study.questions.distance.path import Design, Path
from indexer.study.questions.distance.show import ai_table, figures, path_tables, said_of_path

ROWS = pd.DataFrame(
    {
        "design": "plain",
        "year": [2014, 2018],
        "estimate": [-1.0, -0.8],
        "se": [0.1, 0.1],
        "low": [-1.2, -1.0],
        "high": [-0.8, -0.6],
    }
)
TESTS = {"design": "plain", "years": "2014–2018", "f_constant": 4.0, "p_constant": 0.004, "p_constant_bootstrap": 0.2,
         "trend": 0.05, "trend_se": 0.02, "p_trend": 0.03, "n": 100, "clusters": 55, "note": ""}  # fmt: skip
REFUSED = Path(Design("refused"), ROWS.head(0), {"design": "refused", "years": "2014", "note": "one year is no path"})


@pytest.fixture
def plain():
    return Path(Design("plain"), ROWS, TESTS, fit=object())


def test_designs_stand_side_by_side_and_reasons_below(plain):
    table, tests = path_tables([plain, REFUSED])
    assert table.shown["plain"].tolist() == ["-1.000 (0.100)", "-0.800 (0.100)"]
    assert "refused: one year is no path." in tests.notes


def test_the_bootstrap_is_said_first_and_f_beside_it(plain):
    assert said_of_path(plain) == (
        "goes from -1.00 in 2014 to -0.80 in 2018; a constant path has p 0.20 by the bootstrap (F alone: p < 0.01), "
        "no trend p 0.03"
    )


def test_a_path_that_is_not_there_says_why():
    assert said_of_path(REFUSED) == "cannot be estimated (one year is no path)"


def test_only_what_was_estimated_is_drawn(plain):
    assert [one.name for one in figures([plain, REFUSED], "")] == ["study-distance-path"]
    assert figures([REFUSED], "") == ()


def test_a_slope_without_estimate_is_a_reason():
    numbers = dict.fromkeys(("estimate", "se", "p", "n", "p_bootstrap"), float("nan"))
    line = {"years": "2020", "flows": "all pairs", "design": "d", "ai": "a", **numbers, "note": "nothing is left"}
    table = ai_table(pd.DataFrame([line]))
    assert table.shown["all pairs"].tolist() == ["not identified"]
    assert table.notes[-1] == "d, a: nothing is left."
