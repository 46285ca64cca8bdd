"""`indexer build`: from the folder of indicators to a published release."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli import show
from indexer.errors import UsageError

if TYPE_CHECKING:
    from indexer.index import Index


LOW_SHARE = 0.5
LONGEST = 30
"""Economies shown on the terminal; the files hold all."""


def command(
    indicators: Annotated[
        Path | None, typer.Option(help="Folder of indicators; the shipped one by default.", show_default=False)
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for releases.")] = Path("outputs"),
    edition: Annotated[
        str | None, typer.Option(help="Methodology edition of the folder.", show_default="its default edition")
    ] = None,
    economies: Annotated[
        str | None, typer.Option(help="Other economies than the edition's: CHN,VNM,… (fitted anew)", show_default=False)
    ] = None,
    years: Annotated[
        str | None, typer.Option(help="Other years than the edition's: 2020:2023 (fitted anew).", show_default=False)
    ] = None,
    freeze_from: Annotated[
        Path | None,
        typer.Option(help="parameters.json of an earlier release: score with it and fit nothing.", show_default=False),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Build the index, print what may be believed of it, and publish it as yearly CSVs."""
    from indexer.pipeline import build

    index = build(
        indicators,
        edition,
        economies=None if economies is None else [code.strip() for code in economies.split(",")],
        years=None if years is None else parse_years(years),
        freeze_from=freeze_from,
    )
    place = index.publish(out)
    if json:
        import json as js

        typer.echo(
            js.dumps(
                {"edition": index.edition.name, "release": str(place), "files": sorted(p.name for p in place.iterdir())}
            )
        )
        return
    report(index, place)


def parse_years(text: str) -> tuple[int, int]:
    """Read "2020:2023" (or one year) as first and last year."""
    parts = text.split(":")
    if len(parts) > 2 or not all(part.isascii() and part.isdigit() and len(part) == 4 for part in parts):
        raise UsageError(
            f"{text!r} is no span of years", where="--years", remedy="write 2020:2023, or 2023 for one year"
        )
    return int(parts[0]), int(parts[-1])


def report(index: Index, place: Path) -> None:
    """Print adequacy, observed share, size, the league table of the latest year and where the files are."""
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
    _treatment(index)
    _adequacy(index)
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
    frame = index.scores[index.scores["year"] == year].sort_values(["rank", "economy"])
    frame, more = frame.head(LONGEST), len(frame) - LONGEST
    names = index.folder.names
    sets = [one.id for one in index.plan.sets]
    rows = [
        (
            r["rank"], names.get(r["economy"], r["economy"]), show.number(r["index"], 1),
            *(show.number(r[s], 1) for s in sets), f"{r['observed_share']:.0%}",
        )
        for r in show.records(frame)
    ]  # fmt: skip
    show.table(["rank", "economy", "index", *sets, "observed"], rows)
    if more > 0:
        show.note(f"and {more} more in index_{year}.csv")


def _variants(index: Index, year: int) -> None:
    frame = index.variants[index.variants["year"] == year]
    scored = frame[frame["rank"].notna() & (frame["variant"] != "headline")]
    ranks = scored.groupby("economy")["rank"].agg(["min", "max"])
    head = frame[(frame["variant"] == "headline") & frame["rank"].notna()].sort_values(["rank", "economy"])
    n = scored["variant"].nunique()
    show.heading(f"What other choices would give in {year}: lowest and highest rank over {n} variants")
    rows = [
        (index.folder.names.get(r["economy"], r["economy"]), r["rank"], "{min}–{max}".format(**ranks.loc[r["economy"]]))
        for r in show.records(head)
        if r["economy"] in ranks.index
    ]
    show.table(["economy", "headline", "variants"], rows[:LONGEST])
    if len(rows) > LONGEST:
        show.note(f"and {len(rows) - LONGEST} more in variants.csv")
    for name, note in frame[frame["note"] != ""].groupby("variant")["note"].first().items():
        show.note(f"{name} has no score: {note}")
