"""The yearly path against dummies, its tests against their formulas, the joint bootstrap against the package's own."""

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from indexer import gravity
from indexer.study.frames import Facts
from indexer.study.questions.distance.path import Design, bootstrap_constant, path


@pytest.fixture(scope="module")
def flows():
    facts = Facts.shipped()
    flows = facts.trade.flows.merge(facts.trade.distances, on=["exporter", "importer"]).query("2016 <= year <= 2019")
    pair = ["-".join(sorted(two)) for two in zip(flows["exporter"], flows["importer"], strict=True)]
    return flows.assign(trade=flows["trade_usd"] / 1e6, ln_distance=np.log(flows["distance_km"]), pair=pair)


@pytest.fixture(scope="module")
def plain(flows):
    return path(flows, Design("plain", ssc="G"))


@pytest.fixture(scope="module")
def changes(flows):
    return path(flows, Design("changes", effects="exporter^importer", base=2016))


def dummies(flows):
    made = flows.assign(
        ey=flows["exporter"] + flows["year"].astype(str), iy=flows["importer"] + flows["year"].astype(str)
    )
    for year in (2016, 2017, 2018, 2019):
        made[f"d{year}"] = made["ln_distance"] * (made["year"] == year)
    return made.assign(directed=made["exporter"] + made["importer"])


def test_elasticities_agree_with_pyfixest(flows, plain):
    fit = pf.fepois(
        "trade ~ d2016 + d2017 + d2018 + d2019 | ey + iy",
        dummies(flows),
        vcov={"CRV1": "pair"},
        ssc=pf.ssc(k_adj=False),
    )
    assert plain.rows["estimate"].to_numpy() == pytest.approx(fit.coef().to_numpy(), rel=1e-6)
    assert plain.rows["se"].to_numpy() == pytest.approx(fit.se().to_numpy(), rel=1e-4)


def test_changes_agree_with_pyfixest(flows, changes):
    fit = pf.fepois("trade ~ d2017 + d2018 + d2019 | ey + iy + directed", dummies(flows), vcov={"CRV1": "pair"})
    assert changes.rows["estimate"].to_numpy() == pytest.approx([0, *fit.coef()], rel=1e-5, abs=1e-9)


def test_the_trend_is_that_of_a_regression_on_the_year(flows, plain):
    d = dummies(flows).assign(t=lambda x: x["ln_distance"] * (x["year"] - 2016))
    fit = pf.fepois("trade ~ ln_distance + t | ey + iy", d, vcov={"CRV1": "pair"}, ssc=pf.ssc(k_adj=False))
    assert plain.tests["trend"] == pytest.approx(fit.coef()["t"], rel=1e-5)
    assert plain.tests["trend_se"] == pytest.approx(fit.se()["t"], rel=1e-3)


def test_the_f_of_a_constant_path_does_not_depend_on_the_year_of_reference(flows, plain):
    """All equal, against differences from the first year that are all zero."""
    fit = gravity.ppml(
        "trade ~ ln_distance + i(year, ln_distance, ref=2016) | exporter^year + importer^year", flows,
        vcov={"CRV1": "pair"}, ssc="G",
    )  # fmt: skip
    terms = [f"i(year, ln_distance, ref=2016)[{year}] = 0" for year in (2017, 2018, 2019)]
    assert plain.tests["f_constant"] == pytest.approx(fit.wald(", ".join(terms)).statistic / 3, rel=1e-6)


def test_the_error_of_the_change_is_the_delta_method(plain):
    b, v = plain.fit.coef, plain.fit.vcov_matrix
    ends = [b.index[0], b.index[-1]]
    draws = np.random.default_rng(1).multivariate_normal(b[ends], 1e-6 * v.loc[ends, ends], 200_000)
    spread = np.std(100 * (draws[:, 1] / draws[:, 0] - 1)) * 1e3
    assert plain.tests["change_se"] == pytest.approx(spread, rel=0.01)
    assert plain.tests["change_pct"] == pytest.approx(100 * (b.iloc[-1] / b.iloc[0] - 1))


@pytest.mark.parametrize("estimator", ["ppml", "ols"])
def test_with_two_years_the_joint_bootstrap_is_that_of_one_restriction(flows, estimator):
    """The package tests one restriction: by the same bootstrap for PPML, by the wild one for OLS, which is near."""
    two = flows[flows["year"].isin([2016, 2019])]
    design = Design("two", estimator)
    joint = bootstrap_constant(two, design, draws=9999)
    log = "log(trade)" if estimator == "ols" else "trade"
    run = gravity.ols if estimator == "ols" else gravity.ppml
    fit = run(
        f"{log} ~ ln_distance + i(year, ln_distance, ref=2016) | exporter^year + importer^year", two, {"CRV1": "pair"}
    )
    single = fit.bootstrap("i(year, ln_distance, ref=2016)[2019] = 0", draws=9999, weights="rademacher")
    assert joint == pytest.approx(single["p_value"].iloc[0], abs=0.1 if estimator == "ols" else 0.02)


def test_the_joint_bootstrap_finds_a_path_that_moves(flows):
    moved = flows.assign(trade=flows["trade"] * np.exp(-0.5 * flows["ln_distance"] * (flows["year"] == 2018)))
    assert bootstrap_constant(moved, Design("moved")) < 0.01


def test_pair_effects_leave_changes_alone(changes):
    assert changes.rows.loc[0, ["year", "estimate"]].tolist() == [2016, 0.0]
    assert changes.rows["se"].isna().tolist() == [True, False, False, False]
    assert "change_pct" not in changes.tests


def test_one_year_is_no_path(flows):
    found = path(flows[flows["year"] == 2018], Design("one"))
    assert found.fit is None
    assert found.tests["note"] == "one year is no path"


def test_what_cannot_be_estimated_is_a_reason(flows):
    found = path(flows, Design("level beside pair effects", effects="exporter^importer"))
    assert isinstance(found.rows, pd.DataFrame)
    assert found.rows.empty
    assert "collinear" in found.tests["note"]
