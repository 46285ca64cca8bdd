"""Draws of clusters against samples in which clusters stand as often as drawn; intervals against scipy's."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from indexer import gravity
from indexer.errors import UsageError
from indexer.study import dense
from indexer.study.dense import Dense, bca, draw_clusters, percentile

FORMULAS = {"ols": "log(y) ~ x + z | g + t", "ppml": "y ~ x + z | g + t"}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame([(g, t) for g in "abcdefgh" for t in range(6)], columns=["g", "t"])
    frame["x"], frame["z"] = rng.normal(size=(2, len(frame)))
    frame["y"] = np.exp(0.4 * frame["x"] - 0.2 * frame["z"] + 0.1 * frame["t"] + rng.normal(size=len(frame)))
    # a panel with holes
    return frame.drop(index=[3, 17, 18, 40]).reset_index(drop=True)


def fitted(estimator, data):
    run = gravity.ols if estimator == "ols" else gravity.ppml
    return run(FORMULAS[estimator], data, vcov={"CRV1": "g"}, ssc="default")


def cloned(data, chosen):
    """The clusters drawn, each under a name of its own."""
    return pd.concat([data[data["g"] == g].assign(g=f"{g}{k}") for k, g in enumerate(chosen)], ignore_index=True)


@pytest.mark.parametrize("estimator", FORMULAS)
def test_all_rows_once_give_the_fit(estimator, data):
    fit = fitted(estimator, data)
    slopes = Dense.of(fit).slopes(np.ones((1, len(data))), "x")
    assert slopes == pytest.approx([fit.coef["x"]], rel=1e-8)


@pytest.mark.parametrize("estimator", FORMULAS)
def test_influence_by_cluster_gives_the_standard_error(estimator, data):
    fit = fitted(estimator, data)
    sums = np.bincount(pd.factorize(data["g"])[0], Dense.of(fit).influence("z"))
    assert np.sqrt(sums @ sums * fit.ssc_factor) == pytest.approx(fit.se["z"], rel=1e-7)


@pytest.mark.parametrize("estimator", FORMULAS)
@pytest.mark.parametrize("chosen", ["aabcdefg", "bbbcdhha", "hgfedcba"])
def test_a_draw_is_the_fit_on_clusters_cloned(estimator, chosen, data):
    groups, names = pd.factorize(data["g"])
    times = np.array([[chosen.count(name) for name in names]], dtype=float)
    slope = Dense.of(fitted(estimator, data)).slopes(times[:, groups], "x")
    assert slope == pytest.approx([fitted(estimator, cloned(data, chosen)).coef["x"]], rel=1e-6)


@pytest.mark.parametrize("estimator", FORMULAS)
def test_a_draw_of_one_cluster_is_not_identified(estimator, data):
    weights = 8.0 * (data["g"] == "a").to_numpy()[None]
    assert np.isnan(Dense.of(fitted(estimator, data)).slopes(weights, "x")).all()


def test_units_of_a_regressor_do_not_matter(data):
    weights = draw_clusters(8, 20, 1)[:, pd.factorize(data["g"])[0]]
    plain = Dense.of(fitted("ols", data)).slopes(weights, "x")
    tiny = Dense.of(fitted("ols", data.assign(x=data["x"] * 1e-9))).slopes(weights, "x")
    assert tiny * 1e-9 == pytest.approx(plain, rel=1e-8)


def test_too_many_levels_are_refused(data, monkeypatch):
    monkeypatch.setattr(dense, "LARGEST", 100)
    with pytest.raises(UsageError, match="14 levels of effects are too many"):
        Dense.of(fitted("ols", data))


def test_as_many_clusters_are_drawn_as_there_are():
    times = draw_clusters(9, 50, 1)
    assert times.shape == (50, 9)
    assert (times.sum(axis=1) == 9).all()


@pytest.fixture(scope="module")
def sample():
    return np.random.default_rng(8).gamma(1.5, size=25)


@pytest.fixture(scope="module")
def drawn(sample):
    return {
        method: stats.bootstrap((sample,), np.mean, n_resamples=999, method=method, rng=np.random.default_rng(2))
        for method in ("percentile", "BCa")
    }


def test_percentile_interval_is_scipys(drawn):
    found = percentile(drawn["percentile"].bootstrap_distribution)
    theirs = drawn["percentile"].confidence_interval
    assert (found["low"], found["high"]) == pytest.approx((theirs.low, theirs.high), rel=1e-12)


def test_bca_interval_is_scipys(drawn, sample):
    left = (sample.sum() - sample) / (len(sample) - 1)
    found = bca(drawn["BCa"].bootstrap_distribution, left, sample.mean())
    theirs = drawn["BCa"].confidence_interval
    assert (found["low"], found["high"]) == pytest.approx((theirs.low, theirs.high), rel=1e-9)


def test_p_of_draws_is_twice_the_smaller_side():
    assert percentile(np.array([-1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]))["p"] == 0.25


def test_no_bca_interval_where_a_cluster_cannot_be_left_out():
    assert np.isnan(bca(np.arange(9.0), np.array([1.0, np.nan]), 4.0)["low"])
