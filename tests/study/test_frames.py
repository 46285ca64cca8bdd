import numpy as np
import pandas as pd
import pytest

import indexer
from indexer.study.frames import Facts, pairs, partners, within


@pytest.fixture(scope="module")
def facts():
    return Facts.shipped()


@pytest.fixture(scope="module")
def index():
    return indexer.build().without("trade_outcome")


def test_the_index_is_the_partners_in_every_flow(facts, index):
    scores = index.scores.set_index(["economy", "year"])["index"]
    row = partners(facts, index).query("partner == 'VNM' and year == 2022")
    assert row["flow"].tolist() == ["total", "exports", "imports"]
    np.testing.assert_array_equal(row["ai_partner"], scores["VNM", 2022])
    np.testing.assert_array_equal(row["ai_china"], scores["CHN", 2022])


def test_a_total_is_the_sum_of_both_directions(facts, index):
    row = partners(facts, index).query("partner == 'THA' and year == 2021").set_index("flow")["trade"]
    assert row["total"] == row["exports"] + row["imports"]


def test_a_lead_takes_the_index_still_to_come(facts, index):
    scores = index.scores.set_index(["economy", "year"])["index"]
    row = partners(facts, index, lag=-6).query("partner == 'VNM' and year == 2014 and flow == 'exports'").iloc[0]
    assert row["ai_partner"] == scores["VNM", 2020]
    flows = facts.trade.flows.query("exporter == 'CHN' and importer == 'VNM' and year == 2014")
    assert row["trade"] == flows["trade_usd"].iloc[0]


def test_a_lag_takes_the_index_of_before(facts, index):
    scores = index.scores.set_index(["economy", "year"])["index"]
    row = partners(facts, index, lag=1).query("partner == 'VNM' and year == 2023 and flow == 'imports'").iloc[0]
    assert row["ai_partner"] == scores["VNM", 2022]


def test_gdp_of_both(facts, index):
    gdp = facts.series("gdp_current_usd")
    row = partners(facts, index).query("partner == 'SGP' and year == 2020").iloc[0]
    assert (row["gdp_partner"], row["gdp_china"]) == (gdp["SGP", 2020], gdp["CHN", 2020])


def test_all_pairs_go_to_2022_within_asean(facts, index):
    frame = pairs(facts, index)
    inside = frame[(frame["exporter"] != "CHN") & (frame["importer"] != "CHN")]
    assert inside["year"].max() == 2022
    assert set(frame["pair"]) == {"-".join(sorted(p)) for p in zip(frame["exporter"], frame["importer"], strict=True)}
    assert frame.query("exporter == 'MYS' and importer == 'PHL' and year == 2023").empty


def test_a_window(facts, index):
    assert within(pairs(facts, index), 2020, 2021)["year"].unique().tolist() == [2020, 2021]


def test_an_index_leaves_no_trace_in_the_next(facts, index):
    before = partners(facts, index)
    shifted = index.scores.assign(index=index.scores["index"] + 1)
    other = partners(facts, shifted, lag=1)
    assert other["year"].tolist() == before["year"].tolist()
    pd.testing.assert_frame_equal(partners(facts, index), before)
    assert not {"ai_exporter", "ai_partner"} & set(facts.of_partners)
    pairs(facts, index)
    assert "ai_gap" not in facts.of_pairs


def test_members_are_the_partners_of_china_whatever_the_index(facts):
    assert facts.members == ("BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM")
    assert facts.among == (2014, 2022)
