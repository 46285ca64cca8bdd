"""The study of digital services as a whole: what it refuses, and what its page says."""

import json
import re
from pathlib import Path

import pytest

from indexer.errors import UsageError
from indexer.study.frames import Facts
from indexer.study.questions.digital_services import question, text
from indexer.study.questions.digital_services.panel import RCEP, Panel

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


def changed(study, name, at, **values):
    """Say what the tables show once some rows of one are other ones."""
    found = {one: study[one].copy() for one in ("coefficients", "claim", "falling", "ai")}
    frame = found[name]
    for column, value in values.items():
        frame.loc[frame.eval(at), column] = value
    return text.sentence(found)


def test_what_is_said_of_the_claim_follows_the_tables(study):
    assert "that about size is seen, that about institutions is not firm" in study.sentence
    size = "sample == 'RCEP' and regressor == 'size'"
    assert "that about size is not firm" in changed(study, "coefficients", size, p_bootstrap=0.5)
    world = "sample == 'world' and regressor == 'infrastructure'"
    assert "In the world it does not hold as such" in study.sentence
    assert "In the world it is seen, too" in changed(study, "coefficients", world, estimate=-1.0)
    assert "matter less is not seen" in study.sentence
    rcep = "sample == 'RCEP' and effects == 'within' and regressor == 'ict'"
    assert "matter less is seen in part" in changed(study, "falling", rcep, estimate=-1.0, p_bootstrap=0.01)


def test_economies_without_exports_move_no_coefficient(study):
    from indexer.study.options import Options

    panel = Panel(Facts.shipped())
    rcep = question._headlines(panel, question._index(Options(), panel.members))[0]
    used = rcep.equation.estimate(rcep.make(rcep.index, 0)).fit
    assert set(rcep.economies) == set(used.data.loc[used.sample, "exporter"])
    assert "THA" not in rcep.economies


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
    page = PAGE.read_text(encoding="utf-8")
    assert study.sentence in page.replace("\n", " ")
    for name in ("coefficients", "claim", "falling", "rolling", "parts", "left_out", "cells"):
        table = next(one for one in study.tables if one.name == name)
        for line in table.markdown().splitlines():
            if line.startswith("| "):
                assert re.sub(r"\s+", " ", line) in page, (name, line)
