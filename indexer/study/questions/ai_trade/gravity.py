"""Gravity by category of AI trade: what identifies an index of exporter or importer, and what does not."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from indexer import gravity
from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.errors import EstimationError, UsageError
from indexer.index import Index
from indexer.study.beyond import Headline
from indexer.study.estimate import Equation, Found
from indexer.trade.reports import BALANCED, CATEGORY, VALUE, choose_reports, with_zeros

POINTS = 10.0
PAIR = f"{EXPORTER}^{IMPORTER}"
VCOV = {"CRV1": PAIR}
SIZES = "log(gdp_exporter) + log(gdp_importer)"
LADDER = (
    ("pair and year effects", f"ai_exporter + ai_importer + {SIZES} | {PAIR} + year", ("ai_exporter", "ai_importer")),
    ("exporter-year and pair effects", f"ai_importer + log(gdp_importer) | exporter^year + {PAIR}", ("ai_importer",)),
    ("importer-year and pair effects", f"ai_exporter + log(gdp_exporter) | importer^year + {PAIR}", ("ai_exporter",)),
    ("all three effects", f"ai_exporter | exporter^year + importer^year + {PAIR}", ("ai_exporter",)),
    ("all three effects", f"ai_importer | exporter^year + importer^year + {PAIR}", ("ai_importer",)),
    ("all three effects", f"ai_gap | exporter^year + importer^year + {PAIR}", ("ai_gap",)),
)
"""Effects, right side, coefficients looked at. Under all three a country-year index is absorbed; the gap is not."""


COLUMNS = ("estimate", "se", "p", "low", "high", "n", "clusters", "p_bootstrap", "corrected", "corrected_se")


def rows_of(flows: pd.DataFrame, index: Any, gdp: pd.Series, lag: int = 0) -> pd.DataFrame:
    """Return the rows to estimate on.

    Parameters
    ----------
    flows : DataFrame
        exporter, importer, year, category, reported_by, value_usd, of economies (not the world).
    index : Index or DataFrame
        As `gravity.attach` takes it, without trade outcomes.
    gdp : Series
        By economy and year.
    lag : int
        Years by which the index is older than the trade.

    Returns
    -------
    DataFrame
        One report of each flow, with the zeros that a report implies, the index of both sides and both GDPs.
    """
    keys = [EXPORTER, IMPORTER, YEAR, CATEGORY, "reported_by"]
    summed = flows.groupby(keys)[VALUE].sum().reset_index()
    table = with_zeros(choose_reports(summed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gravity.NoScoreWarning)
        found = gravity.attach(index, table.assign(year=table[YEAR] - lag))
    found = found.assign(year=found[YEAR] + lag)
    for side in (EXPORTER, IMPORTER):
        known = gdp.reindex(pd.MultiIndex.from_arrays([found[side], found[YEAR]]))
        found[f"gdp_{side}"] = known.to_numpy()
    return found


def ladder(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Estimate the ladder for every category; what the data cannot carry is a row with its reason.

    Returns
    -------
    DataFrame
        category, effects, term, estimate (on ten points of the index), se, p, low, high, n, clusters, p_bootstrap,
        corrected and corrected_se (three-way bias correction), note.
    dict
        Label to fit, of the rungs that were estimated.
    """
    table, fits = [], {}
    for category, part in rows.groupby(CATEGORY, sort=True):
        usable = part.dropna(subset=["ai_exporter", "ai_importer", "gdp_exporter", "gdp_importer"])
        for effects, right, terms in LADDER:
            for term in terms:
                label = f"{category}, {effects}, {term}"
                one = _estimate(Equation(label, "ppml", f"{VALUE} ~ {right}", term, VCOV, POINTS), usable)
                corrected, se = _corrected(one)
                about = {"category": category, "effects": effects, "term": term}
                table.append(one.row(**about) | {"corrected": corrected, "corrected_se": se})
                if one.fit is not None:  # once an equation, though it may give two coefficients
                    fits[label if len(terms) == 1 else f"{category}, {effects}"] = one.fit
    return pd.DataFrame(table), fits


def headlines(flows: pd.DataFrame, index: Index, gdp: pd.Series, fits: Mapping[str, Any]) -> list[Headline]:
    """Return the importer's index under exporter-year and pair effects, by category, where it was estimated."""
    effects, right, (term,) = LADDER[1]
    made = []
    for category, part in flows.groupby(CATEGORY, sort=True):
        label = f"{category}, {effects}, {term}"
        if label in fits:
            equation = Equation(label, "ppml", f"{VALUE} ~ {right}", term, VCOV, POINTS)
            members = tuple(sorted(set(part[IMPORTER]) & set(index.scores["economy"])))
            made.append(Headline(equation, index, partial(_again, part, gdp), members, term))
    return made


def _again(flows: pd.DataFrame, gdp: pd.Series, index: Any, lag: int) -> pd.DataFrame:
    return rows_of(flows, index, gdp, lag)


def _estimate(equation: Equation, rows: pd.DataFrame) -> Found:
    if rows[YEAR].nunique() < 2:
        years = ", ".join(map(str, rows[YEAR].unique())) or "none"
        return Found(equation, None, f"years with an index of both sides: {years}; pair effects need two at least")
    return equation.estimate(rows)


def _corrected(one: Found) -> tuple[float, float]:
    """The bias-corrected coefficient under all three effects; NaN elsewhere."""
    if one.fit is None or len(one.fit.effects) != 3:
        return np.nan, np.nan
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found = one.fit.bias_corrected(pair=PAIR)
    except (EstimationError, UsageError):  # too sparse a panel for it is one of the reasons
        return np.nan, np.nan
    term = one.equation.term
    return POINTS * float(found.coef[term]), POINTS * float(found.se[term])


def no_pairs(categories: Iterable[str]) -> pd.DataFrame:
    """Return the ladder of files that hold trade with the world only: one row a category, with the reason."""
    why = "the files hold trade with the world only; gravity needs partners"
    about: dict[str, Any] = {"effects": "any", "term": "ai_exporter", **dict.fromkeys(COLUMNS, np.nan), "note": why}
    return pd.DataFrame([{"category": one} | about for one in sorted(categories)])


def basis(rows: pd.DataFrame) -> dict[str, float]:
    """Return how many rows rest on whose report, how many are zeros, and how many have no index on a side."""
    sides = rows["reported_by"].value_counts()
    return {
        "rows": len(rows),
        "by_importer": int(sides.get("importer", 0)),
        "by_exporter": int(sides.get("exporter", 0)),
        "balanced": int(sides.get(BALANCED, 0)),
        "zeros": int(rows["is_zero"].sum()),
        "no_index": int(rows[["ai_exporter", "ai_importer"]].isna().any(axis=1).sum()),
    }
