"""Recovered effects and predictions: sums, least norm, order, published border effects, other data."""

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import UsageError

THREE = "trade ~ x1 + x2 | exporter^year + importer^year + exporter^importer"


@pytest.fixture(params=["ppml", "ols"])
def fit(request, panel):
    formula = THREE if request.param == "ppml" else f"log({THREE.split(' ~ ')[0]}) ~ {THREE.split(' ~ ')[1]}"
    return getattr(gravity, request.param)(formula, panel[panel.trade > 0] if request.param == "ols" else panel)


def by_row(fit, panel):
    d = panel.loc[fit.fitted.index]
    keys = {n: d[list(c)] for n, c in fit.design.effects.items()}
    recovered = fit.fixef()
    return d, sum(recovered[n].reindex(pd.MultiIndex.from_frame(k)).to_numpy() for n, k in keys.items())


def test_effects_and_regressors_make_the_linear_predictor(fit, panel):
    d, total = by_row(fit, panel)
    eta = total + d.x1 * fit.coef["x1"] + d.x2 * fit.coef["x2"]
    np.testing.assert_allclose(eta, fit.predict(kind="link"), atol=1e-9)


def test_they_are_those_of_least_norm(fit, panel):
    d, total = by_row(fit, panel)
    dummies = [d.groupby(list(c)).ngroup().to_numpy() for c in fit.design.effects.values()]
    matrix = np.hstack([np.eye(c.max() + 1)[c] for c in dummies])
    least = np.linalg.lstsq(matrix, total, rcond=1e-12)[0]
    np.testing.assert_allclose(np.concatenate([s.to_numpy() for s in fit.fixef().values()]), least, atol=1e-9)
    assert [len(s) for s in fit.fixef().values()] == list(fit.effects.values())


def test_neither_order_matters(panel):
    a = gravity.ppml(THREE, panel).fixef()
    shuffled = panel.sample(frac=1, random_state=1)
    b = gravity.ppml("trade ~ x1 + x2 | exporter^importer + importer^year + exporter^year", shuffled).fixef()
    for name, effects in a.items():
        pd.testing.assert_series_equal(effects, b[name].reindex(effects.index), atol=1e-8, rtol=0)


def test_border_effects_as_published(trade_data):
    # Yotov et al. (2016), exercise 1.2, column 5: differences of the countries' own effects, here the extremes printed
    d = pd.read_csv(trade_data / "agtpa" / "agtpa_applications.csv.gz")
    d = d[d.year.isin(range(1986, 2007, 4))]
    own = d.exporter == d.importer
    d = d.assign(intra=np.where(own, d.exporter, "inter"))
    terms = []
    for year in range(1986, 2007, 4):
        d[f"d{year}"] = np.where((d.year == year) & ~own, np.log(d.dist), 0.0)
        terms.append(f"d{year}")
    formula = f"trade ~ {' + '.join(terms)} + cntg + lang + clny | exporter^year + importer^year"
    effects = gravity.ppml(formula + " + intra", d).fixef()["intra"]
    # the same differences as slopes of dummies: an estimation that recovers nothing
    some = ["USA", "DEU", "SGP"]
    dummies = pd.DataFrame({f"own_{c}": (d.intra == c).astype(float) for c in effects.index if c != "inter"})
    slopes = gravity.ppml(
        f"trade ~ {' + '.join(terms)} + cntg + lang + clny + {' + '.join(dummies)} | exporter^year + importer^year",
        pd.concat([d, dummies], axis=1),
    ).coef
    for c in some:
        assert effects[c] - effects["inter"] == pytest.approx(slopes[f"own_{c}"], abs=1e-6)


def test_predictions_for_the_same_data(fit, panel):
    d = panel.loc[fit.fitted.index]
    np.testing.assert_allclose(fit.predict(d), fit.fitted, rtol=1e-8)
    np.testing.assert_allclose(fit.predict(d, kind="link"), fit.predict(kind="link"), atol=1e-8)


def test_predictions_for_other_data(panel):
    fit = gravity.ppml("trade ~ x1 + log(ln_distance) | exporter + importer", panel, offset="x2")
    new = panel.iloc[[5, 9, 11]].assign(x1=1.0, x2=0.5)
    new.loc[new.index[1], "exporter"] = 999
    new.loc[new.index[2], "x1"] = np.nan
    found = fit.predict(new, kind="link")
    effects, row = fit.fixef(), new.iloc[0]
    expected = (
        effects["exporter"][row.exporter] + effects["importer"][row.importer] + fit.coef["x1"]
        + fit.coef["log(ln_distance)"] * np.log(row.ln_distance) + 0.5
    )  # fmt: skip
    assert found.iloc[0] == pytest.approx(expected, abs=1e-9)
    assert found.iloc[1:].isna().all()
    assert fit.predict(new).iloc[0] == pytest.approx(np.exp(expected), rel=1e-9)


@pytest.fixture
def groups():
    g = np.random.default_rng(4)
    n = 90
    d = pd.DataFrame({
        "x": g.normal(size=n), "z": g.normal(size=n), "c": g.choice(list("pqr"), n), "b": g.choice(list("uv"), n),
        "a": g.integers(0, 5, n), "my c": g.choice(list("kl"), n),
    })  # fmt: skip
    return d.assign(y=np.exp(0.3 * d.x) + g.uniform(size=n))


def same_where_known(fit, data, known):
    found = fit.predict(data)
    assert found.notna().tolist() == list(known)
    np.testing.assert_allclose(found[known], fit.fitted.reindex(data.index)[known], rtol=1e-8)


@pytest.mark.parametrize("term", ["C(c)", "i(c)", "C(c):C(b)", "C(c)*C(b)", "i(c, x) + C(c)"])
@pytest.mark.parametrize("gone", list("pqr"))
def test_a_category_without_a_row_in_the_sample_has_no_prediction(groups, term, gone):
    out = groups.c == gone
    zeros = gravity.ppml(f"y ~ x + {term}", groups.assign(y=groups.y.mask(out, 0)), on_absorbed="drop")
    same_where_known(zeros, groups, ~out)
    missing = gravity.ols(f"y ~ {term} | a", groups.assign(y=groups.y.mask(out)), on_absorbed="drop")
    same_where_known(missing, groups, ~out)


def test_a_combination_without_a_row_in_the_sample_has_no_prediction(groups):
    out = (groups.c == "p") & (groups.b == "u")
    for term in ("C(c):C(b)", "C(c)*C(b)"):
        same_where_known(gravity.ols(f"y ~ x + {term}", groups[~out], on_absorbed="drop"), groups, ~out)
    fit = gravity.ols("y ~ x + C(c) + C(b)", groups[~out])  # where each category has an effect of its own
    b = fit.coef
    expected = b["Intercept"] + b["x"] * groups.x[out]
    np.testing.assert_allclose(fit.predict(groups)[out], expected)


def test_a_slope_that_the_sample_does_not_tell(groups):
    flat = groups.assign(x=groups.x.mask(groups.c == "q", 0.0))
    fit = gravity.ols("y ~ C(c) + i(c, x)", flat)
    found = fit.predict(groups)
    assert found.isna().equals(groups.c == "q")
    assert fit.predict(flat).notna().all()


@pytest.mark.parametrize("formula", ["y ~ x + C(c)", "y ~ x + i(c, z) + C(`my c`) | a", "y ~ i(c):x", "y ~ x*C(c)"])
def test_other_data_are_coded_as_those_of_the_fit(groups, formula):
    fit = gravity.ols(formula.replace("i(c):x", "i(c, x)"), groups)
    every = np.ones(len(groups), dtype=bool)
    for c in "pqr":
        kept = groups.c != c
        same_where_known(fit, groups[kept], every[kept])
        same_where_known(fit, groups[~kept], every[~kept])
        same_where_known(fit, groups.assign(x=groups.x.mask(~kept)), kept)
        same_where_known(fit, groups.assign(c=groups.c.mask(~kept, "new")), kept)
        same_where_known(fit, groups.assign(c=groups.c.mask(~kept)), kept)
    same_where_known(fit, groups.assign(c=pd.Categorical(groups.c, categories=list("rsqp"))), every)


def test_categories_of_numbers_and_dates(groups):
    when = pd.to_datetime("2020-01-01") + pd.to_timedelta(groups.a, unit="D")
    for column in (groups.a, groups.a.astype("Int64"), groups.a.astype(float), when, groups.a > 2):
        data = groups.assign(k=column)
        for term in ("C(k)", "i(k)"):
            same_where_known(gravity.ols(f"y ~ x + {term}", data), data, np.ones(len(data), dtype=bool))


def test_categories_of_instrumented_regressors(groups):
    fit = gravity.ols("y ~ 0 + C(c) | x:C(b) ~ z:C(b)", groups)
    assert list(fit.coef.index)[:3] == ["C(c)[p]", "C(c)[q]", "C(c)[r]"]
    found = fit.predict(groups.drop(columns=["z", "y"]))
    np.testing.assert_allclose(found, fit.fitted)
    fit = gravity.ols("y ~ z | x ~ C(c)", groups)
    np.testing.assert_allclose(fit.predict(groups[["x", "z"]]), fit.fitted)


def test_no_row_to_predict(groups):
    for formula in ("y ~ x + C(c)", "y ~ x | a", "y ~ log(x)"):
        fit = gravity.ppml(formula, groups)
        for data in (groups.assign(x=np.nan), groups.assign(x=-1.0) if "log" in formula else groups.iloc[:0]):
            found = fit.predict(data, kind="link")
            assert found.index.equals(data.index)
            assert found.isna().all()
            assert found.dtype == float
            assert found.name == "link"


def test_effects_of_several_types(groups):
    mixed = groups.assign(m=[[1, "a", "10"][k % 3] for k in range(len(groups))])
    text = groups.assign(m=mixed.m.map(str))
    for effect in ("m", "m^c"):
        ours, theirs = (gravity.ols(f"y ~ x | {effect}", d) for d in (mixed, text))
        np.testing.assert_allclose(ours.fixef()[effect], theirs.fixef()[effect], atol=1e-9)
        np.testing.assert_allclose(ours.predict(mixed), ours.fitted)
    assert list(gravity.ols("y ~ x | m", mixed).fixef()["m"].index) == [1, "10", "a"]


def test_refusals(panel):
    fit = gravity.ppml("trade ~ x1 + C(year)", panel)
    with pytest.raises(UsageError, match="year"):
        fit.predict(panel.drop(columns="year"))
    with pytest.raises(UsageError, match="x1"):
        fit.predict(panel.drop(columns="x1"))
    with pytest.raises(UsageError, match="no fixed effects"):
        fit.fixef()
