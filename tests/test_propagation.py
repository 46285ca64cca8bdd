"""Coefficients under draws of the index; `_barnard_rubin` against the formula of Barnard & Rubin (1999)."""

import pickle

import numpy as np
import pandas as pd
import pytest

import indexer
from indexer import gravity
from indexer.errors import EstimationError, MethodError, UsageError
from indexer.folder import read_trade
from indexer.propagation import Propagation, _barnard_rubin, propagate

FORMULA = "trade_usd ~ ai_exporter:log(distance_km) | exporter^year + importer^year + exporter^importer"
OVER = {"weights": {"concentration": 100}, "normalisation": ["percentile_rank"]}
PAIRS = {"CRV1": "exporter^importer"}


@pytest.fixture(scope="module")
def index():
    return indexer.build(years=(2020, 2022)).without("trade_outcome")


@pytest.fixture(scope="module")
def data(index):
    tables = read_trade()
    trade = tables.flows.merge(tables.distances, on=["exporter", "importer"])
    return gravity.attach(index, trade[trade["year"].between(2020, 2022)])


@pytest.fixture(scope="module")
def found(index, data):
    return propagate(index, data, FORMULA, draws=60, seed=3, over=OVER, vcov=PAIRS)


def test_draw_zero_is_the_plain_fit(found, data):
    plain = gravity.ppml(FORMULA, data, vcov=PAIRS).tidy()
    own = found.draws[found.draws["draw"] == 0]
    for name in ("estimate", "std_error", "p_value"):
        np.testing.assert_allclose(own[name], plain[name], rtol=1e-9)


def test_a_draw_is_the_plain_fit_of_its_scores(found, index, data):
    scores = index.scores[["economy", "year", "index"]].copy()
    drawn = found.uncertainty.draws[4].reshape(-1).astype(float)
    own = scores["index"]
    scores["index"] = own.mean() + (drawn - drawn.mean()) * own.std(ddof=0) / drawn.std()
    bare = data.drop(columns=[name for name in data if name.startswith("ai_") or name == "international"])
    plain = gravity.ppml(FORMULA, gravity.attach(scores, bare), vcov=PAIRS).tidy()
    got = found.draws[found.draws["draw"] == 5]
    np.testing.assert_allclose(got["estimate"], plain["estimate"], rtol=1e-6)
    np.testing.assert_allclose(got["std_error"], plain["std_error"], rtol=1e-5)


def test_the_table_says_what_the_draws_say(found):
    [row] = found.table.to_dict("records")
    values = found.draws.loc[found.draws["draw"] > 0, "estimate"]
    assert row["draws"] == 60 == len(values)
    assert row["median"] == pytest.approx(values.median())
    assert row["p05"] <= row["median"] <= row["p95"]
    assert row["same_sign"] == pytest.approx((np.sign(values) == np.sign(row["estimate"])).mean())


def test_least_squares_and_bilateral_forms(index, data):
    formula = "log(trade_usd) ~ ai_min + log(distance_km) | exporter^year + importer^year"
    found = propagate(index, data, formula, draws=10, over=OVER, estimator="ols", vcov=PAIRS)
    assert list(found.table["term"]) == ["ai_min", "log(distance_km)"]
    assert found.draws["draw"].nunique() == 11


def test_workers_change_nothing(index, data, found):
    from joblib import parallel_config

    with parallel_config(backend="loky", n_jobs=2):
        again = propagate(index, data, FORMULA, draws=60, seed=3, over=OVER, vcov=PAIRS)
    pd.testing.assert_frame_equal(again.draws, found.draws, rtol=1e-12)


def test_a_fit_can_be_sent_to_a_worker(found):
    fit = pickle.loads(pickle.dumps(found.fit))
    np.testing.assert_array_equal(fit.coef, found.fit.coef)
    assert fit.refit({"ai_exporter": found.fit.data["ai_exporter"]}).coef.iloc[0] == pytest.approx(fit.coef.iloc[0])


def test_draws_without_a_needed_score_are_counted_with_the_reason(index, data, monkeypatch):
    from indexer import propagation

    plain = propagation.uncertainty

    def with_gaps(*arguments, **more):
        found = plain(*arguments, **more)
        found.draws[:7, 3, 1] = np.nan
        return found

    monkeypatch.setattr(propagation, "uncertainty", with_gaps)
    found = propagate(index, data, FORMULA, draws=30, over=OVER, vcov=PAIRS)
    assert found.failures.to_dict("records") == [
        {"reason": "a score that the flows need is missing in the draw", "draws": 7}
    ]
    assert sorted(found.draws["draw"].unique()) == [0, *range(8, 31)]


def test_choices_of_method_have_no_pooled_error(found):
    with pytest.raises(MethodError, match="normalisation, weights were drawn, which are choices and no sample"):
        _ = found.combined


def test_draws_of_cells_combine_by_rubins_rules(index, data):
    found = propagate(index, data, FORMULA, draws=20, over=["carrying"], vcov=PAIRS)
    [row] = found.combined.to_dict("records")
    # the draws that hold a set of drawn cells, each set once
    picks = found.uncertainty.picks
    distinct = picks[picks["carrying"] > 0].drop_duplicates()
    part = found.draws[found.draws["draw"].isin(distinct.index + 1)]
    assert row["draws"] == len(part) == len(distinct) < 20
    between = part["estimate"].var(ddof=1)
    total = (part["std_error"] ** 2).mean() + (1 + 1 / len(part)) * between
    assert row["std_error"] == pytest.approx(np.sqrt(total))
    assert row["estimate"] == pytest.approx(part["estimate"].mean())


def test_one_set_of_cells_is_no_spread(index, data):
    found = propagate(index, data, FORMULA, draws=1, over=["carrying"], vcov=PAIRS)
    with pytest.raises(MethodError, match="fewer than two sets of cells"):
        _ = found.combined


def test_the_index_on_the_left_alone_is_refused(index, data):
    with pytest.raises(UsageError, match="uses no column of the index"):
        propagate(index, data, "ai_exporter ~ log(distance_km) | year", draws=5, over=OVER, estimator="ols")


def test_degrees_of_freedom():
    # Barnard & Rubin (1999): m = 5, a fifth of the variance between, 40 degrees without missing values
    old = 4 / 0.2**2
    observed = 41 / 43 * 40 * 0.8
    assert _barnard_rubin(5, 0.2, 40.0) == pytest.approx(1 / (1 / old + 1 / observed))
    assert _barnard_rubin(5, 0.2, np.inf) == old
    assert _barnard_rubin(5, 0.0, 40.0) == pytest.approx(41 / 43 * 40)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"estimator": "probit"}, "unknown estimator 'probit'"),
        ({"formula": "trade_usd ~ log(distance_km) | exporter^year + importer^year"}, "uses no column of the index"),
        ({"draws": 0}, "draws = 0"),
    ],
)
def test_wrong_use_is_named(index, data, change, said):
    arguments = {"formula": FORMULA, "draws": 5, "over": OVER} | change
    with pytest.raises(UsageError, match=said):
        propagate(index, data, arguments.pop("formula"), **arguments)


def test_data_with_another_index_are_refused(index, data):
    with pytest.raises(UsageError, match="ai_exporter is not this index's"):
        propagate(index, data.assign(ai_exporter=data["ai_exporter"] + 1), FORMULA, draws=5, over=OVER)
    with pytest.raises(UsageError, match="no column 'ai_exporter'"):
        propagate(index, data.drop(columns="ai_exporter"), FORMULA, draws=5, over=OVER)


def test_an_equation_that_cannot_be_estimated_is_refused_as_ever(index, data):
    with pytest.raises(EstimationError):
        propagate(index, data, "trade_usd ~ ai_exporter | exporter^year + importer^year", draws=5, over=OVER)


def test_it_says_what_it_is(found):
    assert isinstance(found, Propagation)
    assert repr(found) == "<Propagation: 60 draws of 1 terms; 0 failed>"


def test_a_lagged_index_is_drawn_at_its_lag(index, data):
    bare = data.drop(columns=[name for name in data if name.startswith("ai_") or name == "international"])
    lagged = gravity.attach(index, bare, lag=1)
    formula = FORMULA.replace("ai_exporter", "ai_exporter_lag1")
    found = propagate(index, lagged, formula, draws=5, seed=3, over=OVER, vcov=PAIRS)
    plain = gravity.ppml(formula, lagged, vcov=PAIRS)
    own = found.draws[found.draws["draw"] == 0]
    assert own["estimate"].iloc[0] == pytest.approx(plain.coef.iloc[0], rel=1e-9)
    # one draw by hand, over the economy-years that the lagged flows use
    scores = index.scores[["economy", "year", "index"]].copy()
    drawn, own = found.uncertainty.draws[2].reshape(-1).astype(float), scores["index"].to_numpy()
    used = scores["year"].isin(lagged["year"] - 1).to_numpy()
    scores["index"] = own[used].mean() + (drawn - drawn[used].mean()) * own[used].std() / drawn[used].std()
    by_hand = gravity.ppml(formula, gravity.attach(scores, bare, lag=1), vcov=PAIRS)
    got = found.draws[found.draws["draw"] == 3]["estimate"].iloc[0]
    assert got == pytest.approx(by_hand.coef.iloc[0], rel=1e-6)


def test_both_lags_are_drawn_together(index, data):
    both = gravity.attach(index, data, lag=1)
    formula = "log(trade_usd) ~ ai_min + ai_min_lag1 + log(distance_km) | exporter^year + importer^year"
    found = propagate(index, both, formula, draws=5, over=OVER, estimator="ols", vcov=PAIRS)
    assert list(found.table["term"]) == ["ai_min", "ai_min_lag1", "log(distance_km)"]
    with pytest.raises(UsageError, match="ai_exporter_lag1 is not this index's"):
        propagate(index, both.assign(ai_exporter_lag1=1.0), formula, draws=5, estimator="ols", vcov=PAIRS)
