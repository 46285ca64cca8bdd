"""Refits: what estimating anew gives, and what may not be taken over."""

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import AbsorbedRegressorError, UsageError
from indexer.gravity import refit as module

THREE = "trade ~ x1 + x2 | exporter^year + importer^year + exporter^importer"
PAIR = {"CRV1": "exporter^importer"}


def same(a, b):
    np.testing.assert_allclose(a.coef[b.coef.index], b.coef, rtol=1e-8)
    np.testing.assert_allclose(a.se[b.se.index], b.se, rtol=1e-6)
    assert a.n_obs == b.n_obs
    assert a.identified.replace(" ", "") == b.identified.replace(" ", "")
    pd.testing.assert_series_equal(a.row_status, b.row_status)


@pytest.fixture
def anew(monkeypatch):
    """Counts how often a refit estimates from the beginning."""
    calls = []
    original = module.estimate
    monkeypatch.setattr(module, "estimate", lambda *a: calls.append(1) or original(*a))
    return calls


@pytest.mark.parametrize("estimator", ["ppml", "ols"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_new_values(panel, anew, estimator, weights):
    g = np.random.default_rng(1)
    d = panel.assign(w=g.uniform(0.5, 2, len(panel)))
    run = getattr(gravity, estimator)
    fit = run(THREE, d, PAIR, weights=weights)
    for new in (d.x2 + 0.2 * g.normal(size=len(d)), g.normal(size=len(d)), 1e6 * d.x2, -d.x2 + 3):
        same(fit.refit({"x2": new.to_numpy() if isinstance(new, pd.Series) else new}),
             run(THREE, d.assign(x2=np.asarray(new)), PAIR, weights=weights))  # fmt: skip
    assert not anew


def test_other_regressors(panel, anew):
    g = np.random.default_rng(2)
    q = g.normal(size=len(panel))
    fit = gravity.ppml(THREE, panel, PAIR)
    for formula in (THREE.replace("x2", "x2 + q"), THREE.replace("x2", "q"), THREE.replace("x1 + x2", "x2"),
                    THREE.replace("x1 + x2", "q:x1 + x2 + x1"), THREE.replace("x2", "exp(q)")):  # fmt: skip
        same(fit.refit({"q": q} if "q" in formula else {}, formula), gravity.ppml(formula, panel.assign(q=q), PAIR))
    assert not anew


def test_a_refit_can_be_refitted(panel):
    g = np.random.default_rng(3)
    fit = gravity.ppml(THREE, panel, PAIR)
    for _ in range(3):
        new = panel.x2 + 0.3 * g.normal(size=len(panel))
        fit = fit.refit({"x2": new})
        same(fit, gravity.ppml(THREE, panel.assign(x2=new), PAIR))


def test_starts_from_the_last_effects(panel):
    fit = gravity.ppml(THREE, panel, PAIR)
    again = fit.refit({"x2": panel.x2 * (1 + 1e-6)})
    assert again.n_iter < fit.n_iter


def test_series_are_matched_by_label(panel):
    d = panel.sample(frac=1, random_state=0)
    fit = gravity.ppml(THREE, d, PAIR)
    new = panel.x2 * 1.5 + 0.1 * panel.ai_imp * panel.x2
    assert new.index.tolist() != d.index.tolist()
    same(fit.refit({"x2": new}), gravity.ppml(THREE, d.assign(x2=new), PAIR))
    same(fit.refit(pd.DataFrame({"x2": new})), fit.refit({"x2": new}))


def test_missing_values_are_a_new_sample(panel, anew):
    fit = gravity.ppml(THREE, panel, PAIR)
    new = panel.x2.copy()
    new.iloc[::7] = np.nan
    same(fit.refit({"x2": new}), gravity.ppml(THREE, panel.assign(x2=new), PAIR))
    back = gravity.ppml(THREE, panel.assign(x2=new), PAIR).refit({"x2": panel.x2})
    same(back, gravity.ppml(THREE, panel, PAIR))
    assert len(anew) == 2


def test_a_regressor_that_separates_rows_is_a_new_sample(panel, anew):
    # one on a few rows without trade: PPML sends its slope to minus infinity, and the rows must go
    fit = gravity.ppml(THREE, panel, PAIR)
    zeros = panel.index[(panel.trade == 0) & (fit.row_status == "used")][:3]
    d = panel.assign(only=panel.index.isin(zeros).astype(float))
    formula = THREE.replace("x2", "x2 + only")
    found = fit.refit({"only": d.only}, formula) if not _raises(formula, d) else None
    assert found is None
    kept = gravity.ppml(formula, d, PAIR, on_absorbed="drop")
    again = gravity.ppml(THREE, panel, PAIR, on_absorbed="drop").refit({"only": d.only}, formula)
    same(again, kept)
    assert (again.row_status[zeros] == "separated").all()
    assert anew


def _raises(formula, d):
    try:
        gravity.ppml(formula, d, PAIR)
    except AbsorbedRegressorError:
        return True
    return False


def test_changed_clusters_weights_or_left_sides_are_a_new_estimation(panel, anew):
    d = panel.assign(w=1.0, k=panel.exporter)
    fit = gravity.ppml(THREE, d, {"CRV1": "k"}, weights="w")
    w = np.where(d.year > d.year.min(), 1.0, 2.0)
    same(fit.refit({"w": w}), gravity.ppml(THREE, d.assign(w=w), {"CRV1": "k"}, weights="w"))
    same(fit.refit({"k": d.importer}), gravity.ppml(THREE, d.assign(k=d.importer), {"CRV1": "k"}, weights="w"))
    same(
        fit.refit({"trade": d.trade * 2}), gravity.ppml(THREE, d.assign(trade=d.trade * 2), {"CRV1": "k"}, weights="w")
    )
    assert len(anew) == 3


@pytest.mark.parametrize("estimator", ["ppml", "ols"])
def test_absorbed_regressors_are_refused_here_too(panel, estimator):
    fit = getattr(gravity, estimator)(THREE, panel, PAIR)
    with pytest.raises(AbsorbedRegressorError, match=r"exporter\^year"):
        fit.refit({"x2": panel.ai})
    with pytest.raises(AbsorbedRegressorError):
        fit.refit({"x2": 2 * panel.x1 - 1})


def test_dropped_regressors_come_back(panel):
    fit = gravity.ppml(THREE.replace("x2", "x2 + ai"), panel, PAIR, on_absorbed="drop")
    assert "ai" not in fit.coef
    new = panel.ai * panel.x2
    same(fit.refit({"ai": new}), gravity.ppml(THREE.replace("x2", "x2 + ai"), panel.assign(ai=new), PAIR))


def test_intercepts(panel):
    g = np.random.default_rng(4)
    fit = gravity.ppml("trade ~ x1 + log(ln_distance)", panel)
    new = panel.ln_distance * g.uniform(0.5, 1.5, len(panel))
    same(fit.refit({"ln_distance": new}), gravity.ppml("trade ~ x1 + log(ln_distance)", panel.assign(ln_distance=new)))


def test_refusals(panel):
    fit = gravity.ppml(THREE, panel, PAIR)
    with pytest.raises(UsageError, match="has shape"):
        fit.refit({"x2": [1.0, 2.0]})
    with pytest.raises(UsageError, match="labels of 'x2'"):
        fit.refit({"x2": pd.Series(np.ones(len(panel)), index=np.arange(len(panel)) + 5)})
    with pytest.raises(UsageError, match="another left side or other effects"):
        fit.refit({}, "trade ~ x1 | exporter^year")
    with pytest.raises(UsageError, match="another left side"):
        fit.refit({}, THREE.replace("trade ~", "x2 ~"))


@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_another_function_of_a_column_has_another_sample(panel, anew, estimator):
    run = getattr(gravity, estimator)
    d = panel.assign(v=panel.x2 - panel.x2.quantile(0.02))  # some logs do not exist
    fit = run("trade ~ x1 + log(v) | exporter^year", d, PAIR)
    again = fit.refit({}, "trade ~ x1 + v | exporter^year")
    same(again, run("trade ~ x1 + v | exporter^year", d, PAIR))
    assert again.n_obs > fit.n_obs
    assert len(anew) == 1
    both = fit.refit({"q": d.x1 * d.x2}, "trade ~ q + log(v) | exporter^year")
    same(both, run("trade ~ q + log(v) | exporter^year", d.assign(q=d.x1 * d.x2), PAIR))
    assert len(anew) == 1  # what the rows were left out for is there still


def test_columns_in_no_mapping_are_refused(panel):
    with pytest.raises(UsageError, match="the new columns are a int"):
        gravity.ppml(THREE, panel).refit(3)


def test_a_misspelt_column_does_not_vanish(panel):
    fit = gravity.ppml(THREE, panel)
    with pytest.raises(UsageError, match=r"(?s)'x22'.*did you mean 'x2'"):
        fit.refit({"x22": panel.x2})
    with pytest.raises(UsageError, match="'ai'"):  # in the data, but not in the model
        fit.refit({"ai": panel.ai})
    same(fit.refit(formula=THREE.replace("x1 + x2", "x2")), gravity.ppml(THREE.replace("x1 + x2", "x2"), panel))


def test_an_array_that_is_written_to_again_is_another_draw(panel):
    g = np.random.default_rng(6)
    fit = gravity.ppml(THREE, panel, PAIR)
    draw = panel.x2.to_numpy() + 0.1 * g.normal(size=len(panel))
    first, kept = fit.refit({"x2": draw}), draw.copy()
    draw += g.normal(size=len(panel))
    second = fit.refit({"x2": draw})
    same(first.refit(), gravity.ppml(THREE, panel.assign(x2=kept), PAIR))
    same(second, gravity.ppml(THREE, panel.assign(x2=draw), PAIR))
    np.testing.assert_array_equal(first.data.x2, kept)
    np.testing.assert_array_equal(first.refit({"x1": draw}).data.x2, kept)


def test_most_refits_start_from_the_optimum_itself(panel, monkeypatch):
    from indexer.gravity import problem

    found = []
    original = problem.poisson_nearby
    monkeypatch.setattr(problem, "poisson_nearby", lambda *a: found.append(original(*a)) or found[-1])
    g = np.random.default_rng(7)
    fit = gravity.ppml(THREE, panel, PAIR)
    new = panel.x2 + 0.3 * g.normal(size=len(panel))
    same(fit.refit({"x2": new}), gravity.ppml(THREE, panel.assign(x2=new), PAIR))
    hopeless = np.log(panel.trade + 1e-3)  # explains what nothing did before: too far for it
    same(fit.refit({"x2": hopeless}), gravity.ppml(THREE, panel.assign(x2=hopeless), PAIR))
    assert found[0] is not None
    assert found[1] is None


@pytest.mark.parametrize("estimator", ["ppml", "ols"])
def test_what_was_done_with_the_fit_in_between_does_not_matter(panel, estimator):
    run = getattr(gravity, estimator)
    fit = run(THREE, panel, PAIR)
    fit.reset()
    fit.bootstrap("x1", draws=19)
    new = panel.x2 + 0.1 * np.random.default_rng(8).normal(size=len(panel))
    again = fit.refit({"x2": new})
    same(again, run(THREE, panel.assign(x2=new), PAIR))
    again.reset()
    same(again.refit({"x1": -(new**2)}), run(THREE, panel.assign(x2=new, x1=-(new**2)), PAIR))


def with_more(panel):
    g = np.random.default_rng(9)
    return panel.assign(
        kind=g.integers(0, 3, len(panel)), z=panel.x2 + g.normal(size=len(panel)), pos=g.uniform(1, 3, len(panel)),
        y=np.log(panel.trade + 1),
    )  # fmt: skip


@pytest.mark.parametrize(("estimator", "first", "then"), [
    ("ppml", "trade ~ i(kind) + x1 + x2 | exporter^year", "trade ~ x1 + x2 | exporter^year"),
    ("ppml", "trade ~ C(kind) + x1 + x2", "trade ~ x2 + x1"), ("ols", "y ~ C(kind) + x1 + x2", "y ~ x2 + x1"),
    ("ppml", "trade ~ x1 + x2", "trade ~ 0 + x1 + x2"), ("ols", "y ~ x1 + x2", "y ~ 0 + x1 + x2"),
    ("ols", "y ~ 0 + x1 + x2", "y ~ x1 + x2"),
    ("ols", "y ~ x1 | exporter^year | x2 ~ z", "y ~ x1 | exporter^year"),
])  # fmt: skip
def test_another_kind_of_formula_is_a_new_estimation(panel, anew, estimator, first, then):
    run, d = getattr(gravity, estimator), with_more(panel)
    same(run(first, d, PAIR).refit({}, then), run(then, d, PAIR))
    assert anew


def test_a_column_named_like_a_function_is_not_the_function(panel):
    d = with_more(panel)
    w = np.random.default_rng(10).normal(size=len(d))
    formula = THREE.replace("x1 + x2", "`log(pos)`:x1 + log(pos)")
    again = gravity.ppml(THREE.replace("x1 + x2", "x1"), d, PAIR).refit({"log(pos)": w}, formula)
    same(again, gravity.ppml(formula, d.assign(**{"log(pos)": w}), PAIR))


def test_a_refit_keeps_the_data_it_was_made_with(panel):
    d = panel.copy()
    fit = gravity.ppml(THREE, d, PAIR)
    again = fit.refit({"x2": panel.x2 * 2 + panel.ai_imp * panel.x1})
    d["x1"] = 0.0
    np.testing.assert_array_equal(again.data.x1, panel.x1)
    assert fit.data is d


def test_names_given_to_one_table_stay_with_it(panel):
    fit = gravity.ppml(THREE, panel, PAIR)
    again = fit.refit({"x2": panel.x2 + panel.x1**2})
    fit.coef.index.name = "term"
    assert again.coef.index.name is None
    assert again.vcov_matrix.columns.name is None
    assert gravity.ppml(THREE, panel, PAIR).se.index.name is None


@pytest.mark.parametrize("tol", [1e-3, 1e-6])
def test_a_loose_tolerance_takes_the_same_way(panel, monkeypatch, tol):
    from indexer.gravity import problem

    found = []
    original = problem.poisson_nearby
    monkeypatch.setattr(problem, "poisson_nearby", lambda *a: found.append(original(*a)) or found[-1])
    new = panel.x2 + 0.1 * np.random.default_rng(11).normal(size=len(panel))
    same(gravity.ppml(THREE, panel, PAIR, tol=tol).refit({"x2": new}), gravity.ppml(THREE, panel.assign(x2=new), PAIR))
    assert found[0] is not None
