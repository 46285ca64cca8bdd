"""`indexer catalogue`: what facts there are, for whom, on what terms."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from indexer.cli import show


def command(
    indicators: Annotated[
        Path | None, typer.Option(help="Folder of indicators; the shipped one by default.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print all metadata as JSON.")] = False,
) -> None:
    """List the indicators with coverage, role, source and licence."""
    from indexer.folder import read

    folder = read(indicators)
    if json:
        import json as js

        typer.echo(js.dumps([asdict(one) for one in folder.catalogue.indicators], indent=2, ensure_ascii=False))
        return
    typer.echo(folder.catalogue.title)
    facts = folder.facts
    for one in folder.catalogue.sets:
        show.heading(f"{one.name} ({one.id})")
        rows, about = [], []
        for meta in folder.catalogue.indicators:
            if meta.set != one.id:
                continue
            part = facts[facts["indicator"] == meta.id]
            span = f"{part['year'].min()}-{part['year'].max()}"
            mark = " (trade outcome)" if meta.trade_outcome else ""
            rows.append((meta.id, meta.role + mark, part["economy"].nunique(), span))
            about.append(f"{meta.id}: {meta.source.publisher}; {meta.source.licence}")
        show.table(["indicator", "role", "economies", "years"], rows)
        for line in about:
            show.note(line)
