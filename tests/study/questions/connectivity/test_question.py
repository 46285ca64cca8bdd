"""The study of hard and soft connectivity as a whole: what it refuses, and what its page says."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import UsageError
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.connectivity import ai, question
from indexer.study.questions.connectivity.effects import MAIN, PAIRS

PAGE = Path(__file__).parents[4] / "docs" / "study-connectivity.md"


@pytest.fixture(scope="module")
def study():
    return question.study(draws=0, simulations=0)


@pytest.fixture(scope="module")
def rows():
    return question.samples(Facts.shipped(), ai.index_without(Options()))


@pytest.fixture(scope="module")
def found(study):
    return study["effects"].set_index(["flows", "window", "design", "variable"]).sort_index()


def test_what_cannot_be_carried_is_a_row_with_its_reason(study):
    frame = study["effects"]
    lost = frame[frame["estimate"].isna()].set_index(["flows", "window", "design", "variable"])["note"]
    assert "absorbed" in lost[("China, total", "2020–2024", "within", "openness")]
    assert "zero in every row" in lost[("China, total", "2014–2019", "within", "depth")]
    assert "exporter^year" in lost[("all pairs", "2014–2022", "within", "broadband of exporter")]
    assert "collinear" in lost[("all pairs", "2014–2022", "within", "gap beside minimum")]
    assert (lost != "").all()


def test_ships_to_come_stand_beside_those_of_the_year(found, rows):
    spec = MAIN[1]
    frame = rows[PAIRS].dropna(subset=["ships", "ships_later", "trade", "distance"])
    frame = frame[frame["year"].between(spec.first, spec.last)]
    fit = gravity.ppml("trade ~ ships + ships_later | exporter^year + importer^year + exporter^importer", frame)
    mine = found.loc[(spec.sample, spec.label, "within", "ships 2 years later"), "estimate"]
    assert mine == pytest.approx(fit.coef["ships_later"] * frame["ships_later"].std(), rel=1e-6)


def test_holm_is_that_of_statsmodels():
    multipletests = pytest.importorskip("statsmodels.stats.multitest").multipletests
    p = pd.Series([0.2, 0.001, 0.04, 0.03, 0.9])
    np.testing.assert_allclose(question.holm(p), multipletests(p, method="holm")[1])


def test_an_unknown_option_is_refused():
    with pytest.raises(UsageError, match="no option 'partner'"):
        question.study(partner="VNM")


def test_an_instrument_is_for_the_level_and_takes_nothing_away(study):
    series = Facts.shipped().series("mean_years_schooling").rename("schooling").reset_index()
    made = question.study(draws=0, simulations=0, instrument=series)
    assert set(made["instrument"]["equation"]) == {
        "China, total, between: ai_partner",
        "China, total, within: ai_partner",
    }
    pd.testing.assert_frame_equal(made["years"], study["years"])
    pd.testing.assert_frame_equal(made["limits"], study["limits"])


def test_electricity_is_counted_from_the_facts(study):
    facts = Facts.shipped()
    power = facts.series("access_to_electricity_pct").xs(2017, level="year")
    full = (power[["CHN", *facts.members]] >= 98).sum()
    assert any(f"ends in 2017, when {full} of the 11 have 98 %" in one for one in study.caveats)


def test_the_sentence_says_what_the_tables_say_and_what_they_do_not(study):
    first = study["effects"].iloc[0]
    assert f"ships {first['estimate']:+.2f} [{first['low']:+.2f}" in study.sentence
    assert "What it does not show" in study.sentence
    assert not re.search(r"\bnan\b", study.text())


def marks(part):
    """Return every distinct row with an interval in a chart."""
    if isinstance(part, dict):
        own = {json.dumps(part, sort_keys=True)} if isinstance(part.get("conf_low"), float) else set()
        return own.union(*(marks(one) for one in part.values()))
    return set().union(*(marks(one) for one in part)) if isinstance(part, list) else set()


def test_the_picture_is_drawn_of_the_main_equations(study):
    pytest.importorskip("altair")
    drawn = marks(study.figures[0].draw().to_dict())
    assert len(drawn) == 24  # two kinds of flows, two designs, three variables, alone and together


def test_numbers_of_the_page_are_those_of_the_study(study):
    text = PAGE.read_text(encoding="utf-8")
    assert study.sentence in text.replace("\n", " ")
    for name in ("effects", "tests", "claims", "totals"):
        table = next(one for one in study.tables if one.name == name)
        for line in table.markdown().splitlines():
            if line.startswith("| "):
                assert re.sub(r"\s+", " ", line) in text, (name, line)
