import pandas as pd
import pytest

from indexer.study.frames import Facts
from indexer.study.questions.rcep.growth import FIRST, LAST, REPORTED, candidates, gaps, growth, table, yearly

VALUES = pd.DataFrame(
    {2020: [100.0, 50.0, 10.0, 40.0, None], 2021: [120.0, 50.0, 15.0, None, 7.0]},
    index=["CHN", "SGP", "USA", "JPN", "FRA"],
)


def test_growth_by_hand():
    found = growth(VALUES, ["CHN", "SGP", "JPN"], 2020, 2021)
    assert found["total"] == pytest.approx((100 * 20 / 150, 50.0, 2, 1))
    assert found["mean"] == pytest.approx((10.0, 50.0, 2, 1))
    assert found["median"] == pytest.approx((10.0, 50.0, 2, 1))


@pytest.fixture(scope="module")
def found():
    return candidates(Facts.shipped())


def test_every_reading_stands_once(found):
    spans = (LAST - FIRST + 1) * (LAST - FIRST) // 2
    # a span of one year has one rate, a longer one two; exports, imports, both; four of whom
    assert len(found) == 3 * 4 * (2 * spans - (LAST - FIRST))
    assert not found.duplicated(["services", "span", "rate", "of", "outside"]).any()


def test_total_exports_of_members_are_added_up_from_the_facts(found):
    facts = Facts.shipped()
    exports = facts.series("digitally_deliverable_services_exports_musd").unstack()[[2020, 2021]].dropna()
    inside = exports[exports.index.isin(facts.trade.rcep["economy"])].sum()
    row = yearly(found).set_index("span").loc["2020→2021"]
    assert row["in_rcep"] == pytest.approx(100 * (inside[2021] / inside[2020] - 1))
    assert row["n_in"] == 14


def test_a_yearly_rate_compounds_to_the_span(found):
    same = found.query(
        "services == 'exports' and span == '2018→2023' and of == 'total' and outside == 'same economies'"
    )
    rates = same.set_index("rate")["in_rcep"]
    assert (1 + rates["a year"] / 100) ** 5 == pytest.approx(1 + rates["whole span"] / 100)


def test_a_yearly_mean_is_one_of_yearly_rates():
    values = pd.DataFrame({2020: [1.0, 1.0, 1.0], 2022: [4.0, 1.0, 1.0]}, index=["CHN", "SGP", "USA"])
    assert growth(values, ["CHN", "SGP"], 2020, 2022, over=2)["mean"][0] == pytest.approx(50.0)


def test_the_rest_of_the_world_is_the_world_less_members(found):
    facts = Facts.shipped()
    exports = facts.series("digitally_deliverable_services_exports_musd").unstack()[[2021, 2022]].dropna()
    inside = exports[exports.index.isin(facts.trade.rcep["economy"])].sum()
    world = facts.trade.world_services.set_index("year")["exports_usd"] / 1e6
    rest = [world[year] - inside[year] for year in (2021, 2022)]
    row = found.query("services == 'exports' and span == '2021→2022' and outside == 'rest of the world'").iloc[0]
    assert row["elsewhere"] == pytest.approx(100 * (rest[1] / rest[0] - 1))


def test_the_closest_stands_first(found):
    off = (found["in_rcep"] - REPORTED[0]).abs() + (found["elsewhere"] - REPORTED[1]).abs()
    assert found["distance"].iloc[0] == pytest.approx(off.min())


def test_years_come_before_the_closest(found):
    shown = table(found, "").shown
    assert shown["span"].tolist()[:5] == ["2018→2019", "2019→2020", "2020→2021", "2021→2022", "2022→2023"]
    assert shown["distance"].iloc[5] == found["distance"].iloc[0]


def test_years_without_exports_are_named_from_the_facts():
    facts = Facts.shipped()
    exports = facts.series("digitally_deliverable_services_exports_musd")
    assert all(("THA", year) not in exports.index for year in range(2019, 2024))
    assert "THA 2019–2023" in gaps(facts)
    assert "SGP" not in gaps(facts)
