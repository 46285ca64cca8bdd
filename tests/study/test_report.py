import numpy as np
import pytest

from indexer.study.report import sentence


def test_text_holds_table_checks_notes_and_sentence(study):
    text = " ".join(study.text().split())
    assert text.count("PPML") >= 6
    assert study.sentence in text
    assert all(note in text for note in study.notes)
    assert "leaving out one partner in turn" in text
    assert max(map(len, study.text().splitlines())) <= 100


def test_as_plain_values(study):
    plain = study.as_dict()
    assert plain["table"][0]["between_estimate"] == pytest.approx(study.table.loc[0, "between_estimate"], abs=1e-12)
    assert plain["checks"][0]["check"] == "as in the table"
    assert plain["sentence"] == study.sentence


def test_the_sentence_follows_the_table(study):
    row = study.table.query("window == '2020-2024' and flow == 'total' and estimator == 'PPML'").iloc[0]
    assert f"{100 * np.expm1(row['between_estimate']):+.0f} %" in study.sentence
    assert "What it does not show: that AI raises trade, or that it does not" in study.sentence


def test_the_sentence_takes_back_only_what_the_checks_take_back(study):
    kept = study.checks.copy()
    compute = kept["check"].str.contains("AI supercomputers")
    table = study.table.query("window == '2020-2024' and estimator == 'PPML'").set_index("flow")
    kept.loc[compute, ["low", "high"]] = [[table.loc[f, "within_estimate"]] * 2 for f in kept.loc[compute, "flow"]]
    kept.loc[kept["check"].str.startswith("placebo"), ["low", "high"]] = 0.0
    said = sentence(study.table, kept)
    assert "rests on one indicator" not in said
    assert "tell partners apart" not in said
    assert "rests on one indicator" in study.sentence
    assert "tell partners apart" in study.sentence
