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


def test_refusals(panel):
    fit = gravity.ppml("trade ~ x1 + C(year)", panel)
    with pytest.raises(UsageError, match="categories of 'year'"):
        fit.predict(panel[panel.year == panel.year.min()])
    with pytest.raises(UsageError, match="x1"):
        fit.predict(panel.drop(columns="x1"))
    with pytest.raises(UsageError, match="no fixed effects"):
        fit.fixef()
