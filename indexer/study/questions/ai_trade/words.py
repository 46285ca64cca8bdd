"""What the study of AI trade says in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from indexer.study.estimate import percent
from indexer.study.questions.ai_trade.gravity import basis
from indexer.trade.products import CATEGORIES

TITLE = "Trade in AI goods and services: computing power, data services, models, downstream applications"
GIVE = (
    "Give product-level files with --data FILE, as often as needed: UN Comtrade as downloaded (of today or of before "
    "2023), BACI with its country_codes file, or a table exporter,importer,year,classification,product,value_usd "
    "(classification HS2022, HS2017, HS2012 or EBOPS2010)."
)
SOURCES = {
    "waugh_2026": "Waugh (2026)",
    "us_memo_2025_04_11": "US memorandum (2025)",
    "waugh_2026 us_memo_2025_04_11": "both",
    "this_project": "this project",
}
LINES = (
    "hs10_listed: ten-digit US lines of the code that the source lists, of all of them; both: Waugh (2026) and the US "
    "memorandum. Every line has its reason in the full table (lines.csv with --out).",
)
SIDES = {"ai_exporter": "exporter's index", "ai_importer": "importer's index", "ai_gap": "gap of the indices"}
_VINTAGES = {
    "stable": "only codes with the same number in HS 2012, 2017 and 2022 count, so that years of different vintages "
    "compare; smartphones, monitors and the semiconductor devices that were renumbered are left out",
    "any": "in HS 2012 and HS 2017 every code that a listed one was taken from counts whole, with goods that are not "
    "listed (8541.40: solar cells; 8517.12: all mobile telephones), so a change of vintage is a break",
    "heading": "whole four-digit headings count, with everything else in them",
}


def caveats(tier: str, rule: str, threshold: float) -> tuple[str, ...]:
    """Say which codes count and what they hold beside AI."""
    return (
        f"Vintages of the HS (rule={rule}): {_VINTAGES[rule]}. No value is split between codes.",
        f"Codes: tier={tier}; six-digit codes of which the source lists {threshold:.0%} of the ten-digit US lines or "
        "more.",
        "No classification isolates models: they are in computer services (SI2) and licences (SH, SH3) with much else. "
        "Files of goods say nothing of data services and models.",
        "Goods: lists of Waugh (2026) and of the US memorandum of 11 April 2025; neither is the list of the WTO.",
        "For each importer and year one kind of report is taken: its own (CIF), else that of its partners (FOB).",
    )


def sentence(found: pd.DataFrame) -> str:
    """Say what the ladder shows, category by category, and what it does not."""
    wanted = {"exporter-year and pair effects": "importer's", "importer-year and pair effects": "exporter's"}
    parts = []
    for category in (one for one in CATEGORIES if (found["category"] == one).any()):
        rows = found[found["category"] == category].to_dict("records")
        said = [
            f"{percent(_numbers(r))} with ten more points of the {wanted[r['effects']]} index"
            for r in rows
            if r["effects"] in wanted and np.isfinite(r["estimate"])
        ]
        reason = next((r["note"] for r in rows if r["note"]), "")
        parts.append(f"{category.replace('_', ' ')} {', '.join(said) or f'has no estimate ({reason})'}")
    return (
        f"What it shows, within pairs of economies over time: trade in {'; '.join(parts)}. Under exporter-year, "
        "importer-year and pair effects together the index of one side is absorbed, and no number is printed for it. "
        "What it does not show: that AI causes this trade; the codes hold much that is not AI, and no classification "
        "isolates models."
    )


def _numbers(row: Mapping[Hashable, Any]) -> dict[str, float]:
    return {end: float(row[end]) for end in ("estimate", "low", "high")}


def counted(files: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Say what was read, what was left out, and what the estimation rests on."""
    read = "; ".join(
        f"{r['file']}: {r['rows']:,} rows, {r['not_total']:,} of them re-exports or parts of a total, "
        f"{r['not_economy']:,} with a side that is no economy"
        for r in files.to_dict("records")
    )
    if rows.empty:
        return f"Read: {read}."
    n = basis(rows)
    return (
        f"Read: {read}. Estimation: {n['rows']:,} rows by pair, year and category, {n['by_importer']:,} as importers "
        f"report, {n['by_exporter']:,} as exporters report, {n['balanced']:,} as given; {n['zeros']:,} of them zeros, "
        f"where whoever reports the year reports no such flow; {n['no_index']:,} without an index on a side are left "
        "out."
    )
