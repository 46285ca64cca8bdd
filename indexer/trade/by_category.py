"""Exports and imports of each economy in each category, as it reports them itself."""

from __future__ import annotations

import pandas as pd

from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.trade.reports import BALANCED, BY_EXPORTER, BY_IMPORTER, CATEGORY, VALUE
from indexer.trade.specialisation import market_share, trade_competitiveness

WORLD = "WLD"


def by_category(flows: pd.DataFrame) -> pd.DataFrame:
    """Return exports, imports, market share and trade competitiveness by economy, year and category.

    Parameters
    ----------
    flows : DataFrame
        exporter, importer, year, category, reported_by, value_usd; a partner WLD is the world as reported.

    Returns
    -------
    DataFrame
        economy, year, category, export, import (US$), share (of the exports that the economies here report),
        competitiveness. Trade with the world as an economy reports it, else the sum over its partners; 0 where it
        reports in the year and side but nothing of the category, missing where it does not report.
    """
    sides = {
        "export": (EXPORTER, IMPORTER, BY_EXPORTER),
        "import": (IMPORTER, EXPORTER, BY_IMPORTER),
    }
    keys = ["economy", YEAR, CATEGORY]
    parts = []
    for name, (own, other, side) in sides.items():
        rows = flows[flows["reported_by"].isin([side, BALANCED]) & (flows[own] != WORLD)]
        rows = rows.assign(economy=rows[own], is_world=rows[other] == WORLD)
        rows = rows[rows["is_world"] == rows.groupby(["economy", YEAR])["is_world"].transform("any")]
        sums = rows.groupby(keys)[VALUE].sum().rename(name)
        reporting = rows[["economy", YEAR]].drop_duplicates().merge(flows[[CATEGORY]].drop_duplicates(), how="cross")
        parts.append(sums.reindex(pd.MultiIndex.from_frame(reporting[keys]), fill_value=0.0))
    table = pd.concat(parts, axis=1).reset_index().sort_values(keys, ignore_index=True)
    world = table.groupby([YEAR, CATEGORY])["export"].transform("sum")
    table["share"] = market_share(table[["export"]].to_numpy().T, world.to_numpy()).ravel()
    table["competitiveness"] = trade_competitiveness(table["export"], table["import"])
    return table
