"""The pairs, tables and rows of the study of digital trade rules."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import cached_property

import numpy as np
import pandas as pd

from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.connect import digital_rules as rules
from indexer.connect.china_partners import CHINA, china_partners, with_total
from indexer.connect.obligations import FULL
from indexer.gravity.result import Fit
from indexer.study.frames import Facts

UPGRADE = "China-ASEAN FTA 3.0"
ASSUMED_YEAR = 2026
"""A year in which the upgrade is assumed to be in force throughout; no fact is of it."""
FIRST, LAST = 2008, 2026
KINDS = ("China–ASEAN", "within ASEAN", "ASEAN–other RCEP", "other RCEP")


class Pairs:
    """Depth between all RCEP economies, year by year, and the flows that are known between the eleven.

    Parameters
    ----------
    facts : Facts
    """

    def __init__(self, facts: Facts):
        self.facts = facts
        self.provisions, self.events = rules.read_provisions(), rules.read_events()
        economies = facts.folder.economies.set_index("economy")
        self.asean = sorted(economies.index[economies["asean"] == 1])
        self.rcep = sorted(economies.index[economies["rcep"] == 1])
        self.eleven = sorted([CHINA, *self.asean])

    def parties(self, agreement: str) -> list[str]:
        """Return for whom an agreement is in force, at whatever date."""
        known = self.events[(self.events["agreement_or_law"] == agreement) & (self.events["event"] == "in_force")]
        return sorted(known["economy"].unique())

    def kind(self, one: str, other: str) -> str:
        """Return the kind of a pair."""
        n = (one in self.asean) + (other in self.asean)
        return KINDS[1] if n == 2 else KINDS[3] if n == 0 else KINDS[0] if CHINA in (one, other) else KINDS[2]

    def depths(
        self, economies: list[str], *, breadth: bool = False, grace: bool = True, upgrade: bool = False
    ) -> pd.DataFrame:
        """Return depth among economies, in both directions, with the gap of own depths.

        Parameters
        ----------
        breadth : bool
            Count any obligation as a full one: the share of provisions that an agreement in force covers at all.
        grace : bool
            Let parties be obliged less for a time, as coded; otherwise all are obliged from the first day.
        upgrade : bool
            Assume the upgrade of the China–ASEAN agreement in force from `ASSUMED_YEAR`.
        """
        codes = self.provisions
        if breadth:
            codes = codes.assign(obligation=np.where(codes["obligation"] > 0, FULL, 0))
        if not grace:
            codes = codes[codes["economy"].isna()]
        assumed = rules.assume(UPGRADE, self.eleven, f"{ASSUMED_YEAR}-01-01") if upgrade else None
        pairs = itertools.permutations(economies, 2)
        return rules.depth_gap(rules.depth(codes, self.events, pairs, range(FIRST, LAST + 1), scenario=assumed))

    @cached_property
    def of_rcep(self) -> pd.DataFrame:
        """Depth between the fifteen economies of RCEP, with the kind of each pair."""
        found = self.depths(self.rcep)
        found["kind"] = [self.kind(i, j) for i, j in zip(found[EXPORTER], found[IMPORTER], strict=True)]
        return found

    @cached_property
    def regressors(self) -> pd.DataFrame:
        """Everything about the directed pairs of the eleven that is put into an equation, by year."""
        found = self.depths(self.eleven).drop(columns=["agreements", "confidence"])
        breadth = self.depths(self.eleven, breadth=True)["rules_depth"].to_numpy()
        ungraced = self.depths(self.eleven, grace=False)["rules_depth"].to_numpy()
        pairs = list(itertools.permutations(self.eleven, 2))
        strict = rules.restrictiveness(self.facts.folder, pairs, range(FIRST, LAST + 1))
        return found.assign(breadth=breadth, depth_at_once=ungraced).merge(strict, on=[EXPORTER, IMPORTER, YEAR])

    def flows(self, ahead: int = 0) -> pd.DataFrame:
        """Return all directed flows among the eleven, with the rules of the year and depth of `ahead` years later."""
        flows = self.facts.trade.flows.rename(columns={"trade_usd": "trade"})
        flows["pair"] = ["-".join(sorted(two)) for two in zip(flows[EXPORTER], flows[IMPORTER], strict=True)]
        return self._joined(flows, ahead)

    def china(self, ahead: int = 0) -> pd.DataFrame:
        """Return China's flows with each partner and their sum, with rules as in `flows`."""
        found = with_total(china_partners(self.facts.folder, self.facts.trade))
        sums = found["flow"] == "total"
        found.loc[sums, EXPORTER] = CHINA
        found.loc[sums, IMPORTER] = found.loc[sums, "partner"]
        found["pair"] = found["partner"]
        return self._joined(found, ahead)

    def _joined(self, flows: pd.DataFrame, ahead: int) -> pd.DataFrame:
        keys = [EXPORTER, IMPORTER, YEAR]
        other = self.regressors[[*keys, "rules_depth"]].rename(columns={"rules_depth": "depth_ahead"})
        other = other.assign(year=other[YEAR] - ahead)
        return flows.merge(self.regressors, on=keys, how="left").merge(other, on=keys, how="left")


def information(fit: Fit, column: str, effects: Iterable[tuple[str, ...]]) -> pd.Series:
    """Return each row's share of what identifies a coefficient: μ·r², with r the regressor beside the effects.

    Parameters
    ----------
    fit : Fit
        A PPML fit on one regressor.
    column : str
    effects : iterable of tuples of columns

    Returns
    -------
    Series
        By row of the sample; sums to 1.
    """
    frame = fit.data.loc[fit.sample]
    weight = np.sqrt(fit.fitted.to_numpy())
    levels = [pd.get_dummies(frame[list(by)].astype(str).agg("^".join, axis=1), dtype=float) for by in effects]
    dummies = np.column_stack([one.to_numpy() for one in levels])
    x = frame[column].to_numpy(dtype=float)
    beta = np.linalg.lstsq(dummies * weight[:, None], x * weight, rcond=None)[0]
    r = (x - dummies @ beta) ** 2 * weight**2
    return pd.Series(r / r.sum(), index=frame.index)
