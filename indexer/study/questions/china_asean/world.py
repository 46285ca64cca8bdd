"""The ladder of gravity equations on a world sample: all exporters and importers, with the index of both sides."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from indexer import gravity
from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.errors import UsageError
from indexer.index import Index
from indexer.pipeline import build
from indexer.study.beyond import NUMBERS, Headline, beyond, limits
from indexer.study.estimate import Equation, Found, interval, percent
from indexer.study.options import Options
from indexer.study.questions.china_asean.structure import PAIR, POINTS, second_stage, structural
from indexer.study.report import Study, Table
from indexer.study.samples import Sample, full_years

EDITION = "world"
SIDES = {"exporter's AI": "ai_exporter", "importer's AI": "ai_importer"}
COUNTRIES = {"CRV1": "exporter + importer"}
BOTH = "ai_exporter + ai_importer + log(gdp_exporter) + log(gdp_importer)"
WITHIN = ("3 + pair effects", "4 PPML of 3")
"""Rungs that compare a pair with itself, on all years; the others compare pairs, on years that are full."""


def world_index(options: Options) -> Index:
    """Return the index of the world edition, or of the one asked for, without trade outcomes."""
    return build(options.indicators, options.edition or EDITION).without("trade_outcome")


def rungs(controls: list[str]) -> dict[str, tuple[str, str]]:
    """Return estimator and formula of rungs 1 to 4; `controls` are those of pairs that vary."""
    between = " + ".join([BOTH, "log(distance)", *controls])
    within = " + ".join([BOTH, *(name for name in controls if name == "rta")])
    return {
        "1 log-OLS": ("ols", f"log(trade) ~ {between}"),
        "2 + year effects": ("ols", f"log(trade) ~ {between} | year"),
        "2 as PPML": ("ppml", f"trade ~ {between} | year"),
        WITHIN[0]: ("ols", f"log(trade) ~ {within} | exporter^importer + year"),
        WITHIN[1]: ("ppml", f"trade ~ {within} | exporter^importer + year"),
    }


def with_index(sample: Sample, index: Any, lag: int = 0) -> pd.DataFrame:
    """Return the flows of a sample in years that the index has, with the index of both sides.

    Raises
    ------
    UsageError
        If they have no year in common.
    """
    scores = index if isinstance(index, pd.DataFrame) else index.scores
    theirs = sorted({int(year) + lag for year in scores.dropna(subset=["index"])[YEAR]})
    frame = sample.frame[sample.frame[YEAR].isin(theirs)]
    if frame.empty:
        ours = sample.years
        raise UsageError(
            f"the flows are of {ours[0]}–{ours[-1]} and the index of {theirs[0]}–{theirs[-1]}: no year in common",
            where="--data", remedy="give flows of the years of the index, or an edition that reaches back (--edition)",
        )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gravity.NoScoreWarning)
        found = gravity.attach(index, frame.assign(year=frame[YEAR] - lag))
    found = found.assign(year=found[YEAR] + lag)
    logs = np.log(found["distance"].where(found["distance"] > 0))
    own = found["international"] == 0
    return found.assign(ln_distance=logs.mask(own, 0.0))


def rows_of(rung: str, frame: pd.DataFrame, full: list[int]) -> pd.DataFrame:
    """Return the international rows that a rung is estimated on; `full` are the full years of the sample."""
    abroad = frame[frame["international"] == 1]
    return abroad if rung in WITHIN else abroad[abroad[YEAR].isin(full)]


def ladder(sample: Sample, index: Any) -> dict[tuple[str, str], Found]:
    """Estimate rungs 1 to 4; by rung and side."""
    frame, full = with_index(sample, index), full_years(sample.frame)
    found = {}
    for rung, (estimator, formula) in rungs(_varying(sample, frame)).items():
        first = _equation(rung, estimator, formula, "exporter's AI").estimate(rows_of(rung, frame, full))
        for side in SIDES:
            found[rung, side] = Found(_equation(rung, estimator, formula, side), first.fit, first.reason)
    return found


def _equation(rung: str, estimator: str, formula: str, side: str) -> Equation:
    return Equation(f"{rung}, {side}", estimator, formula, SIDES[side], PAIR, POINTS)


def _varying(sample: Sample, frame: pd.DataFrame) -> list[str]:
    return [name for name in sample.controls if frame[name].nunique() > 1]


def world_ladder(sample: Sample, options: Options) -> Study:
    """Estimate the ladder on a world sample.

    Parameters
    ----------
    sample : Sample
        As `indexer.study.samples.read_sample` gives it.
    options : Options

    Returns
    -------
    Study
        Tables `ladder`, `sample`, and those of `indexer.study.beyond`.

    Raises
    ------
    UsageError
        If the sample has no year of the index.
    """
    index = world_index(options)
    frame = with_index(sample, index)
    found = ladder(sample, index)
    wide = {rung: one for (rung, _), one in found.items()}
    used = {rung: rows_of(rung, frame, full_years(sample.frame)) for rung in wide}
    rows = [
        _row(one, rung, side, used[rung]) | _by_country(wide[rung], SIDES[side], used[rung])
        for (rung, side), one in found.items()
    ]
    rows += [
        _row(one, rung, said, frame) | _by_country(one, one.equation.term, frame)
        for rung, said, one in structural(frame)
    ]
    abroad = frame[frame["international"] == 1]
    about = {"years": span(abroad), "rung": "5 second stage", "term": "exporter's AI", "estimator": "ols"}
    rows.append(about | second_stage(abroad))
    table = pd.DataFrame(rows)
    headlines = world_headlines(sample, index)
    tables = (_shown(table), counted(frame, full_years(sample.frame)), *beyond(headlines, options))
    models = {rung: one.fit for rung, one in wide.items() if one.fit is not None}
    title = "Does trade between the pairs of a world sample go with the AI development of exporter and importer?"
    return Study(
        "china-asean",
        title,
        tables,
        _sentence(table),
        caveats(sample, index),
        models=models,
        limits=limits(repeated(headlines), options),
    )


def world_headlines(sample: Sample, index: Index) -> list[Headline]:
    """Return the PPML coefficients that sentences on a world sample rest on."""
    frame = with_index(sample, index)
    members = {*frame[EXPORTER], *frame[IMPORTER]}
    economies = tuple(code for code in index.scores["economy"].unique() if code in members)
    equations = rungs(_varying(sample, frame))
    return [
        Headline(_equation(rung, *equations[rung], side), index, partial(_rows, sample, rung), economies, SIDES[side])
        for rung in ("2 as PPML", WITHIN[1])
        for side in SIDES
    ]


def repeated(headlines: list[Headline]) -> list[Headline]:
    """Return those on two years and more: in one year nothing varies within economies."""
    return [one for one in headlines if one.make(one.index, 0)[YEAR].nunique() > 1]


def _rows(sample: Sample, rung: str, index: Any, lag: int) -> pd.DataFrame:
    return rows_of(rung, with_index(sample, index, lag), full_years(sample.frame))


def span(rows: pd.DataFrame) -> str:
    """Return first and last year of rows as text."""
    years = dict.fromkeys((rows[YEAR].min(), rows[YEAR].max())) if len(rows) else ("none",)
    return "–".join(str(year) for year in years)


def _row(found: Found, rung: str, term: str, rows: pd.DataFrame) -> dict[str, Any]:
    return found.row(years=span(rows), rung=rung, term=term, estimator=found.equation.estimator)


def _by_country(found: Found, term: str, rows: pd.DataFrame) -> dict[str, float]:
    """Return error and p with clusters by exporter and by importer: the index has one value for a country and year."""
    if found.fit is None:
        return {"se_countries": np.nan, "p_countries": np.nan}
    other = replace(found.equation, vcov=COUNTRIES, term=term).estimate(rows).numbers
    return {"se_countries": other["se"], "p_countries": other["p"]}


def counted(frame: pd.DataFrame, full: list[int]) -> Table:
    """Count the flows of each year, and say which years are full."""
    rows = [
        {
            "year": str(year), "flows": len(group), "exporters": group[EXPORTER].nunique(),
            "importers": group[IMPORTER].nunique(), "domestic": int((group["international"] == 0).sum()),
            "zeros": int((group["trade"] == 0).sum()),
            "with_index": int(group[["ai_exporter", "ai_importer"]].notna().all(axis=1).sum()),
        }
        for year, group in frame.groupby(YEAR)
    ]  # fmt: skip
    said = ", ".join(str(year) for year in full if year in set(frame[YEAR])) or "none"
    return Table(
        "sample", "The flows of each year of the index", pd.DataFrame(rows), {},
        (f"Rungs 1 and 2 on full years (three quarters of the flows of the fullest year of the file): {said}.",),
    )  # fmt: skip


def _shown(frame: pd.DataFrame) -> Table:
    shown = pd.DataFrame({
        "years": frame["years"], "rung": frame["rung"], "coefficient of": frame["term"],
        "estimate (se)": [_short(e, s) for e, s in zip(frame["estimate"], frame["se"], strict=True)],
        "p": frame["p"], "se by country": frame["se_countries"], "p by country": frame["p_countries"], "n": frame["n"],
    })  # fmt: skip
    reasons = [f"{r['rung']}, {r['term']}: {r['note']}." for r in frame.to_dict("records") if r["note"]]
    numbers = {"p": ".3f", "se by country": ".3f", "p by country": ".3f", "n": ",.0f"}
    return Table(
        "ladder", "Coefficient on ten points of the index", frame,
        NUMBERS | numbers | dict.fromkeys(("se_countries", "p_countries"), ".3f"),
        (
            "Errors by undirected pair; beside them by exporter and importer (two-way), for the index has one value "
            "for a country and year, and pairs of one country are no independent looks at it.",
            *dict.fromkeys(reasons),
        ),
        shown,
    )  # fmt: skip


def _short(estimate: float, se: float) -> str:
    return f"{estimate:.3f} ({se:.3f})" if np.isfinite(estimate) else "not identified"


def _sentence(table: pd.DataFrame) -> str:
    found: dict[Any, Any] = {(line["rung"], line["term"]): line for line in table.to_dict("records")}

    def said(rung: str, term: str) -> str:
        line = found[rung, term]
        if not np.isfinite(line["estimate"]):
            return "have no estimate"
        wide = f", p by country {line['p_countries']:.2f}" if np.isfinite(line.get("p_countries", np.nan)) else ""
        return f"go with {percent(line)} trade{wide}"

    one, other = SIDES
    slope = found["5 structural", f"{one} × ln distance"]
    far = "AI × ln distance cannot be estimated"
    if np.isfinite(slope["estimate"]):
        far = f"the exporter's AI × ln distance is {interval(slope['estimate'], slope['low'], slope['high'])}"
        far += f" (p by country {slope['p_countries']:.2f})"
    return (
        "What it shows: between pairs (PPML, year effects), 10 more index points of the exporter "
        f"{said('2 as PPML', one)}; of the importer {said('2 as PPML', other)}. Within pairs over time, of the "
        f"exporter {said(WITHIN[1], one)}; of the importer {said(WITHIN[1], other)}. Beside exporter-year, "
        f"importer-year and pair effects {far}. What it does not show: an effect of AI. Between pairs the index stands "
        "for everything that rich and well-governed economies share; within pairs a few years of a slow index say "
        "little; and the structural equations, which hold multilateral resistance constant, do not identify the level "
        "at all."
    )


def caveats(sample: Sample, index: Index) -> tuple[str, ...]:
    """Say what a world sample is made of."""
    first, last = index.edition.years[0], index.edition.years[-1]
    full = full_years(sample.frame)
    part = [str(year) for year in sample.years if year not in full and first <= year <= last]
    thin = (
        (f"Of {', '.join(part)} the file holds the flows of few economies: what moves within pairs is theirs.",)
        if part
        else ()
    )
    return (
        f"AI: the index of edition {index.edition.document}, {first}–{last}, without indicators that are trade "
        "themselves, 0–100; economies without a score drop out.",
        *thin,
        *sample.notes,
    )
