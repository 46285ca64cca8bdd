"""`indexer verify`: whether a release is as it was published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from indexer.errors import FactsError

SHOWN = 50
"""Faults shown on the terminal; --json gives all."""


def command(
    release: Annotated[Path, typer.Argument(help="Folder of a release, such as outputs/2024.1.")],
    json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Find changed, missing and foreign files of a release, and rows that break their schema; exit code 3 if any."""
    from indexer.publish.verify import verify

    verdict = verify(release)
    if json:
        import json as js

        typer.echo(js.dumps(verdict.as_dict(), indent=2, ensure_ascii=False))
    elif not verdict.faults:
        typer.echo(f"{release}: edition {verdict.edition} is as it was published")
        typer.echo(f"  {verdict.n_files} files have the hashes of the manifest, and no other file is there")
        typer.echo(f"  {verdict.n_tables} tables, {verdict.n_rows} rows: every row keeps its schema")
        typer.echo(f"  sha256 of manifest.json: {verdict.manifest_sha256}")
    else:
        for fault in verdict.faults[:SHOWN]:
            typer.echo(str(fault), err=True)
        more = len(verdict.faults) - SHOWN
        n = len(verdict.faults)
        said = f"{n} fault{'s' if n > 1 else ''} in {release}{f', {more} not shown' if more > 0 else ''}"
        typer.echo(said, err=True)
    if verdict.faults:
        raise typer.Exit(FactsError.exit_code)
