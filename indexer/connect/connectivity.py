"""How well two economies are connected: ships, networks, electricity, rules and facilitation, by pair and year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indexer.columns import ECONOMY, EXPORTER, IMPORTER, YEAR
from indexer.connect import digital_rules as rules
from indexer.connect.context import context, pair_minimum
from indexer.errors import UsageError
from indexer.folder import Folder

SIDES = ("export", "import")
TIMES = tuple(f"db_{side}_time_{part}" for side in SIDES for part in ("border", "documents"))
MINIMA = {"broadband": "fixed_broadband_per_100", "electricity": "access_to_electricity_pct", "customs": "lpi_customs"}
COLUMNS = ("ships", *MINIMA, "ease", "depth", "openness")
"""All grow with connectivity. Hard: ships, broadband, electricity; soft: customs, ease, depth, openness."""


def connectivity(folder: Folder, shipping: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """Add how exporter and importer are connected in each year; symmetric, and nothing is filled.

    Parameters
    ----------
    folder : Folder
        What `indexer.folder.read` returns.
    shipping : DataFrame
        exporter, importer, year, lsbci: `read_trade().shipping`.
    flows : DataFrame
        exporter, importer, year.

    Returns
    -------
    DataFrame
        The rows of `flows` in their order with

        ships : logarithm of the liner shipping bilateral connectivity index (UNCTAD) of the pair;
        broadband : subscriptions per 100 people, electricity : per cent of people with access, customs : the customs
        score of logistics performance, each the smaller of the two economies';
        ease : minus ln(1 + hours at the border and for documents, mean of exporting and importing, Doing Business) of
        the slower of the two;
        depth : of the digital trade rules between the two, 0 to 1 (see `digital_rules.depth`);
        openness : minus the higher of the two digital services trade restrictiveness indices (OECD).

    Raises
    ------
    UsageError
        For missing columns, years that are not whole, economies of which no rules are coded, or a pair that stands
        twice in `shipping`.
    """
    keys = [EXPORTER, IMPORTER, YEAR]
    for where, table, needed in (("flows", flows, keys), ("shipping", shipping, [*keys, "lsbci"])):
        if lost := [name for name in needed if name not in table]:
            raise UsageError(f"no column {lost[0]!r}", where=where, remedy=f"give {', '.join(needed)}")
    if not pd.api.types.is_numeric_dtype(flows[YEAR]) or (flows[YEAR] % 1 != 0).any():
        raise UsageError("years that are not whole numbers", where="flows", remedy="write them as 2020")
    if shipping.duplicated(keys).any():
        twice = shipping.loc[shipping.duplicated(keys), keys].head().to_numpy().tolist()
        raise UsageError("pairs stand twice in a year", where="shipping", rows=twice, remedy="keep one row of each")
    years = sorted({int(year) for year in flows[YEAR]})
    facts = context(folder, [*MINIMA.values(), *TIMES], years=years)
    new = {name: pair_minimum(flows, facts, series) for name, series in MINIMA.items()}
    new["ease"] = pair_minimum(flows, _ease(facts), "ease")
    rows = pd.MultiIndex.from_frame(flows[keys])
    new["ships"] = pd.Series(np.log(shipping.set_index(keys)["lsbci"].reindex(rows).to_numpy(float)), flows.index)
    pairs = list(flows[[EXPORTER, IMPORTER]].drop_duplicates().itertuples(index=False, name=None))
    depth = rules.depth(rules.read_provisions(), rules.read_events(), pairs, years).set_index(keys)["rules_depth"]
    strict = rules.restrictiveness(folder, pairs, years).set_index(keys)["restrictiveness"]
    new["depth"] = pd.Series(depth.reindex(rows).to_numpy(float), flows.index)
    new["openness"] = pd.Series(-strict.reindex(rows).to_numpy(float), flows.index)
    return flows.assign(**{name: new[name] for name in COLUMNS})


def _ease(facts: pd.DataFrame) -> pd.DataFrame:
    sides = [facts[[name for name in TIMES if name.startswith(f"db_{side}_")]].sum(axis=1, skipna=False)
             for side in SIDES]  # fmt: skip
    hours = sum(sides) / len(sides)
    return facts[[ECONOMY, YEAR]].assign(ease=-np.log1p(hours))
