"""Who gains in digital trade: market share, competitiveness, specialisation, and the digital part of the index."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from indexer.analyse.agreement import agreement, intervals
from indexer.columns import ECONOMY, YEAR
from indexer.connect.china_partners import CHINA
from indexer.connect.context import context
from indexer.connect.product_totals import product_totals
from indexer.errors import UsageError
from indexer.folder import TradeTables, read, read_trade
from indexer.index import Index
from indexer.pipeline import build
from indexer.study.options import Options
from indexer.study.questions.competitiveness import tables
from indexer.study.report import Figure, Study
from indexer.trade.by_product import by_product
from indexer.trade.digital import digital_part, first_and_last
from indexer.trade.specialisation import market_share, trade_competitiveness

DIGITAL = ("computing_power", "digital_services")
EXPORTS, IMPORTS = "digitally_deliverable_services_exports_musd", "digitally_deliverable_services_imports_musd"
ICT = "ict_service_exports_usd"
DRAWS = 1999


def study(
    data: str | Path | Iterable[str | Path] | None = None,
    *,
    edition: str | None = None,
    indicators: Path | None = None,
    seed: int = 1,
) -> Study:
    """Measure competitiveness on the shipped facts, or specialisation by product on a file of the user.

    Parameters
    ----------
    data : path or paths, optional
        A table exporter,product,year,export[,import], or product-level files (UN Comtrade, BACI): then market share,
        RCA, symmetric RCA, trade competitiveness and the Michaely index by product, and nothing else.
    edition, indicators : optional
        Edition and folder of the index whose digital part is shown.
    seed : int
        Of the bootstrap behind the interval of the rank correlation.

    Returns
    -------
    Study
        Without data: tables digital, path, technology, china, together. With data: specialisation.

    Raises
    ------
    UsageError
        For a file that is no such table, an edition beside it, or a seed that is no whole number.
    """
    Options.of(edition=edition, seed=seed)
    if data is not None and edition is not None:
        raise UsageError("specialisation by product rests on no edition", where="edition", remedy="leave it out")
    if data is not None:
        return tables.specialised(by_product(product_totals(data, read(indicators).names)))
    index = build(indicators, edition).without("trade_outcome")
    trade = read_trade()
    path = _path(index, trade)
    table, together = _digital(path, index), _together(path, seed)
    names = index.folder.names
    return Study(
        name="competitiveness",
        title="Who gains in digital trade, and does digital technology grow with it?",
        tables=(
            tables.digital(table, index),
            tables.path(path),
            tables.technology(path),
            tables.china(_china(trade), names),
            tables.together(together, DRAWS),
        ),
        sentence=tables.sentence(table, together, names),
        caveats=tables.caveats(path, names),
        figures=(
            Figure(
                "competitiveness",
                "Trade competitiveness in digitally deliverable services",
                partial(tables.draw_competitiveness, path, names),
            ),
            Figure(
                "growth",
                "Digital technology and market share",
                partial(tables.draw_growth, _growths(path, "export_share"), names),
            ),
        ),
    )


def _path(index: Index, trade: TradeTables) -> pd.DataFrame:
    """One row an economy of the edition and year: trade in digital services, shares, and the digital part."""
    members = sorted(index.scores[ECONOMY].unique())
    facts = context(index.folder, [EXPORTS, IMPORTS, ICT])
    world = trade.world_services.set_index(YEAR)
    table = facts.rename(columns={ICT: "ict_export_usd"}).assign(
        export_usd=1e6 * facts[EXPORTS], import_usd=1e6 * facts[IMPORTS]
    )
    table["ict_share"] = table["ict_export_usd"] / table.groupby(YEAR)["ict_export_usd"].transform("sum")
    for side in ("export", "import"):
        total = world[f"{side}s_usd"].reindex(table[YEAR]).to_numpy()
        table[f"{side}_share"] = market_share(table[[f"{side}_usd"]].to_numpy().T, total).ravel()
    table["competitiveness"] = trade_competitiveness(table["export_usd"], table["import_usd"])
    weights = index.weights[index.weights["level"] == "set"].set_index("node")["weight"]
    part = digital_part(index.scores, {name: float(weights[name]) for name in DIGITAL if name in weights})
    merged = table[table[ECONOMY].isin(members)].merge(part, on=[ECONOMY, YEAR], how="outer")
    columns = [
        "export_usd",
        "import_usd",
        "export_share",
        "import_share",
        "competitiveness",
        "ict_export_usd",
        "ict_share",
    ]
    columns = [ECONOMY, YEAR, *columns, "digital_part", "digital_growth"]
    merged = merged[columns].sort_values([ECONOMY, YEAR], ignore_index=True)
    return merged[merged[columns[2:]].notna().any(axis=1)].reset_index(drop=True)


def _digital(path: pd.DataFrame, index: Index) -> pd.DataFrame:
    """One row an economy: what changed over the years of the edition, between the first and last year observed."""
    part = path[path[YEAR].between(min(index.edition.years), max(index.edition.years))]
    made = {}
    for column in ("export_usd", "export_share", "competitiveness", "ict_share", "digital_part"):
        made[column] = first_and_last(part, column)
    economies = pd.Index(sorted(path[ECONOMY].unique()), name=ECONOMY)
    share, ratio, digital = made["export_share"], made["competitiveness"], made["digital_part"]
    ict, amount = made["ict_share"], made["export_usd"]
    columns = {
        "first_year": share["first_year"], "last_year": share["last_year"],
        "export_usd": amount["last"], "export_growth": amount["growth"],
        "share_first": share["first"], "share_last": share["last"], "share_growth": share["growth"],
        "competitiveness_first": ratio["first"], "competitiveness_last": ratio["last"],
        "ict_share_last": ict["last"], "ict_share_growth": ict["growth"],
        "digital_first": digital["first"], "digital_last": digital["last"], "digital_growth": digital["growth"],
    }  # fmt: skip
    table = pd.DataFrame({name: values.reindex(economies) for name, values in columns.items()}).reset_index()
    years = ["first_year", "last_year"]
    table[years] = table[years].astype("Int64")
    return table.sort_values("share_last", ascending=False, ignore_index=True)


def _together(path: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Rank correlation across economies of the growth of trade with that of the digital part, over the same years."""
    rows = []
    for column in ("export_usd", "export_share", "import_usd", "ict_export_usd"):
        pairs = _growths(path, column)
        n = len(pairs)
        for name, unit in (("digital", "per cent"), ("points", "points")):
            rho = low = high = float("nan")
            if n > 3:
                x, y = pairs[name].to_numpy(), pairs["trade"].to_numpy()
                rho = agreement(x, y)[0]
                (low, _), (high, _) = intervals(x, y, np.arange(n), DRAWS, seed)
            found = {"growth_of": column, "digital_in": unit, "n": n, "spearman": rho, "low": low, "high": high}
            rows.append(found)
    return pd.DataFrame(rows)


def _growths(path: pd.DataFrame, column: str) -> pd.DataFrame:
    """Yearly growth of a column (trade) and of the digital part (digital; in points), over the years that have both."""
    both = path.dropna(subset=[column, "digital_part"])
    trade, digital = first_and_last(both, column), first_and_last(both, "digital_part")
    columns = {"trade": trade["growth"], "digital": digital["growth"], "points": digital["change"]}
    return pd.DataFrame(columns).dropna()


def _china(trade: TradeTables) -> pd.DataFrame:
    """Goods of each partner with China: export (to China), import, competitiveness, share of the partners' exports."""
    flows = trade.flows[(trade.flows["exporter"] == CHINA) | (trade.flows["importer"] == CHINA)]
    # from 2025 the flows to China are the partners' reports, before it China's: the ratio is not the same thing then
    flows = flows[flows["basis"].isin(["china_imports_cif", "china_exports_fob"])]
    away = flows["exporter"] == CHINA
    partner = flows["importer"].where(away, flows["exporter"])
    flows = flows.assign(partner=partner, side=np.where(away, "import", "export"))
    wide = flows.pivot(index=["partner", YEAR], columns="side", values="trade_usd").dropna().reset_index()
    wide.columns.name = None
    wide["competitiveness"] = trade_competitiveness(wide["export"], wide["import"])
    return wide.assign(share=wide["export"] / wide.groupby(YEAR)["export"].transform("sum"))
