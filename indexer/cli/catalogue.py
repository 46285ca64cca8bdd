"""`indexer catalogue`: what facts there are, for whom, on what terms."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli import show

if TYPE_CHECKING:
    from indexer.folder import Folder


def command(
    indicators: Annotated[
        Path | None, typer.Option(help="Folder of indicators; the shipped one by default.", show_default=False)
    ] = None,
    view: Annotated[
        str | None, typer.Option(help="Group by a view in place of the sets: strand or dimension.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print all metadata as JSON.")] = False,
) -> None:
    """List the indicators with coverage, role, source and licence."""
    from indexer.folder import read

    folder = read(indicators)
    if view is not None:
        _grouped(folder, view, json)
        return
    mended = folder.corrections["indicator"].value_counts().to_dict()
    if json:
        import json as js

        listed = [asdict(one) | {"corrections": mended.get(one.id, 0)} for one in folder.catalogue.indicators]
        typer.echo(js.dumps(listed, indent=2, ensure_ascii=False))
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
            about.append(f"{meta.id}: {meta.source.publisher}; {meta.source.licence}" + _said(mended.get(meta.id, 0)))
        show.table(["indicator", "role", "economies", "years"], rows)
        for line in about:
            show.note(line)
    for meta in folder.catalogue.context:
        if meta.id in mended:
            show.note(f"{meta.id}: {meta.source.publisher}; {meta.source.licence}" + _said(mended[meta.id]))


def _said(corrected: int) -> str:
    """Say how many facts of a series were corrected, where there are any."""
    return f"; {corrected} fact{'s' if corrected > 1 else ''} corrected" if corrected else ""


def _grouped(folder: Folder, name: str, json: bool) -> None:
    """Print the indicators by the members of a view; a member that nothing measures says so."""
    from indexer import views

    found, listed = views.named(folder, name), views.view(folder, name)
    if json:
        typer.echo(listed.to_json(orient="records", indent=2, force_ascii=False))
        return
    typer.echo(found.name)
    show.note(found.definition)
    for member in found.members:
        show.heading(f"{member.name} ({member.id})")
        show.note(member.definition)
        inside = listed[(listed["member"] == member.id) & listed["indicator"].notna()]
        if inside.empty:
            show.note("no fact")
        else:
            show.table(["indicator", "name", "cells"], inside[["indicator", "name", "n_cells"]].to_numpy().tolist())
        if member.note:
            show.note(member.note)
