"""Pictures of digital trade rules: every pair is drawn, and their titles hold."""

import numpy as np
import pytest

from indexer.study.frames import Facts
from indexer.study.questions.rules import pictures
from indexer.study.questions.rules.samples import Pairs

CPTPP = ["AUS", "BRN", "JPN", "MYS", "NZL", "SGP", "VNM"]


@pytest.fixture(scope="module")
def pairs():
    return Pairs(Facts.shipped())


@pytest.fixture(scope="module")
def year(pairs):
    return pairs.of_rcep[pairs.of_rcep["year"] == 2024]


def test_what_the_titles_of_the_pictures_claim(year):
    inside = year["exporter"].isin(CPTPP) & year["importer"].isin(CPTPP)
    assert year.loc[inside, "rules_depth"].min() > year.loc[~inside, "rules_depth"].max()
    china = year[year["exporter"] == "CHN"]
    assert set(china["agreements"]) == {"RCEP"}


def test_lines_of_the_network_hold_every_pair_once_the_deepest_last(year):
    lines = pictures.edges(year, pictures.ring(pictures._deepest(year)))
    assert len(lines) == 105
    assert lines["depth"].iloc[[0, -1]].tolist() == ["below 0.2", "above 0.4"]
    # 21 pairs of the CPTPP, and Korea with Singapore and New Zealand by the DEPA
    assert (lines["depth"] == "above 0.4").sum() == 23


def test_both_pictures_are_drawn(year, pairs):
    pytest.importorskip("vl_convert")
    from indexer import figures

    names = {code: code for code in pairs.rcep}
    for chart in (pictures.matrix(year, 2024), pictures.network(year, names, 2024)):
        assert figures.png(chart)[:4] == b"\x89PNG"


def test_places_of_the_network_lie_on_a_circle_the_deepest_at_the_top(year):
    place = pictures.ring(pictures._deepest(year)).set_index("economy")
    np.testing.assert_allclose(place["x"] ** 2 + place["y"] ** 2, 1)
    assert place["y"].idxmax() == "SGP"
