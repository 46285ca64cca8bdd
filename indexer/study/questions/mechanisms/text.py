"""How the study of mechanisms is printed: short tables, the sentence, the caveats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from indexer.study.estimate import interval
from indexer.study.mediation import IGNORABILITY
from indexer.study.questions.mechanisms.series import LONG, MEDIATORS


def short(frame: pd.DataFrame, about: tuple[str, ...]) -> pd.DataFrame:
    """Return rows of paths as they are printed."""
    return pd.DataFrame([{name: line[name] for name in about} | _line(line) for line in frame.to_dict("records")])


def _line(line: Mapping[Any, Any]) -> dict[str, str]:
    names = ("c", "a", "b", "ab", "interval", "p", "c'")
    if not np.isfinite(line["ab"]):
        return dict.fromkeys(names, "—")
    values = {path: f"{line[path]:.2f}" + ("*" if line[f"{path}_p"] < 0.05 else "") for path in ("c", "a", "b", "c'")}
    p = "|".join(f"{line[f'{kind}_p']:.2f}" for kind in ("sobel", "percentile"))
    ends = f"[{line['percentile_low']:.2f}, {line['percentile_high']:.2f}]"
    values |= {"ab": f"{line['ab']:.2f}", "interval": ends, "p": p}
    return {name: values[name] for name in names}


def sentence(table: pd.DataFrame, checked: pd.DataFrame) -> str:
    """Say what goes through shipping, what the placebo takes back, and how many indirect effects are firm."""
    total = table[table["flow"] == "total"].set_index(["mediator", "window", "design"])
    between, inside = (total.xs((MEDIATORS[0].label, LONG.label, one)).to_dict() for one in ("between", "within"))
    tests = table[np.isfinite(table["ab"])]
    firm = tests[(tests["percentile_low"] > 0) | (tests["percentile_high"] < 0)]
    sobel = int((tests["sobel_p"] < 0.05).sum())
    chosen = checked["check"].str.startswith("placebo") & (checked["design"] == "between")
    placebo = checked[chosen].iloc[0].to_dict()
    same = total.xs((MEDIATORS[0].label, placebo["window"], "between"))["ab"]
    as_large = placebo["ab"] * same > 0 and abs(placebo["ab"]) >= 0.5 * abs(same)
    return (
        f"What it shows: between partners ({LONG.label}, {between['clusters']:.0f} with a coast) ten more points of "
        f"AI go with {between['a']:+.2f} log points of shipping connectivity, and that with trade: an indirect "
        f"effect of {_ab(between, 'sobel')} by Sobel, {_ab(between)} by draws of whole partners. Index and shipping of "
        f"{placebo['window']} on trade of five years earlier give {_ab(placebo)}, on that of the same years {same:+.2f}"
        + (", so it tells well connected partners from others rather than what AI did" if as_large else "")
        + f". Within partners over time it is {_ab(inside)}. Of {len(tests)} indirect effects {sobel} are firm by "
        f"Sobel and {len(firm)} by draws of partners"
        + (f" ({'; '.join(_named(firm))})" if 0 < len(firm) <= 4 else "")
        + f"; at 5 % about {0.05 * len(tests):.0f} would be by chance. What it does not show: that AI works through "
        "shipping, logistics or facilitation, or that it does not. Lines call where trade is, so shipping follows "
        "trade as much as it leads it, and nothing here tells the two apart."
    )


def _ab(line: Mapping[Any, Any], kind: str = "percentile") -> str:
    return interval(line["ab"], line[f"{kind}_low"], line[f"{kind}_high"])


def _named(rows: pd.DataFrame) -> list[str]:
    return [f"{r['mediator']}, {r['flow']}, {r['window']}, {r['design']}" for r in rows.to_dict("records")]


def caveats(draws: int) -> tuple[str, ...]:
    """Return what weakens the study."""
    return (
        IGNORABILITY,
        "Shipping connectivity counts calls and capacity, which carriers set by the cargo there is: it is an outcome "
        "of trade as much as its cause. Capacity counts transhipment, too, so Singapore and Malaysia stand far above.",
        "Laos is landlocked and has no shipping connectivity: nine partners there, and nothing is filled.",
        "Logistics performance is of its editions only: 2016, 2018, and 2023 without Brunei and Myanmar. Doing "
        "Business ends in 2019 and hardly moves: many partners have one value for all years. China's own times and "
        "costs are in the year effects, and with them the doubt about China's figures in the report of 2018.",
        "Regulatory quality is an indicator of the index, and government effectiveness goes with it at .95: for both "
        "the index is rebuilt without regulatory quality.",
        "Windows that begin before 2020 take edition asean-long, an index of fewer indicators.",
        f"Nine or ten clusters: Sobel's normal theory fails, and a bootstrap of so few ({draws} draws) is rough "
        "itself: draws in which a few partners stand again and again spread far.",
        "Papers that name supply chains and facilitation as channels of AI usually test path by path, or by Sobel, "
        "and count rows as independent; here both stand side by side, Sobel with errors by partner.",
        "Trade: Source: International Monetary Fund, International Trade in Goods (by partner country) and Direction "
        "of Trade Statistics. Shipping: UNCTADstat. Logistics, Doing Business, governance: World Bank (CC BY 4.0).",
    )
