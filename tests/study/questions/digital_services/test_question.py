"""The study of digital services as a whole: what it refuses, and what its page says."""

import json
import re
from pathlib import Path

import pytest

from indexer.errors import UsageError
from indexer.study.frames import Facts
from indexer.study.questions.digital_services import question
from indexer.study.questions.digital_services.panel import RCEP

PAGE = Path(__file__).parents[4] / "docs" / "study-digital-services.md"


@pytest.fixture(scope="module")
def study():
    return question.study(draws=0, simulations=0)


@pytest.fixture(scope="module")
def blocks(study):
    return study["coefficients"].set_index(["sample", "effects", "estimator", "regressor"]).sort_index()


def test_the_index_holds_none_of_the_networks_beside_it(study):
    from indexer.study.options import Options

    index = question._index(Options(), [])
    assert not question.ITSELF & set(index.plan.indicators)
    assert not index.has_trade_outcome
    assert study["ai"]["estimate"].notna().all()


def test_an_edition_without_all_members_is_refused():
    with pytest.raises(UsageError, match="has no AUS, JPN, KOR, NZL"):
        question.study(edition="2024.1", draws=0, simulations=0)


def test_an_instrument_of_economies_is_taken():
    series = Facts.shipped().series("mean_years_schooling").rename("schooling").reset_index()
    table = question.study(draws=0, simulations=0, instrument=series)["instrument"]
    assert set(table["estimator"]) == {"2SLS", "control-function PPML"}
    assert table["estimate"].notna().any()


def test_the_sentence_says_what_the_tables_say_and_what_they_do_not(study, blocks):
    row = blocks.loc[(RCEP, "between", "ols", "size")]
    assert f"size {row['estimate']:+.2f} [{row['low']:+.2f}, {row['high']:+.2f}]" in study.sentence
    assert "What it does not show" in study.sentence
    assert not re.search(r"\bnan\b", study.text())


def marks(part):
    """Return every distinct row with an interval in a chart."""
    if isinstance(part, dict):
        own = {json.dumps(part, sort_keys=True)} if isinstance(part.get("conf_low"), float) else set()
        return own.union(*(marks(one) for one in part.values()))
    return set().union(*(marks(one) for one in part)) if isinstance(part, list) else set()


def test_the_picture_is_drawn_of_all_windows(study):
    pytest.importorskip("altair")
    drawn = marks(study.figures[0].draw().to_dict())
    assert len(drawn) == 30  # ten windows, three regressors


def test_numbers_of_the_page_are_those_of_the_study(study):
    text = PAGE.read_text(encoding="utf-8")
    assert study.sentence in text.replace("\n", " ")
    for name in ("coefficients", "claim", "falling", "rolling", "parts", "left_out", "cells"):
        table = next(one for one in study.tables if one.name == name)
        for line in table.markdown().splitlines():
            if line.startswith("| "):
                assert re.sub(r"\s+", " ", line) in text, (name, line)
