"""What the page holds: the edition, its economies and indicators, every cell, and what scores are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.columns import ECONOMY
from indexer.errors import UsageError
from indexer.explorer.scales import scales
from indexer.explorer.studies import study_of
from indexer.panel import Status
from indexer.recipe import INDEX
from indexer.resources import folder

if TYPE_CHECKING:
    from indexer.index import Index
    from indexer.study.report import Study

_CODES = {ECONOMY, "name", "iso2", "iso_numeric"}
"""Columns of the table of economies by which nobody is grouped."""
METHOD = (
    "edition", "title", "why", "economies", "years", "reference_years", "treat", "impute", "normalise", "min_share",
    "without_denominator", "sets", "groups", "between", "left_out",
)  # fmt: skip
"""What of an edition scores depend on, and why; variants, draws and trade equations are of the edition as it stands."""
_SOURCE = ("publisher", "dataset", "vintage", "url", "licence", "retrieved", "citation")


def payload(index: Index, studies: Iterable[Study | Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return all that the page needs, as plain values; arrays are flat, cases × indicators, None = missing.

    Parameters
    ----------
    index : Index
    studies : iterable of Study or mapping

    Raises
    ------
    UsageError
        If a study is not what `as_dict()` gives.
    """
    import indexer

    panel, edition = index.panel, index.edition
    reference = set(edition.reference_years)
    inside = reference <= set(edition.years)
    return {
        "version": indexer.__version__,
        "title": index.catalogue.title,
        "licence": index.catalogue.licence,
        "edition": {key: value for key, value in edition.content.items() if key in METHOD},
        "frozen_from": index.frozen_from,
        "shipped": index.folder.root == folder("indicators"),
        # whether fits on the reference cases can be done again in the page
        "fixed": index.frozen_from is not None or not inside,
        "economies": [{"id": code, "name": index.folder.names.get(code, code)} for code in edition.economies],
        "groups": _groups(index),
        "years": list(edition.years),
        "reference": [i for i, (_, year) in enumerate(panel.case_labels) if inside and year in reference],
        "indicators": _indicators(index),
        "nodes": _nodes(index),
        "scales": scales(index),
        "values": numbers(panel.cases()),
        "raw": numbers(panel.cases(index.prepared.raw.values)),
        "status": panel.cases(panel.status).ravel().tolist(),
        "source_year": panel.cases(panel.source_year).ravel().tolist(),
        "statuses": [one.label for one in Status],
        "intervals": _intervals(index),
        "context": _context(index),
        "studies": [study_of(one) for one in studies],
    }


def numbers(values: np.ndarray) -> list[float | None]:
    """Return an array as a flat list, None where it is not finite."""
    return [
        value if fits else None
        for value, fits in zip(values.ravel().tolist(), np.isfinite(values).ravel(), strict=True)
    ]


def _groups(index: Index) -> list[dict[str, Any]]:
    """Return groups of the edition's economies by the columns of the table of economies, two members at least."""
    frame = index.folder.economies
    frame = frame[frame[ECONOMY].isin(index.edition.economies)]
    found = []
    for column in (name for name in frame.columns if name not in _CODES):
        texts = frame[column].astype("string").fillna("").str.strip()
        flag = set(texts) <= {"0", "1", ""}
        for text in sorted(set(texts) - {"0", ""}):
            members = frame.loc[texts == text, ECONOMY].tolist()
            if 1 < len(members) < len(index.edition.economies):
                name = str(column).upper() if flag else text
                found.append({"id": f"{column}:{text}", "name": name, "members": sorted(members)})
    return found


def _indicators(index: Index) -> list[dict[str, Any]]:
    how = {one.indicator: one for one in index.inputs}
    sets = index.edition.content["sets"].values()
    why = {name: one.get("why", "") for part in sets for name, one in part["indicators"].items()}
    rows = []
    for j, name in enumerate(index.plan.indicators):
        meta = index.catalogue.indicator(name)
        rows.append(
            {
                "id": name, "name": meta.name, "unit": meta.unit, "definition": meta.definition,
                "lower_better": bool(index.plan.lower_better[j]), "enters": how[name].enters,
                "transform": how[name].transform, "carry": how[name].carry, "why": why.get(name, ""),
                "trade_outcome": meta.trade_outcome, "weak": list(meta.weak),
                "breaks": [asdict(one) for one in meta.breaks],
                "source": {key: value for key, value in asdict(meta.source).items() if key in _SOURCE},
            }
        )  # fmt: skip
    return rows


def _nodes(index: Index) -> list[dict[str, Any]]:
    sets = {one.id: one for one in index.catalogue.sets}
    weighting = index.weights.groupby("parent")["method"].first()
    rows = []
    for node in index.plan.nodes:
        level = "index" if node.id == INDEX else "set" if node in index.plan.sets else "group"
        known = sets.get(node.id)
        name = known.name if known else node.id.replace("_", " ").capitalize()
        rows.append(
            {
                "id": node.id, "name": name, "definition": known.definition if known else "", "level": level,
                "columns": list(node.columns), "members": list(index.plan.members(node)),
                "weights": node.weights.tolist(), "weighting": str(weighting[node.id]),
                "aggregate": node.aggregate, "options": dict(node.options), "parameters": list(node.parameters),
                "minShare": node.min_share,
            }
        )  # fmt: skip
    return rows


def _intervals(index: Index) -> dict[str, Any]:
    """Return the ranks that 5 and 95 % of the draws reach, or why there are none; no rank, no interval."""
    try:
        found = index.uncertainty
    except UsageError as error:
        return {"refused": error.message}
    scored = index.scores.set_index([ECONOMY, "year"])["rank"].notna()
    ranks = found.ranks.set_index([ECONOMY, "year"]).reindex(index.panel.case_labels)
    ranks = ranks.where(scored.reindex(ranks.index))
    low, high = (ranks[name].astype("float64").to_numpy() for name in ("rank_p05", "rank_p95"))
    return {"draws": len(found.draws), "low": numbers(low), "high": numbers(high)}


def _context(index: Index) -> list[dict[str, Any]]:
    """Return the context series, such as GDP, on the cases of the edition."""
    labels = index.panel.case_labels
    found = []
    for meta in index.catalogue.context:
        facts = index.folder.facts
        series = facts[facts["indicator"] == meta.id].set_index([ECONOMY, "year"])["value"]
        values = series.reindex(labels).to_numpy(dtype=float)
        if np.isfinite(values).any():
            found.append({"id": meta.id, "name": meta.name, "unit": meta.unit, "values": numbers(values)})
    return found
