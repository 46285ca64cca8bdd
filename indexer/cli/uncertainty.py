"""`indexer uncertainty`: how sure scores and ranks are under assumptions that could have been made otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from indexer.cli import show
from indexer.errors import UsageError

if TYPE_CHECKING:
    from indexer.index import Index
    from indexer.simulate.uncertainty import Uncertainty

LONGEST = 30
"""Economies shown on the terminal; the files hold all."""
FEW = 100
"""Draws below which the ends of an interval are not to be relied on."""
TABLES = ("ranks", "acceptability", "beats", "movers", "failures")


def command(
    indicators: Annotated[
        Path | None, typer.Option(help="Folder of indicators; the shipped one by default.", show_default=False)
    ] = None,
    edition: Annotated[
        str | None, typer.Option(help="Methodology edition.", show_default="its default edition")
    ] = None,
    draws: Annotated[int | None, typer.Option(help="Number of draws.", show_default="the edition's, or 1000")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the draws.", show_default="the edition's, or 1")] = None,
    over: Annotated[
        str | None,
        typer.Option(help="Assumptions left open: weights,normalisation,…", show_default="the edition's, or the usual"),
    ] = None,
    year: Annotated[int | None, typer.Option(help="Year to show.", show_default="the latest")] = None,
    draws_to: Annotated[
        Path | None, typer.Option(help="Write every draw as a Parquet table.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for ranks, acceptability, beats, movers and failures as CSV.", show_default=False),
    ] = None,
    plots: Annotated[
        Path | None, typer.Option(help="Folder for pictures of the year, .png and .html.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print ranks, movers and failures as JSON.")] = False,
) -> None:
    """Draw the index under other assumptions, and print the range of every rank and what moves it."""
    from indexer.pipeline import build
    from indexer.simulate.uncertainty import DRAWS, uncertainty

    index = build(indicators, edition)
    year = year_of(index, year)
    stated = index.edition.content.get("uncertainty", {})
    found = uncertainty(
        index,
        stated.get("draws", DRAWS) if draws is None else draws,
        stated.get("seed", 1) if seed is None else seed,
        names_of(over),
        progress=True,
    )
    written = _written(index, found, year, draws_to, out, plots)
    if json:
        _json(index, found, written)
        return
    _report(index, found, year)
    for path in written:
        typer.echo(f"  {path}")


def year_of(index: Index, year: int | None) -> int:
    """Return the year to show: the latest, or one that the edition has."""
    years = index.edition.years
    if year is None:
        return years[-1]
    if year not in years:
        raise UsageError(f"year {year} is not in edition {index.edition.name}", where="--year",
                         remedy=f"a year from {years[0]} to {years[-1]}")  # fmt: skip
    return year


def names_of(over: str | None) -> list[str] | None:
    """Read names of assumptions with commas between them."""
    return None if over is None else [name.strip() for name in over.split(",")]


def _report(index: Index, found: Uncertainty, year: int) -> None:
    from indexer.simulate.uncertainty import open_factors

    typer.echo(f"{index.edition.title} (edition {index.edition.name})")
    show.note(f"{len(found.draws):,} draws, seed {found.seed}, over {', '.join(open_factors(found.space))}")
    show.heading(
        f"Ranks {year}: own, and 5 to 95 % of the draws; what moves the rank most when it alone is open, by so many "
        "places (root mean square)"
    )
    at = found.ranks[found.ranks["year"] == year].sort_values(["rank", "economy"], kind="stable")
    movers = found.movers[found.movers["year"] == year].groupby("economy").first()
    rows = []
    for r in show.records(at.head(LONGEST)):
        most = movers.loc[r["economy"]]
        rows.append(
            (
                index.folder.names.get(r["economy"], r["economy"]), r["rank"], _span(r["rank_p05"], r["rank_p95"]),
                show.number(r["index"], 1), _span(*(show.number(r[k], 1) for k in ("index_p05", "index_p95"))),
                most["assumption"] if most["sd"] > 0 else "nothing", show.number(most["sd"], 1),
            )
        )  # fmt: skip
    show.table(["economy", "rank", "5-95 %", "index", "5-95 %", "moved by", "places"], rows)
    if len(at) > LONGEST:
        show.note(f"{len(at) - LONGEST} more: --out DIR gives all")
    for r in show.records(at[(at["draws"] > 0) & (at["draws"] < len(found.draws))]):
        name = index.folder.names.get(r["economy"], r["economy"])
        show.note(f"{name} has a rank in {r['draws']} of the draws: too little of it is present in the others")
    if len(found.draws) < FEW:
        show.note(f"{len(found.draws)} draws are few: 5 and 95 % rest on a handful of them; give --draws 1000")
    failed = int(found.failures["draws"].sum())
    if failed:
        show.heading(f"{failed:,} of {len(found.draws):,} draws failed and are left out")
        show.table(
            ["reason", "draws", "share"],
            [(r["reason"], r["draws"], f"{r['share']:.1%}") for r in show.records(found.failures)],
        )
    else:
        show.note("No draw failed.")


def _span(low: Any, high: Any) -> str:
    return f"{show.field(low)} to {show.field(high)}"


def _written(
    index: Index, found: Uncertainty, year: int, draws_to: Path | None, out: Path | None, plots: Path | None
) -> list[Path]:
    """Write what was asked for, and return the files."""
    from indexer.publish.text import csv_bytes

    paths = []
    if draws_to is not None:
        paths.append(found.to_parquet(draws_to))
    content: dict[Path, bytes] = {}
    if out is not None:
        content |= {out / f"{name}.csv": csv_bytes(getattr(found, name)) for name in TABLES}
    if plots is not None:
        from indexer.simulate.plots import html, pictures, png

        for name, chart in pictures(found, year, index.folder.names).items():
            content[plots / f"{name}_{year}.png"] = png(chart)
            content[plots / f"{name}_{year}.html"] = html(chart).encode("utf-8")
    for path, data in content.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        paths.append(path)
    return paths


def _json(index: Index, found: Uncertainty, written: list[Path]) -> None:
    import json as js

    from indexer.simulate.uncertainty import open_factors

    answer: dict[str, Any] = {
        "edition": index.edition.name, "draws": len(found.draws), "seed": found.seed, "over": open_factors(found.space)
    }  # fmt: skip
    for name in ("ranks", "movers", "failures"):
        answer[name] = js.loads(getattr(found, name).to_json(orient="records", double_precision=15))
    answer["files"] = [str(path) for path in written]
    typer.echo(js.dumps(answer, indent=2))
