"""The rows that studies estimate on: China with its partners, and all directed pairs, with the index attached."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from indexer import gravity
from indexer.columns import ECONOMY, EXPORTER, IMPORTER, YEAR
from indexer.connect.agreements import rcep_share
from indexer.connect.china_partners import CHINA, china_partners, with_total
from indexer.folder import Folder, TradeTables, read, read_trade

FLOWS = ("total", "exports", "imports")


@dataclass(frozen=True, eq=False)
class Facts:
    """The shipped facts that studies rest on: indicators and reference series, and the trade tables."""

    folder: Folder
    trade: TradeTables

    @classmethod
    def shipped(cls) -> Facts:
        """Read them."""
        return cls(read(), read_trade())

    def series(self, name: str) -> pd.Series:
        """Return the published values of an indicator or reference series by economy and year."""
        facts = self.folder.facts
        return facts[facts["indicator"] == name].set_index([ECONOMY, YEAR])["value"]

    def of(self, name: str, economy: pd.Series, year: pd.Series) -> pd.Series:
        """Return the values of a series for the economy and year of each row."""
        found = self.series(name).reindex(pd.MultiIndex.from_arrays([economy, year]))
        return pd.Series(found.to_numpy(), index=economy.index)

    @cached_property
    def of_partners(self) -> pd.DataFrame:
        """China's flows in both directions before any index is attached."""
        flows = china_partners(self.folder, self.trade)
        flows["gdp_china"] = self.of("gdp_current_usd", pd.Series(CHINA, index=flows.index), flows[YEAR])
        flows["rcep"] = rcep_share(self.trade.rcep, flows[EXPORTER], flows[IMPORTER], flows[YEAR])
        return flows

    @cached_property
    def of_pairs(self) -> pd.DataFrame:
        """All directed flows before any index is attached."""
        flows = self.trade.flows.rename(columns={"trade_usd": "trade"})
        distances = self.trade.distances.rename(columns={"distance_km": "distance"})
        flows = flows.merge(distances, on=[EXPORTER, IMPORTER], how="left")
        for side in (EXPORTER, IMPORTER):
            flows[f"gdp_{side}"] = self.of("gdp_current_usd", flows[side], flows[YEAR])
        flows["rcep"] = rcep_share(self.trade.rcep, flows[EXPORTER], flows[IMPORTER], flows[YEAR])
        flows["pair"] = ["-".join(sorted(two)) for two in zip(flows[EXPORTER], flows[IMPORTER], strict=True)]
        return flows

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The partners of China in the shipped flows."""
        return tuple(sorted(self.of_partners["partner"].unique()))

    @cached_property
    def among(self) -> tuple[int, int]:
        """First and last year in which flows among the partners themselves are known."""
        flows = self.trade.flows
        years = flows.loc[(flows[EXPORTER] != CHINA) & (flows[IMPORTER] != CHINA), YEAR]
        return int(years.min()), int(years.max())


def partners(facts: Facts, index: Any, lag: int = 0) -> pd.DataFrame:
    """Return China's trade with each partner, both directions and their sum.

    Parameters
    ----------
    facts : Facts
    index : Index or DataFrame
        As `gravity.attach` takes it, without trade outcomes.
    lag : int
        Years by which the index is older than the trade; negative for a lead: trade before the index.

    Returns
    -------
    DataFrame
        exporter, importer, year, partner, flow ("total", "exports" of China, "imports"), trade (US$), basis, distance
        (km), gdp_partner, gdp_china, gdp_per_head_partner (US$), ai_partner, ai_china, rcep (share of the year).
    """
    flows = _attached(index, facts.of_partners, lag)
    away = flows[EXPORTER] == CHINA
    flows["ai_partner"] = flows["ai_importer"].where(away, flows["ai_exporter"])
    flows["ai_china"] = flows["ai_exporter"].where(away, flows["ai_importer"])
    found = with_total(flows)
    known = found["flow"] == "total"
    found.loc[known, EXPORTER] = CHINA
    found.loc[known, IMPORTER] = found.loc[known, "partner"]
    return found


def pairs(facts: Facts, index: Any, lag: int = 0) -> pd.DataFrame:
    """Return all directed flows among China and the partners, with index, GDP, distance and RCEP.

    Returns
    -------
    DataFrame
        exporter, importer, year, trade, distance, gdp_exporter, gdp_importer, rcep, pair (undirected), and the columns
        of `gravity.attach`.
    """
    return _attached(index, facts.of_pairs, lag)


def _attached(index: Any, flows: pd.DataFrame, lag: int) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gravity.NoScoreWarning)
        found = gravity.attach(index, flows.assign(year=flows[YEAR] - lag))
    return found.assign(year=found[YEAR] + lag)


def within(frame: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return the rows of a window of years."""
    return frame[frame[YEAR].between(first, last)]
