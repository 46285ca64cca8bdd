"""Units taken out and put back: slopes, intercepts, errors, weights, offsets."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from indexer import gravity
from indexer.errors import EstimationError


def frame(n=120, seed=0):
    g = np.random.default_rng(seed)
    d = pd.DataFrame({"x": 100 + 7 * g.normal(size=n), "z": g.normal(size=n), "w": g.uniform(0.5, 3, n),
                      "pop": g.uniform(1, 50, n), "a": g.integers(0, 9, n), "b": g.integers(0, 7, n)})  # fmt: skip
    d["y"] = d["pop"] * np.exp(0.03 * (d.x - 100) - 0.4 * d.z) * g.gamma(2, 0.5, n)
    return d


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_intercepts_and_errors_follow_the_unit(unit):
    d = frame()
    fit = gravity.ppml("y ~ x + z", d.assign(y=d.y * unit), "hetero", ssc="none")
    glm = sm.GLM(d.y, sm.add_constant(d[["x", "z"]]), family=sm.families.Poisson()).fit(
        tol=1e-14, tol_criterion="params", maxiter=100, cov_type="HC0"
    )
    np.testing.assert_allclose(fit.coef - [np.log(unit), 0, 0], glm.params, rtol=1e-8)
    np.testing.assert_allclose(fit.se, glm.bse, rtol=1e-6)
    line = gravity.ols("y ~ x + z", d.assign(y=d.y * unit), "hetero", ssc="none")
    ols = sm.OLS(d.y, sm.add_constant(d[["x", "z"]])).fit(cov_type="HC0")
    np.testing.assert_allclose(line.coef, ols.params * unit, rtol=1e-9)
    np.testing.assert_allclose(line.se, ols.bse * unit, rtol=1e-9)


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_without_any_constant(unit):
    d = frame()
    fit = gravity.ppml("y ~ z + I(x/100) - 1", d.assign(y=d.y * unit), "iid", ssc="none")
    glm = sm.GLM(d.y * unit, np.column_stack([d.z, d.x / 100]), family=sm.families.Poisson()).fit(
        start_params=[0, np.log(unit * 20)], tol=1e-14, tol_criterion="params", maxiter=100
    )
    np.testing.assert_allclose(fit.coef, glm.params, rtol=1e-8)
    np.testing.assert_allclose(fit.se, glm.bse, rtol=1e-6)


@pytest.mark.parametrize("effects", ["", " | a + b"])
def test_weights_and_offset(effects):
    d = frame()
    fit = gravity.ppml(f"y ~ x + z{effects}", d, "hetero", weights="w", offset="log(pop)", ssc="none")
    parts = [d[["x", "z"]].to_numpy(), np.ones((len(d), 1))]
    if effects:
        parts += [np.eye(9)[d.a][:, 1:], np.eye(7)[d.b][:, 1:]]
    design = np.hstack(parts)
    glm = sm.GLM(d.y, design, family=sm.families.Poisson(), offset=np.log(d["pop"]), var_weights=d.w).fit(
        tol=1e-14, tol_criterion="params", maxiter=100
    )
    np.testing.assert_allclose(fit.coef[["x", "z"]], np.asarray(glm.params)[:2], rtol=1e-8)
    if not effects:
        assert fit.coef["Intercept"] == pytest.approx(np.asarray(glm.params)[2], rel=1e-8)
    np.testing.assert_allclose(fit.fitted, glm.mu, rtol=1e-7)
    # scores w x (y - mu), Hessian Σ w mu x x'
    e = (d.w * (d.y - glm.mu)).to_numpy()
    h = np.linalg.inv((design * (d.w * glm.mu).to_numpy()[:, None]).T @ design)
    v = h @ ((design * e[:, None]).T @ (design * e[:, None])) @ h
    np.testing.assert_allclose(fit.se[["x", "z"]], np.sqrt(np.diag(v))[:2], rtol=1e-6)


def test_an_offset_moves_the_left_side_of_a_line():
    d = frame()
    one = gravity.ols("y ~ x + z | a", d, offset="pop")
    two = gravity.ols("I(y - pop) ~ x + z | a", d)
    np.testing.assert_allclose(one.coef, two.coef, rtol=1e-9)
    np.testing.assert_allclose(one.se, two.se, rtol=1e-9)
    np.testing.assert_allclose(one.fitted, two.fitted + d["pop"], rtol=1e-9)


def test_a_left_side_that_the_effects_explain():
    d = frame()
    with pytest.raises(EstimationError, match="does not vary beside the fixed effects"):
        gravity.ols("m ~ x | a", d.assign(m=d.a * 1e9))
    # a large mean is no excuse for variation that is there
    assert gravity.ols("m ~ x | a", d.assign(m=d.y + 1e9)).n_obs == len(d)
