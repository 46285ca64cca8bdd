"""The tables of an index, as frames in canonical order; numbers are computed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indexer import normalise, treat, weight
from indexer.analyse.adequacy import Check, Weighting, assess, outstanding_pairs
from indexer.analyse.adequacy import checks as named_checks
from indexer.analyse.importance import correlation_ratio, importance
from indexer.analyse.size import size_correlations
from indexer.columns import DECIMALS
from indexer.composite import Plan, unit_scale
from indexer.panel import Status
from indexer.prepare import GDP, POPULATION
from indexer.tree import traits
from indexer.weight import dispersion_share, label

if TYPE_CHECKING:
    from indexer.index import Index


def ranks(index: np.ndarray, years: np.ndarray) -> pd.Series:
    """Rank within each year, 1 = highest; ties share the better rank; no score, no rank.

    Scores are compared as published (six decimals), so that a rank never rests on digits that nobody can see.
    """
    frame = pd.DataFrame({"index": np.round(index, DECIMALS), "year": years})
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
    for k, node in enumerate(index.plan.nodes[:-1]):
        frame[node.id] = index.result.nodes[:, k]
    frame["observed_share"] = observed_share(index)
    return frame


def weights(index: Index) -> pd.DataFrame:
    """Weights of every level, with importance and CV² share over the reference years beside them.

    Effective weights exist where all aggregations above are arithmetic (products) or geometric (exponents).
    """
    plan = index.plan
    n, whole = len(plan.indicators), nested_weights(plan)
    stack = np.column_stack([index.result.normalised, index.result.nodes])[_reference_rows(index)]
    rows = []
    for k in _top_down(plan):
        node = plan.nodes[k]
        columns = list(node.columns)
        unit = unit_scale(stack[:, columns], plan.low, plan.high)
        squared = importance(stack[:, columns], stack[:, n + k])
        ratio = correlation_ratio(stack[:, columns], stack[:, n + k])
        share = dispersion_share(unit)
        method = label(index.edition.weightings[node.id])
        for j, name in enumerate(plan.members(node)):
            rows.append(
                (
                    _level(plan, columns[j]), node.id, name, method, float(node.weights[j]), float(whole[columns[j]]),
                    float(squared[j]), float(ratio[j]), float(share[j]),
                )
            )  # fmt: skip
    names = [
        "level",
        "parent",
        "node",
        "method",
        "weight",
        "effective_weight",
        "importance",
        "importance_ratio",
        "cv2_share",
    ]
    return pd.DataFrame(rows, columns=names)


def nested_weights(plan: Plan) -> np.ndarray:
    """Return the weight in the index of each indicator and node; NaN below an aggregation that has no such weights."""
    whole = plan.whole_weights.copy()
    lost = np.zeros(len(whole), dtype=bool)
    for k in range(len(plan.nodes) - 1, -1, -1):
        node = plan.nodes[k]
        above = lost[len(plan.indicators) + k] or not traits(node) & {"linear", "divisia"}
        lost[list(node.columns)] |= above
    whole[lost] = np.nan
    return whole


def _top_down(plan: Plan) -> list[int]:
    """Nodes from the index down, those of one level in their order."""
    depth = {len(plan.nodes) - 1: 0}
    for k in range(len(plan.nodes) - 1, -1, -1):
        for j in plan.nodes[k].columns:
            if j >= len(plan.indicators):
                depth[j - len(plan.indicators)] = depth[k] + 1
    return sorted(range(len(plan.nodes)), key=lambda k: (depth[k], k))


def _level(plan: Plan, column: int) -> str:
    n = len(plan.indicators)
    if column < n:
        return "indicator"
    return "set" if max(plan.nodes[column - n].columns) < n else "group"


def cells(index: Index) -> pd.DataFrame:
    """Every cell on its way from the published number to the normalised one, with status and origin."""
    panel, plan = index.panel, index.plan
    columns = [j for one in plan.sets for j in one.columns]
    status, source = (panel.cases(array)[:, columns] for array in (panel.status, panel.source_year))
    how = index.edition.impute.method + (f" within {index.edition.impute_group}" if index.edition.impute_group else "")
    metas = [index.catalogue.indicator(plan.indicators[j]) for j in columns]
    where = [f"{meta.source.publisher}, {meta.source.dataset}; {meta.source.licence}" for meta in metas]
    words = {Status.MISSING: "", Status.IMPUTED: f"imputed between economies: {how}"}
    labels = {state.value: state.label for state in Status}
    cases = _cases(index)
    mended = {
        (one.economy, one.year, one.indicator): f"corrected: {one.reason}; {one.reference}"
        for one in index.folder.corrections.itertuples()
    }
    origin = []
    for economy, states, years in zip(cases["economy"], status.tolist(), source.tolist(), strict=True):
        for state, year, place, meta in zip(states, years, where, metas, strict=True):
            known = mended.get((economy, year, meta.id), place)
            origin.append(f"{year}: {known}" if state == Status.CARRIED else words.get(state, known))
    n, m = status.shape
    frame = pd.DataFrame(
        {
            "economy": cases["economy"].repeat(m).array,
            "year": cases["year"].repeat(m).array,
            "set": [one.id for one in plan.sets for _ in one.columns] * n,
            "indicator": [meta.id for meta in metas] * n,
            "raw": panel.cases(index.prepared.raw.values)[:, columns].ravel(),
            "treated": panel.cases(index.prepared.treated.values)[:, columns].ravel(),
            "imputed": panel.cases(panel.values)[:, columns].ravel(),
            "normalised": index.result.normalised[:, columns].ravel(),
            "status": [labels[state] for state in status.ravel().tolist()],
            "origin": origin,
        }
    )
    return frame.sort_values(["economy", "year"], kind="stable", ignore_index=True)


def adequacy(index: Index) -> pd.DataFrame:
    """Adequacy of each set and of the sets together, on economy-years and on economies (means over years)."""
    return pd.DataFrame(
        [asdict(assess(y, level, basis, weighting, names)) for level, basis, y, weighting, names in _judged(index)]
    )


def checks(index: Index) -> pd.DataFrame:
    """Every check of adequacy by name: its number, its threshold, whether it passed, and what to do."""
    words = {True: "passed", False: "failed", None: "not judged"}
    rows = [
        asdict(check) | {"result": words[check.passed]}
        for level, basis, y, weighting, names in _judged(index)
        for check in named_checks(y, names, level, basis, weighting)
    ]
    rows += [asdict(check) | {"result": words[check.passed]} for check in _consistency(index)]
    columns = ["set", "basis", "check", "number", "threshold", "result", "said", "remedy"]
    return pd.DataFrame(rows)[columns].astype({"number": "float64", "threshold": "float64"})


def _consistency(index: Index) -> Iterator[Check]:
    """Yield the consistency of pairwise judgements, which no case enters."""
    for node in index.plan.nodes:
        level = "between sets" if node is index.plan.root else node.id
        found = weight.consistencies(index.edition.weightings[node.id])
        for k, one in enumerate(found, start=1):
            name = "consistency ratio" if len(found) == 1 else f"consistency ratio {k}"
            fine = one.ratio <= weight.RATIO_MOST
            said = "" if fine else f"{name} {one.ratio:.2f} above {weight.RATIO_MOST:g}"
            remedy = "" if fine else "look at the judgements again: they contradict each other"
            yield Check(level, "economy_years", name, one.ratio, weight.RATIO_MOST, fine, said, remedy)


def _judged(index: Index) -> Iterator[tuple[str, str, np.ndarray, Weighting, tuple[str, ...]]]:
    """Yield each level's values on both kinds of cases, with its name, weighting and members."""
    plan = index.plan
    n_years = len(index.edition.years)
    reference = _reference_rows(index)
    stack = np.column_stack([index.result.normalised, index.result.nodes])
    for node in plan.nodes:
        y = stack[:, list(node.columns)]
        choice, names = index.edition.weightings[node.id], plan.members(node)
        level = "between sets" if node is plan.root else node.id
        by_economy = y.reshape(-1, n_years, y.shape[1])[:, reference.reshape(-1, n_years)[0]]
        for basis, cases in (("economy_years", y[reference]), ("economies", _mean_over_years(by_economy))):
            seen = tuple(weight.evidence(choice, cases, names, node.weights))
            yield level, basis, cases, Weighting(label(choice), weight.rests_on_correlations(choice), seen), names


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


def facts(index: Index) -> pd.DataFrame:
    """The facts that the edition's scores rest on, sorted; enough for `indexer.score` with the index's parameters."""
    return _used(index, index.folder.facts)


def corrections(index: Index) -> pd.DataFrame:
    """The corrections among these facts: indicator, economy, year, old, new, reason, reference."""
    return _used(index, index.folder.corrections)


def _used(index: Index, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the indicators, denominators and economies that enter, sorted, up to the edition's last year.

    Its columns are indicator, economy, year and others.
    """
    names = {one.indicator for one in index.inputs}
    names |= {POPULATION} if any(one.needs_population for one in index.inputs) else set()
    names |= {GDP} if any(one.needs_gdp for one in index.inputs) else set()
    used = (
        frame["indicator"].isin(names)
        & frame["economy"].isin(index.edition.economies)
        & (frame["year"] <= index.edition.years[-1])
    )
    return frame[used].sort_values(["indicator", "economy", "year"], ignore_index=True)


def treatment(index: Index) -> pd.DataFrame:
    """What treatment did to each indicator in the reference years, and how many published cells it floored."""
    plan = index.plan
    names = plan.indicators
    rows: dict[str, dict[str, object]] = {name: {"indicator": name, "method": "none", "how": "none"} for name in names}
    entered = index.prepared.entered.cases()
    for step in plan.treatment:
        at = treat.floored(entered[:, list(step.columns)], step.parameters).sum(axis=0)
        for j, fitted, below in zip(step.columns, step.parameters, at.tolist(), strict=True):
            rows[names[j]] |= {"method": step.choice.method, "how": "treated", **fitted, "floored": below}
    columns = [
        "indicator",
        "method",
        "how",
        "lower",
        "upper",
        "treated",
        "floored",
        "skewness",
        "kurtosis",
        "skewness_after",
        "kurtosis_after",
    ]
    frame = pd.DataFrame(list(rows.values())).reindex(columns=columns)
    for name in ("treated", "floored"):
        frame[name] = frame[name].fillna(0).astype("int64")
    return frame.astype(dict.fromkeys(columns[3:5] + columns[7:], "float64"))


def coverage(index: Index) -> pd.DataFrame:
    """Cells by status and the observed share of the weight, by year, for each set and for the index.

    Corrected cells are among the observed ones.
    """
    panel, plan = index.panel, index.plan
    status = panel.status
    outside = np.zeros(status.shape, dtype=bool)
    if plan.low is not None and plan.high is not None:
        y = index.result.normalised
        outside = normalise.outside(y, plan.low, plan.high).reshape(status.shape)
    observed = np.isin(status, [Status.OBSERVED, Status.CORRECTED])
    rows = []
    for t, year in enumerate(panel.years):
        groups = [(one.id, list(one.columns), one.weights) for one in plan.sets]
        groups.append(("index", list(range(len(plan.indicators))), plan.effective_weights))
        for identifier, columns, w in groups:
            part = status[:, t][:, columns]
            counts = [int(observed[:, t][:, columns].sum())]
            counts += [
                int((part == state).sum())
                for state in (Status.INTERPOLATED, Status.CARRIED, Status.IMPUTED, Status.MISSING)
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
        "imputed",
        "missing",
        "outside_range",
        "observed_share",
    ]
    return pd.DataFrame(rows, columns=names)


def uncertainty(index: Index) -> pd.DataFrame:
    """Median, 5 % and 95 % of score and rank over the draws, how many have one, and the assumption that moves most."""
    found = index.uncertainty
    frame = found.ranks.copy()
    # draws are kept in single precision: more digits would be noise
    for name in ("index_p05", "index_median", "index_p95"):
        frame[name] = frame[name].round(3)
    most = found.movers.groupby(["economy", "year"], sort=False).first().reset_index()
    moved = most["sd"] > 0
    most["moved_by"] = most["assumption"].where(moved, "")
    return frame.merge(most[["economy", "year", "moved_by"]], on=["economy", "year"], how="left")


def variant(name: str, index: Index, note: str = "") -> pd.DataFrame:
    """Index and rank of one variant."""
    frame = index.scores[["economy", "year", "index", "rank"]].copy()
    frame.insert(0, "variant", name)
    frame["note"] = note
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
