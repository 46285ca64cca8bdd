import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import indexer
from indexer.connect import digital_rules as rules
from indexer.study.frames import Facts, pairs, partners
from indexer.study.questions.rcep import depth as rcep_depth
from indexer.study.questions.rcep.depth import UPGRADE, Depth, coefficients, estimate, scenarios, shared


@pytest.fixture(scope="module")
def depth():
    return Depth.shipped(sorted(indexer.build().scores["economy"].unique()))


@pytest.fixture(scope="module")
def found(depth):
    facts, index = Facts.shipped(), indexer.build(edition="asean-long").without("trade_outcome")
    china = partners(facts, index)
    return estimate(depth, china[china["flow"] == "total"], pairs(facts, index))


def test_as_coded_is_the_scenario_of_the_rules(depth):
    assumed = rules.assume(UPGRADE, depth.economies, "2026-01-01")
    pair = [("CHN", "THA")]
    after = rules.depth(depth.provisions, depth.events, pair, [2026], scenario=assumed)["rules_depth"].iloc[0]
    before = rules.depth(depth.provisions, depth.events, pair, [2026])["rules_depth"].iloc[0]
    change = depth.change(None).loc["THA"]
    assert change["change"] == pytest.approx(after - before)
    assert 0 < change["change"] < change["before"]


def test_as_deep_as_another_agreement_takes_its_obligations_over(depth):
    """Beside RCEP, by hand: of each provision the stronger of RCEP's and the CPTPP's obligation."""
    codes = depth.provisions[depth.provisions["economy"].isna()].set_index(["agreement", "provision"])["obligation"]
    both = pd.concat([codes["RCEP"], codes["CPTPP"]], axis=1).max(axis=1)
    assert depth.change("CPTPP").loc["SGP", "after"] == pytest.approx(both.sum() / (3 * len(both)))


def test_the_coded_agreements_stay_as_they_are(depth):
    before = depth.provisions.copy()
    depth.change("DEPA")
    pd.testing.assert_frame_equal(depth.provisions, before)


def test_what_depth_shares_with_rcep_is_a_weighted_r2(found):
    one = found["China and partner", "beside RCEP"]
    frame = one.fit.data.loc[one.fit.sample]
    weight = one.fit.fitted.to_numpy()
    dummies = sm.add_constant(pd.get_dummies(frame[["partner", "year"]].astype(str), dtype=float, drop_first=True))
    left = sm.WLS(frame["rules_depth"], dummies, weight).fit()
    full = sm.WLS(frame["rules_depth"], dummies.assign(r=frame["rcep"], g=np.log(frame["gdp_partner"])), weight).fit()
    assert shared(one) == pytest.approx(1 - full.ssr / left.ssr, rel=1e-6)


def test_beside_rcep_the_error_is_larger(found):
    alone, beside = (found["China and partner", how].numbers["se"] for how in ("alone", "beside RCEP"))
    assert beside > 2 * alone


def test_less_one_pair(found):
    frame = found["pairs less SGP–VNM", "alone"].fit.data
    assert "SGP-VNM" not in set(frame["pair"])
    assert frame["pair"].nunique() == 54


def test_pairs_have_a_bootstrap_too(found):
    table = coefficients(found).frame.set_index(["flows", "depth"])
    assert table["p_bootstrap"].between(0, 1).all()
    assert table.loc[("pairs of the eleven", "alone"), "clusters"] == 55


def test_the_range_is_the_coefficient_times_the_change(found, depth):
    table = scenarios(depth, found).frame.set_index(["assumed", "coefficient"])
    row = table.loc[("as deep as the DEPA", "China and partner, alone")]
    fit = found["China and partner", "alone"].fit
    b, se, step = fit.coef["rules_depth"], fit.se["rules_depth"], row["change"]
    reach = stats.t.ppf(0.975, 9) * se
    assert row["estimate"] == pytest.approx(100 * np.expm1(b * step))
    assert row["low"] == pytest.approx(100 * np.expm1((b - reach) * step))
    assert row["high"] == pytest.approx(100 * np.expm1((b + reach) * step))


def test_an_effect_that_cannot_be_had_is_said(found, depth):
    none = rcep_depth.Found(found["China and partner", "alone"].equation, None, "absorbed")
    table = scenarios(depth, {("China and partner", "beside RCEP"): none})
    assert table.frame["note"].eq("absorbed").all()
    assert table.shown.iloc[2].tolist()[1:] == ["not identified"] * 3


def test_rcep_beside_depth_begins_on_the_day_that_depth_counts(found):
    """Myanmar has no day in the shipped dates of RCEP but one in the events behind depth."""
    frame = found["China and partner", "beside RCEP"].fit.data.set_index(["partner", "year"])[["rcep", "rules_depth"]]
    assert frame.loc[("MMR", 2021), "rcep"] == 0
    assert frame.loc[("MMR", 2022), "rcep"] == pytest.approx(245 / 365)  # from 1 May
    assert frame.loc[("VNM", 2023), "rcep"] == 1
    assert ((frame["rules_depth"] > 0) == (frame["rcep"] > 0)).all()
