"""The second stage: against dense dummies, its coverage in simulation, its refusals."""

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import AbsorbedRegressorError, EstimationError, UsageError

THREE = "trade ~ x1 + x2 | exporter^year + importer^year + exporter^importer"
TWO = "trade ~ x1 + x2 | exporter^year + importer^year"


def dense(fit, panel, side, variable, vcov):
    """Slope, variance by countries and with the first stage's noise, everything with dummies."""
    d = panel[fit.sample]
    keys = [d.groupby(list(c)).ngroup().to_numpy() for c in fit.design.effects.values()]
    dummies = np.hstack([np.eye(k.max() + 1)[k] for k in keys])
    first = list(fit.design.effects).index(f"{side}^year")
    at = sum(int(k.max()) + 1 for k in keys[:first])
    levels = int(keys[first].max()) + 1
    full = np.hstack([dummies, d[["x1", "x2"]].to_numpy()])
    fitted = fit.fitted.to_numpy()
    y = d.trade.to_numpy() if fit.is_poisson else np.log(d.trade.to_numpy())
    w, e = (fitted if fit.is_poisson else np.ones(len(d))), y - fitted
    inverse = np.linalg.pinv(full.T @ (full * w[:, None]), rcond=1e-12)
    scores = full * e[:, None]
    if vcov == "iid":
        meat = full.T @ (full * w[:, None]) * (1 if fit.is_poisson else e @ e / (len(e) - 1))
    else:
        labels = np.arange(len(d)) if vcov == "hetero" else d.groupby(["exporter", "importer"]).ngroup().to_numpy()
        sums = np.stack([np.bincount(labels, s) for s in scores.T])
        meat = sums @ sums.T
    v = (inverse @ meat @ inverse)[at : at + levels, at : at + levels]
    one = d.drop_duplicates([side, "year"]).sort_values([side, "year"])
    t = np.hstack([pd.get_dummies(one[c]).to_numpy(float) for c in (side, "year")])
    z = one[variable].to_numpy()
    z = z - t @ np.linalg.lstsq(t, z, rcond=None)[0]
    line = z / (z @ z)
    a = fit.fixef()[f"{side}^year"].to_numpy()
    slope = line @ a
    r = a - t @ np.linalg.lstsq(t, a, rcond=None)[0] - z * slope
    who = one[side].to_numpy()
    n = len(set(who))
    own = sum((line[who == c] @ r[who == c]) ** 2 for c in set(who)) * n / (n - 1)
    within = 0.0
    for c in set(who):  # noise that the residuals hold already: of one country's effects beside those of the two ways
        mine = np.where(who == c, line, 0.0)
        mine = mine - t @ np.linalg.lstsq(t, mine, rcond=None)[0]
        within += mine @ v @ mine
    return slope, own, own + line @ v @ line - within


@pytest.mark.parametrize("vcov", ["iid", "hetero", {"CRV1": "exporter^importer"}], ids=str)
@pytest.mark.parametrize(
    ("formula", "side", "variable"),
    [(THREE, "exporter", "ai"), (TWO, "importer", "ai_imp"), (f"log(trade) ~{THREE.split('~')[1]}", "exporter", "ai")],
)
def test_against_dummies(panel, vcov, formula, side, variable):
    logs = formula.startswith("log")
    d = panel[panel.trade > 0] if logs else panel
    fit = (gravity.ols if logs else gravity.ppml)(formula, d, vcov, ssc="none")
    found = gravity.second_stage(fit, variable, f"{side}^year")
    slope, own, total = dense(fit, d, side, variable, vcov)
    assert found.coef[variable] == pytest.approx(slope, rel=1e-7)
    assert found.se_without_first_stage[variable] ** 2 == pytest.approx(own, rel=1e-6)
    assert found.vcov_matrix.loc[variable, variable] == pytest.approx(total, rel=1e-5)
    assert found.n_obs == fit.effects[f"{side}^year"]


def test_a_table_of_its_own_gives_the_same(panel):
    fit = gravity.ppml(THREE, panel)
    table = panel.drop_duplicates(["exporter", "year"])[["exporter", "year", "ai"]].sample(frac=1, random_state=0)
    a, b = gravity.second_stage(fit, "ai"), gravity.second_stage(fit, "ai", data=table)
    pd.testing.assert_series_equal(a.coef, b.coef, rtol=1e-12)
    pd.testing.assert_series_equal(a.se, b.se, rtol=1e-9)
    codes = panel.assign(ey=panel.exporter * 10_000 + panel.year)
    other = gravity.ppml("trade ~ x1 + x2 | ey + importer^year + exporter^importer", codes)
    c = gravity.second_stage(other, "ai", "ey", country="exporter", year="year")
    np.testing.assert_allclose([c.coef["ai"], c.se["ai"]], [a.coef["ai"], a.se["ai"]], rtol=1e-8)


def test_a_country_of_one_year_counts_nothing(panel):
    first, last = panel.exporter.unique()[0], panel.year.max()
    d = panel[(panel.exporter != first) | (panel.year == last)]
    fit = gravity.ppml(TWO, d, {"CRV1": "exporter^importer"})
    found = gravity.second_stage(fit, "ai")
    table = d[d.exporter != first].drop_duplicates(["exporter", "year"])[["exporter", "year", "ai"]]
    without = gravity.second_stage(fit, "ai", data=table)
    assert found.n_obs == without.n_obs == fit.effects["exporter^year"] - 1
    np.testing.assert_allclose([found.coef["ai"], found.se["ai"]], [without.coef["ai"], without.se["ai"]], rtol=1e-8)


def simulate(seed, n=14, years=5, slope=0.5, noise=1.2):
    g = np.random.default_rng(seed)
    e, i, t = (v.ravel() for v in np.meshgrid(range(n), range(n), range(years), indexing="ij"))
    apart = e != i
    e, i, t = e[apart], i[apart], t[apart]
    ai = 0.4 * g.normal(size=(n, years)).cumsum(axis=1)
    x = g.normal(size=e.size) + 0.8 * ai[e, t]
    effects = slope * ai + g.normal(size=(n, 1))
    mu = np.exp(effects[e, t] + 0.5 * g.normal(size=(n, years))[i, t] + 0.5 * g.normal(size=(n, n))[e, i] + 0.4 * x)
    d = pd.DataFrame({"exporter": e, "importer": i, "year": t, "x": x, "ai": ai[e, t]})
    d["trade"] = mu * g.lognormal(-(noise**2) / 2, noise, e.size)
    fit = gravity.ppml(
        "trade ~ x | exporter^year + importer^year + exporter^importer", d, {"CRV1": "exporter^importer"}
    )
    found = gravity.second_stage(fit, "ai")
    return found.coef["ai"], found.se["ai"], found.se_without_first_stage["ai"]


def test_errors_are_as_large_as_the_estimates_scatter():
    b, se, without = np.array([simulate(seed) for seed in range(120)]).T
    assert abs(b.mean() - 0.5) < 3 * b.std() / np.sqrt(len(b))
    assert 0.8 < np.sqrt((se**2).mean()) / b.std() < 1.25
    assert (without < se).mean() > 0.5


def test_text(panel):
    found = gravity.second_stage(gravity.ppml(THREE, panel), "ai")
    text = found.summary()
    assert text == repr(found)
    assert text.splitlines()[-1].startswith("identified: ai: how exporter^year effects")
    assert "multilateral resistance" in text
    assert list(found.tidy().term) == ["ai"]


BACK = "trade ~ x1 + x2 | year^exporter + importer^year + exporter^importer"


@pytest.mark.parametrize("text", [False, True])
def test_the_column_year_is_the_year_wherever_it_stands(panel, text):
    d = panel.assign(exporter="c" + panel.exporter.astype(str)) if text else panel
    a = gravity.second_stage(gravity.ppml(THREE, d), "ai")
    fit = gravity.ppml(BACK, d)
    keywords = ({}, {"country": "exporter"}, {"year": "year"}, {"country": "exporter", "year": "year"})
    capital = gravity.ppml(BACK.replace("year", "Year"), d.rename(columns={"year": "Year"}))
    found = [gravity.second_stage(fit, "ai", "year^exporter", **k) for k in keywords]
    for b in (*found, gravity.second_stage(capital, "ai", "Year^exporter")):
        np.testing.assert_allclose([b.coef["ai"], b.se["ai"]], [a.coef["ai"], a.se["ai"]], rtol=1e-7)
        assert b.n_countries == a.n_countries == panel.exporter.nunique()


def test_country_and_year_that_are_evidently_swapped(panel):
    names = "c" + panel.exporter.astype(str)
    formula = BACK.replace("year", "t").replace("exporter", "e")
    columns = {"year": "t", "exporter": "e"}
    for exporter in (names, names.astype("category")):
        for year in (panel.year, pd.to_datetime(panel.year.astype(str), format="%Y"), panel.year.astype("category")):
            d = panel.assign(exporter=exporter, year=year).rename(columns=columns)
            fit = gravity.ppml(formula, d)
            with pytest.raises(
                UsageError, match=r"'t' would be the country and 'e' the year.*\n.*country='e', year='t'"
            ):
                gravity.second_stage(fit, "ai", "t^e")
            assert gravity.second_stage(fit, "ai", "t^e", country="e").n_countries == panel.exporter.nunique()
    # years as text beside countries as numbers, and what is asked for by name
    d = panel.assign(year=panel.year.astype(str)).rename(columns=columns)
    fit = gravity.ppml(formula.replace("t^e", "e^t"), d)
    assert gravity.second_stage(fit, "ai", "e^t").n_countries == panel.exporter.nunique()
    d = panel.assign(year="y" + panel.year.astype(str)).rename(columns=columns)
    fit = gravity.ppml(formula.replace("t^e", "e^t"), d)
    found = gravity.second_stage(fit, "ai", "e^t", country="e", year="t")
    assert found.n_countries == panel.exporter.nunique()


def test_refusals(panel):
    fit = gravity.ppml(THREE, panel)
    for wrong in (None, [fit], "fit"):
        with pytest.raises(UsageError, match="is no fit"):
            gravity.second_stage(wrong, "ai")
    with pytest.raises(UsageError, match="data is a list"):
        gravity.second_stage(fit, "ai", data=[1])
    with pytest.raises(UsageError, match="no effect None"):
        gravity.second_stage(fit, "ai", None)
    with pytest.raises(UsageError, match="both country and year"):
        gravity.second_stage(fit, "ai", country="year", year="year")
    with pytest.raises(UsageError, match=r"no effect 'exporter'.*\n?.*exporter\^year"):
        gravity.second_stage(fit, "ai", "exporter")
    with pytest.raises(UsageError, match="'x2' varies within exporter"):
        gravity.second_stage(fit, "x2")
    with pytest.raises(UsageError, match="'nothing'"):
        gravity.second_stage(fit, "nothing")
    with pytest.raises(UsageError, match="which column is the country"):
        gravity.second_stage(gravity.ppml("trade ~ x1 | pair", panel.assign(pair=panel.exporter)), "ai", "pair")
    with pytest.raises(AbsorbedRegressorError, match="world"):
        gravity.second_stage(fit, "world", data=panel.drop_duplicates(["exporter", "year"]).assign(world=panel.year))
    table = panel[["exporter", "year", "ai"]]
    with pytest.raises(UsageError, match="stands twice in data"):
        gravity.second_stage(fit, "ai", data=table)
    two = panel[panel.exporter.isin(sorted(panel.exporter.unique())[:2])]
    with pytest.raises(EstimationError, match="only 2 countries"):
        gravity.second_stage(gravity.ppml("trade ~ x2 | exporter^year + importer", two), "ai")
