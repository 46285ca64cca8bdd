"""The study of exports against imports: its table, its refusals, and its words against its numbers."""

import numpy as np
import pytest

from indexer.study.questions.asymmetry.question import sentence, study


@pytest.fixture(scope="module")
def found():
    return study(draws=0, simulations=0, lags=())


def test_every_rung_in_every_window(found):
    known = found.table[np.isfinite(found.table["estimate"])]
    assert known.groupby("window", sort=False)["n"].agg(["size", "first"]).to_numpy().tolist() == [
        [5, 100],
        [5, 80],
        [5, 180],
    ]


def test_the_difference_is_exports_less_imports(found):
    known = found.table[np.isfinite(found.table["estimate"])]
    assert (known["exports"] - known["imports"]).to_numpy() == pytest.approx(known["estimate"].to_numpy(), abs=1e-12)


def test_the_interval_ends_where_t_with_nine_degrees_says(found):
    line = found.table.iloc[0]
    assert (line["high"] - line["estimate"]) / line["se"] == pytest.approx(2.262157, abs=1e-6)
    assert line["f"] == pytest.approx((line["estimate"] / line["se"]) ** 2)


def test_ten_clusters_have_a_bootstrap(found):
    known = found.table[np.isfinite(found.table["estimate"])]
    assert known["p_bootstrap"].between(0, 1).all()


def test_structural_effects_identify_no_asymmetry(found):
    refused = found.table[found.table["estimate"].isna()]
    assert len(refused) == 2
    assert "'ai_exporter' is absorbed by the fixed effects exporter^year" in refused["note"].iloc[0]
    assert "With domestic trade in the data they are collinear" in refused["note"].iloc[1]


def test_words_follow_the_numbers(found):
    assert found.sentence == sentence(found.table, found["checks"])
    known = found.table[np.isfinite(found.table["estimate"])]
    firm = int((known["p_bootstrap"] < 0.05).sum())
    assert f"rejected at 5 % by the bootstrap in {firm}, where chance alone gives about 0.8" in found.sentence
    other = found.table.assign(p_bootstrap=0.01)
    assert f"by the bootstrap in {len(known)}," in sentence(other, found["checks"])
    placebo = found["checks"]["check"].str.extract("placebo: (trade of .*)")[0].dropna().iloc[0]
    assert f"and on {placebo}, which later AI cannot have raised" in found.sentence


def test_it_can_be_drawn(found):
    chart = found.figures[0].draw().to_dict()
    assert "exports and imports, 2020–2024" in str(chart["title"])
