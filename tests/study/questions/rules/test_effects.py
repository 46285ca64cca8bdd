"""Estimates of the study of digital trade rules against pyfixest, and what the facts cannot carry."""

import warnings

import pytest

from indexer import gravity
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.rules import effects as rules_effects
from indexer.study.questions.rules.samples import Pairs


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


def test_whose_laws_moved_the_dstri_are_left_out_in_turn(pairs, found):
    # facts of the OECD: of the ten only these changed between 2020 and 2022
    assert rules_effects.movers(pairs) == ("IDN", "SGP", "THA")
    assert {key for key in found if key.startswith("max DSTRI, without")} == {
        f"max DSTRI, without {one}" for one in ("IDN", "SGP", "THA")
    }


def test_the_pair_that_carries_most_is_left_out(pairs, found):
    shares = rules_effects.shares(found["depth"])
    assert rules_effects.top_pair(shares) == "SGP-VNM"
    other = shares.assign(share=shares["share"].where(shares["pair"] != "SGP-VNM", 0.0))
    assert rules_effects.top_pair(other) == "IDN-PHL"
    assert found["depth, without SGP–VNM"].numbers["n"] == 985 - 18


def test_parties_of_the_cptpp_are_those_of_the_events(pairs, found):
    inside = {"BRN", "MYS", "SGP", "VNM"}
    assert inside == {one for one in pairs.parties("CPTPP") if one in pairs.eleven}
    assert found["no CPTPP"].numbers["clusters"] == 55 - 6
