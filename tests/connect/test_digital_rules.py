"""Depth of digital trade rules against sums done by hand from the shipped coding, and what is refused."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import yaml

from indexer.connect import digital_rules as rules
from indexer.errors import FactsError, UsageError
from indexer.folder import read
from indexer.resources import folder

PROVISIONS, EVENTS = rules.read_provisions(), rules.read_events()
FULL = 3 * 17
UPGRADE = "China-ASEAN FTA 3.0"


def depth(i, j, year, **options):
    return rules.depth(PROVISIONS, EVENTS, [(i, j)], [year], **options).iloc[0]


# Each sum is done by hand over the 17 codes. RCEP: 2+0+1+2+2+2+2+2+2+2+0+1 = 18. CPTPP: 3+3+1+3+3+3+3+3+3+3+3+1 = 32.
# Strongest of RCEP, CPTPP and ASEAN: CPTPP with 1 for electronic payments = 33.
@pytest.mark.parametrize(
    ("i", "j", "year", "points"),
    [
        ("CHN", "VNM", 2021, 0),  # nothing in force
        ("CHN", "SGP", 2022, 18),  # RCEP all year
        ("SGP", "CHN", 2022, 18),  # the same in the other direction
        ("CHN", "VNM", 2022, 18 - 2 - 2),  # VNM not obliged on data transfer and computing facilities till 2027
        ("CHN", "VNM", 2027, 18),
        ("CHN", "KHM", 2022, 18 - 6 * 2),  # KHM not obliged on six binding provisions till 2027
        ("CHN", "MYS", 2022, 18 * 289 / 365),  # from 18 March: 14 + 30 + 31 + 30 + 31 + 31 + 30 + 31 + 30 + 31
        ("CHN", "PHL", 2023, 18 * 213 / 365),  # from 2 June
        ("CHN", "KOR", 2024, 18),  # RCEP; DEPA binds KOR and not CHN
        # CPTPP less one each on three provisions out of dispute settlement, personal data 0 till VNM's decree
        ("SGP", "VNM", 2020, 32 - 3 - 3),
        # the three are back from 14 January; from 2 December ASEAN adds personal data (2) and electronic payments (1)
        ("SGP", "VNM", 2021, (13 * 26 + 322 * 29 + 30 * 32) / 365),
        ("SGP", "VNM", 2022, 32),  # max of three: personal data 2 from RCEP and ASEAN
        ("SGP", "VNM", 2024, 33),
        ("IDN", "THA", 2021, 13 * 30 / 365),  # ASEAN agreement from 2 December
        ("IDN", "THA", 2022, 13),
        # RCEP over ASEAN, by provision: 2+1+2+2+2+2+2+2+2+1 and electronic payments 1 from ASEAN
        ("IDN", "THA", 2024, 19),
        # ASEAN (13) till RCEP on 18 March (19), CPTPP from 29 November for 33 of 365 days, less one on two provisions
        ("MYS", "SGP", 2022, (76 * 13 + 256 * 19 + 33 * 31) / 365),
        # till 28 November 2024 two provisions are out of dispute settlement: 333 of 366 days
        ("MYS", "SGP", 2024, (333 * 31 + 33 * 33) / 366),
        # DEPA from 2021-01-07 on top of CPTPP (32): invoicing 3, payments 1, identity 1, AI 1, open data 1, paperless 3
        ("NZL", "SGP", 2021, (6 * 32 + 359 * (32 + 3 + 1 + 1 + 1 + 1 + 2)) / 365),
    ],
)
def test_depth_by_hand(i, j, year, points):
    assert depth(i, j, year)["rules_depth"] == pytest.approx(points / FULL, abs=1e-12)


def test_malaysia_and_singapore_have_the_cptpp_for_33_days_of_2022():
    with_it = depth("MYS", "SGP", 2022)["rules_depth"]
    rest = PROVISIONS[PROVISIONS["agreement"] != "CPTPP"]
    without = rules.depth(rest, EVENTS, [("MYS", "SGP")], [2022])["rules_depth"].iloc[0]
    assert with_it - without == pytest.approx((31 - 19) / FULL * 33 / 365, abs=1e-12)


def test_names_of_the_agreements_and_the_lowest_confidence():
    assert depth("MYS", "SGP", 2022)["agreements"] == "ASEAN Agreement on Electronic Commerce; CPTPP; RCEP"
    assert depth("CHN", "VNM", 2021)["agreements"] == ""
    assert depth("CHN", "VNM", 2022)["confidence"] == "high"
    assert depth("CHN", "MMR", 2022)["confidence"] == "low"


def test_days_against_a_count_of_every_single_day():
    def on(day, parties, codes):
        best = {}
        for agreement, rows in codes.items():
            dates = since[agreement]
            if any(p not in dates or dates[p] > day for p in parties):
                continue
            for row in rows:
                if isinstance(row.economy, str):
                    continue
                less = [
                    one.obligation
                    for one in rows
                    if one.provision == row.provision and one.economy in parties and one.until > day
                ]
                best[row.provision] = max(best.get(row.provision, 0), min([row.obligation, *less]))
        return sum(best.values())

    real = PROVISIONS[PROVISIONS["scenario"] == 0]
    codes = {agreement: list(rows.itertuples()) for agreement, rows in real.groupby("agreement")}
    forced = EVENTS[EVENTS["event"] == "in_force"]
    since = {a: dict(forced.loc[forced["agreement_or_law"] == a, ["economy", "date"]].to_numpy()) for a in codes}
    for parties, year in ((("MYS", "SGP"), 2022), (("SGP", "VNM"), 2021), (("BRN", "MYS"), 2023)):
        days = pd.date_range(f"{year}-01-01", f"{year}-12-31").strftime("%Y-%m-%d")
        mean = np.mean([on(day, parties, codes) for day in days]) / FULL
        assert depth(*parties, year)["rules_depth"] == pytest.approx(mean, abs=1e-12)


def test_depth_stands_between_nothing_and_everything_and_is_the_same_both_ways():
    eleven = ["BRN", "CHN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM"]
    found = rules.depth(PROVISIONS, EVENTS, itertools.permutations(eleven, 2), range(2014, 2026))
    assert len(found) == 110 * 12
    assert found["rules_depth"].between(0, 1).all()
    table = found.pivot(index=["exporter", "year"], columns="importer", values="rules_depth")
    for year in range(2014, 2026):
        square = table.xs(year, level="year").reindex(index=eleven, columns=eleven).fillna(0).to_numpy()
        np.testing.assert_array_equal(square, square.T)


def test_a_scenario_counts_only_where_it_is_assumed():
    assumed = rules.assume(UPGRADE, ["CHN", "SGP"], "2026-01-01")
    # four provisions that RCEP does not have: invoicing, payments, identities, AI
    assert depth("CHN", "SGP", 2026)["rules_depth"] == pytest.approx(18 / FULL)
    assert depth("CHN", "SGP", 2026, scenario=assumed)["rules_depth"] == pytest.approx(22 / FULL)
    assert depth("CHN", "SGP", 2025, scenario=assumed)["rules_depth"] == pytest.approx(18 / FULL)
    assert depth("CHN", "SGP", 2026, scenario=assumed)["confidence"] == "low"


def test_gap_of_own_depth_by_hand():
    pairs = list(itertools.combinations(["CHN", "SGP", "VNM"], 2))
    found = rules.depth_gap(rules.depth(PROVISIONS, EVENTS, pairs, [2022])).set_index(["exporter", "importer"])
    own = {"CHN": (18 + 14) / 2, "SGP": (18 + 32) / 2, "VNM": (14 + 32) / 2}
    for i, j in pairs:
        assert found.loc[(i, j), "depth_gap"] == pytest.approx(abs(own[i] - own[j]) / FULL, abs=1e-12)


def test_gap_needs_every_pair():
    star = rules.depth(PROVISIONS, EVENTS, [("CHN", "SGP"), ("CHN", "VNM")], [2022])
    with pytest.raises(UsageError, match="some pairs"):
        rules.depth_gap(star)


def test_restrictiveness_is_the_higher_of_the_two():
    found = rules.restrictiveness(read(), [("CHN", "SGP"), ("CHN", "KHM"), ("CHN", "MMR")], [2019, 2024])
    found = found.set_index(["importer", "year"])["restrictiveness"]
    assert found["SGP", 2024] == pytest.approx(0.3470704555511475)  # China's
    assert found["KHM", 2024] == pytest.approx(0.4051488637924194)  # Cambodia's
    assert np.isnan(found["MMR", 2024])  # not covered
    assert np.isnan(found["SGP", 2019])  # before the first year: nothing is carried back


@pytest.mark.parametrize(
    ("pairs", "years", "said"),
    [
        ([("CHN", "XXX")], [2022], "nothing is known of 'XXX'"),
        ([("CHN", "USA")], [2022], "nothing is known of 'USA'"),  # no coded agreement: zero would be invented
        ([("CHN", "CHN")], [2022], "paired with itself"),
        ([("CHN", "VNM")], [2022.5], "2022.5 is not a year"),
        ([("CHN", "VNM")], [True], "True is not a year"),
    ],
)
def test_what_is_refused(pairs, years, said):
    with pytest.raises(UsageError, match=said):
        rules.depth(PROVISIONS, EVENTS, pairs, years)


def test_a_bad_code_in_the_file_is_refused_with_its_line(tmp_path):
    path = tmp_path / rules.PROVISIONS
    path.parent.mkdir(parents=True)
    text = (folder("indicators") / rules.PROVISIONS).read_text(encoding="utf-8")
    path.write_text(text.replace("CPTPP,customs_duties,,,14.3,3", "CPTPP,customs_duties,,,14.3,4"), encoding="utf-8")
    with pytest.raises(FactsError, match="obligation = '4'"):
        rules.read_provisions(tmp_path)


def test_the_file_and_its_description_have_the_same_provisions():
    described = yaml.safe_load(
        (folder("indicators") / rules.PROVISIONS).with_suffix(".yaml").read_text(encoding="utf-8")
    )
    assert list(described["provisions"]) == PROVISIONS["provision"].unique().tolist()
    assert described["source"]["licence"] == "Facts coded by this project (CC0 1.0)"


def test_rcep_has_nothing_subject_to_dispute_settlement_and_no_party_is_lowered_to_more():
    rcep = PROVISIONS[PROVISIONS["agreement"] == "RCEP"]
    assert rcep["obligation"].max() == 2
    general = PROVISIONS[PROVISIONS["economy"].isna()].set_index(["agreement", "provision"])["obligation"]
    less = PROVISIONS[PROVISIONS["economy"].notna()].set_index(["agreement", "provision"])["obligation"]
    assert (less < general.reindex(less.index)).all()


def test_days_that_lower_an_obligation_follow_from_the_entry_into_force():
    day = EVENTS[EVENTS["event"] == "in_force"].set_index(["agreement_or_law", "economy"])["date"]
    cptpp = PROVISIONS[(PROVISIONS["agreement"] == "CPTPP") & (PROVISIONS["article"] == "14.18")]
    for row in cptpp.itertuples():
        start = day["CPTPP", row.economy]
        assert row.until == f"{int(start[:4]) + 2}{start[4:]}"
