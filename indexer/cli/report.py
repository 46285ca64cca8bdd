"""What a build says on the terminal: what may be believed of the index, and what it holds."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from indexer.cli import show

if TYPE_CHECKING:
    import pandas as pd

    from indexer.index import Index

LOW_SHARE = 0.5
LONGEST = 30
"""Economies shown on the terminal; the files hold all."""


def report(index: Index, place: Path, warned: Iterable[str] = ()) -> None:
    """Print warnings, adequacy, weights, observed share, size, the latest league table and where the files are."""
    edition, latest = index.edition, index.edition.years[-1]
    typer.echo(f"{edition.title} (edition {edition.name})")
    if index.frozen_from is not None:
        show.note(
            f"Nothing was fitted: bounds and weights are those of edition {index.frozen_from}, so scores compare."
        )
    elif edition.name != edition.document:
        show.note(
            f"Bounds and weights were fitted anew: scores do not compare with those of edition {edition.document}."
        )
    for one in warned:
        show.note(f"Warning: {one}")
    _treatment(index)
    _adequacy(index)
    _weights(index)
    _observed(index)
    _league(index, latest)
    if edition.variants:
        _variants(index, latest)
    typer.echo(f"\nPublished in {place}{os.sep}: index_{latest}.csv, index.csv, variants.csv, cells.csv and more")


def _treatment(index: Index) -> None:
    table = index.treatment[index.treatment["method"] != "none"]
    if table.empty:
        return
    show.heading("Treatment: which indicators were outside the thresholds of skewness and kurtosis")
    rows = show.records(table[table["how"] != "none"])
    if rows:
        names = ("skewness", "kurtosis", "skewness_after", "kurtosis_after")
        show.table(
            ["indicator", "how", "cells", "skewness", "kurtosis", "skewness after", "kurtosis after"],
            [(r["indicator"], r["how"], r["treated"], *(show.number(r[name], 1) for name in names)) for r in rows],
        )
    else:
        show.note(f"None of the {len(table)} that were looked at.")
    for r in rows:
        if r["how"] == "unresolved":
            show.note(f"Warning: {r['indicator']} stays outside after treatment; give it a transform, or treat: none.")


def _adequacy(index: Index) -> None:
    show.heading("Adequacy: may the correlations carry the weights?")
    rows = show.records(index.adequacy)
    show.table(
        ["level", "cases are", "n", "KMO", "Bartlett p", "alpha", "verdict"],
        [
            (
                r["set"], r["basis"].replace("_", "-"), r["n_cases"], show.number(r["kmo"]),
                show.number(r["bartlett_p"], 3), show.number(r["alpha"]), r["verdict"].split(":")[0],
            )
            for r in rows
        ],
    )  # fmt: skip
    for r in rows:
        if ":" in r["verdict"]:
            show.note(f"{r['set']}, {r['basis'].replace('_', '-')}: {r['verdict'].split(': ', 1)[1]}")
    show.note("Every check with its number, threshold and remedy stands in checks.csv.")
    show.note("p of economy-years takes the years of one economy as independent, which they are not: it is too small.")
    pairs = show.records(index.pairs)
    for r in pairs:
        show.note(f"{r['left']} and {r['right']} correlate {show.number(r['correlation'])}: {r['finding']}")
    if not pairs:
        show.note("No pair of indicators correlates above .92 (double counting) or below -.4 (contradiction).")


def _weights(index: Index) -> None:
    show.heading("Weights, and importance: the squared correlation with the set, or of a set with the index")
    show.table(
        ["in", "set or indicator", "weight", "effective", "importance"],
        [
            (r["parent"], r["node"], *(show.number(r[name]) for name in ("weight", "effective_weight", "importance")))
            for r in show.records(index.weights)
        ],
    )


def _observed(index: Index) -> None:
    show.heading("Observed share: the part of the weight that rests on observed cells; the rest is carried or missing")
    wide = index.coverage.pivot(index="set", columns="year", values="observed_share")
    order = [*(one.id for one in index.plan.sets), "index"]
    show.table(["", *map(str, wide.columns)], [(name, *(f"{v:.0%}" for v in wide.loc[name])) for name in order])
    for year, share in wide.loc["index"].items():
        if share < LOW_SHARE:
            show.note(
                f"Warning: of {year} only {share:.0%} is observed; its scores and ranks mostly repeat earlier years."
            )
    pooled = show.records(index.size[index.size["year"].isna()])
    names = {
        "ln gdp_current_usd": "ln GDP",
        "ln population_total": "ln population",
        "ln gdp_per_head": "ln GDP per head",
    }
    said = "; ".join(
        f"{names[r['measure']]} {show.number(r['pearson'])} (rank {show.number(r['spearman'])})"
        for r in pooled
        if r["n"] > 2
    )
    if said:
        show.heading(f"Size and income: correlation of the index with {said}")


def _league(index: Index, year: int) -> None:
    show.heading(f"League table {year}")
    drawn = index.uncertainty.ranks[["economy", "year", "rank_p05", "rank_p95"]]
    frame = index.scores[index.scores["year"] == year].merge(drawn, on=["economy", "year"])
    frame = frame.sort_values(["rank", "economy"])
    frame, more = frame.head(LONGEST), len(frame) - LONGEST
    names = index.folder.names
    sets = [one.id for one in index.plan.sets]
    rows = [
        (
            r["rank"], f"{r['rank_p05']}–{r['rank_p95']}".replace("<NA>", "-"), names.get(r["economy"], r["economy"]),
            show.number(r["index"], 1),
            *(show.number(r[s], 1) for s in sets), f"{r['observed_share']:.0%}",
        )
        for r in show.records(frame)
    ]  # fmt: skip
    show.table(["rank", "5–95 %", "economy", "index", *sets, "observed"], rows)
    if more > 0:
        show.note(f"and {more} more in index_{year}.csv")
    _failures(index)


def _failures(index: Index) -> None:
    found = index.uncertainty
    from indexer.simulate.opened import open_factors

    opened = ", ".join(name.replace("_", " ") for name in open_factors(found.space))
    show.note(f"5–95 %: ranks over {len(found.draws)} draws of {opened} (uncertainty.csv; `indexer uncertainty`).")
    for r in show.records(found.failures):
        show.note(f"{r['draws']} draws have no score: {r['reason']}")


def _variants(index: Index, year: int) -> None:
    whole = index.variants[index.variants["variant"] != "headline"]
    scored = whole.groupby("variant", sort=False)["index"].transform(lambda part: part.notna().any())
    frame = whole[scored & (whole["year"] == year) & whole["rank"].notna()]
    if not frame.empty:
        _ranks(index, year, frame)
        if index.frozen_from is not None:
            show.note("These variants were fitted anew on the facts of the folder; only the edition itself is frozen.")
    refused = whole[~scored].groupby("variant", sort=False)["note"].first()
    for note, names in refused.groupby(refused, sort=False):
        several = len(names) > 1
        said = ", ".join(str(name) for name in names.index)
        show.note(f"{said} {'have' if several else 'has'} no score: {note}")


def _ranks(index: Index, year: int, scored: pd.DataFrame) -> None:
    """Print the lowest and highest rank of each economy over the variants that have a score."""
    ranks = scored.groupby("economy")["rank"].agg(["min", "max"])
    head = index.scores[(index.scores["year"] == year) & index.scores["rank"].notna()]
    n = scored["variant"].nunique()
    show.heading(f"What other choices would give in {year}: lowest and highest rank over {n} variants")
    rows = [
        (index.folder.names.get(r["economy"], r["economy"]), r["rank"], "{min}–{max}".format(**ranks.loc[r["economy"]]))
        for r in show.records(head.sort_values(["rank", "economy"]))
        if r["economy"] in ranks.index
    ]
    show.table(["economy", "headline", "variants"], rows[:LONGEST])
    if len(rows) > LONGEST:
        show.note(f"and {len(rows) - LONGEST} more in variants.csv")
