import pandas as pd
import pytest

import indexer
from indexer.study.frames import FLOWS, Facts, partners
from indexer.study.questions.china_asean.checks import DESIGNS, PLACEBO_LEAD, checks, show_checks


@pytest.fixture(scope="module")
def found():
    return checks(Facts.shipped(), indexer.build().without("trade_outcome"), (2020, 2024))


def test_ranges_hold_the_estimate_or_are_one_number(found):
    ranges = found["check"].str.startswith("leaving out")
    assert (found.loc[ranges, "low"] < found.loc[ranges, "high"]).all()
    assert (found.loc[~ranges, "low"] == found.loc[~ranges, "high"]).all()


def test_income_and_placebo_are_between_partners_only(found):
    only = found[found["check"].str.contains("GDP per head|placebo")]
    assert set(only["design"]) == {"between"}


def test_the_placebo_is_trade_before_the_index(found):
    index = indexer.build().without("trade_outcome")
    data = partners(Facts.shipped(), index, -PLACEBO_LEAD)
    sample = data[data["year"].between(2014, 2018) & (data["flow"] == "imports")]
    right = DESIGNS["between"].replace(" + rcep", "")
    from indexer import gravity

    fit = gravity.ppml(f"trade ~ {right}", sample, vcov={"CRV1": "partner"})
    row = found[found["check"].str.startswith("placebo") & (found["flow"] == "imports")].iloc[0]
    assert row["low"] == pytest.approx(10 * fit.coef["ai_partner"], rel=1e-10)


def test_shown_side_by_side():
    rows = [("a", flow, design, 0.1, 0.1 if flow == "total" else 0.2) for design in DESIGNS for flow in FLOWS]
    wide = show_checks(pd.DataFrame(rows, columns=["check", "flow", "design", "low", "high"]))
    assert wide.columns.tolist() == ["design", "check", *FLOWS]
    assert wide.iloc[0][list(FLOWS)].tolist() == ["0.10", "0.10…0.20", "0.10…0.20"]
