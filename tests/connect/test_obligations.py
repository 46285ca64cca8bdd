"""What coded agreements oblige two economies to: a small law by hand, and what is refused."""

import datetime as dt

import pandas as pd
import pytest

from indexer.connect import digital_rules as rules
from indexer.connect.obligations import Law
from indexer.errors import UsageError

PROVISIONS, EVENTS = rules.read_provisions(), rules.read_events()


@pytest.fixture
def law():
    """A and B have X from July 2021; B owes nothing on the second provision till October; A alone has Y."""
    codes = [
        ("X", "p", None, None, 3), ("X", "q", None, None, 2), ("X", "q", "B", "2021-10-01", 0),
        ("Y", "p", None, None, 1), ("Y", "q", None, None, 3),
    ]  # fmt: skip
    provisions = pd.DataFrame(codes, columns=["agreement", "provision", "economy", "until", "obligation"])
    dates = [("X", "A", "2021-07-01", "low"), ("X", "B", "2020-01-01", "high"), ("Y", "A", "2020-01-01", "high")]
    events = pd.DataFrame(dates, columns=["agreement_or_law", "economy", "date", "confidence"])
    return Law.of(provisions.assign(scenario=0), events.assign(event="in_force"), None)


def test_a_year_is_the_mean_of_its_days(law):
    depth, names, sure = law.of_year("A", "B", 2021)
    # 181 days of nothing, 92 of 3 points of 6, 92 of 5
    assert depth == pytest.approx((92 * 3 + 92 * 5) / 6 / 365)
    assert (names, sure) == ("X", "low")


def test_before_and_after(law):
    assert law.of_year("A", "B", 2020) == (0.0, "", "high")
    assert law.of_year("A", "B", 2022)[0] == pytest.approx(5 / 6)


def test_parties_and_their_days(law):
    assert law.economies == {"A", "B"}
    assert law.days["X"]["A"] == (dt.date(2021, 7, 1), "low")


def test_no_provision_at_all_is_refused():
    with pytest.raises(UsageError, match="no provision is coded"):
        Law.of(PROVISIONS.head(0), EVENTS, None)


def test_a_lowered_obligation_without_a_general_one_is_refused():
    odd = pd.concat([PROVISIONS, PROVISIONS[PROVISIONS["economy"].notna()].head(1).assign(provision="taxes")])
    with pytest.raises(UsageError, match="has no code for taxes"):
        Law.of(odd, EVENTS, None)


def test_an_agreement_without_dates_is_refused():
    odd = PROVISIONS.replace({"agreement": {"RCEP": "RCEP II"}})
    with pytest.raises(UsageError, match="no entry into force of 'RCEP II'"):
        Law.of(odd, EVENTS, None)


def test_a_scenario_without_provisions_is_refused():
    with pytest.raises(UsageError, match="no provisions of 'APEC'"):
        Law.of(PROVISIONS, EVENTS, rules.assume("APEC", ["CHN"], "2026-01-01"))


def test_an_agreement_that_lacks_a_provision_is_refused():
    odd = PROVISIONS[~((PROVISIONS["agreement"] == "DEPA") & (PROVISIONS["provision"] == "open_data"))]
    with pytest.raises(UsageError, match="DEPA has no code for open_data"):
        Law.of(odd, EVENTS, None)


def test_two_entries_into_force_are_refused():
    twice = pd.concat([EVENTS, EVENTS[EVENTS["event"] == "in_force"].tail(1)])
    with pytest.raises(UsageError, match="enters into force twice"):
        Law.of(PROVISIONS, twice, None)
