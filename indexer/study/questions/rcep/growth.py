"""Growth of trade in digitally deliverable services inside and outside RCEP, by every reading of a growth rate."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from indexer.study.frames import Facts
from indexer.study.questions.digital_services.panel import spans
from indexer.study.report import Table

REPORTED = (18.7, 9.3)
"""Per cent inside and outside, as reported; neither years nor basis are stated."""
FIRST, LAST = 2018, 2023
SERIES = {side: f"digitally_deliverable_services_{side}_musd" for side in ("exports", "imports")}
SHOWN = 6


def growth(
    values: pd.DataFrame, members: list[str], first: int, last: int, over: int = 1
) -> dict[str, tuple[float, ...]]:
    """Return growth inside and outside a group from one year to another, in per cent.

    Parameters
    ----------
    values : DataFrame
        Economies × years.
    members : list of str
    first, last : int
    over : int
        Growth is a year over so many years (a geometric mean); 1 for that of the whole span.

    Returns
    -------
    dict
        "total" (of the sums), "mean", "median" (of the economies): inside, outside, economies inside, outside. Only
        economies with both years count, for the mean and the median those above zero in the first.
    """
    both = values[[first, last]].dropna()
    inside = both.index.isin(members)
    out: dict[str, tuple[float, ...]] = {}
    parts = [both[inside], both[~inside]]
    totals = [_rate(float(part[last].sum() / part[first].sum()), over) for part in parts]
    out["total"] = (*totals, *[len(part) for part in parts])
    rates = [_rate((part[last] / part[first])[part[first] > 0], over) for part in parts]
    for name, of in (("mean", np.mean), ("median", np.median)):
        out[name] = (*[float(of(one)) for one in rates], *[len(one) for one in rates])
    return out


def _rate(ratio: Any, over: int) -> Any:
    return 100 * (ratio ** (1 / over) - 1)


def candidates(facts: Facts) -> pd.DataFrame:
    """Return growth by every reading of services, years, rate, average, and of who is outside.

    Returns
    -------
    DataFrame
        services, span, rate ("one year", "whole span", "a year"), of ("total", "mean", "median"), outside ("same
        economies", "rest of the world"), in_rcep, elsewhere (per cent), n_in, n_out, distance (percentage
        points off the reported pair, the two distances added up). Sorted by distance.
    """
    tables = {side: facts.series(name).unstack() for side, name in SERIES.items()}
    tables["both"] = tables["exports"] + tables["imports"]
    world = facts.trade.world_services.set_index("year")[["exports_usd", "imports_usd"]] / 1e6
    world.columns = ["exports", "imports"]
    world["both"] = world.sum(axis=1)
    members = facts.trade.rcep["economy"].tolist()
    rows = []
    for services, values in tables.items():
        for first, last in combinations(range(FIRST, LAST + 1), 2):
            both = values.loc[values.index.isin(members), [first, last]].dropna().sum()
            rest = world[services].reindex([first, last]) - both
            rates = {"one year": 1} if last - first == 1 else {"whole span": 1, "a year": last - first}
            for rate, over in rates.items():
                found = growth(values, members, first, last, over)
                less = (found["total"][0], _rate(rest[last] / rest[first], over), found["total"][2], np.nan)
                lines = [(of, "same economies", *line) for of, line in found.items()]
                for line in [*lines, ("total", "rest of the world", *less)]:
                    rows.append((services, f"{first}→{last}", rate, *line))
    names = ["services", "span", "rate", "of", "outside", "in_rcep", "elsewhere", "n_in", "n_out"]
    frame = pd.DataFrame(rows, columns=names)
    frame["distance"] = (frame["in_rcep"] - REPORTED[0]).abs() + (frame["elsewhere"] - REPORTED[1]).abs()
    return frame.sort_values("distance", ignore_index=True)


def yearly(found: pd.DataFrame) -> pd.DataFrame:
    """Return the plain reading, year by year: total exports of members and of the other economies with both years."""
    plain = (found["services"] == "exports") & (found["rate"] == "one year") & (found["of"] == "total")
    return found[plain & found["outside"].eq("same economies")].sort_values("span")


def gaps(facts: Facts) -> str:
    """Name the members without exports in some of the years, and these years."""
    members = sorted(facts.trade.rcep["economy"])
    span = range(FIRST, LAST + 1)
    known = facts.series(SERIES["exports"]).unstack().reindex(index=members, columns=list(span)).notna()
    lost = {code: [year for year in span if not known.loc[code, year]] for code in members}
    return "; ".join(f"{code} {spans(years)}" for code, years in lost.items() if years)


def table(found: pd.DataFrame, lost: str) -> Table:
    """Return the plain reading, and the candidates closest to what was reported; `lost` is what `gaps` returned."""
    shown = pd.concat([yearly(found), found.head(SHOWN)]).drop_duplicates()
    return Table(
        "growth",
        f"Growth of digitally deliverable services, per cent; reported: {REPORTED[0]} inside RCEP, {REPORTED[1]} "
        "outside",
        found,
        dict.fromkeys(["in_rcep", "elsewhere", "distance"], ".1f") | dict.fromkeys(["n_in", "n_out", "others"], ".0f"),
        (
            f"First total exports year by year, then the {SHOWN} of {len(found)} readings that come closest (distance: "
            "percentage points off, both added up). Among so many, one that comes near may do so by luck.",
            f"Members: all that signed, in all years, where they have both; without exports: {lost or 'none'}. Same "
            "economies: all others that have both years; rest of the world: the publisher's world less these members, "
            "so with the ones that lack.",
        ),
        shown.drop(columns="n_in").rename(columns={"n_out": "others"}),
    )  # fmt: skip
