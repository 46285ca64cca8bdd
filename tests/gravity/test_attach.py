"""Joining the index: every column by hand, missing scores counted, every refusal."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.gravity import CircularityWarning, NoScoreWarning, attach


def scores(**columns):
    base = {"economy": ["CHN", "VNM", "CHN", "VNM"], "year": [2020, 2020, 2021, 2021],
            "index": [60.0, 20.0, 70.0, 25.0], "observed_share": [1.0, 0.75, 0.5, 1.0]}  # fmt: skip
    return pd.DataFrame(base | columns)


def trade(**columns):
    base = {"exporter": ["CHN", "VNM", "VNM", "LAO"], "importer": ["VNM", "CHN", "VNM", "CHN"],
            "year": [2020, 2021, 2020, 2021], "trade": [5.0, 3.0, 9.0, 1.0]}  # fmt: skip
    return pd.DataFrame(base | columns, index=[10, 20, 30, 40])


def test_every_column_by_hand():
    d = attach(scores(), trade())
    expected = {
        "ai_exporter": [60, 25, 20, np.nan], "ai_importer": [20, 70, 20, 70], "ai_min": [20, 25, 20, np.nan],
        "ai_max": [60, 70, 20, np.nan], "ai_product": [1200, 1750, 400, np.nan], "ai_gap": [40, 45, 0, np.nan],
        "ai_observed_exporter": [1, 1, 0.75, np.nan], "ai_observed_importer": [0.75, 0.5, 0.75, 0.5],
        "international": [1, 1, 0, 1], "ai_exporter_international": [60, 25, 0, np.nan],
        "ai_importer_international": [20, 70, 0, 70],
    }  # fmt: skip
    assert list(d.columns) == ["exporter", "importer", "year", "trade", *d.columns[4:]]
    assert set(d.columns[4:]) == set(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(d[name], values, err_msg=name)
    assert d.index.tolist() == [10, 20, 30, 40]
    assert d.attrs["ai_missing"] == {"exporter": 1, "importer": 0, "either": 1}


def test_the_flows_given_are_not_changed():
    flows = trade()
    attach(scores(), flows)
    assert list(flows.columns) == ["exporter", "importer", "year", "trade"]
    assert flows.attrs == {}


def test_an_index_object_and_an_index_without_shares():
    d = attach(SimpleNamespace(scores=scores().drop(columns="observed_share")), trade())
    assert "ai_observed_exporter" not in d
    assert d["ai_gap"].iloc[0] == 40


def test_order_of_scores_and_kind_of_numbers_do_not_matter():
    shuffled = scores().iloc[[2, 0, 3, 1]].astype({"year": "Int64"})
    pd.testing.assert_frame_equal(attach(shuffled, trade(year=[2020.0, 2021, 2020, 2021]))[["ai_min"]],
                                  attach(scores(), trade())[["ai_min"]])  # fmt: skip


def test_circularity_is_warned_of(recwarn):
    with pytest.warns(CircularityWarning, match="without\\('trade_outcome'\\)"):
        attach(SimpleNamespace(scores=scores(), has_trade_outcome=True), trade())
    recwarn.clear()
    attach(SimpleNamespace(scores=scores(), has_trade_outcome=False), trade())
    assert not [one for one in recwarn.list if one.category is CircularityWarning]


def test_economies_without_any_score_are_named():
    flows = trade().replace({"exporter": {trade()["exporter"].iloc[0]: "Vietnam"}})
    with pytest.warns(NoScoreWarning, match="Vietnam"):
        attach(scores(), flows)


def test_refusals():
    with pytest.raises(UsageError, match="is no index"):
        attach(3, trade())
    with pytest.raises(UsageError, match="the flows are a list"):
        attach(scores(), [])
    with pytest.raises(UsageError, match="no column named 'index'"):
        attach(scores().rename(columns={"index": "score"}), trade())
    with pytest.raises(UsageError, match="no column named 'importer'"):
        attach(scores(), trade().drop(columns="importer"))
    with pytest.raises(UsageError, match="stand twice"):
        attach(scores(year=[2020, 2020, 2020, 2021]), trade())
    with pytest.raises(UsageError, match="already have 'ai_exporter'"):
        attach(scores(), attach(scores(), trade()))
    for years in (["2020"] * 4, [2020.5, 2020, 2020, 2020], [np.nan, 2020, 2020, 2020]):
        with pytest.raises(UsageError, match="not a whole number"):
            attach(scores(), trade(year=years))


def test_frames_that_cannot_be_joined():
    with pytest.raises(UsageError, match="'trade' stands twice"):
        attach(scores(), pd.concat([trade(), trade()[["trade"]]], axis=1))
    with pytest.raises(UsageError, match="'index' is not numeric"):
        attach(scores().assign(index="much"), trade())


def test_a_border_that_is_there_already_is_taken():
    flows = trade(international=[1, 1, 0, 1])
    d = attach(scores(), flows)
    assert d["international"].tolist() == [1, 1, 0, 1]
    with pytest.raises(UsageError, match="international"):
        attach(scores(), trade(international=[1, 1, 1, 1]))


def test_a_lag_takes_the_index_of_earlier_years_and_a_lead_of_later_ones():
    flows = pd.DataFrame({"exporter": ["CHN", "CHN"], "importer": ["VNM", "VNM"], "year": [2020, 2021]})
    d = attach(scores(), attach(scores(), attach(scores(), flows), lag=1), lag=-1)
    np.testing.assert_array_equal(d["ai_exporter"], [60, 70])
    np.testing.assert_array_equal(d["ai_exporter_lag1"], [np.nan, 60])
    np.testing.assert_array_equal(d["ai_exporter_lead1"], [70, np.nan])
    np.testing.assert_array_equal(d["ai_gap_lag1"], [np.nan, 40])
    np.testing.assert_array_equal(d["ai_observed_importer_lead1"], [1.0, np.nan])
    assert d.attrs["ai_missing"] == {"exporter": 1, "importer": 1, "either": 1}
    assert sum(name == "international" for name in d) == 1
    assert d["year"].tolist() == [2020, 2021]


def test_a_lag_has_every_column_of_the_index_under_a_name_of_its_own():
    plain, lagged = (set(attach(scores(), trade(), lag=lag)) - set(trade()) - {"international"} for lag in (0, 2))
    assert lagged == {f"{name}_lag2" for name in plain}
    with pytest.raises(UsageError, match="already have 'ai_exporter_lag1'"):
        attach(scores(), attach(scores(), trade(), lag=1), lag=1)


@pytest.mark.parametrize("lag", [1.0, "1", True, None])
def test_a_lag_that_is_no_number_of_years(lag):
    with pytest.raises(UsageError, match="no number of years"):
        attach(scores(), trade(), lag=lag)
