"""The result: the table by hand, the summary's lines, the record of what was left out."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from indexer import gravity
from indexer.errors import UsageError


@pytest.fixture
def fit(flows):
    flows.loc[3, "dist"] = -1.0
    return gravity.ppml("trade ~ rta + log(dist) | exporter^year + importer", flows, {"CRV1": "exporter^importer"})


def test_tidy_by_hand(fit):
    t = fit.tidy()
    assert list(t.columns) == ["term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    assert t["term"].tolist() == ["rta", "log(dist)"]
    np.testing.assert_allclose(t["statistic"], fit.coef / fit.se)
    np.testing.assert_allclose(t["p_value"], 2 * stats.norm.sf(np.abs(fit.coef / fit.se)))
    np.testing.assert_allclose(t["conf_high"] - t["estimate"], stats.norm.ppf(0.975) * fit.se)
    assert (fit.tidy(0.5)["conf_high"] < t["conf_high"]).all()
    with pytest.raises(UsageError, match="coverage"):
        fit.tidy(95)


def test_t_with_clusters_has_the_fewest_less_one(flows):
    fit = gravity.ols("trade ~ rta + dist", flows, {"CRV1": "exporter + importer"})
    assert fit.dof == 11
    t = fit.tidy()
    np.testing.assert_allclose(t["p_value"], 2 * stats.t(11).sf(np.abs(fit.coef / fit.se)))
    assert "t(11)" in fit.summary()


def test_t_without_clusters_counts_parameters(flows):
    assert gravity.ols("trade ~ rta + dist", flows).dof == 400 - 3
    assert gravity.ols("trade ~ rta + dist | year", flows).dof == 400 - 2 - 4


def test_frozen(fit):
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.n_obs = 3


def test_rows_add_up(fit, flows):
    assert fit.sample.sum() == fit.n_obs == len(fit.predict())
    assert fit.dropped["count"].sum() == len(flows) - fit.n_obs
    assert fit.predict().index.equals(flows.index[fit.sample])


def test_labels_of_the_caller_are_kept(flows):
    flows.index = [f"row {k}" for k in range(len(flows))]
    flows.loc["row 3", "dist"] = np.nan
    fit = gravity.ols("trade ~ dist", flows)
    assert fit.dropped.loc[0, "rows"] == ("row 3",)
    assert fit.row_status["row 3"] == "missing"
    assert "row 3" not in fit.predict().index
