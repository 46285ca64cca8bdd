"""Rows of the study of digital services: exports, size, institutions, infrastructure and ICT by economy and year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import ECONOMY, EXPORTER, YEAR
from indexer.connect.context import context
from indexer.connect.table_file import read_table
from indexer.errors import UsageError
from indexer.index import Index
from indexer.study.frames import Facts, within

EXPORTS = "digitally_deliverable_services_exports_musd"
SERIES = {
    "gdp": "gdp_current_usd",
    "regulatory": "wgi_regulatory_quality",
    "government": "wgi_government_effectiveness",
    "law": "wgi_rule_of_law",
    "dstri": "dstri",
    "broadband": "fixed_broadband_per_100",
    "servers": "secure_internet_servers_per_million",
    "coverage": "population_covered_4g_pct",
    "internet": "internet_users_pct",
    "mobile": "mobile_subscriptions_per_100",
}
FIRST, LAST = 2010, 2023
BLOCKS = {
    "institutions": ("regulatory", "government", "law"),
    "infrastructure": ("broadband", "servers"),
    "ict": ("internet", "mobile"),
}
"""What each block is the mean of, each part standardised over the world and all years. 4G begins in 2013, so it stands
in rows of its own."""
WITH_4G = {"infrastructure_4g": ("broadband", "servers", "coverage")}
WHERE = "--data"
TREND = "trend"
RCEP, WORLD = "RCEP", "world"


@dataclass(frozen=True)
class Panel:
    """Economies by years.

    Attributes
    ----------
    facts : Facts
    own : DataFrame or None
        Exports of the user in place of the shipped ones: economy, year, services (million US$).
    """

    facts: Facts
    own: pd.DataFrame | None = None

    @cached_property
    def exports(self) -> pd.Series:
        """Exports of services by economy and year."""
        table = self.facts.series(EXPORTS) if self.own is None else self.own.set_index([ECONOMY, YEAR])["services"]
        return table.rename("services").dropna()

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Rows of all economies with exports and all blocks.

        Columns: exporter, year, services (million US$), the series as published (servers and gdp in logs, size =
        ln GDP), the blocks with standard deviation 1, trend (decades since the middle of the years), rcep.
        """
        facts = context(self.facts.folder, SERIES.values(), years=range(FIRST, LAST + 1))
        frame = facts.rename(columns={series: name for name, series in SERIES.items()})
        frame = frame.merge(self.exports.reset_index(), on=[ECONOMY, YEAR]).rename(columns={ECONOMY: EXPORTER})
        frame["size"] = np.log(frame["gdp"])
        frame["servers"] = np.log1p(frame["servers"])
        frame["openness"] = -frame["dstri"]
        parts = {**BLOCKS, **WITH_4G}
        for block, names in parts.items():
            frame[block] = _z(pd.concat([_z(frame[name]) for name in names], axis=1).mean(axis=1, skipna=False))
        frame[TREND] = (frame[YEAR] - (FIRST + LAST) / 2) / 10
        frame["rcep"] = frame[EXPORTER].isin(self.members)
        return frame

    @cached_property
    def members(self) -> list[str]:
        """Economies of RCEP."""
        return sorted(self.facts.trade.rcep[ECONOMY])

    def rows(self, sample: str, first: int = FIRST, last: int = LAST) -> pd.DataFrame:
        """Return the rows of RCEP's members or of the world."""
        frame = self.frame if sample == WORLD else self.frame[self.frame["rcep"]]
        return within(frame, first, last)

    def scored(self, sample: str, index: Any, lag: int) -> pd.DataFrame:
        """Return the rows with the index of the exporter, `lag` years older than exports, where it is known."""
        scores = index.scores if isinstance(index, Index) else index
        series = scores.set_index([ECONOMY, YEAR])["index"]
        years = pd.Series(scores[YEAR].unique())
        rows = self.rows(sample, int(years.min()) + min(lag, 0), int(years.max()) + max(lag, 0))
        at = pd.MultiIndex.from_arrays([rows[EXPORTER], rows[YEAR] - lag])
        return rows.assign(ai_exporter=series.reindex(at).to_numpy(dtype=float))

    def cells(self) -> pd.DataFrame:
        """Return, by member of RCEP, the years of exports and of each series that the equations can use, and gaps."""
        facts = self.facts.folder.facts
        facts = facts[facts[YEAR].between(FIRST, LAST)]
        rows = []
        for code in self.members:
            own = facts[facts[ECONOMY] == code]
            years = {int(year) for one, year in self.exports.index if one == code and FIRST <= year <= LAST}
            gaps = []
            for name in (name for block in BLOCKS.values() for name in block):
                have = set(own.loc[own["indicator"] == SERIES[name], YEAR])
                if lost := sorted(years - have):
                    gaps.append(f"{name} {spans(lost)}")
            used = self.frame[(self.frame[EXPORTER] == code) & self.frame[["size", *BLOCKS]].notna().all(axis=1)]
            rows.append({
                "economy": code, "exports": spans(sorted(years)),
                "missing": spans(sorted(set(range(FIRST, LAST + 1)) - years)), "other_gaps": "; ".join(gaps),
                "used": len(used),
            })  # fmt: skip
        return pd.DataFrame(rows)


def read_exports(data: str | Path | list[str | Path], known: Iterable[str]) -> pd.DataFrame:
    """Read a user's exports of services: economy, year, services (million US$).

    Raises
    ------
    UsageError
        For more than one file, missing columns, unknown economies, exports that are negative or no numbers, rows that
        stand twice, or years that are not those of the facts.
    """
    paths = [data] if isinstance(data, str | Path) else list(data)
    remedy = "give one table: economy, year, services (million US$)"
    if len(paths) != 1:
        raise UsageError(f"{len(paths)} files", where=WHERE, remedy=remedy)
    table = read_table(Path(paths[0]))
    for name in (ECONOMY, YEAR, "services"):
        if name not in table:
            raise UsageError(f"no column {name!r}", where=WHERE, remedy=remedy)
        if name != ECONOMY and not pd.api.types.is_numeric_dtype(table[name]):
            raise UsageError(f"the column {name!r} is not numeric", where=WHERE, remedy="make it numbers")
    table = table[[ECONOMY, YEAR, "services"]]
    faults = {
        "unknown economies": ~table[ECONOMY].isin(set(known)), "negative exports": table["services"] < 0,
        "years that are not whole": table[YEAR] != table[YEAR].round(),
        "economy-years that stand twice": table.duplicated([ECONOMY, YEAR]),
    }  # fmt: skip
    for what, bad in faults.items():
        if bad.any():
            raise UsageError(f"{int(bad.sum())} rows with {what}", where=WHERE, remedy="mend or leave out these rows",
                             rows=table[bad].head().to_numpy().tolist())  # fmt: skip
    table = table[table[YEAR].between(FIRST, LAST)].dropna()
    if table.empty:
        raise UsageError(f"no exports from {FIRST} to {LAST}", where=WHERE, remedy="the facts are of these years")
    return table.astype({YEAR: int}).reset_index(drop=True)


def spans(years: list[int]) -> str:
    """Write years as spans.

    Examples
    --------
    >>> spans([2010, 2011, 2013])
    '2010–2011, 2013'
    """
    parts: list[list[int]] = []
    for year in years:
        if parts and year == parts[-1][1] + 1:
            parts[-1][1] = year
        else:
            parts.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in parts)


def _z(x: pd.Series) -> pd.Series:
    return (x - x.mean()) / x.std()
