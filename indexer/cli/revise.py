"""`indexer revise`: what changed between two releases, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from indexer.cli import show


def command(
    old: Annotated[Path, typer.Argument(help="Folder of the earlier release, such as outputs/2024.1.")],
    new: Annotated[Path, typer.Argument(help="Folder of the later release.")],
    shapley: Annotated[
        bool, typer.Option("--shapley", help="Mean over all orders of the three parts, not data, method, real change.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write every row as CSV.", show_default=False)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print every row as JSON.")] = False,
) -> None:
    """Split the change of every score into data revision, method revision and real change, adding up exactly."""
    from indexer.publish.text import csv_bytes
    from indexer.revision import revise

    frame = revise(old, new, order="shapley" if shapley else "sequential")
    if out is not None:
        out.write_bytes(csv_bytes(frame))
    if json:
        import json as js

        rows = js.loads(frame.to_json(orient="records", double_precision=15))
        typer.echo(
            js.dumps({"order": frame.attrs["order"], "unrevised": frame.attrs["unrevised"], "rows": rows}, indent=2)
        )
        return
    typer.echo(f"{old} to {new}; order of the parts: {frame.attrs['order']}")
    if frame.attrs["unrevised"]:
        lost = ", ".join(frame.attrs["unrevised"])
        show.note(f"Those of the earlier release stand for facts that the later one has none of: {lost}")
    for (first, last), part in list(frame.groupby(["year_before", "year_after"], sort=False))[-1:]:
        show.heading(f"Score of {first} in the earlier release to score of {last} in the later one")
        ordered = part.reindex(part["change"].abs().sort_values(ascending=False, kind="stable").index)
        names = ("before", "after", "data", "method", "real", "change")
        show.table(
            ["economy", "before", "after", "data revision", "method revision", "real change", "change"],
            [(r["economy"], *(show.number(r[name] + 0.0, 2) for name in names)) for r in show.records(ordered)],
        )
    for note, part in frame[frame["note"] != ""].groupby("note"):
        show.note(f"{len(part)} rows {note}")
    if out is not None:
        typer.echo(f"\nAll {len(frame)} rows in {out}")
    else:
        show.note(f"{len(frame)} rows in all, every common year among them: --out FILE.csv or --json gives them")
