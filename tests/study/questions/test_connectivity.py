"""The study of hard and soft connectivity: against pyfixest, what it refuses, what its page says."""

import json
import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from indexer import gravity
from indexer.errors import UsageError
from indexer.study.questions import connectivity as question
from indexer.study.questions import connectivity_ai as ai
from indexer.study.questions import connectivity_effects as effects
from indexer.study.questions.connectivity_effects import CHINA, MAIN, PAIRS

PAGE = Path(__file__).parents[3] / "docs" / "study-connectivity.md"
FORMULAS = {
    CHINA: "trade ~ ships + broadband + depth + log(gdp_partner) | partner + year",
    PAIRS: "trade ~ ships + broadband + depth | exporter^year + importer^year + exporter^importer",
}


@pytest.fixture(scope="module")
def study():
    return question.study(draws=0, simulations=0)


@pytest.fixture(scope="module")
def rows():
    from indexer.study.frames import Facts
    from indexer.study.options import Options

    return question.samples(Facts.shipped(), ai.index_without(Options()))


@pytest.fixture(scope="module")
def found(study):
    return study["effects"].set_index(["flows", "window", "design", "variable"]).sort_index()


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
def test_coefficients_and_errors_are_those_of_pyfixest(found, peer, spec):
    fit, mine = peer[spec.flows], found.loc[(spec.sample, spec.label, "within")]
    for name in spec.variables:
        assert mine.loc[name, "estimate"] == pytest.approx(float(fit.coef()[name]), abs=1e-6)
        assert mine.loc[name, "se"] == pytest.approx(float(fit.se()[name]), rel=1e-3)
    assert set(mine.loc[list(spec.variables), "n"]) == {fit._N}


@pytest.mark.parametrize("spec", MAIN, ids=lambda spec: spec.flows)
def test_hard_equals_soft_is_the_wald_test_on_the_sums(study, peer, spec):
    fit = peer[spec.flows]
    names = list(fit.coef().index)
    r = np.array([{"ships": 1.0, "broadband": 1.0, "depth": -1.0}.get(name, 0.0) for name in names])
    gap, variance = r @ fit.coef().to_numpy(), r @ fit._vcov @ r
    mine = study["tests"].set_index(["flows", "window", "design"]).sort_index().loc[(spec.sample, spec.label, "within")]
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


def test_what_cannot_be_carried_is_a_row_with_its_reason(study):
    frame = study["effects"]
    lost = frame[frame["estimate"].isna()].set_index(["flows", "window", "design", "variable"])["note"]
    assert "absorbed" in lost[("China, total", "2020–2024", "within", "openness")]
    assert "zero in every row" in lost[("China, total", "2014–2019", "within", "depth")]
    assert "exporter^year" in lost[("all pairs", "2014–2022", "within", "broadband of exporter")]
    assert "collinear" in lost[("all pairs", "2014–2022", "within", "gap beside minimum")]
    assert (lost != "").all()


def test_ships_to_come_stand_beside_those_of_the_year(found, rows):
    spec = MAIN[1]
    frame = rows[PAIRS].dropna(subset=["ships", "ships_later", "trade", "distance"])
    frame = frame[frame["year"].between(spec.first, spec.last)]
    fit = gravity.ppml("trade ~ ships + ships_later | exporter^year + importer^year + exporter^importer", frame)
    mine = found.loc[(spec.sample, spec.label, "within", "ships 2 years later"), "estimate"]
    assert mine == pytest.approx(fit.coef["ships_later"] * frame["ships_later"].std(), rel=1e-6)


def test_the_index_beside_connectivity_holds_none_of_it(study):
    from indexer.study.options import Options

    index = ai.index_without(Options())
    assert not ai.ITSELF & set(index.plan.indicators)
    assert not index.has_trade_outcome
    assert study["ai"]["estimate"].notna().all()


def test_products_are_those_of_a_plain_equation(study, rows):
    frame = ai.blocks(rows[PAIRS], PAIRS)
    fit = gravity.ppml(
        "trade ~ hard + soft + ai_exporter:hard + ai_exporter:soft | exporter^year + importer^year + exporter^importer",
        frame, vcov={"CRV1": "pair"},
    )  # fmt: skip
    mine = study["ai"].set_index("equation").loc["all pairs, within: ai_exporter × soft", "estimate"]
    assert mine == pytest.approx(10 * fit.coef["ai_exporter:soft"], rel=1e-6)


def test_holm_is_that_of_statsmodels():
    multipletests = pytest.importorskip("statsmodels.stats.multitest").multipletests
    p = pd.Series([0.2, 0.001, 0.04, 0.03, 0.9])
    np.testing.assert_allclose(question.holm(p), multipletests(p, method="holm")[1])


def test_an_unknown_option_is_refused():
    with pytest.raises(UsageError, match="no option 'partner'"):
        question.study(partner="VNM")


def test_an_instrument_replaces_the_products():
    from indexer.study.frames import Facts

    series = Facts.shipped().series("mean_years_schooling").rename("schooling").reset_index()
    made = question.study(draws=0, simulations=0, instrument=series)
    assert set(made["instrument"]["equation"]) == {
        "China, total, between: ai_partner",
        "China, total, within: ai_partner",
    }


def test_the_sentence_says_what_the_tables_say_and_what_they_do_not(study):
    first = study["effects"].iloc[0]
    assert f"ships {first['estimate']:+.2f} [{first['low']:+.2f}" in study.sentence
    assert "What it does not show" in study.sentence
    assert not re.search(r"\bnan\b", study.text())


def marks(part):
    """Return every distinct row with an interval in a chart."""
    if isinstance(part, dict):
        own = {json.dumps(part, sort_keys=True)} if isinstance(part.get("conf_low"), float) else set()
        return own.union(*(marks(one) for one in part.values()))
    return set().union(*(marks(one) for one in part)) if isinstance(part, list) else set()


def test_the_picture_is_drawn_of_the_main_equations(study):
    pytest.importorskip("altair")
    drawn = marks(study.figures[0].draw().to_dict())
    assert len(drawn) == 24  # two kinds of flows, two designs, three variables, alone and together


def test_numbers_of_the_page_are_those_of_the_study(study):
    text = PAGE.read_text(encoding="utf-8")
    assert study.sentence in text.replace("\n", " ")
    for name in ("effects", "tests", "claims", "totals"):
        table = next(one for one in study.tables if one.name == name)
        for line in table.markdown().splitlines():
            if line.startswith("| "):
                assert re.sub(r"\s+", " ", line) in text, (name, line)
