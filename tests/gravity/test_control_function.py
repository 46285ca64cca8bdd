"""Control functions: both stages by statsmodels with dummies, draws by cloned clusters, truth in simulated panels."""

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import AbsorbedRegressorError, EstimationError, UsageError
from indexer.gravity.control_function import control_function

FORMULA = "y ~ w | e^t + i^t + e^i | x ~ z"
PAIRS = {"CRV1": "e^i"}
TRUTH = 0.3


def simulated(seed, n=10, t=4, endogenous=1.0, pairs=1.0):
    """Flows of n countries: the error of x moves the flow too, by `endogenous`; z moves x alone."""
    g = np.random.default_rng(seed)
    i, j, y = (a.ravel() for a in np.meshgrid(range(n), range(n), range(t), indexing="ij"))
    i, j, y = (a[i != j] for a in (i, j, y))
    z, v, w = g.normal(size=(3, i.size))
    x = 0.8 * z + 0.3 * w + v
    effects = (
        0.5 * g.normal(size=(n, t))[i, y] + 0.5 * g.normal(size=(n, t))[j, y] + pairs * g.normal(size=(n, n))[i, j]
    )
    mean = np.exp(TRUTH * x - 0.2 * w + effects + endogenous * 0.4 * v)
    flow = mean * g.gamma(4, 0.25, i.size) * (g.uniform(size=i.size) > 0.05)
    return pd.DataFrame({"e": i, "i": j, "t": y, "y": flow, "x": x, "w": w, "z": z})


@pytest.fixture(scope="module")
def data():
    return simulated(1)


@pytest.fixture(scope="module")
def found(data):
    return control_function(FORMULA, data, PAIRS, draws=60, seed=4)


def by_hand(data):
    """Both stages by statsmodels, effects as dummies."""
    import statsmodels.api as sm

    codes = [data.groupby(k).ngroup() for k in (["e", "t"], ["i", "t"], ["e", "i"])]
    # one pair effect in each year, exporter and importer is one too many: an orthogonal basis has none
    dummies = np.hstack([np.eye(c.max() + 1)[c] for c in codes])
    u, size, _ = np.linalg.svd(dummies, full_matrices=False)
    dummies = u[:, size > 1e-9 * size[0]]
    residual = sm.OLS(data["x"], np.column_stack([data[["w", "z"]], dummies])).fit().resid
    both = np.column_stack([data[["w", "x"]], residual, dummies])
    return sm.GLM(data["y"], both, family=sm.families.Poisson()).fit(tol=1e-12, maxiter=100).params[:3]


def test_both_stages_are_those_of_statsmodels(found, data):
    assert list(found.coef.index) == ["w", "x", "residual of x"]
    assert found.n_obs == len(data)
    few = data[(data["e"] < 6) & (data["i"] < 6)]
    np.testing.assert_allclose(control_function(FORMULA, few, PAIRS, draws=2).coef, by_hand(few), rtol=1e-6)


def test_the_first_stage_is_that_of_a_regression(found, data):
    [row] = found.first_stage().to_dict("records")
    plain = gravity.ols("x ~ w + z | e^t + i^t + e^i", data, PAIRS, ssc="G")
    assert row["estimate"] == pytest.approx(plain.coef["z"])
    assert row["std_error"] == pytest.approx(plain.se["z"])
    # with one instrument the effective F is the robust one
    assert found.effective_f() == pytest.approx((plain.coef["z"] / plain.se["z"]) ** 2)


def test_a_draw_repeats_both_stages_on_cloned_clusters(found, data):
    pair = data.groupby(["e", "i"]).ngroup().to_numpy()
    rng = np.random.default_rng(np.random.SeedSequence(4).spawn(2)[0])
    taken = rng.integers(0, pair.max() + 1, pair.max() + 1)
    clones = pd.concat([data[pair == one].assign(copy=k) for k, one in enumerate(taken)], ignore_index=True)
    # each copy is a pair of its own; exporter-years and importer-years stay what they are
    first = gravity.ols("x ~ w + z | e^t + i^t + copy", clones, "iid")
    clones["residual of x"] = first.resid()
    second = gravity.ppml("y ~ w + x + `residual of x` | e^t + i^t + copy", clones, "iid")
    np.testing.assert_allclose(found.draws.iloc[0], second.coef, rtol=1e-7)


def test_plain_ppml_is_biased_and_the_control_function_is_not():
    plain, controlled = [], []
    for seed in range(16):
        d = simulated(seed)
        plain.append(gravity.ppml("y ~ w + x | e^t + i^t + e^i", d, PAIRS).coef["x"])
        controlled.append(control_function(FORMULA, d, PAIRS, draws=2).coef["x"])
    error = np.std(controlled, ddof=1) / 4
    assert abs(np.mean(controlled) - TRUTH) < 3 * error
    assert np.mean(plain) - TRUTH > 0.15 > 4 * error


def test_the_errors_are_as_large_as_the_estimates_vary():
    formula = "y ~ w | e + i | x ~ z"
    made = [simulated(seed, n=12, t=3, pairs=0.0) for seed in range(30)]
    estimates = [control_function(formula, d, PAIRS, draws=2).coef["x"] for d in made]
    several = [control_function(formula, d, PAIRS, draws=40) for d in made[:3]]
    assert np.mean([r.se["x"] for r in several]) == pytest.approx(np.std(estimates, ddof=1), rel=0.3)
    # the second stage alone takes its residuals for known
    assert np.mean([r.se["x"] / r.fit.se["x"] for r in several]) > 1.1


def test_exogeneity_is_rejected_where_it_fails_and_seldom_where_it_holds():
    formula = "y ~ w | e + i | x ~ z"
    assert control_function(formula, simulated(1, pairs=0.0), PAIRS, draws=40).exogeneity["p_value"].max() < 1e-3
    several = [simulated(seed, endogenous=0.0, pairs=0.0) for seed in range(60)]
    found = [control_function(formula, d, PAIRS, draws=2).exogeneity["p_value"].iloc[0] for d in several]
    # 5 % of 60, give or take what chance does: more than 8 have a probability of .2 %
    assert 0 < sum(p < 0.05 for p in found) <= 8


def test_seed_and_workers(data, found):
    from joblib import parallel_config

    with parallel_config(backend="loky", n_jobs=2):
        again = control_function(FORMULA, data, PAIRS, draws=60, seed=4)
    pd.testing.assert_frame_equal(again.draws, found.draws, rtol=1e-12)
    other = control_function(FORMULA, data, PAIRS, draws=60, seed=5)
    assert not np.allclose(other.draws, found.draws)


def test_two_endogenous_regressors_and_products(data):
    d = data.assign(u=np.random.default_rng(0).normal(size=len(data)))
    r = control_function("y ~ w | e^t + i^t | x + x:w ~ z + z:w + u", d, PAIRS, draws=5)
    assert list(r.residuals) == ["residual of x", "residual of x:w"]
    assert np.isnan(r.effective_f())
    assert r.exogeneity["df"].tolist() == [2, 2]
    assert "F of x:w" in r.summary()
    assert r.as_dict()["effective_F"] is None


def test_rows_that_the_poisson_model_drops_are_in_neither_stage(data):
    silent = data.assign(y=data["y"].where(~((data["e"] == 0) & (data["i"] == 1)), 0.0))
    r = control_function(FORMULA, silent, PAIRS, draws=2)
    left = silent[~((silent["e"] == 0) & (silent["i"] == 1))]
    assert r.n_obs == len(left) == r.first.n_obs
    assert r.coef["x"] == pytest.approx(control_function(FORMULA, left, PAIRS, draws=2).coef["x"])


@pytest.mark.parametrize(
    ("formula", "vcov", "kind", "message"),
    [
        ("y ~ w + x | e^t", PAIRS, UsageError, "no instruments"),
        ("y ~ w | e^t | x + w2 ~ z", PAIRS, EstimationError, "1 instruments for 2 endogenous"),
        (FORMULA, "hetero", UsageError, "not one variable"),
        (FORMULA, {"CRV1": "e + i"}, UsageError, "not one variable"),
        ("y ~ 1 | e^t | C(w2) ~ z", PAIRS, UsageError, "categories cannot be instrumented"),
        ("y + w2 ~ 1 | e^t | x ~ z", PAIRS, UsageError, "several left sides"),
        ("y ~ w | e^t | x ~ et", PAIRS, EstimationError, "instrument 'et' does not vary"),
        ("y ~ w | e^t | et ~ z", PAIRS, AbsorbedRegressorError, "et"),
    ],
)
def test_refusals(data, formula, vcov, kind, message):
    d = data.assign(w2=(data["w"] > 0).astype(float), et=data["e"] * 10.0 + data["t"])
    with pytest.raises(kind, match=message):
        control_function(formula, d, vcov, draws=3)


def test_wrong_numbers_and_taken_names_are_refused(data):
    with pytest.raises(UsageError, match="draws=1 is not 2 or more"):
        control_function(FORMULA, data, PAIRS, draws=1)
    with pytest.raises(UsageError, match="seed=-1"):
        control_function(FORMULA, data, PAIRS, seed=-1)
    with pytest.raises(UsageError, match="'residual of x'"):
        control_function(FORMULA, data.assign(**{"residual of x": 0.0}), PAIRS)
    with pytest.raises(UsageError, match="list, not a DataFrame"):
        control_function(FORMULA, [], PAIRS)


def test_draws_that_cannot_be_estimated_are_counted(data):
    # x beside z varies in one pair only: most draws of pairs leave it out
    rare = data[data["e"] < 6].assign(only=lambda d: ((d["e"] == 0) & (d["i"] == 1)) * d["z"])
    r = control_function("y ~ only | e^t + i^t | x ~ z", rare, PAIRS, draws=40)
    assert r.failures["draws"].sum() + len(r.draws) == 40
    assert 4 <= r.failures["draws"].sum() <= 24  # (1 - 1/54)^54 = .36 of 40
    assert "draws have no estimate" in r.summary()
