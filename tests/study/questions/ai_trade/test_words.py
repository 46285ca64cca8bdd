import numpy as np
import pandas as pd
import pytest

from indexer.study.questions.ai_trade.words import caveats, counted, sentence


def row(category, effects, estimate, note=""):
    return {
        "category": category, "effects": effects, "term": "ai_importer", "estimate": estimate, "low": estimate - 0.1,
        "high": estimate + 0.1, "note": note,
    }  # fmt: skip


def test_the_sentence_follows_the_ladder():
    table = pd.DataFrame(
        [
            row("models", "importer-year and pair effects", np.nan, "absorbed"),
            row("computing_power", "exporter-year and pair effects", np.log(1.5)),
        ]
    )
    said = sentence(table)
    assert "computing power +50 % (95 % interval +36 to +66) with ten more points of the importer's index" in said
    assert "models has no estimate (absorbed)" in said
    assert said.index("computing power") < said.index("models has")
    assert "What it does not show: that AI causes this trade" in said


@pytest.mark.parametrize(
    ("rule", "word"), [("stable", "same number"), ("any", "solar cells"), ("heading", "four-digit")]
)
def test_every_rule_is_said(rule, word):
    assert word in caveats("core", rule, 0.5)[0]


def test_what_was_read_is_counted():
    files = pd.DataFrame([{"file": "a.csv", "rows": 1200, "not_total": 3, "not_economy": 4}])
    assert counted(files, pd.DataFrame()) == (
        "Read: a.csv: 1,200 rows, 3 of them re-exports or parts of a total, 4 with a side that is no economy."
    )
