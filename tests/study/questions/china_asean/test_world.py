"""The ladder on a world sample against pyfixest, and what it does with years that are thin or not there."""

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from indexer.errors import UsageError
from indexer.study.options import Options
from indexer.study.questions.china_asean.world import (
    counted,
    ladder,
    rows_of,
    with_index,
    world_headlines,
    world_index,
    world_ladder,
)
from indexer.study.samples import full_years, read_sample

OPTIONS = Options.of(draws=0, simulations=0, lags=())
MEMBERS = [
    "CHN", "USA", "DEU", "JPN", "VNM", "IDN", "MYS", "SGP", "THA", "PHL", "IND", "BRA", "MEX", "KOR", "AUS", "FRA",
    "GBR", "ITA", "ESP", "ZAF", "NGA", "EGY", "TUR", "POL", "CHL", "COL", "PER", "NZL", "KEN", "MAR",
]  # fmt: skip


@pytest.fixture(scope="module")
def sample(trade_data, tmp_path_factory):
    """Flows of the world panel among thirty economies, 2018 to 2023; from 2021 on only those of its hubs."""
    raw = pd.read_csv(trade_data / "asia_or_world_panel.csv.gz", keep_default_na=False, na_values=[""])
    raw = raw[raw["exporter"].isin(MEMBERS) & raw["importer"].isin(MEMBERS) & raw["year"].between(2018, 2023)]
    path = tmp_path_factory.mktemp("world") / "flows.csv"
    raw.to_csv(path, index=False)
    return read_sample([path, trade_data / "gravity_pairs.csv"])


@pytest.fixture(scope="module")
def index():
    return world_index(OPTIONS)


@pytest.fixture(scope="module")
def frame(sample, index):
    return with_index(sample, index)


@pytest.fixture(scope="module")
def found(sample):
    return world_ladder(sample, OPTIONS)


def logs(frame):
    made = frame.assign(trade=frame["trade"] / 1e6, ln_trade=np.log(frame["trade"]))
    for name in ("distance", "gdp_exporter", "gdp_importer"):
        made[f"ln_{name}"] = np.log(frame[name])
    return made.assign(directed=frame["exporter"] + frame["importer"])


@pytest.mark.parametrize("side", ["exporter", "importer"])
@pytest.mark.parametrize(("rung", "run"), [("3 + pair effects", pf.feols), ("4 PPML of 3", pf.fepois)])
def test_within_pairs_agrees_with_pyfixest(found, frame, rung, run, side):
    left = "ln_trade" if run is pf.feols else "trade"
    right = "ai_exporter + ai_importer + ln_gdp_exporter + ln_gdp_importer | directed + year"
    fit = run(f"{left} ~ {right}", logs(frame), vcov={"CRV1": "pair"})
    line = found.table.query("rung == @rung").set_index("term").loc[f"{side}'s AI"]
    assert line["estimate"] == pytest.approx(10 * fit.coef()[f"ai_{side}"], rel=1e-5)
    assert line["se"] == pytest.approx(10 * fit.se()[f"ai_{side}"], rel=1e-2)


def test_between_pairs_agrees_with_pyfixest_on_the_full_year(found, frame):
    d = logs(frame[frame["year"] == 2020])
    right = (
        "ai_exporter + ai_importer + ln_gdp_exporter + ln_gdp_importer + ln_distance + contiguous + language + colony"
    )
    fit = pf.feols(f"ln_trade ~ {right}", d, vcov={"CRV1": "pair"})
    line = found.table.query("rung == '1 log-OLS'").set_index("term").loc["importer's AI"]
    assert line["years"] == "2020"
    assert line["estimate"] == pytest.approx(10 * fit.coef()["ai_importer"], rel=1e-6)
    assert line["se"] == pytest.approx(10 * fit.se()["ai_importer"], rel=1e-6)
    wide = pf.feols(f"ln_trade ~ {right}", d, vcov={"CRV1": "exporter + importer"})
    assert line["se_countries"] == pytest.approx(10 * wide.se()["ai_importer"], rel=0.02)


def test_thin_years_are_left_to_comparisons_within_pairs(sample, frame):
    full = full_years(sample.frame)
    assert full == [2018, 2019, 2020]
    assert rows_of("2 as PPML", frame, full)["year"].unique().tolist() == [2020]
    assert sorted(rows_of("4 PPML of 3", frame, full)["year"].unique()) == [2020, 2021, 2022, 2023]
    assert counted(frame, full).notes[0].endswith(": 2020.")


def test_the_level_is_refused_beside_structural_effects(found):
    line = found.table.query("rung == '5 structural'").set_index("term").loc["exporter's AI"]
    assert np.isnan(line["estimate"])
    assert "absorbed by the fixed effects exporter^year" in line["note"]


def test_a_headline_of_one_year_has_no_limits(found, sample, index):
    assert len(world_headlines(sample, index)) == 4
    assert found.limits.frame["equation"].str.startswith("4 PPML of 3").all()
    assert len(found.limits.frame) == 2


def test_words_follow_the_numbers(found):
    line = found.table.query("rung == '4 PPML of 3'").set_index("term").loc["exporter's AI"]
    assert f"{100 * np.expm1(line['estimate']):+.0f} % (95 % interval" in found.sentence
    assert any(
        note.startswith("Of 2021, 2022, 2023 the file holds the flows of few economies") for note in found.caveats
    )


def test_a_lag_puts_the_index_of_the_year_before_beside_trade(sample, index):
    later = with_index(sample, index, 1).query("exporter == 'CHN' and importer == 'VNM'").set_index("year")
    scores = index.scores.query("economy == 'CHN'").set_index("year")["index"]
    assert later.loc[2022, "ai_exporter"] == scores[2021]
    assert 2020 not in later.index


def test_years_outside_the_index_are_refused_with_both_spans(trade_data):
    guide = read_sample(trade_data / "agtpa" / "agtpa_applications.csv.gz", [2002, 2006])
    with pytest.raises(UsageError, match="flows are of 2002–2006 and the index of 2020–2023: no year in common"):
        world_ladder(guide, OPTIONS)


def test_both_sides_come_from_one_fit(sample, index):
    made = ladder(sample, index)
    assert made["2 as PPML", "exporter's AI"].fit is made["2 as PPML", "importer's AI"].fit
