"""Rows of the study of digital trade rules, and the shares of information, by hand."""

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.folder import read_trade
from indexer.study.frames import Facts
from indexer.study.questions.rules.samples import Pairs, information


@pytest.fixture(scope="module")
def pairs():
    return Pairs(Facts.shipped())


def test_depth_ahead_is_that_of_the_later_year(pairs):
    frame = pairs.flows(2).set_index(["exporter", "importer", "year"])
    assert frame.loc[("CHN", "SGP", 2020), "depth_ahead"] == pytest.approx(18 / 51)
    assert frame.loc[("CHN", "SGP", 2020), "rules_depth"] == 0


def test_every_flow_has_its_rules(pairs):
    flows = pairs.flows()
    assert len(flows) == len(read_trade().flows)
    assert flows[["rules_depth", "breadth", "depth_at_once", "depth_gap"]].notna().all(axis=None)
    known = flows["year"].between(2020, 2022) & ~flows["pair"].str.contains("MMR")
    assert flows.loc[known, "restrictiveness"].notna().all()


def test_periods_of_grace_ignored_give_the_whole_agreement(pairs):
    frame = pairs.regressors.set_index(["exporter", "importer", "year"])
    assert frame.loc[("CHN", "KHM", 2024), "depth_at_once"] == pytest.approx(18 / 51)
    assert frame.loc[("CHN", "KHM", 2024), "rules_depth"] == pytest.approx(6 / 51)


def test_provisions_covered_by_hand(pairs):
    # RCEP covers 10 provisions between China and Singapore
    frame = pairs.regressors.set_index(["exporter", "importer", "year"])
    assert frame.loc[("CHN", "SGP", 2024), "breadth"] == pytest.approx(10 / 17)


def test_shares_of_information_by_hand():
    # Two economies, two years, one regressor: with unit and year effects r = ±1/4 of each of the four cells.
    data = pd.DataFrame({"y": [1.0, 1.0, 1.0, 1.0], "x": [0.0, 0.0, 0.0, 1.0], "i": list("aabb"), "t": [1, 2, 1, 2]})
    fit = gravity.ppml("y ~ x | i + t", data)
    np.testing.assert_allclose(information(fit, "x", [("i",), ("t",)]), [0.25] * 4, atol=1e-9)
