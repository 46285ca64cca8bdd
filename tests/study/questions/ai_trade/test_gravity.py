"""The ladder on simulated flows against pyfixest, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from indexer.study.beyond import beyond
from indexer.study.options import Options
from indexer.study.questions.ai_trade.gravity import basis, headlines, ladder, no_pairs, rows_of

ECONOMIES = [f"E{k:02d}" for k in range(12)]
YEARS = range(2018, 2022)


def simulated(seed=5):
    """Flows of two categories among 12 economies, the index of both sides at work in one; the index; and GDP."""
    rng = np.random.default_rng(seed)
    keys = pd.MultiIndex.from_product([ECONOMIES, YEARS], names=["economy", "year"])
    index = pd.DataFrame({"index": rng.uniform(20, 80, len(keys))}, keys).reset_index()
    gdp = pd.Series(np.exp(rng.normal(25, 1, len(keys))), keys)
    score = index.set_index(["economy", "year"])["index"]
    rows = []
    for category in ("computing_power", "models"):
        for i in ECONOMIES:
            for j in ECONOMIES:
                pair = rng.normal(0, 1)
                for t in YEARS if i != j else ():
                    slope = 0.02 if category == "models" else 0.0
                    mean = np.exp(10 + pair + slope * (score[i, t] + score[j, t]))
                    value = mean * rng.gamma(2, 0.5) * (rng.uniform() > 0.1)
                    if value > 0:
                        rows.append((i, j, t, category, "balanced", value))
    columns = ["exporter", "importer", "year", "category", "reported_by", "value_usd"]
    return pd.DataFrame(rows, columns=columns), index, gdp


@pytest.fixture(scope="module")
def rows():
    return rows_of(*simulated())


@pytest.fixture(scope="module")
def found(rows):
    return ladder(rows)


def test_zeros_fill_the_panel_of_pairs_that_trade(rows):
    counted = basis(rows)
    assert counted["balanced"] == counted["rows"] == len(rows)
    assert counted["zeros"] == len(rows) - len(simulated()[0])
    assert (rows.groupby(["exporter", "importer", "category"]).size() == len(YEARS)).all()


@pytest.mark.parametrize(
    ("effects", "term", "right"),
    [
        (
            "exporter-year and pair effects",
            "ai_importer",
            "ai_importer + log(gdp_importer) | exporter^year + exporter^importer",
        ),
        (
            "importer-year and pair effects",
            "ai_exporter",
            "ai_exporter + log(gdp_exporter) | importer^year + exporter^importer",
        ),
        ("all three effects", "ai_gap", "ai_gap | exporter^year + importer^year + exporter^importer"),
    ],
)
def test_coefficients_are_pyfixests(rows, found, effects, term, right):
    pyfixest = pytest.importorskip("pyfixest")
    part = rows[rows["category"] == "models"].assign(
        value_usd=lambda f: f["value_usd"] / 1e4, pair=lambda f: f["exporter"] + f["importer"]
    )
    fit = pyfixest.fepois(f"value_usd ~ {right}", part, vcov={"CRV1": "pair"}, iwls_tol=1e-12)
    row = found[0].query("category == 'models' and effects == @effects and term == @term").iloc[0]
    assert row["estimate"] == pytest.approx(10 * fit.coef()[term], rel=1e-5)


def test_the_effect_that_was_put_in_is_found(found):
    row = found[0].query("category == 'models' and effects == 'importer-year and pair effects'").iloc[0]
    assert row["low"] < 0.2 < row["high"]


def test_an_index_of_one_side_is_refused_under_all_effects(found):
    rows = found[0].query("effects == 'all three effects' and term != 'ai_gap'")
    assert rows["estimate"].isna().all()
    side = rows["term"].str.removeprefix("ai_")
    said = [
        f"is absorbed by the fixed effects {one}^year" in note for one, note in zip(side, rows["note"], strict=True)
    ]
    assert all(said)
    assert len(rows) == 4


def test_only_the_three_way_fit_is_bias_corrected(found):
    corrected = found[0].set_index(["category", "effects", "term"])["corrected"].dropna()
    assert {key[1:] for key in corrected.index} == {("all three effects", "ai_gap")}


def test_one_year_is_refused_with_the_reason():
    flows, index, gdp = simulated()
    table, fits = ladder(rows_of(flows[flows["year"] == 2018], index, gdp))
    assert table["estimate"].isna().all()
    assert table["note"].str.contains("pair effects need two at least").all()
    assert not fits


def test_without_an_index_nothing_is_left():
    flows, index, gdp = simulated()
    rows = rows_of(flows, index.assign(year=index["year"] - 50), gdp)
    assert basis(rows)["no_index"] == len(rows)
    assert ladder(rows)[0]["note"].str.contains("years with an index of both sides: none").all()


def test_trade_with_the_world_only():
    table = no_pairs(["models", "computing_power"])
    assert table["category"].tolist() == ["computing_power", "models"]
    assert table["note"].str.contains("gravity needs partners").all()


def test_headlines_are_the_rung_with_the_options_of_all_studies(rows, found):
    flows, index, gdp = simulated()

    class Scores:
        scores = index
        has_trade_outcome = False

    table, fits = found
    heads = headlines(flows, Scores(), gdp, fits)
    assert [one.equation.label for one in heads] == [
        f"{category}, exporter-year and pair effects, ai_importer" for category in ("computing_power", "models")
    ]
    row = table[(table["category"] == "models") & (table["effects"] == "exporter-year and pair effects")].iloc[0]
    assert heads[1].found().numbers["estimate"] == pytest.approx(row["estimate"], rel=1e-10)
    years = beyond(heads[1:], Options.of(draws=0, lags=1))[0].frame
    shifted = rows_of(flows, index.assign(year=index["year"] + 1), gdp)
    again = ladder(shifted[shifted["category"] == "models"])[0]
    assert years["estimate"][1] == pytest.approx(
        again.loc[again["effects"] == "exporter-year and pair effects", "estimate"].iloc[0], rel=1e-10
    )
