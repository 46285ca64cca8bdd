"""Measures of fit and residuals, against statsmodels and by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.genmod.families import Poisson

from indexer import gravity
from indexer.errors import UsageError
from indexer.gravity.goodness import deviance, poisson, poisson_likelihood, residuals

FORMULA = "y ~ x + C(k)"


def frame(counts=False):
    g = np.random.default_rng(2)
    d = pd.DataFrame({"x": g.normal(size=120), "k": np.arange(120) % 6, "w": g.uniform(0.5, 2, 120)})
    mean = np.exp(0.4 * d.x + 0.1 * d.k)
    return d.assign(y=g.poisson(mean).astype(float) if counts else mean * g.gamma(2, 0.5, 120))


def test_deviance_by_hand():
    assert deviance(np.array([2.0, 0.0]), np.array([1.0, 0.5])) == pytest.approx(2 * (2 * np.log(2) - 1 + 0.5))


@pytest.mark.parametrize("effects", [False, True])
def test_poisson_measures_are_those_of_statsmodels(effects):
    d = frame(counts=True)
    ours = gravity.ppml("y ~ x | k" if effects else FORMULA, d)
    other = smf.glm(FORMULA, d, family=Poisson()).fit(tol=1e-14)
    assert ours.loglik == pytest.approx(other.llf, rel=1e-10)
    assert ours.aic == pytest.approx(other.aic, rel=1e-10)
    assert ours.bic == pytest.approx(np.log(120) * 7 - 2 * other.llf, rel=1e-10)
    assert ours.deviance == pytest.approx(other.deviance, rel=1e-10)
    assert ours.pseudo_r2 == pytest.approx(1 - other.deviance / other.null_deviance, rel=1e-10)
    assert ours.r2 == pytest.approx(np.corrcoef(d.y, other.fittedvalues)[0, 1] ** 2, rel=1e-10)
    for kind in ("response", "pearson", "deviance", "working"):
        np.testing.assert_allclose(ours.resid(kind), getattr(other, f"resid_{kind}"), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("effects", [False, True])
@pytest.mark.parametrize("weights", [None, "w"])
def test_linear_measures_are_those_of_statsmodels(effects, weights):
    d = frame()
    ours = gravity.ols("y ~ x | k" if effects else FORMULA, d, weights=weights)
    other = smf.wls(FORMULA, d, weights=d.w if weights else np.ones(120)).fit()
    assert ours.loglik == pytest.approx(other.llf, rel=1e-10)
    assert ours.aic == pytest.approx(other.aic, rel=1e-10)
    assert ours.bic == pytest.approx(other.bic, rel=1e-10)
    assert ours.r2 == pytest.approx(other.rsquared, rel=1e-10)
    np.testing.assert_allclose(ours.resid(), other.resid, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(ours.resid("pearson"), other.wresid, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(ours.resid("working"), other.resid, rtol=1e-7, atol=1e-10)
    if effects:
        w = d.w if weights else pd.Series(1.0, d.index)
        within = d[["x", "y"]].apply(
            lambda c: c - (c * w).groupby(d.k).transform("sum") / w.groupby(d.k).transform("sum")
        )
        inner = smf.wls("y ~ 0 + x", within, weights=d.w if weights else np.ones(120)).fit()
        assert ours.r2_within == pytest.approx(inner.rsquared, rel=1e-9)
    else:
        assert np.isnan(ours.r2_within)


def test_weights_count_rows():
    d = frame(counts=True).assign(n=lambda f: 1 + np.arange(120) % 3)
    weighted = gravity.ppml("y ~ x | k", d, weights="n")
    repeated = gravity.ppml("y ~ x | k", d.loc[d.index.repeat(d.n)])
    assert weighted.deviance == pytest.approx(repeated.deviance, rel=1e-9)
    assert weighted.loglik == pytest.approx(repeated.loglik, rel=1e-9)
    assert weighted.pseudo_r2 == pytest.approx(repeated.pseudo_r2, rel=1e-9)


def test_an_offset_is_in_the_model_of_the_mean_too():
    d = frame(counts=True).assign(o=lambda f: np.log(f.w) + 3)
    ours = gravity.ppml("y ~ x", d, offset="o")
    other = smf.glm("y ~ x", d, family=Poisson(), offset=d.o).fit(tol=1e-14)
    assert ours.pseudo_r2 == pytest.approx(1 - other.deviance / other.null_deviance, rel=1e-8)
    linear = gravity.ols("y ~ x", d, offset="o")
    assert linear.r2 == pytest.approx(gravity.ols("z ~ x", d.assign(z=d.y - d.o)).r2, rel=1e-10)


def test_zero_flows_count():
    y, mu = np.array([0.0, 2.0]), np.array([0.5, 1.5])
    assert poisson_likelihood(y, mu, np.ones(2)) == pytest.approx(-0.5 + 2 * np.log(1.5) - 1.5 - np.log(2))
    assert residuals(y, mu, np.ones(2), "deviance", True)[0] == pytest.approx(-1.0)


def test_a_flat_left_side_has_no_correlation():
    assert np.isnan(poisson(np.ones(3), np.ones(3), np.ones(3))["r2"])


def test_another_kind_is_refused():
    with pytest.raises(UsageError, match="anscombe"):
        residuals(np.ones(1), np.ones(1), np.ones(1), "anscombe", True)
