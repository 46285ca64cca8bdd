"""`indexer build`: from the folder of indicators to a published release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli import show
from indexer.errors import UsageError

if TYPE_CHECKING:
    from indexer.index import Index


def command(
    indicators: Annotated[Path | None, typer.Option(help="Folder of indicators; the shipped one by default.", show_default=False)] = None,
    out: Annotated[Path, typer.Option(help="Folder for releases.")] = Path("outputs"),
    edition: Annotated[str | None, typer.Option(help="Methodology edition of the folder.", show_default="its default edition")] = None,
    economies: Annotated[str | None, typer.Option(help="Other economies than the edition's: CHN,VNM,…", show_default=False)] = None,
    years: Annotated[str | None, typer.Option(help="Other years than the edition's: 2020:2023.", show_default=False)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Build the index, print what may be believed of it, and publish it as yearly CSVs."""
    from indexer.pipeline import build

    index = build(
        indicators,
        edition,
        economies=None if economies is None else [code.strip() for code in economies.split(",")],
        years=None if years is None else parse_years(years),
    )
    place = index.publish(out)
    if json:
        import json as js

        typer.echo(js.dumps({"edition": index.edition.name, "release": str(place), "files": sorted(p.name for p in place.iterdir())}))
        return
    report(index, place)


def parse_years(text: str) -> tuple[int, int]:
    """Read "2020:2023" (or one year) as first and last year."""
    parts = text.split(":")
    if len(parts) > 2 or not all(part.isascii() and part.isdigit() and len(part) == 4 for part in parts):
        raise UsageError(f"{text!r} is no span of years", where="--years", remedy="write 2020:2023, or 2023 for one year")
    return int(parts[0]), int(parts[-1])


def report(index: Index, place: Path) -> None:
    """Print adequacy, observed share, size, the league table of the latest year and where the files are."""
    edition = index.edition
    typer.echo(f"{edition.title} (edition {edition.name})")

    show.heading("Adequacy: may the correlations carry the weights?")
    rows = index.adequacy
    show.table(
        ["level", "cases are", "n", "KMO", "Bartlett p", "alpha", "verdict"],
        [
            (r.set, str(r.basis).replace("_", "-"), r.n_cases, _number(r.kmo), _number(r.bartlett_p, 3), _number(r.alpha), r.verdict)
            for r in rows.itertuples()
        ],
    )
    pairs = index.pairs
    if len(pairs):
        show.table(
            ["pair", "", "r", "finding"],
            [(r.left, r.right, _number(r.correlation), r.finding) for r in pairs.itertuples()],
        )
    else:
        typer.echo("  No pair of indicators correlates above .92 (double counting) or below -.4 (contradiction).")

    show.heading("Observed share: how much of the index's weight rests on observed cells, the rest being carried or interpolated")
    wide = index.coverage.pivot(index="set", columns="year", values="observed_share")
    order = [*(one.id for one in index.plan.sets), "index"]
    show.table(["", *map(str, wide.columns)], [(name, *(f"{v:.0%}" for v in wide.loc[name])) for name in order])

    pooled = index.size[index.size["year"] == 0]
    said = "; ".join(f"{r.measure} {_number(r.pearson)} (rank {_number(r.spearman)})" for r in pooled.itertuples() if r.n > 2)
    if said:
        show.heading(f"Size: correlation of the index with {said}")

    latest = edition.years[-1]
    show.heading(f"League table {latest}")
    frame = index.scores[index.scores["year"] == latest].sort_values(["rank", "economy"])
    names = index.folder.names
    sets = [one.id for one in index.plan.sets]
    show.table(
        ["rank", "economy", "index", *sets, "observed"],
        [
            (r["rank"], names.get(r["economy"], r["economy"]), _number(r["index"], 1), *(_number(r[s], 1) for s in sets), f"{r['observed_share']:.0%}")
            for _, r in frame.iterrows()
        ],
    )
    if any(True for change in edition.variants):
        spread = _rank_spread(index, latest)
        show.heading(f"What other choices would give ({latest}): rank of each economy, lowest to highest, over {spread[0]} variants")
        show.table(["economy", "headline", "variants"], spread[1])
    typer.echo(f"\nPublished: {place}{'/' if str(place)[-1:] != '/' else ''} (index_{latest}.csv, index.csv, variants.csv, cells.csv, …)")


def _rank_spread(index: Index, year: int) -> tuple[int, list[tuple[str, int, str]]]:
    frame = index.variants
    frame = frame[(frame["year"] == year) & frame["rank"].notna()]
    head = frame[frame["variant"] == "headline"].set_index("economy")["rank"]
    other = frame[frame["variant"] != "headline"]
    ranks = other.groupby("economy")["rank"]
    low, high = ranks.min(), ranks.max()
    rows = [
        (index.folder.names.get(code, code), int(head[code]), f"{low[code]}–{high[code]}")
        for code in head.sort_values(kind="stable").index
        if code in low.index
    ]
    return other["variant"].nunique(), rows


def _number(value: float, digits: int = 2) -> str:
    return "-" if value != value else f"{value:.{digits}f}"
