"""Equations of hard and soft connectivity against pyfixest and plain linear algebra."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from indexer import gravity
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.connectivity import ai, effects, question
from indexer.study.questions.connectivity.effects import CHINA, MAIN, PAIRS

FORMULAS = {
    CHINA: "trade ~ ships + broadband + depth + log(gdp_partner) | partner + year",
    PAIRS: "trade ~ ships + broadband + depth | exporter^year + importer^year + exporter^importer",
}


@pytest.fixture(scope="module")
def rows():
    return question.samples(Facts.shipped(), ai.index_without(Options()))


@pytest.fixture(scope="module")
def sides(rows):
    return {spec.flows: effects.estimate(spec, "within", rows[spec.flows]) for spec in MAIN}


@pytest.fixture(scope="module")
def peer(rows):
    pf = pytest.importorskip("pyfixest")
    out = {}
    for spec in MAIN:
        frame = effects.standardised(rows[spec.flows], spec)
        frame["trade"] /= frame["trade"].mean()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out[spec.flows] = pf.fepois(
                FORMULAS[spec.flows], frame, vcov={"CRV1": effects.CLUSTER[spec.flows]},
                ssc=pf.ssc(k_adj=True, k_fixef="nonnested"), iwls_tol=1e-12,
            )  # fmt: skip
    return out


@pytest.mark.parametrize("spec", MAIN, ids=lambda spec: spec.flows)
def test_coefficients_and_errors_are_those_of_pyfixest(sides, peer, spec):
    fit, mine = peer[spec.flows], sides[spec.flows].together
    for name in spec.variables:
        assert mine[name].numbers["estimate"] == pytest.approx(float(fit.coef()[name]), abs=1e-6)
        assert mine[name].numbers["se"] == pytest.approx(float(fit.se()[name]), rel=1e-3)
        assert mine[name].numbers["n"] == fit._N


@pytest.mark.parametrize("spec", MAIN, ids=lambda spec: spec.flows)
def test_hard_equals_soft_is_the_wald_test_on_the_sums(sides, peer, spec):
    fit = peer[spec.flows]
    names = list(fit.coef().index)
    r = np.array([{"ships": 1.0, "broadband": 1.0, "depth": -1.0}.get(name, 0.0) for name in names])
    gap, variance = r @ fit.coef().to_numpy(), r @ fit._vcov @ r
    mine = effects.tests(sides[spec.flows])
    assert mine["gap"] == pytest.approx(gap, abs=1e-6)
    assert mine["gap_se"] == pytest.approx(np.sqrt(variance), rel=1e-3)
    assert mine["p_equal"] == pytest.approx(
        2 * stats.t.sf(abs(gap) / np.sqrt(variance), mine["clusters"] - 1), rel=1e-2
    )
    assert mine["gap"] == pytest.approx(mine["hard"] - mine["soft"])


def test_variables_are_standardised_on_the_rows_of_their_equation(rows):
    frame = effects.standardised(rows[CHINA], MAIN[0])
    np.testing.assert_allclose(frame[["ships", "broadband", "depth"]].std(), 1)
    assert set(frame["flow"]) == {"total"}
    assert frame["partner"].nunique() == 9


def test_alone_and_together_stand_on_the_same_rows(rows):
    side = effects.estimate(MAIN[1], "within", rows[PAIRS])
    assert {one.fit.n_obs for one in (*side.alone.values(), *side.together.values())} == {side.fit.n_obs}


def test_a_minimum_beside_structural_effects_is_minus_half_the_gap(rows):
    frame = rows[PAIRS].dropna(subset=["broadband"])
    formula = "trade ~ {} | exporter^year + importer^year + exporter^importer"
    low, gap = (gravity.ppml(formula.format(x), frame).coef.iloc[0] for x in ("broadband", "broadband_gap"))
    assert low == pytest.approx(-2 * gap, rel=1e-6)


def test_what_is_left_of_a_variable_is_its_weighted_residual_on_dummies(rows):
    side = effects.estimate(MAIN[0], "within", rows[CHINA])
    share, top, part = effects.left(side, "depth")
    frame = side.frame.loc[side.fit.sample]
    dummies = pd.concat([pd.get_dummies(frame[name].astype(str), dtype=float) for name in ("partner", "year")], axis=1)
    others = np.column_stack([frame["ships"], frame["broadband"], np.log(frame["gdp_partner"]), dummies])
    weight, x = np.sqrt(side.fit.fitted.to_numpy()), frame["depth"].to_numpy()
    rest = (x - others @ np.linalg.lstsq(others * weight[:, None], x * weight, rcond=None)[0]) * weight
    centred = (x - np.average(x, weights=weight**2)) * weight
    assert share == pytest.approx(np.sqrt((rest @ rest) / (centred @ centred)), rel=1e-6)
    by = pd.Series(rest**2).groupby(frame["partner"].to_numpy()).sum() / (rest @ rest)
    assert (top, part) == (by.idxmax(), pytest.approx(by.max(), rel=1e-6))
