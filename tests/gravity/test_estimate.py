"""The estimators: hand cases, committed figures of fixest, live pyfixest, larger references if present, invariance."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from indexer import gravity
from indexer.errors import ConvergenceError, EstimationError, UsageError
from indexer.gravity.estimate import Specification, estimate
from indexer.gravity.formula import parse
from indexer.gravity.problem import Accuracy
from indexer.gravity.vcov import request

THREE = "exporter^year + importer^year + exporter^importer"


def covariance(name):
    return name if name in ("iid", "hetero") else {"CRV1": name}


def test_a_line_by_hand():
    d = pd.DataFrame({"y": [1.0, 2.0, 4.0, 4.0], "x": [0.0, 1.0, 2.0, 3.0]})
    fit = gravity.ols("y ~ x", d, "iid")
    # slope 5.5/5, intercept 2.75 - 1.1·1.5; residuals -.1, -.2, .7, -.4, so s² = .7/2
    np.testing.assert_allclose(fit.coef, [1.1, 1.1])
    np.testing.assert_allclose(fit.se["x"], np.sqrt(0.35 / 5))
    assert fit.r2 == pytest.approx(1 - 0.7 / 6.75)
    np.testing.assert_allclose(fit.predict(), [1.1, 2.2, 3.3, 4.4])


def test_poisson_by_hand():
    d = pd.DataFrame({"y": [1.0, 3.0, 4.0, 8.0], "x": [0, 0, 1, 1]})
    fit = gravity.ppml("y ~ x", d, "iid", ssc="none")
    np.testing.assert_allclose(fit.coef, [np.log(2), np.log(3)])
    np.testing.assert_allclose(fit.se, [1 / 2, np.sqrt(1 / 3)])
    np.testing.assert_allclose(fit.predict(), [2, 2, 6, 6])
    assert fit.converged
    assert 0 < fit.pseudo_r2 < 1


def test_committed_figures(panel, figures):
    for (estimator, formula, vcov, ssc), rows in figures.groupby(["estimator", "formula", "vcov", "ssc"]):
        fit = getattr(gravity, estimator)(formula, panel, covariance(vcov), ssc=ssc)
        case = f"{formula}, {vcov}, {ssc}"
        np.testing.assert_allclose(fit.coef[rows.variable], rows.coef, rtol=1e-9, err_msg=case)
        np.testing.assert_allclose(fit.se[rows.variable], rows.se, rtol=1e-6, err_msg=case)
        assert (rows.n_obs == fit.n_obs).all()


def test_larger_references(load_module, shared):
    reference = pd.read_csv(shared / "reference.csv")
    make = load_module("make_data").make_panel
    sizes = {"n20_t5_s1": (20, 5, 1, 0.0), "n20_t5_s2_drop0.1": (20, 5, 2, 0.1), "n50_t10_s1": (50, 10, 1, 0.0)}
    sums = pd.read_csv(shared / "data_checksums.csv").set_index("dataset")
    for name, (n, t, seed, drop) in sizes.items():
        d = make(n, t, seed, drop=drop)
        assert d.y.sum() == pytest.approx(sums.loc[name, "sum_y"], rel=1e-12)
        d = d.assign(lny=np.log(d.y.where(d.y > 0)), ey=d.exp * 10000 + d.year, iy=d.imp * 10000 + d.year)
        d["pair"] = d.exp * 1000 + d.imp
        for (estimator, formula, vcov, ssc), rows in reference[reference.dataset == name].groupby(
            ["estimator", "model", "vcov", "ssc"]
        ):
            if n == 50 and ssc != "default":  # the other factors say nothing new at this size
                continue
            fit = getattr(gravity, estimator)(formula, d, covariance(vcov.removeprefix("cluster ")), ssc=ssc)
            np.testing.assert_allclose(fit.coef[rows.variable], rows.coef, rtol=1e-7, err_msg=f"{name} {formula}")
            np.testing.assert_allclose(
                fit.se[rows.variable], rows.se, rtol=1e-6, err_msg=f"{name} {formula} {vcov} {ssc}"
            )
            assert (rows.n_obs == fit.n_obs).all()


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("vcov", ["iid", "hetero", {"CRV1": "exporter"}])
@pytest.mark.parametrize("weights", [None, "w"])
def test_live_pyfixest(flows, vcov, weights):
    pyfixest = pytest.importorskip("pyfixest")
    formula = "log(trade) ~ rta*log(dist) | exporter + importer^year"
    ours = gravity.ols(formula, flows, vcov, weights=weights)
    theirs = pyfixest.feols(formula, flows[flows.trade > 0], vcov=vcov, weights=weights, fixef_rm="singleton")
    assert ours.n_obs == theirs._N
    np.testing.assert_allclose(ours.coef, theirs.coef()[ours.coef.index], rtol=1e-7)
    np.testing.assert_allclose(ours.se, theirs.se()[ours.coef.index], rtol=1e-6)
    if weights is None:
        ours = gravity.ppml("trade ~ rta + log(dist) | exporter + importer", flows, vcov, ssc="default")
        theirs = pyfixest.fepois("trade ~ rta + log(dist) | exporter + importer", flows, vcov=vcov, iwls_tol=1e-12)
        np.testing.assert_allclose(ours.coef, theirs.coef()[ours.coef.index], rtol=1e-7)
        np.testing.assert_allclose(ours.se, theirs.se()[ours.coef.index], rtol=1e-6)


def test_without_effects_against_statsmodels(flows):
    d = flows.assign(z=flows["tariff rate"])
    model = smf.ols("np.log(trade) ~ rta + z + C(group) + I(dist**2)", d[d.trade > 0])
    ours = gravity.ols("log(trade) ~ rta + z + C(group) + I(dist**2)", d, "hetero")
    theirs = model.fit(cov_type="HC1", use_t=True)
    assert ours.coef["rta"] == pytest.approx(theirs.params["rta"], rel=1e-10)
    np.testing.assert_allclose(sorted(ours.se), sorted(theirs.bse), rtol=1e-9)
    assert ours.r2 == pytest.approx(theirs.rsquared)
    assert ours.tidy().set_index("term").loc["rta", "p_value"] == pytest.approx(theirs.pvalues["rta"])


def test_without_intercept(flows):
    assert gravity.ols("trade ~ dist - 1", flows).coef["dist"] == pytest.approx(
        flows.trade @ flows.dist / (flows.dist @ flows.dist)
    )


@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_rows_and_effects_may_come_in_any_order(panel, estimator):
    fit = getattr(gravity, estimator)
    one = fit(f"trade ~ x1 + x2 | {THREE}", panel, {"CRV1": "exporter + importer"})
    other = "exporter^importer + importer^year + year^exporter"
    two = fit(f"trade ~ x2 + x1 | {other}", panel.sample(frac=1, random_state=1), {"CRV1": "importer + exporter"})
    np.testing.assert_allclose(two.coef[one.coef.index], one.coef, rtol=1e-9)
    np.testing.assert_allclose(two.se[one.coef.index], one.se, rtol=1e-8)
    assert one.n_obs == two.n_obs


@pytest.mark.parametrize("estimator", ["ols", "ppml"])
@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_units_follow_exactly(panel, estimator, unit):
    fit = getattr(gravity, estimator)
    one = fit(f"trade ~ x1 + x2 | {THREE}", panel, {"CRV1": "exporter^importer"})
    two = fit(f"trade ~ x1 + x2 | {THREE}", panel.assign(x2=panel.x2 * unit, trade=panel.trade * 1e9),
              {"CRV1": "exporter^importer"})  # fmt: skip
    by = np.array([1.0, 1 / unit]) * (1e9 if estimator == "ols" else 1.0)
    np.testing.assert_allclose(two.coef, one.coef * by, rtol=1e-8)
    np.testing.assert_allclose(two.se, one.se * by, rtol=1e-7)


def test_text_and_number_keys_give_the_same(panel):
    text = panel.assign(exporter="E" + panel.exporter.astype(str), importer="E" + panel.importer.astype(str))
    np.testing.assert_allclose(
        gravity.ppml(f"trade ~ x1 + x2 | {THREE}", text).se, gravity.ppml(f"trade ~ x1 + x2 | {THREE}", panel).se
    )


def test_singletons_and_missing_rows_change_nothing_but_the_count(panel):
    extra = panel.iloc[[0, 1]].assign(exporter=99, importer=98)
    extra.iloc[1, extra.columns.get_loc("x2")] = np.nan
    one = gravity.ppml(f"trade ~ x1 + x2 | {THREE}", panel)
    two = gravity.ppml(f"trade ~ x1 + x2 | {THREE}", pd.concat([panel, extra], ignore_index=True))
    np.testing.assert_allclose(two.se, one.se, rtol=1e-12)
    assert two.row_status.iloc[-2:].tolist() == ["singleton", "missing"]


def test_effects_alone(panel):
    fit = gravity.ppml("trade ~ 1 | exporter + importer", panel)
    assert fit.coef.empty
    assert fit.tidy().empty
    assert "no regressor" in fit.summary()
    np.testing.assert_allclose(fit.fitted.groupby(panel.exporter).sum(), panel.trade.groupby(panel.exporter).sum())


def test_the_index_on_trade_from_end_to_end(panel):
    years = sorted(panel.year.unique())
    scores = panel[["exporter", "year", "ai"]].drop_duplicates().set_axis(["economy", "year", "index"], axis=1)
    data = gravity.attach(scores, panel.drop(columns=["ai", "ai_imp"]))
    assert data.attrs["ai_missing"]["either"] == 0
    fit = gravity.ppml(f"trade ~ ai_exporter:ln_distance + ai_gap | {THREE}", data, {"CRV1": "exporter^importer"})
    assert fit.identified_terms == ("ai_gap", "ai_exporter:ln_distance")
    assert "similarity" in fit.identified
    assert "varies with distance" in fit.identified
    assert len(years) == 4


def test_options_are_checked(panel):
    for options, name in (({"ssc": "HC1"}, "ssc"), ({"on_absorbed": "ignore"}, "on_absorbed")):
        with pytest.raises(UsageError, match=f"{name}=.* is not offered"):
            gravity.ols("trade ~ x2", panel, **options)
    with pytest.raises(UsageError, match="vcov="):
        gravity.ols("trade ~ x2", panel, "HC2")


def test_refusals_of_the_data(panel):
    with pytest.raises(EstimationError, match="'year' has only 4 clusters"):
        gravity.ppml("trade ~ x2 | exporter", panel, {"CRV1": "exporter + year"})
    with pytest.raises(EstimationError, match="does not vary beside the fixed effects"):
        gravity.ols("ai ~ x2 | exporter^year", panel)
    with pytest.raises(EstimationError, match="negative values"):
        gravity.ppml("x2 ~ x1", panel)
    with pytest.raises(ConvergenceError):
        gravity.ppml("trade ~ x2 | exporter", panel, max_iter=1)


def test_defaults_are_stated(panel):
    linear, poisson = gravity.ols("trade ~ x2", panel), gravity.ppml("trade ~ x2", panel)
    assert (linear.ssc, linear.distribution, linear.vcov) == ("default", "t", "hetero")
    assert (poisson.ssc, poisson.distribution, poisson.dof) == ("G", "z", None)


def test_few_clusters_are_said():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"y": rng.poisson(3, 60), "x": rng.normal(size=60), "g": np.repeat(np.arange(5), 12)})
    assert "only 5 clusters by g" in " ".join(gravity.ppml("y ~ x", frame, vcov={"CRV1": "g"}).notes)
    assert not gravity.ppml("y ~ x", frame).notes


def test_weights_are_a_column():
    frame = pd.DataFrame({"y": [1.0, 2.0, 4.0], "x": [0.0, 1.0, 1.0]})
    with pytest.raises(UsageError, match="not the name of a column"):
        gravity.ols("y ~ x", frame, weights=5)


def engine(formula, data, is_poisson, path=None, vcov=None):
    return estimate(
        Specification(is_poisson, parse(formula)[0], request(vcov or {"CRV1": "exporter^importer"}), None, None, "G",
                      "raise", Accuracy(), path), data,
    )  # fmt: skip


PANELS = {
    "three": "exporter^year + importer^year + exporter^importer",
    "two": "exporter^year + importer^year",
    "one": "exporter^importer",
    "pair and year": "exporter^importer + year",
    "symmetric pairs": "exporter^year + importer^year + low^high",
    "ready-made": "ey + iy + pair",
    "ready-made, symmetric": "ey + iy + both",
}


@pytest.fixture(scope="module")
def keyed(panel):
    low, high = np.minimum(panel.exporter, panel.importer), np.maximum(panel.exporter, panel.importer)
    return panel.assign(
        ey=panel.exporter * 10_000 + panel.year, iy="i" + (panel.importer * 10_000 + panel.year).astype(str),
        pair=panel.exporter * 100 + panel.importer, low=low, high=high, both=low * 100 + high,
    )  # fmt: skip


@pytest.mark.parametrize("is_poisson", [True, False])
@pytest.mark.parametrize("effects", PANELS)
def test_the_panel_path_agrees_with_the_general_one(keyed, is_poisson, effects):
    formula = f"trade ~ x2 + ln_distance:ai | {PANELS[effects]}"
    general = engine(formula, keyed, is_poisson, "rows")
    for path in ("plain",) if effects == "one" else ("plain", "dense"):  # sums by one effect need no tensor
        other = engine(formula, keyed, is_poisson, path)
        np.testing.assert_allclose(other.coef, general.coef, rtol=1e-9)
        np.testing.assert_allclose(other.se, general.se, rtol=1e-9)
        np.testing.assert_allclose(other.fitted, general.fitted, rtol=1e-7, atol=1e-9)
        assert other.effects == general.effects
        assert other.row_status.equals(general.row_status)


SECTORS = {
    "three": "exporter^year^sector + importer^year^sector + exporter^importer^sector",
    "pairs over sectors": "exporter^year^sector + importer^year^sector + exporter^importer",
}


@pytest.mark.parametrize("effects", SECTORS)
@pytest.mark.parametrize("is_poisson", [True, False])
def test_sectors_are_blocks_of_the_panel_path(panel, is_poisson, effects):
    g = np.random.default_rng(0)
    parts = [panel.assign(sector=k, x2=panel.x2 + g.normal(size=len(panel)),
                          trade=panel.trade * g.gamma(2, 0.5, len(panel))) for k in "abc"]  # fmt: skip
    d = pd.concat(parts, ignore_index=True).sample(frac=0.95, random_state=0)
    formula = f"trade ~ x2 | {SECTORS[effects]}"
    chosen, dense, rows = (engine(formula, d, is_poisson, path) for path in (None, "dense", "rows"))
    np.testing.assert_allclose(dense.coef, rows.coef, rtol=1e-9)
    np.testing.assert_allclose(dense.se, rows.se, rtol=1e-8)
    np.testing.assert_allclose(chosen.coef, rows.coef, rtol=1e-9)
    assert dense.row_status.equals(rows.row_status)


def test_the_path_is_chosen_by_itself(load_module):
    make = load_module("make_data").make_panel
    d = make(60, 5, 1).assign(ey=lambda f: f.exp * 10_000 + f.year, iy=lambda f: f.imp * 10_000 + f.year)
    for effects in ("exp^year + imp^year + exp^imp", "ey + iy + exp^imp", "exp^year + imp^year"):
        assert type(gravity.ppml(f"y ~ x1 + x2 | {effects}", d).kept.layout).__name__ == "Dense"
    sparse = d.sample(frac=0.15, random_state=0)
    assert type(gravity.ppml("y ~ x1 + x2 | exp + imp + year", sparse).kept.layout).__name__ == "Plain"
    assert type(gravity.ppml("y ~ x1 + x2 | exp + imp + year", d).kept.layout).__name__ == "Rows"


@pytest.mark.parametrize(
    "kind",
    [
        lambda s: s.astype(str), lambda s: s.astype("category"), lambda s: pd.to_datetime(s, unit="D"),
        lambda s: s.astype("Int32"), lambda s: s.astype(float), lambda s: s.astype("string"),
        lambda s: s.astype(object), lambda s: pd.to_timedelta(s, unit="D"), lambda s: s.astype(str).astype("category"),
    ],
    ids=["text", "categories", "dates", "nullable", "floats", "strings", "objects", "spans", "text categories"],
)  # fmt: skip
@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_identifiers_of_every_kind(panel, kind, estimator):
    run = getattr(gravity, estimator)
    plain = panel.assign(year=panel.year - 1990 if panel.year.min() > 1990 else panel.year)
    other = plain.assign(exporter=kind(plain.exporter), year=kind(plain.year), importer=plain.importer.astype(str))
    a, b = (run(f"trade ~ x1 + x2 | {THREE}", d, {"CRV1": "exporter^importer"}) for d in (plain, other))
    np.testing.assert_allclose(a.coef, b.coef, rtol=1e-12)
    np.testing.assert_allclose(a.se, b.se, rtol=1e-9)
    assert a.n_obs == b.n_obs


def test_a_missing_identifier_leaves_its_row_out(panel):
    d = panel.assign(exporter=panel.exporter.astype("Int64"), importer=panel.importer.astype(object))
    d.loc[d.index[0], "exporter"] = pd.NA
    d.loc[d.index[1], "importer"] = None
    fit = gravity.ppml(f"trade ~ x1 + x2 | {THREE}", d)
    assert fit.row_status.iloc[:2].tolist() == ["missing", "missing"]
    np.testing.assert_allclose(fit.coef, gravity.ppml(f"trade ~ x1 + x2 | {THREE}", panel.iloc[2:]).coef)


@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_several_left_sides(panel, estimator):
    d = panel.assign(other=panel.trade * np.exp(0.2 * panel.x1), third=panel.trade.where(panel.index % 3 > 0))
    run = getattr(gravity, estimator)
    fits = run(f"trade + other + third ~ x1 + x2 | {THREE}", d, {"CRV1": "exporter^importer"})
    assert [f.formula.split(" ~ ")[0] for f in fits] == ["trade", "other", "third"]
    for fit, left in zip(fits, ("trade", "other", "third"), strict=True):
        alone = run(f"{left} ~ x1 + x2 | {THREE}", d, {"CRV1": "exporter^importer"})
        np.testing.assert_allclose(fit.coef, alone.coef, rtol=1e-12)
        np.testing.assert_allclose(fit.se, alone.se, rtol=1e-12)
        assert fit.n_obs == alone.n_obs


def test_any_index_and_any_names(panel):
    odd = panel.rename(columns={"trade": "Trade value (US$)", "x2": "if", "exporter": "Exporter ISO", "year": "1"})
    odd.index = pd.MultiIndex.from_arrays([np.zeros(len(odd)), np.zeros(len(odd))])  # repeats itself
    fit = gravity.ppml(
        "`Trade value (US$)` ~ x1 + `if` | `Exporter ISO`^`1` + importer^`1` + `Exporter ISO`^importer", odd,
        {"CRV1": "`Exporter ISO`^importer"},
    )  # fmt: skip
    plain = gravity.ppml(f"trade ~ x1 + x2 | {THREE}", panel, {"CRV1": "exporter^importer"})
    np.testing.assert_allclose(fit.coef, plain.coef, rtol=1e-12)
    np.testing.assert_allclose(fit.se, plain.se, rtol=1e-9)
    assert list(fit.coef.index) == ["x1", "if"]
    assert fit.fitted.index.equals(odd.index[fit.sample])


TROUBLE = {
    "negative flows": (lambda d: d.assign(trade=d.trade.where(d.index != 7, -1.0)), {}, EstimationError, "negative.*7"),
    "infinite flows": (lambda d: d.assign(trade=d.trade.where(d.index != 7, np.inf)), {}, UsageError, "infinite.*7"),
    "infinite regressor": (lambda d: d.assign(x2=d.x2.where(d.index != 9, -np.inf)), {}, UsageError, "infinite.*9"),
    "text for a flow": (lambda d: d.assign(trade=d.trade.astype(str)), {}, UsageError, "'trade'.*not a number"),
    "nothing left": (lambda d: d.assign(x2=np.nan), {}, EstimationError, "no row is left"),
    "no rows": (lambda d: d.iloc[:0], {}, EstimationError, "no row"),
    "no flows": (lambda d: d.assign(trade=0.0), {}, EstimationError, "zero"),
    "one cluster": (lambda d: d.assign(k=1), {"vcov": {"CRV1": "k"}}, EstimationError, "1 cluster"),
    "unknown name": (lambda d: d.rename(columns={"x2": "x22"}), {}, UsageError, "'x2'.*x22"),
    "unknown effect": (lambda d: d.rename(columns={"importer": "importers"}), {}, UsageError, "'importer'.*importers"),
    "unknown cluster": (lambda d: d, {"vcov": {"CRV1": "pairs"}}, UsageError, "'pairs'"),
    "no table": (lambda d: d.to_dict(), {}, UsageError, "DataFrame"),
    "no step": (lambda d: d, {"max_iter": 0}, UsageError, "max_iter=0"),
    "half a step": (lambda d: d, {"max_iter": 2.5}, UsageError, "max_iter=2.5"),
    "no bound": (lambda d: d, {"tol": 0}, UsageError, "tol=0"),
    "text for a bound": (lambda d: d, {"tol": "a"}, UsageError, "tol='a'"),
    "lists for an effect": (lambda d: d.assign(exporter=[[k] for k in d.exporter]), {}, UsageError, "'exporter'.*[0]"),
    "too few steps": (lambda d: d, {"max_iter": 2}, ConvergenceError, "log-likelihood and gradient by step"),
}


@pytest.mark.parametrize("what", TROUBLE)
def test_trouble_is_an_error_with_a_remedy(panel, what):
    change, options, kind, message = TROUBLE[what]
    with pytest.raises(kind, match=f"(?s){message}") as caught:
        gravity.ppml(f"trade ~ x1 + x2 | {THREE}", change(panel.reset_index(drop=True)), **options)
    assert caught.value.remedy


def test_effects_that_say_the_same_twice_change_nothing():
    # elimination of one leaves of the other but rounding
    for seed in range(20):
        g = np.random.default_rng(seed)
        n = (60, 300)[seed % 2]
        d = pd.DataFrame({"a": g.integers(0, 6, n), "b": g.integers(0, 6, n), "x": g.normal(size=n),
                          "w": g.uniform(0.2, 3, n)})  # fmt: skip
        d["y"], d["again"] = np.exp(0.3 * d.x + g.normal(size=n)), d.a * 100 + d.b
        for run, options in ((gravity.ppml, {}), (gravity.ols, {"weights": "w", "ssc": "none"})):
            one, two = (run(f"y ~ x | {effects}", d, **options) for effects in ("a^b", "a^b + again"))
            np.testing.assert_allclose(two.coef, one.coef, rtol=1e-9)
            if run is gravity.ppml:
                np.testing.assert_allclose(two.se, one.se, rtol=1e-9)


def test_regressors_whose_variation_lies_in_the_smallest_flows():
    # flows over ten orders of magnitude: an answer has to be right, or there is none
    answered = 0
    for seed in range(8):
        g = np.random.default_rng(seed)
        e, i, t = (v.ravel() for v in np.meshgrid(range(7), range(8), range(5), indexing="ij"))
        x = g.normal(size=(2, e.size))
        x[0] = np.where(g.uniform(size=e.size) < 0.1, 16.0, 0.1 * x[0])
        effects = [e * 5 + t, i * 5 + t, e * 8 + i]
        mu = np.exp([0.9, -0.7] @ x + sum(g.normal(size=c.max() + 1)[c] for c in effects))
        y = mu * g.gamma(2, 0.5, e.size)
        d = pd.DataFrame({"y": y / y.mean(), "x": x[0], "z": x[1], "e": e, "i": i, "t": t})
        try:
            found = gravity.ppml("y ~ x + z | e^t + i^t + e^i", d).coef.to_numpy()
        except ConvergenceError:
            continue
        answered += 1
        np.testing.assert_allclose(found, dense_newton(d.y, x, effects), rtol=1e-6)
    assert answered > 3


def dense_newton(y, x, effects):
    """Slopes by iterated least squares with dummies, by an orthogonal factorisation, from the flows themselves."""
    dummies = np.hstack([np.eye(c.max() + 1)[c] for c in effects])
    u, s, _ = np.linalg.svd(dummies, full_matrices=False)
    columns, eta = np.hstack([x.T, u[:, s > 1e-10]]), np.log(y.to_numpy())
    for _ in range(100):
        mu = np.exp(eta)
        root = np.sqrt(mu)[:, None]
        b = np.linalg.lstsq(columns * root, (eta + (y - mu) / mu).to_numpy() * root[:, 0], rcond=None)[0]
        before, eta = eta, columns @ b
        if np.abs(eta - before).max() < 1e-10:
            break
    return b[:2]


@pytest.mark.parametrize("unit", [1e-12, 1e-6, 1e6, 1e12])
def test_the_unit_of_flows_changes_nothing(panel, unit):
    a = gravity.ppml(f"trade ~ x1 + x2 | {THREE}", panel, {"CRV1": "exporter^importer"})
    rescaled = panel.assign(trade=panel.trade * unit)
    b = gravity.ppml(f"trade ~ x1 + x2 | {THREE}", rescaled, {"CRV1": "exporter^importer"})
    np.testing.assert_allclose(b.coef, a.coef, rtol=1e-10)
    np.testing.assert_allclose(b.se, a.se, rtol=1e-8)
    np.testing.assert_allclose(b.fitted, a.fitted * unit, rtol=1e-8)
    assert b.row_status.equals(a.row_status)
    assert b.pseudo_r2 == pytest.approx(a.pseudo_r2, rel=1e-9)
