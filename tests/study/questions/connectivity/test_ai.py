"""The AI index beside hard and soft connectivity."""

import pytest

from indexer import gravity
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.connectivity import ai, question
from indexer.study.questions.connectivity.effects import PAIRS


@pytest.fixture(scope="module")
def index():
    return ai.index_without(Options())


@pytest.fixture(scope="module")
def rows(index):
    return question.samples(Facts.shipped(), index)


def test_the_index_beside_connectivity_holds_none_of_it(index):
    assert not ai.ITSELF & set(index.plan.indicators)
    assert not index.has_trade_outcome


def test_products_are_those_of_a_plain_equation(rows, index):
    fit = gravity.ppml(
        "trade ~ hard + soft + ai_exporter:hard + ai_exporter:soft | exporter^year + importer^year + exporter^importer",
        ai.blocks(rows[PAIRS], PAIRS), vcov={"CRV1": "pair"},
    )  # fmt: skip
    found = ai.table(*ai.headlines(rows, index)).frame.set_index("equation")
    mine = found.loc["all pairs, within: ai_exporter × soft", "estimate"]
    assert mine == pytest.approx(10 * fit.coef["ai_exporter:soft"], rel=1e-6)
    assert found["estimate"].notna().all()


def test_a_lag_takes_the_index_of_an_earlier_year(rows, index):
    scores = index.scores.assign(index=index.scores["year"].astype(float))
    found = ai.scored(ai.blocks(rows[PAIRS], PAIRS), scores, 1)
    known = found.dropna(subset=["ai_exporter"])
    assert len(known)
    assert (known["ai_exporter"] == known["year"] - 1).all()


@pytest.mark.parametrize("edition", [None, "world"])
def test_economies_are_those_with_rows(rows, edition):
    """No shipping, no row: Laos moves no coefficient, nor does the rest of an edition of the world."""
    level, products = ai.headlines(rows, ai.index_without(Options.of(edition=edition)))
    partners = {"BRN", "IDN", "KHM", "MMR", "MYS", "PHL", "SGP", "THA", "VNM"}
    assert set(level[0].economies) == partners
    assert set(products[2].economies) == partners | {"CHN"}


def test_hard_and_soft_have_standard_deviation_one(rows):
    frame = ai.blocks(rows[PAIRS], PAIRS)
    assert frame[["hard", "soft"]].std().tolist() == pytest.approx([1, 1])
