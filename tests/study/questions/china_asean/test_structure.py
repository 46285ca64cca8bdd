"""Rung 5 with domestic trade: a border's product with the index is identified, both sides' at once are not."""

import numpy as np
import pytest

from indexer import gravity
from indexer.study.frames import Facts
from indexer.study.questions.china_asean.structure import both_borders, second_stage, structural
from indexer.study.questions.china_asean.world import with_index
from indexer.study.samples import read_sample


@pytest.fixture(scope="module")
def frame(trade_data):
    """The Advanced Guide's flows of 2002 and 2006; internet users, which reach back, in the place of an index."""
    facts = Facts.shipped()
    users = facts.series("internet_users_pct").rename("index").reset_index()
    sample = read_sample(trade_data / "agtpa" / "agtpa_applications.csv.gz", [2002, 2006], facts)
    few = sorted(sample.frame["exporter"].unique())[:25]
    rows = sample.frame["exporter"].isin(few) & sample.frame["importer"].isin(few)
    return with_index(type(sample)(sample.frame[rows], sample.kind, sample.notes), users)


@pytest.fixture(scope="module")
def found(frame):
    return {said: one for _, said, one in structural(frame)}


def test_the_border_is_identified_where_there_is_domestic_trade(found, frame):
    one = found["exporter's AI × international"]
    x = frame.assign(x=frame["ai_exporter"] * frame["international"])
    fit = gravity.ppml("trade ~ x | exporter^year + importer^year + exporter^importer", x, {"CRV1": "pair"})
    assert one.numbers["estimate"] == pytest.approx(10 * fit.coef["x"], rel=1e-8)


def test_both_sides_at_once_are_collinear(found, frame):
    one = found["both sides' AI × international"]
    assert np.isnan(one.numbers["estimate"])
    assert "collinear" in one.reason
    assert both_borders(frame)[2].reason == one.reason


def test_the_level_is_absorbed(found):
    assert "absorbed" in found["exporter's AI"].reason


def test_the_second_stage_is_that_of_the_gravity_package(frame):
    """Of exporters with a score in both years; some exporter has one in one year only."""
    abroad = frame[frame["international"] == 1]
    years = abroad.dropna(subset=["ai_exporter"]).groupby("exporter")["year"].nunique()
    assert 1 in set(years)
    fit = gravity.ppml("trade ~ ln_distance | exporter^year + importer^year", abroad, {"CRV1": "pair"})
    both = abroad[abroad["exporter"].isin(years[years == 2].index)].drop_duplicates(["exporter", "year"])
    line = gravity.second_stage(fit, "ai_exporter", effect="exporter^year", data=both).tidy().iloc[0]
    row = second_stage(abroad)
    wanted = (10 * line["estimate"], 10 * line["std_error"], line["p_value"])
    assert (row["estimate"], row["se"], row["p"]) == pytest.approx(wanted)
    assert row["clusters"] == both["exporter"].nunique()
