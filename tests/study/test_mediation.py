"""Mediation against statsmodels: dummies, both equations stacked, clusters drawn and cloned, its own mediation."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.stats.mediation import Mediation as Theirs

from indexer.errors import EstimationError, UsageError
from indexer.study.dense import draw_clusters
from indexer.study.mediation import mediate

OUTCOMES = {
    "between": "log(trade) ~ ai + log(gdp) | year",
    "within": "log(trade) ~ ai + log(gdp) | partner + year",
}
DUMMIES = {"between": "np.log(gdp) + C(year)", "within": "np.log(gdp) + C(partner) + C(year)"}
DRAWS, SEED = 25, 7


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(11)
    frame = pd.DataFrame([(p, t) for p in "abcdefghi" for t in range(2015, 2022)], columns=["partner", "year"])
    own = frame["partner"].map(dict(zip("abcdefghi", rng.normal(size=9), strict=True)))
    frame["ai"] = 40 + 8 * own + rng.normal(size=len(frame)) * 3
    frame["gdp"] = np.exp(25 + 0.5 * own + 0.3 * rng.normal(size=len(frame)))
    frame["ships"] = np.exp(0.03 * frame["ai"] + own + 0.3 * rng.normal(size=len(frame)))
    logs = 0.6 * np.log(frame["ships"]) + 0.01 * frame["ai"] + 0.8 * np.log(frame["gdp"]) - own
    frame["trade"] = np.exp(logs + 0.4 * rng.normal(size=len(frame)))
    return frame


@pytest.fixture(scope="module", params=OUTCOMES)
def design(request):
    return request.param


@pytest.fixture(scope="module")
def found(data, design):
    return mediate(data, OUTCOMES[design], "log(ships)", "ai", draws=DRAWS, seed=SEED)


def estimates(data, design):
    """A and b by statsmodels with dummies."""
    first = smf.ols(f"np.log(ships) ~ ai + {DUMMIES[design]}", data).fit().params["ai"]
    return first, smf.ols(f"np.log(trade) ~ ai + np.log(ships) + {DUMMIES[design]}", data).fit().params["np.log(ships)"]


def test_total_is_direct_and_indirect(found):
    paths = found.paths["estimate"]
    assert paths["c"] == pytest.approx(paths["c'"] + paths["ab"], rel=1e-10)


def test_paths_are_those_of_dummies(found, data, design):
    a, b = estimates(data, design)
    assert found.paths["estimate"][["a", "b"]].tolist() == pytest.approx([a, b], rel=1e-8)


def test_sobel_is_the_delta_method_on_both_equations_stacked(found, data, design):
    """One regression of both left sides with everything twice, clustered: its covariance has the cross term."""
    names = ["ai", "log_gdp", "log_ships"]
    frame = data.assign(log_gdp=np.log(data["gdp"]), log_ships=np.log(data["ships"]))
    by = ["year"] if design == "between" else ["year", "partner"]
    dummies = pd.get_dummies(frame[by].astype(str), drop_first=True, dtype=float)
    x1 = pd.concat([frame[names[:2]], dummies], axis=1).assign(one=1.0)
    x2 = pd.concat([frame[names], dummies], axis=1).assign(one=1.0)
    y = np.concatenate([frame["log_ships"], np.log(frame["trade"])])
    zeros = np.zeros
    x = np.block([[x1, zeros((len(x1), x2.shape[1]))], [zeros((len(x2), x1.shape[1])), x2]])
    groups = np.tile(pd.factorize(frame["partner"])[0], 2)
    fit = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False})
    at = [0, x1.shape[1] + names.index("log_ships")]
    factors = np.sqrt([found.fits["a"].ssc_factor, found.fits["b"].ssc_factor])
    cov = fit.cov_params()[np.ix_(at, at)] * np.outer(factors, factors)
    a, b = fit.params[at]
    assert found.covariance == pytest.approx(cov[0, 1], rel=1e-6)
    assert found.paths["se"]["ab"] == pytest.approx(np.sqrt(np.array([b, a]) @ cov @ [b, a]), rel=1e-6)


def test_draws_are_both_equations_on_partners_cloned(found, data, design):
    partners = sorted(data["partner"].unique())
    for k, times in enumerate(draw_clusters(9, DRAWS, SEED)[:6]):
        names = np.repeat(partners, times.astype(int))
        clones = [data[data["partner"] == one].assign(partner=f"{one}{j}") for j, one in enumerate(names)]
        a, b = estimates(pd.concat(clones), design)
        assert found.draws[k] == pytest.approx(a * b, rel=1e-7)


def test_each_partner_left_out(found, data, design):
    a, b = estimates(data[data["partner"] != "d"], design)
    assert found.left_out["d"] == pytest.approx(a * b, rel=1e-7)


def test_intervals_are_of_sobel_and_of_draws(found):
    assert found.intervals.index.tolist() == ["sobel", "percentile", "bca"]
    low, high = np.quantile(found.draws, [0.025, 0.975])
    assert found.intervals.loc["percentile", ["low", "high"]].tolist() == pytest.approx([low, high])
    assert (found.n, found.clusters, found.failed) == (63, 9, 0.0)


def test_poisson_is_that_of_dummies(data):
    made = mediate(data, "trade ~ ai + log(gdp) | partner + year", "log(ships)", "ai", estimator="ppml", draws=0)
    formula = f"I(trade / 1e9) ~ ai + np.log(ships) + {DUMMIES['within']}"
    fit = smf.poisson(formula, data).fit(disp=0, maxiter=200, method="newton")
    expected = [fit.params["np.log(ships)"], fit.params["ai"]]
    assert made.paths["estimate"][["b", "c'"]].tolist() == pytest.approx(expected, rel=1e-6)
    assert made.paths["estimate"]["a"] == pytest.approx(estimates(data, "within")[0], rel=1e-8)


def test_one_sample_for_all_equations(data):
    holes = data.copy()
    holes.loc[holes["partner"] == "c", "ships"] = np.nan
    made = mediate(holes, OUTCOMES["between"], "log(ships)", "ai", draws=0)
    assert {fit.n_obs for fit in made.fits.values()} == {56}
    assert made.clusters == 8


def test_without_draws_sobel_stands_alone(data):
    made = mediate(data, OUTCOMES["between"], "log(ships)", "ai", draws=0)
    assert made.intervals.index.tolist() == ["sobel"]
    assert made.left_out.isna().all()
    assert np.isnan(made.failed)


def test_rows_as_clusters_agree_with_mediation_of_statsmodels():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"x": rng.normal(size=500), "row": np.arange(500)})
    frame["m"] = 0.5 * frame["x"] + rng.normal(size=500)
    frame["y"] = 0.4 * frame["m"] + 0.2 * frame["x"] + rng.normal(size=500)
    ours = mediate(frame, "y ~ x", "m", "x", cluster="row", draws=999)
    np.random.seed(1)  # noqa: NPY002 (statsmodels draws from the global state)
    models = sm.OLS.from_formula("y ~ x + m", frame), sm.OLS.from_formula("m ~ x", frame)
    line = Theirs(*models, "x", "m").fit(n_rep=300).summary().loc["ACME (average)"]
    assert ours.paths["estimate"]["ab"] == pytest.approx(line["Estimate"], abs=0.01)
    assert ours.intervals.loc["sobel", "low"] == pytest.approx(line["Lower CI bound"], abs=0.02)
    assert ours.intervals.loc["percentile", "high"] == pytest.approx(line["Upper CI bound"], abs=0.03)  # both drawn


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"treatment": "robots"}, "lacks the treatment 'robots'"),
        ({"outcome": "log(trade) ~ ai + log(ships) | year"}, "holds the mediator"),
        ({"outcome": "log(trade)"}, "is no equation"),
        ({"estimator": "probit"}, "'probit' is not offered"),
        ({"cluster": "country"}, "no column 'country'"),
        ({"draws": -1}, "draws=-1"),
        ({"seed": 0.5}, "seed=0.5"),
    ],
)
def test_what_cannot_be_asked_is_refused(data, change, said):
    asked = {"outcome": OUTCOMES["within"], "mediator": "log(ships)", "treatment": "ai"} | change
    with pytest.raises(UsageError, match=said.replace("(", r"\(")):
        mediate(data, **asked)


def test_a_mediator_that_does_not_vary_within_partners_has_the_reason(data):
    fixed = data.assign(port=data["partner"].map(ord).astype(float))
    with pytest.raises(EstimationError, match="absorbed"):
        mediate(fixed, OUTCOMES["within"], "port", "ai")


def test_too_few_draws_that_are_identified(data):
    """Three partners and three regressors that are fixed within them: most draws have fewer."""
    three = data[data["partner"].isin(list("abc"))]
    three = three.assign(size=three["partner"].map({"a": 1.0, "b": 2.0, "c": 5.0}), ships=three["ai"] ** 2)
    means = three.groupby("partner")[["ai"]].transform("mean")
    three = three.assign(ai=means["ai"])
    with pytest.raises(EstimationError, match="draws of clusters are not identified"):
        mediate(three, "log(trade) ~ ai + size", "log(ships)", "ai", draws=40)
