"""RCEP × AI: the equations of China's trade and of all pairs, and the rows they are estimated on."""

from __future__ import annotations

from typing import Any

import pandas as pd

from indexer.connect import digital_rules as rules
from indexer.connect.agreements import rcep_share
from indexer.index import Index
from indexer.study.estimate import Equation, Found
from indexer.study.frames import FLOWS, Facts, pairs, partners, within

POINTS = 10.0
LONG = "asean-long"
WINDOWS = ((2020, 2024, None), (2015, 2023, LONG))
PAIR_WINDOWS = ((2020, 2022, None), (2015, 2022, LONG))
AGREEMENTS = "digital_agreements_in_force"
EARLY = 3
"""Years by which RCEP comes too early in the placebo."""
DESIGNS = {
    "between": ("ppml", "trade ~ ai_partner + rcep + ai_partner:rcep + log(gdp_partner) + log(distance) | year"),
    "within": ("ppml", "trade ~ ai_partner + rcep + ai_partner:rcep + log(gdp_partner) | partner + year"),
    "within, log-OLS": ("ols", "log(trade) ~ ai_partner + rcep + ai_partner:rcep + log(gdp_partner) | partner + year"),
}
TERM = "ai_partner:rcep"
ALONE = ("ppml", "trade ~ rcep + ai_partner + log(gdp_partner) | partner + year")
STRUCTURAL = {
    "RCEP": ("rcep", "rcep"),
    "RCEP × lower AI": ("ai_min + rcep + ai_min:rcep", "ai_min:rcep"),
    "RCEP × gap of AI": ("ai_gap + rcep + ai_gap:rcep", "ai_gap:rcep"),
    "RCEP × AI of exporter": ("rcep + ai_exporter:rcep", "ai_exporter:rcep"),
    "RCEP × AI of importer": ("rcep + ai_importer:rcep", "ai_importer:rcep"),
    "AI of exporter": ("rcep + ai_exporter", "ai_exporter"),
}
EFFECTS = "| exporter^year + importer^year + exporter^importer"
PLACEBO = f"RCEP {EARLY} years early"
BEFORE = (2015, 2021)
"""Years of the placebo."""


def equation(design: str, flow: str) -> Equation:
    """Return an equation of China's trade; its coefficient is that on ten points of the index under RCEP."""
    estimator, formula = DESIGNS[design]
    return Equation(f"AI × RCEP, {design}, {flow}", estimator, formula, TERM, scale=POINTS)


def rows(facts: Facts, flow: str, first: int, last: int, index: Any, lag: int) -> pd.DataFrame:
    """Return China's trade of a flow and window."""
    frame = within(partners(facts, index, lag), first, last)
    return frame[frame["flow"] == flow]


def years(first: int, last: int) -> str:
    """Write a window."""
    return f"{first}–{last % 100}"


def members(facts: Facts) -> tuple[str, ...]:
    """Return China's partners: the economies whose index moves its equations."""
    economies = facts.folder.economies
    return tuple(sorted(economies.loc[economies["asean"] == 1, "economy"]))


def days(events: pd.DataFrame) -> pd.DataFrame:
    """Return RCEP's days as the events of rules have them (economy, in_force), so with one for Myanmar, too.

    RCEP applies between Myanmar and some members only, so the day of its entry is no fact for all pairs.
    """
    mine = events[(events["agreement_or_law"] == "RCEP") & (events["event"] == "in_force")]
    return mine.rename(columns={"date": "in_force"})[["economy", "in_force"]]


def interactions(facts: Facts, indices: dict[str | None, Index]) -> dict[tuple[str, str, str], Found]:
    """Estimate China's trade with ten partners, by window, flow and design, with what weakens it beside it.

    Beside the designs: without Myanmar, and with it from the day on which RCEP applies to it, RCEP alone,
    the index without its count of agreements, which moves with RCEP itself, and the years before with the RCEP of later
    years.
    """
    out = {}
    known = days(rules.read_events())
    for first, last, name in WINDOWS:
        frame = within(partners(facts, indices[name]), first, last)
        for flow in FLOWS:
            mine = frame[frame["flow"] == flow]
            for design in DESIGNS:
                out[years(first, last), flow, design] = equation(design, flow).estimate(mine)
            less = mine[mine["partner"] != "MMR"]
            out[years(first, last), flow, "within, no Myanmar"] = equation("within", flow).estimate(less)
            more = mine.assign(rcep=rcep_share(known, mine["exporter"], mine["importer"], mine["year"]))
            out[years(first, last), flow, "within, Myanmar in"] = equation("within", flow).estimate(more)
            one = Equation(f"RCEP, within, {flow}", *ALONE, "rcep")
            out[years(first, last), flow, "RCEP alone"] = one.estimate(mine)
        if name is None:
            index = indices[name]
            index = index.rebuild(index.folder, index.edition.without(frozenset([AGREEMENTS]), AGREEMENTS))
            frame = within(partners(facts, index), first, last)
            for flow in FLOWS:
                one = equation("within", flow)
                out[years(first, last), flow, "AI less agreements"] = one.estimate(frame[frame["flow"] == flow])
    frame = within(partners(facts, indices[LONG]), *BEFORE)
    coming = rcep_share(facts.trade.rcep, frame["exporter"], frame["importer"], frame["year"] + EARLY)
    frame = frame.assign(rcep=coming)
    for flow in FLOWS:
        out[years(*BEFORE), flow, PLACEBO] = equation("within", flow).estimate(frame[frame["flow"] == flow])
    return out


def among(facts: Facts, indices: dict[str | None, Index]) -> dict[tuple[str, str], Found]:
    """Estimate all directed pairs of the eleven under structural effects, by window and term."""
    out = {}
    for first, last, name in PAIR_WINDOWS:
        frame = within(pairs(facts, indices[name]), first, last)
        for label, (right, term) in STRUCTURAL.items():
            scale = 1.0 if term == "rcep" else POINTS
            one = Equation(label, "ppml", f"trade ~ {right} {EFFECTS}", term, {"CRV1": "pair"}, scale)
            out[years(first, last), label] = one.estimate(frame)
    return out
