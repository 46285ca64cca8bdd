"""RCEP: whether AI matters more under it, whether services grow faster inside, what a deeper agreement would change."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from indexer.connect.china_partners import CHINA
from indexer.errors import UsageError
from indexer.pipeline import build
from indexer.study.beyond import NUMBERS, Headline, beyond, limits
from indexer.study.estimate import Found, percent
from indexer.study.frames import FLOWS, Facts, pairs, partners
from indexer.study.options import Options
from indexer.study.questions.rcep import depth as rcep_depth
from indexer.study.questions.rcep import growth as rcep_growth
from indexer.study.questions.rcep.samples import (
    BEFORE,
    EARLY,
    LONG,
    PAIR_WINDOWS,
    PLACEBO,
    WINDOWS,
    among,
    equation,
    interactions,
    members,
    rows,
    years,
)
from indexer.study.report import Figure, Study, Table


def study(**given: Any) -> Study:
    """Ask whether AI goes with trade more under RCEP, whether services grow faster inside, what deeper rules would do.

    Parameters
    ----------
    **given
        See `indexer.study.options.Options`; an instrument is not taken.

    Returns
    -------
    Study
        Tables `interaction`, `pairs`, `growth`, `depth`, `scenario`, and those of `indexer.study.beyond`.

    Raises
    ------
    UsageError
        For an instrument: one for the index is none for its product with RCEP.
    """
    options = Options.of(**given)
    if options.instrument is not None:
        raise UsageError(
            "an instrument for the index is none for its product with RCEP", where="instrument",
            remedy="leave it out, or estimate with `indexer.gravity.ols` and instruments for both",
        )  # fmt: skip
    facts = Facts.shipped()
    indices = {
        name: build(options.indicators, name or options.edition).without("trade_outcome") for name in (None, LONG)
    }
    found = interactions(facts, indices)
    by_pair = among(facts, indices)
    index = indices[None]
    first, last, _ = WINDOWS[0]
    headlines = [
        Headline(equation(design, flow), index, partial(rows, facts, flow, first, last), members(facts))
        for design in ("between", "within")
        for flow in FLOWS
    ]
    depth = rcep_depth.Depth.shipped(sorted([CHINA, *members(facts)]))
    china = partners(facts, indices[LONG])
    by_depth = rcep_depth.estimate(depth, china[china["flow"] == "total"], pairs(facts, indices[LONG]))
    growth = rcep_growth.candidates(facts)
    scenario = rcep_depth.scenarios(depth, by_depth)
    tables = (
        _interaction(found), _structural(by_pair), rcep_growth.table(growth, rcep_growth.gaps(facts)),
        rcep_depth.coefficients(by_depth), scenario, *beyond(headlines, options),
    )  # fmt: skip
    return Study(
        "rcep", "Does AI matter more under RCEP, and what would a deeper agreement change?", tables,
        sentence(found, by_pair, growth, by_depth, scenario.frame), CAVEATS,
        (Figure("rcep-growth", "Growth of services exports inside and outside RCEP", partial(picture, growth)),),
        {
            f"AI × RCEP, {design}": one.fit
            for (window, flow, design), one in found.items()
            if window == years(first, last) and flow == "total" and one.fit is not None
        },
        limits(headlines, options),
    )  # fmt: skip


def _interaction(found: dict[tuple[str, str, str], Found]) -> Table:
    lines = [one.row(window=window, flow=flow, design=design) for (window, flow, design), one in found.items()]
    frame = pd.DataFrame(lines)
    shown = []
    for (window, design), group in frame.groupby(["window", "design"], sort=False):
        by = {line["flow"]: line for line in group.to_dict("records")}
        shown.append({"window": window, "design": design} | {flow: _short(by[flow]) for flow in FLOWS})
    return Table(
        "interaction",
        "China's trade: coefficient on ten points of the partner's index × RCEP (standard error), p of t | of the "
        "bootstrap",
        frame, NUMBERS,
        (
            "PPML unless said; partner's index, RCEP and the partner's GDP beside it; distance in `between`. RCEP: "
            "share of the year's days in force for both. RCEP alone: its own coefficient. Clustered by partner.",
            f"{PLACEBO}: a placebo, on the years before it. Myanmar in: with RCEP from the day on which it applies "
            "between China and Myanmar; elsewhere its share is 0.",
            *dict.fromkeys(f"{line['design']}: {line['note']}." for line in lines if line["note"]),
        ),
        pd.DataFrame(shown),
    )  # fmt: skip


def _short(line: Mapping[Any, Any]) -> str:
    if not np.isfinite(line["estimate"]):
        return "not identified"
    return f"{line['estimate']:.2f} ({line['se']:.2f}) {line['p']:.2f}|{line['p_bootstrap']:.2f}"


def _structural(by_pair: dict[tuple[str, str], Found]) -> Table:
    frame = pd.DataFrame([one.row(window=window, term=label) for (window, label), one in by_pair.items()])
    frame = frame[[*(name for name in frame if name not in ("p_bootstrap", "note")), "note"]]
    return Table(
        "pairs",
        "All directed pairs of the eleven, PPML, exporter-year, importer-year and pair effects: RCEP, and ten points "
        "× RCEP",
        frame, NUMBERS,
        (
            "Clustered by undirected pair. RCEP is identified by who joined later: Indonesia and the Philippines are "
            "out in 2022, Myanmar in all years, Malaysia joins in March. Flows within ASEAN end in 2022, so after one "
            "year.",
            "lower AI and gap with their main effects, which measure how alike two economies are and no level.",
        ),
    )  # fmt: skip


def sentence(
    found: dict[tuple[str, str, str], Found], by_pair: dict[tuple[str, str], Found], growth: pd.DataFrame,
    by_depth: dict[tuple[str, str], Found], scenario: pd.DataFrame,
) -> str:  # fmt: skip
    """Say what the interaction, the growth rates and the scenario show, and what they do not."""
    window = years(*WINDOWS[0][:2])
    inside = {flow: found[window, flow, "within"] for flow in FLOWS}
    firm = [flow for flow, one in inside.items() if one.bootstrap() < 0.05]
    placebo = found[years(*BEFORE), "total", PLACEBO].numbers
    lower = by_pair[years(*PAIR_WINDOWS[0][:2]), "RCEP × lower AI"].numbers
    last = rcep_growth.yearly(growth).to_dict("records")[-3:]
    after = [f"{one['span'][-4:]} {one['in_rcep']:.1f} against {one['elsewhere']:.1f} %" for one in last]
    longer = found[years(*WINDOWS[1][:2]), "total", "within"]
    half, early = 0.5 * longer.numbers["estimate"], placebo["estimate"]
    before = early * half > 0 and abs(early) >= abs(half)
    best = growth.iloc[0]
    deep = scenario[scenario["coefficient"] == "China and partner, alone"].set_index("assumed")
    coded = deep.loc["cooperation only, as coded"]
    alone, beside = (by_depth["China and partner", how] for how in ("alone", "beside RCEP"))
    return (
        f"What it shows: within partners ({window}, PPML) what ten points of a partner's AI go with moves, once RCEP "
        f"is in force, by {percent(inside['total'].numbers)} of trade with China, exports "
        f"{percent(inside['exports'].numbers)}, imports {percent(inside['imports'].numbers)}; by the bootstrap "
        + (f"firm for {' and '.join(firm)}" if firm else "firm for none")
        + f". For {years(*WINDOWS[1][:2])} total trade gives {percent(longer.numbers)}, bootstrap p "
        f"{longer.bootstrap():.2f}; with RCEP {EARLY} years early it is {percent(placebo)}"
        + (", so at least half of it is seen where no RCEP was" if before else "")
        + f". Among all pairs RCEP × the lower AI is {percent(lower)}. Exports of digitally deliverable services of "
        f"members against other economies grew: {'; '.join(after)}. Of {len(growth)} readings the closest to the "
        f"reported {rcep_growth.REPORTED[0]} against {rcep_growth.REPORTED[1]} % is {best['in_rcep']:.1f} against "
        f"{best['elsewhere']:.1f} ({best['services']}, {best['of']}, {best['span']}, {best['rate']}, "
        f"{best['outside']}). The upgrade of the China–ASEAN agreement, as coded, adds {coded['change']:.2f} of depth "
        f"and would go with {coded['estimate']:+.0f} % trade (95 % interval {coded['low']:+.0f} to "
        f"{coded['high']:+.0f}): an extrapolation from RCEP. "
        + (
            "Beside RCEP the effect of depth cannot be estimated. "
            if beside.fit is None
            else f"Beside RCEP its error is {beside.numbers['se'] / alone.numbers['se']:.1f} times as large: RCEP (and "
            f"GDP) explains {rcep_depth.shared(beside):.0%} of what varies in depth. "
        )
        + "What it does not show: that RCEP makes AI matter more, or that it does not; and trade between members, "
        "which no totals by economy can give."
    )


CAVEATS = (
    "RCEP began for six partners on one day, for Malaysia in March 2022, for Indonesia and the Philippines in 2023. "
    "For Myanmar there is no one day: some members apply it, China from May 2022; its share is 0 but where said, and "
    "follows the coded rules where depth is. Beside year effects only these late ones tell RCEP's own effect.",
    "AI × RCEP asks whether trade of partners with more AI grew faster after 2022 than before: so would anything else "
    "that came in these years and met them more, the end of the pandemic and prices among it.",
    "The index counts digital agreements in force, RCEP among them; `AI less agreements` is an index without them.",
    "Where papers report that RCEP strengthens what AI does for trade they compare before and after and count rows as "
    "independent; here errors allow for ten clusters, and a placebo stands beside.",
    "Digitally deliverable services are services that could be delivered over networks, in nominal US$, by economy "
    "with the world. Growth of members is no growth of trade between members, and does not tell what RCEP did.",
    "The years and basis of the reported growth of 18.7 % and 9.3 % are not known, nor whether it is of trade between "
    "members.",
    "Depth is this project's coding; between China and its partners it is RCEP's alone, times periods of grace.",
    "Trade: Source: International Monetary Fund, International Trade in Goods (by partner country) and Direction of "
    "Trade Statistics. Services: UNCTAD (CC BY 4.0).",
)


def picture(growth: pd.DataFrame) -> Any:
    """Draw growth of services exports of members and others, year by year."""
    from indexer.figures import path

    plain = rcep_growth.yearly(growth)
    lines = [
        pd.DataFrame({"year": plain["span"].str[-4:].astype(int), "estimate": plain[column], "who": who})
        for column, who in (("in_rcep", "members of RCEP"), ("elsewhere", "other economies"))
    ]
    frame = pd.concat(lines)
    frame["conf_low"] = frame["conf_high"] = frame["estimate"]
    return path(
        frame, "Exports of digitally deliverable services", unit="growth, per cent on the year before", group="who",
        marks={2022: "RCEP in force"}, subtitle="growth of the total of economies with both years",
    )  # fmt: skip
