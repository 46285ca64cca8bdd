"""What the coefficients of the China-ASEAN study rest on: partners, single indicators, income, and the time before."""

from __future__ import annotations

import pandas as pd

from indexer.index import Index
from indexer.study.estimate import DESIGNS, FLOWS, estimate, panel

DOUBTFUL = ("known_ai_supercomputer_h100_equivalents", "digital_agreements_in_force", "data_protection_law_in_force")
PLACEBO_LEAD = 6


def checks(index: Index, directed: pd.DataFrame, window: tuple[int, int]) -> pd.DataFrame:
    """Estimate the PPML coefficients again under changes that should not matter if they meant what they seem to.

    Returns
    -------
    DataFrame
        check, flow, design, low and high (the lowest and highest coefficient under the check; equal where it is one
        estimate).
    """
    data = panel(index, directed)
    data = data[data["year"].between(*window)]
    found: list[tuple[str, str, str, float, float]] = []

    def note(check: str, frames: list[pd.DataFrame], designs: dict[str, str]) -> None:
        for design, right in designs.items():
            for flow in FLOWS:
                values = [estimate(frame, flow, "PPML", right)["estimate"] for frame in frames]
                found.append((check, flow, design, min(values), max(values)))

    note("as in the table", [data], DESIGNS)
    partners = sorted(data["partner"].unique())
    note("leaving out one partner in turn", [data[data["partner"] != one] for one in partners], DESIGNS)
    for name in DOUBTFUL:
        other = index.rebuild(index.folder, index.edition.without(frozenset({name}), name))
        frame = panel(other, directed)
        label = index.catalogue.indicator(name).name
        note(f"index without: {label}", [frame[frame["year"].between(*window)]], DESIGNS)
    income = {"between": DESIGNS["between"].replace("ai10", "ai10 + log(gdp_per_head_partner)")}
    note("adding the partner's GDP per head", [data], income)
    early = panel(index, directed, lead=PLACEBO_LEAD)
    first, last = window[0] - PLACEBO_LEAD, window[1] - PLACEBO_LEAD
    before = early[early["year"].between(first, last)]
    note(f"placebo: trade of {first}-{last}", [before], {"between": DESIGNS["between"]})
    return pd.DataFrame(found, columns=["check", "flow", "design", "low", "high"])
