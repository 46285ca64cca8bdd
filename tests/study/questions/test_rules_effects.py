"""Estimates of the study of digital trade rules against pyfixest, and what the facts cannot carry."""

import warnings

import pytest

from indexer import gravity
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions import rules_effects
from indexer.study.questions.rules_samples import Pairs


@pytest.fixture(scope="module")
def pairs():
    return Pairs(Facts.shipped())


@pytest.fixture(scope="module")
def found(pairs):
    return rules_effects.effects(pairs, Options())


@pytest.fixture(scope="module")
def effects(found):
    return rules_effects.effects_table(found, 1).frame.set_index(["flows", "rules"])


def test_the_effect_of_depth_is_that_of_pyfixest(effects, pairs):
    pf = pytest.importorskip("pyfixest")
    flows = pairs.flows()
    flows = flows[flows["year"].between(2014, 2022)]
    flows["trade"] = flows["trade"] / flows["trade"].mean()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = pf.fepois(
            "trade ~ rules_depth | exporter^year + importer^year + exporter^importer", flows, vcov={"CRV1": "pair"},
            ssc=pf.ssc(k_adj=True, k_fixef="nonnested"), iwls_tol=1e-12,
        )  # fmt: skip
    found = effects.loc[("all pairs", "depth")]
    assert found["estimate"] * 10 == pytest.approx(float(fit.coef()["rules_depth"]), abs=1e-6)
    assert found["se"] * 10 == pytest.approx(float(fit.se()["rules_depth"]), rel=1e-3)
    assert found["n"] == fit._N


def test_the_placebo_stands_beside_the_depth_of_the_year(effects, pairs):
    frame = pairs.flows(2)
    frame = frame[frame["year"].between(2014, 2022)]
    fit = gravity.ppml(
        "trade ~ rules_depth + depth_ahead | exporter^year + importer^year + exporter^importer", frame,
        vcov={"CRV1": "pair"},
    )  # fmt: skip
    placebo = effects.loc[("all pairs", "depth 2 years later (placebo)"), "estimate"]
    assert placebo == pytest.approx(0.1 * fit.coef["depth_ahead"], abs=1e-9)


def test_shares_of_information_sum_to_one_and_one_pair_carries_half(found):
    shares = rules_effects.identification(rules_effects.shares(found["depth"])).frame
    assert shares.loc[shares["by"] == "year", "share"].sum() == pytest.approx(1)
    top = shares[shares["by"] == "pair"].iloc[0]
    assert top["which"] == "SGP-VNM"
    assert 0.4 < top["share"] < 0.6


def test_what_the_facts_cannot_carry_is_a_row_with_its_reason(effects):
    reasons = effects.loc[effects["estimate"].isna(), "note"]
    assert "absorbed by the fixed effects partner" in reasons["China, total", "max DSTRI"]
    assert "singleton" in reasons["China, exports", "depth, exporter-year and pair effects"]
    assert "after 2022" in reasons["all pairs", "depth, 2023–2024"]
    assert (reasons != "").all()


def test_every_estimate_has_a_bootstrap_beside_it(effects):
    estimated = effects[effects["estimate"].notna()]
    assert estimated["p_bootstrap"].notna().all()
    assert set(estimated.loc[estimated.index.get_level_values(0) != "all pairs", "clusters"]) == {10}


def test_movers_of_the_higher_dstri_are_those_left_out_in_turn(pairs):
    frame = pairs.regressors[pairs.regressors["year"].between(2020, 2022)]
    own = frame.groupby("exporter")["dstri_exporter"].nunique()
    assert tuple(own.index[own > 1]) == rules_effects.MOVERS
