import pytest

import indexer
from indexer.study.frames import Facts
from indexer.study.questions.rcep.samples import BEFORE, LONG, PLACEBO, interactions, members, rows, years


@pytest.fixture(scope="module")
def facts():
    return Facts.shipped()


@pytest.fixture(scope="module")
def indices():
    return {name: indexer.build(edition=name).without("trade_outcome") for name in (None, LONG)}


@pytest.fixture(scope="module")
def found(facts, indices):
    return interactions(facts, indices)


def sample(one):
    return one.fit.data.loc[one.fit.sample]


def test_rcep_of_the_placebo_is_that_of_three_years_later(found):
    frame = sample(found[years(*BEFORE), "total", PLACEBO]).set_index(["partner", "year"])["rcep"]
    assert frame.groupby("year").max().loc[2015:2018].eq(0).all()
    assert frame["VNM", 2019] == 1
    assert frame["IDN", 2019] == 0
    assert frame["PHL", 2020] == pytest.approx(213 / 365)


def test_the_index_less_agreements_is_another_one(found):
    plain = sample(found["2020–24", "total", "within"])["ai_partner"].to_numpy()
    less = sample(found["2020–24", "total", "AI less agreements"])["ai_partner"].to_numpy()
    assert plain.shape == less.shape
    assert abs(plain - less).max() > 1


def test_a_lag_takes_the_index_of_the_year_before(facts, indices):
    now = rows(facts, "total", 2020, 2024, indices[None], 0).set_index(["partner", "year"])["ai_partner"]
    before = rows(facts, "total", 2020, 2024, indices[None], 1).set_index(["partner", "year"])["ai_partner"]
    assert before["THA", 2022] == now["THA", 2021]


def test_members_are_the_ten(facts):
    assert len(members(facts)) == 10
    assert "CHN" not in members(facts)


def test_myanmar_counts_from_its_day_where_said(found):
    frame = sample(found["2020–24", "total", "within, Myanmar in"]).set_index(["partner", "year"])["rcep"]
    plain = sample(found["2020–24", "total", "within"]).set_index(["partner", "year"])["rcep"]
    assert frame["MMR", 2022] == pytest.approx(245 / 365)
    assert plain["MMR", 2024] == 0
    assert frame.drop("MMR").equals(plain.drop("MMR"))
