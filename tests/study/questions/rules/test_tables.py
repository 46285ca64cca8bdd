"""Tables of digital trade rules by hand."""

import numpy as np
import pytest

from indexer.study.frames import Facts
from indexer.study.questions.rules import tables
from indexer.study.questions.rules.samples import Pairs


@pytest.fixture(scope="module")
def pairs():
    return Pairs(Facts.shipped())


def test_mean_depth_by_kind_by_hand(pairs):
    groups = tables.groups(pairs).frame.set_index("pairs")
    # 2024: six partners of China at 18 (BRN, IDN, MYS, PHL, SGP, THA), VNM at 14, KHM, LAO and MMR at 6
    assert groups.loc["China–ASEAN", "2024"] == pytest.approx((6 * 18 + 14 + 3 * 6) / 51 / 10)
    assert groups.loc["China–ASEAN", "2021"] == 0
    # the upgrade: four more provisions for all, and for KHM, LAO and MMR cooperation where they are not obliged yet
    # on signatures, consumers and personal data
    more = (6 * 22 + 18 + 3 * (6 + 4 + 3)) / 51 / 10
    assert groups.loc["China–ASEAN", "2026 with 3.0"] == pytest.approx(more)
    assert groups["number"].tolist() == [10, 45, 40, 10]


def test_economies_and_restrictiveness(pairs):
    economies = tables.economies(pairs).frame.set_index("economy")
    assert economies.loc["CHN", "gap_to_china"] == 0
    assert economies.loc["CHN", "own_depth"] == pytest.approx((6 * 18 + 14 + 3 * 6) / 51 / 10)
    assert np.isnan(economies.loc["MMR", "dstri"])
    strict = tables.restrictiveness(pairs).frame.set_index(["exporter", "importer"])["restrictiveness"]
    assert strict["CHN", "LAO"] == pytest.approx(economies.loc["LAO", "dstri"])
