"""The study of digital trade rules as a whole: what it says, refuses, and what its page says."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.study.questions.rules import question as rules

PAGE = Path(__file__).parents[4] / "docs" / "study-rules.md"


@pytest.fixture(scope="module")
def study():
    return rules.study()


def test_the_sentence_says_what_it_does_not_show(study):
    assert "What it does not show" in study.sentence
    estimate = study.table.iloc[0]["estimate"]
    assert f"{100 * np.expm1(estimate):+.1f} %" in study.sentence
    assert "nan" not in study.text()


@pytest.mark.parametrize("option", [{"edition": "world"}, {"indicators": "x"}, {"instrument": pd.DataFrame()}])
def test_an_option_that_would_change_nothing_is_refused(option):
    with pytest.raises(UsageError, match="changes nothing here"):
        rules.study(**option)


def test_numbers_of_the_page_are_those_of_the_study(study):
    effects = study.table.set_index(["flows", "rules"])
    text = PAGE.read_text(encoding="utf-8")
    assert study.sentence in text.replace("\n", " ")
    for (flows, what), row in effects[effects["estimate"].notna()].iterrows():
        line = next(line for line in text.splitlines() if line.startswith(f"| {flows} | {what} |"))
        said = [float(number) for number in re.findall(r"-?\d+\.\d+", line.split("|", 4)[4])]
        numbers = row[["estimate", "low", "high", "p", "p_bootstrap"]].to_numpy(dtype=float)
        np.testing.assert_allclose(said, numbers, atol=5.01e-4)
