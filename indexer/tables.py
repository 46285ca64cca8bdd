"""The tables of an index, as frames in canonical order; numbers are computed elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indexer.analyse.adequacy import assess, outstanding_pairs
from indexer.analyse.importance import importance
from indexer.analyse.size import size_correlations
from indexer.panel import Status
from indexer.prepare import GDP, POPULATION
from indexer.weight import dispersion_share

if TYPE_CHECKING:
    from indexer.index import Index


def ranks(index: np.ndarray, years: np.ndarray) -> pd.Series:
    """Rank within each year, 1 = highest; ties share the better rank; no score, no rank.

    Scores are compared as published (six decimals), so that a rank never rests on digits that nobody can see.
    """
    frame = pd.DataFrame({"index": np.round(index, 6), "year": years})
    return frame.groupby("year")["index"].rank(ascending=False, method="min").astype("Int64")


def observed_share(index: Index) -> np.ndarray:
    """Return the share of the index's weight that rests on observed cells, per economy-year."""
    status = index.panel.cases(index.panel.status)
    observed = np.isin(status, [Status.OBSERVED, Status.CORRECTED])
    return np.asarray((observed * index.plan.effective_weights).sum(axis=1))


def scores(index: Index) -> pd.DataFrame:
    """Economy, year, index, rank, one column a set, observed_share."""
    frame = _cases(index)
    frame["index"] = index.result.index
    frame["rank"] = ranks(index.result.index, frame["year"].to_numpy())
    for s, one in enumerate(index.plan.sets):
        frame[one.id] = index.result.sets[:, s]
    frame["observed_share"] = observed_share(index)
    return frame


def weights(index: Index) -> pd.DataFrame:
    """Weights of both levels, with importance and CV² share beside them."""
    plan, edition = index.plan, index.edition
    unit_sets = (index.result.sets - plan.low) / (plan.high - plan.low)
    rows = _level_rows(
        "set",
        "index",
        [s.id for s in plan.sets],
        edition.between.label,
        plan.between,
        plan.between,
        unit_sets,
        index.result.index,
    )
    effective = plan.effective_weights
    unit = (index.result.normalised - plan.low) / (plan.high - plan.low)
    for s, (one, method) in enumerate(zip(plan.sets, edition.sets, strict=True)):
        columns = list(one.columns)
        rows += _level_rows(
            "indicator", one.id, [plan.indicators[j] for j in columns], method.weight.label,
            one.weights, effective[columns], unit[:, columns], index.result.sets[:, s],
        )  # fmt: skip
    names = ["level", "parent", "node", "method", "weight", "effective_weight", "importance", "cv2_share"]
    return pd.DataFrame(rows, columns=names)


def _level_rows(
    level: str,
    parent: str,
    nodes: list[str],
    method: str,
    w: np.ndarray,
    effective: np.ndarray,
    unit: np.ndarray,
    total: np.ndarray,
) -> list[tuple[str, str, str, str, float, float, float, float]]:
    squared, share = importance(unit, total), dispersion_share(unit)
    return [
        (level, parent, node, method, float(w[k]), float(effective[k]), float(squared[k]), float(share[k]))
        for k, node in enumerate(nodes)
    ]


def cells(index: Index) -> pd.DataFrame:
    """Every cell on its way from the published number to the normalised one, with status and origin."""
    panel, plan = index.panel, index.plan
    labels = pd.DataFrame(panel.case_labels, columns=["economy", "year"])
    frames = []
    columns = {
        "raw": panel.cases(index.prepared.raw.values),
        "treated": panel.cases(index.prepared.treated.values),
        "imputed": panel.cases(panel.values),
        "normalised": index.result.normalised,
    }
    status, source = panel.cases(panel.status), panel.cases(panel.source_year)
    for one in plan.sets:
        for j in one.columns:
            meta = index.catalogue.indicator(plan.indicators[j])
            frame = labels.assign(set=one.id, indicator=meta.id)
            for name, values in columns.items():
                frame[name] = values[:, j]
            frame["status"] = [Status(v).label for v in status[:, j]]
            where = f"{meta.source.publisher}, {meta.source.dataset}; {meta.source.licence}"
            frame["origin"] = [
                "" if state == Status.MISSING else (f"{year}: {where}" if state == Status.CARRIED else where)
                for state, year in zip(status[:, j], source[:, j], strict=True)
            ]
            frames.append(frame)
    whole = pd.concat(frames, ignore_index=True)
    return whole.sort_values(["economy", "year"], kind="stable", ignore_index=True)


def adequacy(index: Index) -> pd.DataFrame:
    """Adequacy of each set and of the sets together, on economy-years and on economies (means over years)."""
    plan = index.plan
    n_years = len(index.edition.years)
    reference = _reference_rows(index)
    rows = []
    levels = [
        (one.id, index.result.normalised[:, one.columns], method.weight.label)
        for one, method in zip(plan.sets, index.edition.sets, strict=True)
    ]
    levels.append(("between sets", index.result.sets, index.edition.between.label))
    for identifier, y, weighting in levels:
        rows.append(assess(y[reference], identifier, "economy_years", weighting))
        by_economy = y.reshape(-1, n_years, y.shape[1])[:, reference.reshape(-1, n_years)[0]]
        rows.append(assess(_mean_over_years(by_economy), identifier, "economies", weighting))
    return pd.DataFrame([asdict(row) for row in rows])


def _mean_over_years(y: np.ndarray) -> np.ndarray:
    present = np.isfinite(y)
    n = present.sum(axis=1)
    total = np.where(present, y, 0.0).sum(axis=1)
    return np.where(n > 0, total / np.where(n > 0, n, 1), np.nan)


def pairs(index: Index) -> pd.DataFrame:
    """Pairs of indicators, within and across sets, whose correlation stands out."""
    of = {plan_name: one.id for one in index.plan.sets for plan_name in (index.plan.indicators[j] for j in one.columns)}
    found = outstanding_pairs(
        index.result.normalised[_reference_rows(index)],
        index.plan.indicators,
        [of[name] for name in index.plan.indicators],
    )
    types = {"left": "str", "right": "str", "level": "str", "correlation": "float64", "finding": "str"}
    return pd.DataFrame([asdict(pair) for pair in found], columns=list(types)).astype(types)


def size(index: Index) -> pd.DataFrame:
    """Correlation of the index with ln GDP, ln population and ln GDP per head."""
    facts = index.folder.facts
    context = facts[facts["indicator"].isin([GDP, POPULATION])]
    wide = context.pivot(index=["economy", "year"], columns="indicator", values="value").reset_index()
    return size_correlations(index.scores, wide.reindex(columns=["economy", "year", GDP, POPULATION]))


def coverage(index: Index) -> pd.DataFrame:
    """Cells by status and the observed share of the weight, by year, for each set and for the index."""
    panel, plan = index.panel, index.plan
    status = panel.status
    low, high = sorted((plan.low, plan.high))
    outside = (index.result.normalised < low - 1e-9) | (index.result.normalised > high + 1e-9)
    outside = outside.reshape(status.shape)
    observed = np.isin(status, [Status.OBSERVED, Status.CORRECTED])
    rows = []
    for t, year in enumerate(panel.years):
        groups = [(one.id, list(one.columns), one.weights) for one in plan.sets]
        groups.append(("index", list(range(len(plan.indicators))), plan.effective_weights))
        for identifier, columns, w in groups:
            part = status[:, t][:, columns]
            counts = [
                int((part == state).sum())
                for state in (Status.OBSERVED, Status.INTERPOLATED, Status.CARRIED, Status.MISSING)
            ]
            share = float((observed[:, t][:, columns] * w).sum(axis=1).mean())
            rows.append((year, identifier, part.size, *counts, int(outside[:, t][:, columns].sum()), share))
    names = [
        "year",
        "set",
        "cells",
        "observed",
        "interpolated",
        "carried",
        "missing",
        "outside_range",
        "observed_share",
    ]
    return pd.DataFrame(rows, columns=names)


def variant(name: str, index: Index) -> pd.DataFrame:
    """Index and rank of one variant."""
    frame = index.scores[["economy", "year", "index", "rank"]].copy()
    frame.insert(0, "variant", name)
    frame["note"] = ""
    return frame


def refused_variant(name: str, index: Index, reason: str) -> pd.DataFrame:
    """Rows of a variant that the data refuse: no number, and the reason."""
    frame = _cases(index).assign(index=np.nan, rank=pd.array([pd.NA] * len(_cases(index)), dtype="Int64"), note=reason)
    frame.insert(0, "variant", name)
    return frame


def _cases(index: Index) -> pd.DataFrame:
    return pd.DataFrame(index.panel.case_labels, columns=["economy", "year"])


def _reference_rows(index: Index) -> np.ndarray:
    """Cases of the reference years; all cases where the edition publishes none of them."""
    years = np.array([year for _, year in index.panel.case_labels])
    rows = np.isin(years, index.edition.reference_years)
    return rows if rows.any() else np.ones(len(years), dtype=bool)
