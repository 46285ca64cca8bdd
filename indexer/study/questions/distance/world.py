"""The distance study on a world sample, beside the distance puzzle of the Advanced Guide."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import EXPORTER, YEAR
from indexer.errors import UsageError
from indexer.index import Index
from indexer.study.beyond import Headline, beyond, limits
from indexer.study.estimate import Equation, interval
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.china_asean import world
from indexer.study.questions.distance.path import Design, path
from indexer.study.questions.distance.question import HEADLINES, TITLE, WHOSE, products, row_of, structural
from indexer.study.questions.distance.show import ai_table, figures, path_tables, said_of_path
from indexer.study.report import Study, Table
from indexer.study.samples import Sample, full_years, whole_years

MOST_YEARS = 10
STEP = 4
LINES = ("OLS, international", "PPML, international", "PPML, with domestic trade")
GUIDE = pd.DataFrame({
    "year": [1986, 1990, 1994, 1998, 2002, 2006],
    LINES[0]: [-1.1685, -1.1551, -1.2106, -1.2481, -1.2413, -1.2613],
    f"{LINES[0]} se": [0.0429, 0.0416, 0.0449, 0.0421, 0.0434, 0.0430],
    LINES[1]: [-0.8593, -0.8341, -0.8348, -0.8469, -0.8484, -0.8356],
    f"{LINES[1]} se": [0.0370, 0.0377, 0.0351, 0.0354, 0.0316, 0.0312],
    LINES[2]: [-0.9100, -0.8790, -0.8598, -0.8329, -0.8292, -0.8105],
    f"{LINES[2]} se": [0.0323, 0.0321, 0.0318, 0.0317, 0.0320, 0.0320],
})  # fmt: skip
"""Table 2 of Yotov et al. (2016), ch. 1, columns 1, 2 and 5, to four digits as in the R edition of the Guide."""
GUIDE_CHANGE = {LINES[0]: (7.9502, 3.6976), LINES[1]: (-2.7503, 3.0039), LINES[2]: (-10.9311, 0.7688)}


def world_distance(sample: Sample, options: Options, years: list[int] | None = None) -> Study:
    """Estimate the path of the distance elasticity on a world sample, and AI × ln distance in the years of the index.

    Raises
    ------
    UsageError
        For years that the sample does not have.
    """
    chosen = _years(sample, years)
    frame = _plain(sample, chosen)
    paths = [path(rows, design) for design, rows in _designs(sample, frame, chosen)]
    index = world.world_index(options)
    tables: list[Table] = [*path_tables(paths), _guide()]
    headlines: list[Headline] = []
    try:
        slopes = pd.DataFrame(_slopes(sample, index))
    except UsageError as error:
        told = f"AI × ln distance cannot be estimated: {error.message}. "
    else:
        headlines = [one for one in _headlines(sample, index) if one.found().fit is not None]
        tables, told = [ai_table(slopes), *tables, *beyond(headlines, options)], _told(slopes)
    said = "; ".join(f"{one.design.label}: the elasticity {said_of_path(one)}" for one in paths)
    sentence = (
        f"What it shows: {told}By year: {said}. What it does not show: that AI is behind a change of the path, or of "
        "its slope; a path rests on which pairs are in the file, and how domestic trade enters."
    )
    source = f"Data: {sample.notes[0].split(',')[0]}."
    models = {one.design.label: one.fit for one in paths if one.fit is not None}
    return Study(
        "distance", TITLE, tuple(tables), sentence, _caveats(sample, chosen), figures(paths, source), models,
        limits(world.repeated(headlines), options) if headlines else None,
    )  # fmt: skip


def _years(sample: Sample, years: list[int] | None) -> list[int]:
    if years is None:
        full = full_years(sample.frame)
        return full if len(full) <= MOST_YEARS else [year for year in full if (full[-1] - year) % STEP == 0]
    chosen = whole_years(years)
    missing = [year for year in chosen if year not in sample.years]
    if missing:
        raise UsageError(f"no flows of {', '.join(map(str, missing))}", where="years",
                         remedy=f"choose of {sample.years[0]}–{sample.years[-1]}")  # fmt: skip
    return chosen


def _plain(sample: Sample, chosen: list[int]) -> pd.DataFrame:
    """Return the rows of the years with ln_distance, and one level for each country's own trade."""
    frame = sample.frame[sample.frame[YEAR].isin(chosen)]
    own = (frame["international"] == 0).to_numpy()
    ln = np.where(own, 0.0, np.log(frame["distance"].where(frame["distance"] > 0)))
    return frame.assign(ln_distance=ln, own=np.where(own, frame[EXPORTER], "abroad"))


def _designs(sample: Sample, frame: pd.DataFrame, chosen: list[int]) -> list[tuple[Design, pd.DataFrame]]:
    controls = tuple(name for name in sample.controls if name != "rta")
    abroad = frame[frame["international"] == 1]
    plain = Design(LINES[1], "ppml", controls, ssc="G")
    found = [(replace(plain, label=LINES[0], estimator="ols"), abroad[abroad["trade"] > 0]), (plain, abroad)]
    if sample.has_domestic:
        found.append((replace(plain, label=LINES[2], effects="own"), frame))
    always = abroad.groupby([EXPORTER, "importer"])[YEAR].transform("nunique") == len(chosen)
    if not always.all():
        found.append((replace(plain, label="PPML, same pairs every year"), abroad[always]))
    base = chosen[0]
    found.append(
        (Design(f"PPML, pair effects, change since {base}", effects="exporter^importer", base=base, ssc="G"), abroad)
    )
    return found


def _rows(sample: Sample, index: Any, lag: int) -> pd.DataFrame:
    frame = world.with_index(sample, index, lag).drop(columns="ln_distance")
    return products(frame[frame["international"] == 1])


def _slopes(sample: Sample, index: Index) -> list[dict[str, Any]]:
    frame, full = _rows(sample, index, 0), full_years(sample.frame)
    controls = tuple(name for name in sample.controls if frame[name].nunique() > 1)
    made = []
    for pair, rows in ((False, frame[frame[YEAR].isin(full)]), (True, frame)):
        years = (
            "–".join(str(year) for year in dict.fromkeys((rows[YEAR].min(), rows[YEAR].max()))) if len(rows) else "none"
        )
        for said in WHOSE:
            one = structural(said, controls, pair)
            made.append(row_of(one.estimate(rows), years, said, pair) | _by_country(one, rows))
        if not pair:
            made += [_beside_income(said, controls, rows, years) for said in HEADLINES]
    return made


def _by_country(one: Equation, rows: pd.DataFrame) -> dict[str, float]:
    wide = replace(one, vcov=world.COUNTRIES).estimate(rows).numbers
    return {"se_countries": wide["se"], "p_countries": wide["p"]}


def _beside_income(said: str, controls: tuple[str, ...], rows: pd.DataFrame, years: str) -> dict[str, Any]:
    """AI × ln distance with ln GDP per head × ln distance beside it: what is AI's and what is income's."""
    side = WHOSE[said].removeprefix("ai_")
    people = Facts.shipped().of("population_total", rows[side], rows[YEAR])
    rows = rows.assign(income_distance=np.log(rows[f"gdp_{side}"] / people) * rows["ln_distance"])
    one = structural(said, (*controls, "income_distance"), pair=False)
    return row_of(one.estimate(rows), years, f"{said}, beside income", False) | _by_country(one, rows)


def _headlines(sample: Sample, index: Index) -> list[Headline]:
    rows = partial(_rows, sample)
    members = {*sample.frame[EXPORTER]}
    economies = tuple(code for code in index.scores["economy"].unique() if code in members)
    return [Headline(structural(said), index, rows, economies, f"{WHOSE[said]}_distance") for said in HEADLINES]


def _told(slopes: pd.DataFrame) -> str:
    known = slopes[np.isfinite(slopes["estimate"]) & (slopes["ai"] != "mean of both")]
    if known.empty:
        return "AI × ln distance has no estimate in this file. "
    said = []
    for (design, years), group in known.groupby(["design", "years"], sort=False):
        parts = [
            f"{r['ai']} {interval(r['estimate'], r['low'], r['high'])} (p by country {r['p_countries']:.2f})"
            for r in group.to_dict("records")
        ]
        said.append(f"{years} with {design} effects {', '.join(parts)}")
    return f"ten more index points change the distance elasticity in {'; in '.join(said)}. "


def _guide() -> Table:
    change = {"year": "change, %"} | {label: value for label, (value, _) in GUIDE_CHANGE.items()}
    change |= {f"{label} se": error for label, (_, error) in GUIDE_CHANGE.items()}
    frame = pd.concat([GUIDE.astype({"year": object}), pd.DataFrame([change])], ignore_index=True)
    shown = pd.DataFrame({"year": frame["year"].astype(str)})
    for label in LINES:
        shown[label] = [f"{b:.4f} ({s:.4f})" for b, s in zip(frame[label], frame[f"{label} se"], strict=True)]
    return Table(
        "guide", "The distance puzzle as printed: Advanced Guide, Table 2, columns 1, 2 and 5", frame,
        dict.fromkeys(GUIDE.columns[1:], ".4f"),
        ("Manufactures of 69 countries. The puzzle: with international trade alone distance does not lose weight; "
         "beside domestic trade, with an effect for each country's own, it does (Yotov 2012).",),
        shown,
    )  # fmt: skip


def _caveats(sample: Sample, chosen: list[int]) -> tuple[str, ...]:
    full = full_years(sample.frame)
    part = [year for year in sample.years if year not in {*full, *chosen}]
    return (
        f"Years of the path: {', '.join(map(str, chosen))}"
        + (
            f"; of the full years every {STEP}th, counted back from the last, as in the Guide"
            if len(full) > len(chosen)
            else ""
        )
        + (
            f". Left out, with less than three quarters of the flows of the fullest year: {', '.join(map(str, part))}."
            if part
            else "."
        ),
        "Path: errors by undirected pair, factor G/(G−1), as the Guide and ppmlhdfe have it. Domestic trade: ln "
        "distance is 0 there, and each country's own trade has an effect of its own.",
        *sample.notes,
    )
