"""The study's numbers against statsmodels with dummies, and its words against its numbers."""

import numpy as np
import pytest
import statsmodels.formula.api as smf

import indexer
from indexer import gravity
from indexer.connect.china_partners import CHINA, china_partners, with_total
from indexer.folder import read, read_trade


@pytest.fixture(scope="module")
def data():
    index = indexer.build().without("trade_outcome")
    flows = gravity.attach(index, china_partners(read(), read_trade()))
    flows["ai10"] = np.where(flows["exporter"] == CHINA, flows["ai_importer"], flows["ai_exporter"]) / 10
    return with_total(flows)


def test_one_table_of_three_flows_two_estimators_two_windows(study):
    assert len(study.table) == 12
    assert study.table["n"].tolist() == [50] * 6 + [40] * 6
    assert (study.table["clusters"] == 10).all()


@pytest.mark.parametrize(
    ("design", "right"),
    [
        ("between", "np.log(gdp_partner) + np.log(distance) + C(year)"),
        ("within", "np.log(gdp_partner) + C(partner) + C(year)"),
    ],
)
@pytest.mark.parametrize("flow", ["total", "exports", "imports"])
def test_log_ols_agrees_with_dummies(study, data, flow, design, right):
    sample = data[(data["flow"] == flow) & data["year"].between(2020, 2024)]
    fit = smf.ols(f"np.log(trade) ~ ai10 + {right}", sample).fit()
    row = study.table.query("window == '2020-2024' and flow == @flow and estimator == 'log-OLS'").iloc[0]
    assert row[f"{design}_estimate"] == pytest.approx(fit.params["ai10"], rel=1e-7)


@pytest.mark.parametrize("flow", ["total", "exports", "imports"])
def test_ppml_agrees_with_dummies(study, data, flow):
    sample = data[(data["flow"] == flow) & data["year"].between(2020, 2023)]
    fit = smf.poisson("I(trade / 1e9) ~ ai10 + np.log(gdp_partner) + C(partner) + C(year)", sample).fit(
        disp=0, maxiter=200, method="newton"
    )
    row = study.table.query("window == '2020-2023' and flow == @flow and estimator == 'PPML'").iloc[0]
    assert row["within_estimate"] == pytest.approx(fit.params["ai10"], rel=1e-6)


def test_the_notes_say_what_it_rests_on(study):
    notes = " ".join(study.notes)
    for said in ("10 clusters", "ssc='default'", "of the weight rests on observed cells", "Known AI supercomputers ("):
        assert said in notes


def test_the_checks_stand_beside_it(study):
    first = study.checks[study.checks["check"] == "as in the table"].set_index(["design", "flow"])["low"]
    row = study.table.query("window == '2020-2024' and flow == 'imports' and estimator == 'PPML'").iloc[0]
    assert first["within", "imports"] == row["within_estimate"]
