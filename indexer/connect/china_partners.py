"""China and its ASEAN partners: flows in both directions with distance and GDP of the partner."""

from __future__ import annotations

import pandas as pd

from indexer.folder import Folder, TradeTables

CHINA = "CHN"


def china_partners(folder: Folder, trade: TradeTables) -> pd.DataFrame:
    """Return directed flows between China and its partners.

    Returns
    -------
    DataFrame
        exporter, importer, year, partner, flow ("exports" of China or "imports"), trade (US$), basis, distance (km),
        gdp_partner (current US$) and gdp_per_head_partner (US$); missing where the facts have none.
    """
    flows = trade.flows
    flows = flows[(flows["exporter"] == CHINA) | (flows["importer"] == CHINA)].rename(columns={"trade_usd": "trade"})
    flows = flows.assign(
        partner=flows["importer"].where(flows["exporter"] == CHINA, flows["exporter"]),
        flow=(flows["exporter"] == CHINA).map({True: "exports", False: "imports"}),
    )
    distances = trade.distances.rename(columns={"distance_km": "distance"})
    facts = folder.facts[folder.facts["indicator"].isin(["gdp_current_usd", "population_total"])]
    gdp = facts.pivot(index=["economy", "year"], columns="indicator", values="value").reset_index()
    gdp["gdp_per_head_partner"] = gdp["gdp_current_usd"] / gdp["population_total"]
    gdp = gdp.rename(columns={"economy": "partner", "gdp_current_usd": "gdp_partner"}).drop(columns="population_total")
    merged = flows.merge(distances, on=["exporter", "importer"], how="left").merge(
        gdp, on=["partner", "year"], how="left"
    )
    columns = ["exporter", "importer", "year", "partner", "flow", "trade", "basis", "distance"]
    columns += ["gdp_partner", "gdp_per_head_partner"]
    return merged[columns].sort_values(["flow", "partner", "year"], ignore_index=True)


def with_total(directed: pd.DataFrame) -> pd.DataFrame:
    """Append the sum of both directions as flow "total"; a partner-year that lacks one direction has no total."""
    carried = [c for c in directed.columns if c not in ("exporter", "importer", "flow", "trade", "basis")]
    groups = directed.groupby(["partner", "year"])["trade"].agg(["sum", "size"]).reset_index()
    groups = groups[groups["size"] == 2].rename(columns={"sum": "trade"}).drop(columns="size")
    rest = directed[directed["flow"] == "exports"][carried]
    total = groups.merge(rest, on=["partner", "year"], how="left").assign(flow="total")
    return pd.concat([total, directed], ignore_index=True)
