"""`indexer explain`: why an economy's score changed between two years."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from indexer.cli import show


def command(
    economy: Annotated[str, typer.Argument(help="ISO alpha-3 code, such as VNM.")],
    year0: Annotated[int, typer.Argument(help="Year before.")],
    year1: Annotated[int, typer.Argument(help="Year after.")],
    indicators: Annotated[
        Path | None, typer.Option(help="Folder of indicators; the shipped one by default.", show_default=False)
    ] = None,
    edition: Annotated[
        str | None, typer.Option(help="Methodology edition.", show_default="its default edition")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the contributions as JSON.")] = False,
) -> None:
    """Split the change of a score into contributions of indicators that add up exactly."""
    from indexer.pipeline import build

    index = build(indicators, edition)
    frame = index.explain(economy, year0, year1)
    change = frame.attrs["change"]
    if json:
        import json as js

        typer.echo(
            js.dumps(
                {
                    "economy": economy,
                    "years": [year0, year1],
                    "change": change,
                    "contributions": js.loads(frame.to_json(orient="records", double_precision=15)),
                },
                indent=2,
            )
        )
        return
    scores = index.scores[index.scores["economy"] == economy]
    before, after = (show.records(scores[scores["year"] == year])[0] for year in (year0, year1))
    typer.echo(
        f"{index.folder.names.get(economy, economy)}: {before['index']:.2f} in {year0} (rank {before['rank']}), "
        f"{after['index']:.2f} in {year1} (rank {after['rank']}), change {change:+.2f}"
    )
    show.heading(
        "Contributions in points of the index, largest first; `coverage` is weight moved by cells that entered or left"
    )
    ordered = frame.reindex(frame["contribution"].abs().sort_values(ascending=False, kind="stable").index)
    show.table(
        ["indicator", "before", "after", "contribution", "coverage"],
        [
            (
                r["indicator"], show.number(r["before"], 1), show.number(r["after"], 1),
                show.number(r["contribution"] + 0.0, 3), show.number(r["coverage"], 3) if r["coverage"] else "-",
            )
            for r in show.records(ordered)
        ],
    )  # fmt: skip
    for r in show.records(ordered[ordered["break"] != ""]):
        show.note(f"{r['indicator']}: {r['break']}")
    typer.echo(f"  sum of contributions {frame['contribution'].sum():+.6f}")
