"""Exact cases by hand, identities, and real exports of 2013-2023 computed another way."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from indexer.errors import MethodError
from indexer.trade.specialisation import (
    balassa,
    market_share,
    michaely,
    symmetric_rca,
    trade_competitiveness,
    trade_intensity,
)

# Two countries, two products: exports 16 in all, 6 of the first product.
X = np.array([[4.0, 4.0], [2.0, 6.0]])
M = np.array([[1.0, 3.0], [5.0, 5.0]])


def test_by_hand():
    assert_allclose(balassa(X), [[0.5 / (6 / 16), 0.5 / (10 / 16)], [0.25 / (6 / 16), 0.75 / (10 / 16)]], rtol=1e-15)
    assert_allclose(symmetric_rca(X)[0, 0], (4 / 3 - 1) / (4 / 3 + 1), rtol=1e-14)
    assert_allclose(market_share(X), [[2 / 3, 0.4], [1 / 3, 0.6]], rtol=1e-15)
    assert_allclose(market_share(X, [12, 40]), [[1 / 3, 0.1], [1 / 6, 0.15]], rtol=1e-15)
    assert_allclose(trade_competitiveness(X, M), [[0.6, 1 / 7], [-3 / 7, 1 / 11]], rtol=1e-14)
    assert_allclose(michaely(X, M), [[0.25, -0.25], [-0.25, 0.25]], rtol=1e-14)


def test_intensity_by_hand():
    flows = np.array([[9.0, 6.0, 2.0], [3.0, 9.0, 1.0], [1.0, 3.0, 9.0]])  # own trade is not looked at; 16 in all
    imports = [4, 9, 3]
    found = trade_intensity(flows)
    assert_allclose(found[0, 1], (6 / 8) / (imports[1] / 16), rtol=1e-14)
    assert_allclose(found[2, 0], (1 / 4) / (imports[0] / 16), rtol=1e-14)
    assert np.isnan(np.diag(found)).all()
    kojima = trade_intensity(flows, own="excluded")
    assert_allclose(kojima[0, 1], (6 / 8) / (imports[1] / (16 - imports[0])), rtol=1e-14)
    assert_allclose(kojima[2, 0], (1 / 4) / (imports[0] / (16 - imports[2])), rtol=1e-14)


def test_proportional_trade_has_intensity_one_where_own_imports_are_left_out():
    # three alike countries that trade alike
    assert_allclose(trade_intensity(np.ones((3, 3)), own="excluded")[0, 1:], 1.0, rtol=1e-14)


def test_world_weighted_rca_is_one_and_michaely_sums_to_zero():
    rng = np.random.default_rng(2)
    x, m = rng.uniform(0, 10, (2, 6, 9))
    assert_allclose(balassa(x) @ (x.sum(axis=0) / x.sum()), 1.0, rtol=1e-13)
    assert_allclose(michaely(x, m).sum(axis=1), 0.0, atol=1e-14)
    assert (np.abs(symmetric_rca(x)) <= 1).all()
    assert_allclose(balassa(1e9 * x), balassa(x), rtol=1e-13)


def test_nothing_to_divide_by_is_nan():
    nobody = np.array([[1.0, 0.0], [2.0, 0.0]])
    assert np.isnan(balassa(nobody)[:, 1]).all()
    nothing = np.array([[0.0, 0.0], [2.0, 1.0]])
    assert np.isnan(balassa(nothing)[0]).all()
    assert np.isnan(michaely(nothing, nothing)[0]).all()
    assert np.isnan(trade_competitiveness([0.0], [0.0])).all()
    assert trade_competitiveness([0.0], [2.0]) == [-1]
    assert symmetric_rca([[1.0, 0.0], [1.0, 2.0]])[0, 1] == -1


def test_missing_stays_missing():
    x = np.array([[np.nan, 4.0], [2.0, 6.0]])
    assert np.isnan(market_share(x)[:, 0]).all()
    assert_allclose(market_share(x)[:, 1], [0.4, 0.6])
    assert np.isnan(balassa(x)).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: balassa([[1.0, -1.0]]), lambda: balassa([[1.0, np.inf]]), lambda: balassa([1.0, 2.0]),
        lambda: market_share(X, [1.0]), lambda: michaely(X, M[:1]), lambda: trade_competitiveness(X, -M),
        lambda: trade_intensity(X[:1]), lambda: trade_intensity(X, own="no"), lambda: balassa(np.empty((0, 2))),
    ],
)  # fmt: skip
def test_refused(call):
    with pytest.raises(MethodError):
        call()


def test_real_exports_of_singapores_partners(shared):
    """Chapters 84, 85 and 90 from 15 partners to Singapore, UN Comtrade: shares and RCA of 2022 by group sums."""
    path = shared.parents[1] / "data/mechanisms/product_trade.csv"
    if not path.is_file():
        pytest.skip(f"no {path}")
    table = pd.read_csv(path, dtype={"hs": "str"})
    table = table[(table["origin"] == "comtrade_sgp_hs2") & (table["year"] == 2022) & (table["importer"] == "SGP")]
    wide = table.pivot(index="exporter", columns="hs", values="value_usd")
    assert wide.shape == (15, 3)
    own = table["value_usd"] / table.groupby("exporter")["value_usd"].transform("sum")
    world = table.groupby("hs")["value_usd"].transform("sum") / table["value_usd"].sum()
    expected = (own / world).to_numpy()
    found = pd.DataFrame(balassa(wide), wide.index, wide.columns).stack()
    keys = pd.MultiIndex.from_frame(table[["exporter", "hs"]])
    assert_allclose(found.reindex(keys), expected, rtol=1e-12)
