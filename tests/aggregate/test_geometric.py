import math

import numpy as np
import pandas as pd
import pytest

from indexer import aggregate
from indexer.aggregate.geometric import METHOD
from indexer.errors import MethodError

W = np.array([0.5, 0.25, 0.25])
THIRDS = np.full(3, 1 / 3)


def test_by_hand():
    assert aggregate.geometric(np.array([[4.0, 1.0, 16.0]]), W)[0] == pytest.approx(4.0, rel=1e-15)


@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_zero_and_less_are_refused_by_cell(bad):
    with pytest.raises(MethodError, match="case 1, member 2") as caught:
        aggregate.geometric(np.array([[1.0, 1.0, 1.0], [1.0, 1.0, bad]]), W)
    assert caught.value.rows == ((1, 2),)


def test_refusal_names_the_member():
    with pytest.raises(MethodError, match="case 0, ports"):
        METHOD.apply(np.array([[1.0, 0.0]]), np.full((1, 2), 0.5), [{}, {}], names=("roads", "ports"))


def test_every_level_of_asem_as_coinr(asem):
    assert asem("expected_minmax_1_100", "expected_aggregate_geometric_on_1_100", aggregate.geometric) < 1e-9


def test_human_development_of_2021_as_published(reference, dimensions):
    # UNDP (2022): three decimals, and ranks of the rounded index
    rows = pd.read_csv(reference / "hdi_undp" / "published_2021.csv")
    y = dimensions(rows, pd.read_csv(reference / "hdi_undp" / "goalposts.csv"))
    hdi = pd.Series(aggregate.geometric(y, THIRDS)).round(3)
    assert (hdi == rows["hdi"]).all()
    assert (hdi.rank(ascending=False, method="min") == rows["rank"]).all()


def test_human_development_of_all_years_as_published(composite, dimensions):
    folder = composite / "hdi_undp"
    rows, printed = pd.read_csv(folder / "input.csv"), pd.read_csv(folder / "published_hdi.csv")
    hdi = aggregate.geometric(dimensions(rows, pd.read_csv(folder / "goalposts.csv")), THIRDS)
    both = rows.assign(hdi=hdi).merge(printed, on=["iso3", "year"])
    assert len(both) == 1126
    assert (both["hdi"].round(3) == both["hdi_published"]).all()
    unrounded = pd.read_csv(folder / "expected.csv").merge(both, on=["iso3", "year"])
    np.testing.assert_allclose(unrounded["hdi"], unrounded["hdi_expected"], rtol=1e-12)


def test_geometric_ranking_of_the_handbook(reference):
    # OECD/JRC (2008), table 38, column GME: of the raw values
    x = pd.read_csv(reference / "tai_oecd" / "input.csv").set_index("country")
    printed = pd.read_csv(reference / "tai_oecd" / "published_table38_rankings_by_aggregation.csv").set_index("country")
    scores = aggregate.geometric(x.to_numpy(dtype=float), np.full(8, 1 / 8))
    ranks = pd.Series(scores, x.index).rank(ascending=False)
    assert (ranks == printed["GME"].loc[x.index]).all()


def test_log_mean():
    assert aggregate.log_mean(2.0, 2.0) == 2.0
    assert aggregate.log_mean(math.e, 1.0) == pytest.approx(math.e - 1)
    # Neighbours: the mean lies between them, and keeps its digits.
    assert aggregate.log_mean(50.0, 50.00000000000001) == pytest.approx(50.0, rel=1e-13)
    assert aggregate.log_mean(50.0, 50.0000001) == pytest.approx(50.00000005, rel=1e-13)
