import numpy as np
import pytest
from scipy import stats

import indexer
from indexer.connect.china_partners import china_partners
from indexer.folder import read, read_trade
from indexer.study.estimate import DESIGNS, estimate, panel


@pytest.fixture(scope="module")
def index():
    return indexer.build().without("trade_outcome")


@pytest.fixture(scope="module")
def directed():
    return china_partners(read(), read_trade())


def test_the_index_is_the_partners(index, directed):
    data = panel(index, directed)
    scores = index.scores.set_index(["economy", "year"])["index"]
    row = data.query("partner == 'VNM' and year == 2022")
    assert row["flow"].tolist() == ["total", "exports", "imports"]
    np.testing.assert_allclose(row["ai10"], scores["VNM", 2022] / 10)


def test_a_lead_takes_the_index_still_to_come(index, directed):
    data = panel(index, directed, lead=6)
    scores = index.scores.set_index(["economy", "year"])["index"]
    row = data.query("partner == 'VNM' and year == 2014 and flow == 'exports'").iloc[0]
    assert row["ai10"] == scores["VNM", 2020] / 10
    original = directed.query("partner == 'VNM' and year == 2014 and flow == 'exports'").iloc[0]
    assert row["trade"] == original["trade"]


def test_p_and_interval_are_of_t_with_nine_degrees(index, directed):
    data = panel(index, directed)
    found = estimate(data[data["year"].between(2020, 2024)], "exports", "PPML", DESIGNS["between"])
    assert found["clusters"] == 10
    assert found["p"] == pytest.approx(2 * stats.t.sf(abs(found["estimate"] / found["se"]), 9))
    assert found["high"] - found["low"] == pytest.approx(2 * stats.t.ppf(0.975, 9) * found["se"])
