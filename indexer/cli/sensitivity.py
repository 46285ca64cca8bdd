"""`indexer sensitivity`: which assumption scores and ranks depend on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from indexer.cli import show
from indexer.cli.uncertainty import LONGEST, names_of, year_of

if TYPE_CHECKING:
    import pandas as pd

    from indexer.index import Index
    from indexer.simulate.sensitivity import Sensitivity


def command(
    indicators: Annotated[
        Path | None, typer.Option(help="Folder of indicators; the shipped one by default.", show_default=False)
    ] = None,
    edition: Annotated[
        str | None, typer.Option(help="Methodology edition.", show_default="its default edition")
    ] = None,
    n: Annotated[int, typer.Option("--n", help="Rows of the design, a power of two.")] = 1024,
    seed: Annotated[int | None, typer.Option(help="Seed of the design.", show_default="the edition's, or 1")] = None,
    over: Annotated[
        str | None,
        typer.Option(help="Assumptions left open: weights,normalisation,…", show_default="the edition's, or the usual"),
    ] = None,
    year: Annotated[int | None, typer.Option(help="Year to show.", show_default="the latest")] = None,
    out: Annotated[Path | None, typer.Option(help="Write every index as CSV.", show_default=False)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print every index as JSON.")] = False,
) -> None:
    """Split the variance of scores and ranks among the assumptions: first-order and total Sobol' indices."""
    from indexer.pipeline import build
    from indexer.simulate.sensitivity import sensitivity

    index = build(indicators, edition)
    year = year_of(index, year)
    stated = index.edition.content.get("uncertainty", {})
    found = sensitivity(index, n, stated.get("seed", 1) if seed is None else seed, names_of(over), progress=True)
    if out is not None:
        from indexer.publish.text import csv_bytes

        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(csv_bytes(_whole(found)))
    if json:
        _json(index, found)
        return
    _report(index, found, year)
    if out is not None:
        typer.echo(f"\nAll {len(_whole(found)):,} rows in {out}")


def _whole(found: Sensitivity) -> pd.DataFrame:
    """All indices in one table; those of the mean shift have no economy."""
    import pandas as pd

    parts = {"score": found.scores, "rank": found.ranks, "mean_shift_in_rank": found.shift}
    named = [frame.assign(output=name) for name, frame in parts.items()]
    named[2].insert(0, "economy", "")
    frame = pd.concat(named, ignore_index=True)
    return frame[["output", *(name for name in frame.columns if name != "output")]]


def _report(index: Index, found: Sensitivity, year: int) -> None:
    typer.echo(f"{index.edition.title} (edition {index.edition.name})")
    show.heading(
        f"The mean shift in rank, {year}: share of its variance that an assumption makes alone (first), and with "
        f"others (total), with 95 % intervals; {found.n:,} rows of the design"
    )
    shift = found.shift[found.shift["year"] == year].sort_values("total", ascending=False, kind="stable")
    show.table(
        ["assumption", "first", "95 %", "total", "95 %"],
        [
            (
                r["assumption"], show.number(r["first"]), _span(r, "first"), show.number(r["total"]), _span(r, "total")
            )
            for r in show.records(shift)
        ],
    )  # fmt: skip
    show.heading("Each economy's rank: the assumption of the largest total")
    own = index.scores[index.scores["year"] == year].sort_values(["rank", "economy"], kind="stable")
    ranks = found.ranks[found.ranks["year"] == year]
    scores = found.scores[found.scores["year"] == year].set_index("economy")
    rows = []
    for r in show.records(own.head(LONGEST)):
        part = ranks[ranks["economy"] == r["economy"]].sort_values("total", ascending=False, kind="stable")
        best = show.records(part)[0]
        scored = bool(scores.loc[r["economy"]]["total"].notna().any())
        moves = best["assumption"] if best["total"] == best["total"] else "nothing" if scored else "not in every draw"
        rows.append(
            (
                index.folder.names.get(r["economy"], r["economy"]), r["rank"], moves,
                show.number(best["total"]), _span(best, "total"),
            )
        )  # fmt: skip
    show.table(["economy", "rank", "depends most on", "total", "95 %"], rows)
    if len(own) > LONGEST:
        show.note(f"{len(own) - LONGEST} more: --out FILE gives all")
    if any(row[2] == "not in every draw" for row in rows):
        show.note("not in every draw: some leave the economy without a score, so its rank has no shares")
    for r in show.records(found.failures):
        show.note(f"{r['evaluations']:,} evaluations failed ({r['share']:.1%}): {r['reason']}")


def _span(r: dict[str, Any], name: str) -> str:
    low, high = r[f"{name}_low"], r[f"{name}_high"]
    return "-" if low != low else f"{low:.2f} to {high:.2f}"


def _json(index: Index, found: Sensitivity) -> None:
    import json as js

    answer: dict[str, Any] = {"edition": index.edition.name, "n": found.n}
    for name in ("shift", "ranks", "scores", "failures"):
        answer[name] = js.loads(getattr(found, name).to_json(orient="records", double_precision=15))
    typer.echo(js.dumps(answer, indent=2))
