"""What coded agreements oblige two economies to, day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from indexer.columns import ECONOMY
from indexer.errors import UsageError

FULL = 3
"""The strongest obligation: binding and subject to dispute settlement."""
SURE = ("low", "medium", "high")


@dataclass(frozen=True)
class Law:
    """The coded agreements: their parties and days, obligations by provision, and parties obliged less for a time."""

    days: Mapping[str, Mapping[str, tuple[dt.date, str]]]
    obligations: Mapping[str, np.ndarray]
    lowered: Mapping[tuple[str, str], Sequence[tuple[dt.date, int, int]]]

    @classmethod
    def of(cls, provisions: pd.DataFrame, events: pd.DataFrame, scenario: pd.DataFrame | None) -> Law:
        """Put provisions and entries into force together."""
        if provisions.empty:
            raise UsageError("no provision is coded", where="provisions", remedy="use read_provisions()")
        coded = set(provisions["agreement"])
        assumed = set(provisions.loc[provisions["scenario"] == 1, "agreement"])
        given = set() if scenario is None else set(scenario["agreement_or_law"])
        if unknown := sorted(given - coded):
            raise UsageError(
                f"no provisions of {unknown[0]!r} are coded",
                where="scenario",
                remedy=f"one of: {', '.join(sorted(coded))}",
            )
        used = (coded - assumed) | given
        dated = events if scenario is None else pd.concat([events, scenario], ignore_index=True)
        dated = dated[(dated["event"] == "in_force") & dated["agreement_or_law"].isin(used)]
        if lost := sorted(used - set(dated["agreement_or_law"])):
            raise UsageError(
                f"no entry into force of {lost[0]!r} is known",
                where="events",
                remedy="add it, or leave out its provisions",
            )
        if (twice := dated.duplicated(["agreement_or_law", ECONOMY])).any():
            name, who = dated.loc[twice, ["agreement_or_law", ECONOMY]].iloc[0]
            raise UsageError(f"{name} enters into force twice for {who}", where="events", remedy="keep one day")
        return cls(*_tables(provisions[provisions["agreement"].isin(used)], dated))

    @property
    def economies(self) -> set[str]:
        """Whoever is a party to something."""
        return {economy for parties in self.days.values() for economy in parties}

    def of_year(self, i: str, j: str, year: int) -> tuple[float, str, str]:
        """Return the depth of a pair in a year, the agreements in force in it, and the lowest confidence."""
        first, end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
        since = {a: max(d[i][0], d[j][0]) for a, d in self.days.items() if i in d and j in d}
        since = {a: day for a, day in since.items() if day < end}
        changes = {day for day in since.values() if day > first}
        changes |= {u for a in since for e in (i, j) for u, _, _ in self.lowered.get((a, e), ()) if first < u < end}
        edges = [first, *sorted(changes), end]
        total = sum((after - day).days * self._on(i, j, day, since) for day, after in pairwise(edges))
        sure = [self.days[a][e][1] for a in since for e in (i, j)]
        return total / (end - first).days, "; ".join(sorted(since)), min(sure, key=SURE.index, default="high")

    def _on(self, i: str, j: str, day: dt.date, since: Mapping[str, dt.date]) -> float:
        """Return the depth of a pair on a day."""
        best = np.zeros(len(next(iter(self.obligations.values()))))
        for agreement, start in since.items():
            if start > day:
                continue
            owed = self.obligations[agreement].copy()
            for economy in (i, j):
                for until, q, less in self.lowered.get((agreement, economy), ()):
                    if day < until:
                        owed[q] = min(owed[q], less)
            best = np.maximum(best, owed)
        return float(best.sum() / (FULL * best.size))


def _tables(provisions: pd.DataFrame, dated: pd.DataFrame) -> tuple[dict, dict, dict]:
    """Days by agreement and party, obligations by agreement, and lowered ones by agreement and party."""
    days: dict[str, dict[str, tuple[dt.date, str]]] = {}
    for row in dated.itertuples():
        day = (dt.date.fromisoformat(str(row.date)), str(row.confidence))
        days.setdefault(str(row.agreement_or_law), {})[str(row.economy)] = day
    general = provisions[provisions[ECONOMY].isna()]
    names = list(dict.fromkeys(general["provision"]))
    table = general.pivot(index="agreement", columns="provision", values="obligation").reindex(columns=names)
    if table.isna().any(axis=None):
        where = [(str(a), str(q)) for a, q in zip(*np.nonzero(table.isna().to_numpy()), strict=True)]
        a, q = table.index[int(where[0][0])], names[int(where[0][1])]
        raise UsageError(f"{a} has no code for {q}", where="provisions", remedy="write 0 where it obliges to nothing")
    obligations = {str(a): row.to_numpy(dtype=float) for a, row in table.iterrows()}
    lowered: dict[tuple[str, str], list[tuple[dt.date, int, int]]] = {}
    less = provisions[provisions[ECONOMY].notna()]
    for row, obligation in zip(less.itertuples(), less["obligation"].astype(int), strict=True):
        if row.provision not in names or row.agreement not in obligations:
            raise UsageError(
                f"{row.agreement} has no code for {row.provision}",
                where="provisions",
                remedy="add the row for all parties",
            )
        what = (dt.date.fromisoformat(str(row.until)), names.index(str(row.provision)), obligation)
        lowered.setdefault((str(row.agreement), str(row.economy)), []).append(what)
    return days, obligations, lowered
