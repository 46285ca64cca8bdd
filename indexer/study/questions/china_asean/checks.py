"""What the coefficients of the China-ASEAN study rest on: partners, single indicators, income, and the time before."""

from __future__ import annotations

import pandas as pd

from indexer.index import Index
from indexer.study.estimate import Equation
from indexer.study.frames import FLOWS, Facts, partners, within

DESIGNS = {
    "between": "ai_partner + log(gdp_partner) + log(distance) + rcep | year",
    "within": "ai_partner + log(gdp_partner) + rcep | partner + year",
}
DOUBTFUL = ("known_ai_supercomputer_h100_equivalents", "digital_agreements_in_force", "data_protection_law_in_force")
PLACEBO_LEAD = 6
POINTS = 10.0


def checks(facts: Facts, index: Index, window: tuple[int, int]) -> pd.DataFrame:
    """Estimate the PPML coefficients again under changes that should not matter if they meant what they seem to.

    Returns
    -------
    DataFrame
        check, flow, design, low and high (the lowest and highest coefficient under the check; equal where it is one
        estimate).
    """
    data = within(partners(facts, index), *window)
    found: list[tuple[str, str, str, float, float]] = []

    def note(check: str, frames: list[pd.DataFrame], designs: dict[str, str]) -> None:
        for design, right in designs.items():
            one = Equation(design, "ppml", f"trade ~ {right}", "ai_partner", scale=POINTS)
            for flow in FLOWS:
                values = [one.estimate(frame[frame["flow"] == flow]).numbers["estimate"] for frame in frames]
                found.append((check, flow, design, min(values), max(values)))

    note("as in the table", [data], DESIGNS)
    members = sorted(data["partner"].unique())
    note("leaving out one partner in turn", [data[data["partner"] != one] for one in members], DESIGNS)
    for name in DOUBTFUL:
        if name not in index.plan.indicators:
            continue
        other = index.rebuild(index.folder, index.edition.without(frozenset({name}), name))
        label = index.catalogue.indicator(name).name
        note(f"index without: {label}", [within(partners(facts, other), *window)], DESIGNS)
    income = {"between": DESIGNS["between"].replace("ai_partner", "ai_partner + log(gdp_per_head_partner)")}
    note("adding the partner's GDP per head", [data], income)
    first, last = window[0] - PLACEBO_LEAD, window[1] - PLACEBO_LEAD
    before = within(partners(facts, index, -PLACEBO_LEAD), first, last)
    # before RCEP there is nothing for its share to say
    note(f"placebo: trade of {first}–{last}", [before], {"between": DESIGNS["between"].replace(" + rcep", "")})
    return pd.DataFrame(found, columns=["check", "flow", "design", "low", "high"])


def show_checks(found: pd.DataFrame) -> pd.DataFrame:
    """Return the checks with flows side by side, for print."""
    text = found.assign(span=[_span(a, b) for a, b in zip(found["low"], found["high"], strict=True)])
    wide = text.pivot(index=["design", "check"], columns="flow", values="span")[list(FLOWS)].reset_index()
    order = {name: k for k, name in enumerate(dict.fromkeys(found["check"]))}
    wide = wide.sort_values(["design", "check"], key=lambda c: c.map(order) if c.name == "check" else c)
    names = {"between": "year effects", "within": "partner and year effects"}
    return wide.assign(design=wide["design"].map(names)).rename_axis(columns=None).reset_index(drop=True)


def _span(low: float, high: float) -> str:
    return f"{low:.2f}" if low == high else f"{low:.2f}…{high:.2f}"
