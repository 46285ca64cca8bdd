"""Simulated samples: their mean and dependence, the estimates on them, and leverages against the hat matrix."""

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.gravity.simulated_flows import SimulatedFlows, leverage, simulated


@pytest.fixture(scope="module")
def data():
    g = np.random.default_rng(4)
    c, t = (a.ravel() for a in np.meshgrid(range(30), range(5), indexing="ij"))
    x = g.normal(size=30)[c] * t / 5 + 0.3 * g.normal(size=c.size)
    y = np.exp(0.3 * g.normal(size=30)[c] + 0.1 * t + 0.3 * g.normal(size=c.size)) * (g.uniform(size=c.size) > 0.1)
    return pd.DataFrame({"c": c, "t": t, "x": x, "y": y})


@pytest.fixture(scope="module")
def poisson(data):
    return gravity.ppml("y ~ x | c + t", data, {"CRV1": "c"})


def test_poisson_flows_are_positive_with_the_mean_and_variance_stated(poisson):
    flows, rng = SimulatedFlows(poisson, 0), np.random.default_rng(0)
    y = np.array([flows.sample(flows.value, rng) for _ in range(4000)])
    assert (y > 0).all()
    ratio = y / poisson.fitted.to_numpy()
    variance = np.expm1(flows.sigma**2)
    small = variance < 0.2
    assert small.sum() > 60
    np.testing.assert_allclose(ratio.mean(axis=0), 1.0, atol=0.08)
    np.testing.assert_allclose(ratio.var(axis=0)[small], variance[small], rtol=0.25)


def test_rows_of_a_cluster_move_together_and_clusters_apart(poisson):
    flows, rng = SimulatedFlows(poisson, 0), np.random.default_rng(0)
    y = np.log(np.array([flows.sample(flows.value, rng) for _ in range(400)]))
    together = np.corrcoef(y.T)
    sign = flows.sign
    np.testing.assert_allclose(together[0, 1:5], sign[0] * sign[1:5], atol=1e-9)
    assert np.abs(together[0, 5:]).max() < 0.25


def test_least_squares_samples_are_signed_residuals(data):
    fit = gravity.ols("y ~ x | c + t", data, {"CRV1": "c"})
    flows = SimulatedFlows(fit, 0)
    errors = flows.sample(flows.value, np.random.default_rng(1)) - fit.fitted.to_numpy()
    ratio = (errors / flows.residual).reshape(30, 5)
    np.testing.assert_allclose(np.abs(ratio), 1.0, rtol=1e-9)
    np.testing.assert_allclose(ratio, ratio[:, :1] * np.ones(5), rtol=1e-9)


@pytest.mark.parametrize("run", ["ols", "ppml"])
def test_estimates_are_those_of_the_estimator_on_the_sample_drawn(data, run):
    fit = getattr(gravity, run)("y ~ x | c + t", data, {"CRV1": "c"})
    flows = SimulatedFlows(fit, 0)
    y = flows.sample(0.7, np.random.default_rng(3))
    anew = getattr(gravity, run)("y ~ x | c + t", data[fit.sample].assign(y=y), {"CRV1": "c"})
    np.testing.assert_allclose(flows.estimate(y), (anew.coef["x"], anew.se["x"]), rtol=1e-6)


@pytest.mark.parametrize("run", ["ols", "ppml"])
def test_estimates_centre_on_the_coefficient_asked_for(data, run):
    fit = getattr(gravity, run)("y ~ x | c + t", data, {"CRV1": "c"})
    found = simulated(SimulatedFlows(fit, 0), 0.5, 300, 1)
    assert found[0].mean() == pytest.approx(0.5, abs=4 * found[0].std() / np.sqrt(300) + 0.01)


def test_leverage_is_the_diagonal_of_the_hat_matrix(data):
    data = data.assign(y=data["y"] + 0.1)
    dummies = [np.eye(data[k].nunique())[data[k]] for k in ("c", "t")]

    def hat(fit, *columns):
        w = fit.fitted.to_numpy() if fit.is_poisson else np.ones(len(data))
        u, size, _ = np.linalg.svd(np.column_stack([*columns, data["x"]]) * np.sqrt(w)[:, None], full_matrices=False)
        return (u[:, size > 1e-9 * size[0]] ** 2).sum(axis=1)

    one = gravity.ppml("y ~ x | c", data, {"CRV1": "c"})
    np.testing.assert_allclose(leverage(one), hat(one, dummies[0]), rtol=1e-9)
    balanced = gravity.ols("y ~ x | c + t", data, {"CRV1": "c"})
    np.testing.assert_allclose(leverage(balanced), hat(balanced, *dummies), rtol=1e-9)
    clusters = data["c"].to_numpy()
    u = np.linalg.qr(dummies[0])[0]
    beside = leverage(balanced, clusters=clusters)
    np.testing.assert_allclose(beside, hat(balanced, *dummies) - (u**2).sum(axis=1), rtol=1e-9)
    crossed = gravity.ppml("y ~ x | c + t", data, {"CRV1": "c"})
    np.testing.assert_allclose(leverage(crossed), hat(crossed, *dummies), atol=0.01)
    without = gravity.ols("y ~ x", data, "iid")
    np.testing.assert_allclose(leverage(without), hat(without, np.ones(len(data))), rtol=1e-9)
