"""Whose report of a flow is used, and where no report means no trade."""

from __future__ import annotations

import pandas as pd

from indexer.columns import EXPORTER, IMPORTER, YEAR

BY_IMPORTER, BY_EXPORTER, BALANCED = "importer", "exporter", "balanced"
"""Values of `reported_by`: imports as reported (CIF), exports as reported (FOB), or one figure made of both."""
CATEGORY, VALUE = "category", "value_usd"


def choose_reports(flows: pd.DataFrame) -> pd.DataFrame:
    """Take, for each importer and year, one kind of report: its own if it reports at all, else its partners'.

    The choice is made by importer and year, and not flow by flow, so that importer-year effects absorb the difference
    in valuation (imports CIF, exports FOB).

    Parameters
    ----------
    flows : DataFrame
        exporter, importer, year, reported_by and any others.

    Returns
    -------
    DataFrame
        The rows kept, in their order.
    """
    own = flows["reported_by"].isin([BY_IMPORTER, BALANCED])
    reporting = pd.MultiIndex.from_frame(flows.loc[own, [IMPORTER, YEAR]].drop_duplicates())
    covered = pd.MultiIndex.from_frame(flows[[IMPORTER, YEAR]]).isin(reporting)
    return flows[own | ~covered].reset_index(drop=True)


def with_zeros(flows: pd.DataFrame) -> pd.DataFrame:
    """Add a zero where whoever reports a flow reports that year, but not this flow.

    Only for pairs that trade in the category in some year; a pair that never does is nothing that pair effects leave.

    Parameters
    ----------
    flows : DataFrame
        exporter, importer, year, category, reported_by, value_usd, after `choose_reports`; one row each.

    Returns
    -------
    DataFrame
        The rows with `is_zero`, sorted by category, exporter, importer and year.
    """
    keys = [EXPORTER, IMPORTER, CATEGORY]
    years = {}
    for side, name in ((BY_IMPORTER, IMPORTER), (BALANCED, YEAR), (BY_EXPORTER, EXPORTER)):
        part = flows[flows["reported_by"] == side]
        years[side] = part[[name, YEAR] if name != YEAR else [YEAR]].drop_duplicates()
    found = [flows.assign(is_zero=False)]
    pairs = flows[keys].drop_duplicates()
    covered = pd.MultiIndex.from_frame(flows.loc[flows["reported_by"] != BY_EXPORTER, [IMPORTER, YEAR]])
    for side, on in ((BY_IMPORTER, [IMPORTER]), (BALANCED, []), (BY_EXPORTER, [EXPORTER])):
        if years[side].empty:
            continue
        every = pairs.merge(years[side], on=on) if on else pairs.merge(years[side], how="cross")
        if side == BY_EXPORTER:
            every = every[~pd.MultiIndex.from_frame(every[[IMPORTER, YEAR]]).isin(covered)]
        found.append(every.assign(reported_by=side, value_usd=0.0, is_zero=True))
    table = pd.concat(found, ignore_index=True).drop_duplicates([*keys, YEAR], keep="first")
    return table.sort_values([CATEGORY, EXPORTER, IMPORTER, YEAR], ignore_index=True)
