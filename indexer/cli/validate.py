"""`indexer validate`: every fault of a folder of indicators, in one report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from indexer.errors import FactsError


def command(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of indicators; the shipped one by default.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check facts, metadata and editions; list every fault with file, line, column, value and remedy."""
    from indexer.folder import check

    report = check(folder)
    if json:
        import json as js

        typer.echo(
            js.dumps(
                {
                    "files": report.n_files,
                    "rows": report.n_rows,
                    "corrections": report.counts["corrections"],
                    "faults": [fault.as_dict() for fault in report.faults],
                },
                indent=2,
            )
        )
    elif not report.faults:
        n = report.counts["corrections"]
        mended = f", {n} correction{'s' if n > 1 else ''}" if n else ""
        typer.echo(f"{report.n_files} files, {report.n_rows} rows{mended}: no fault")
    else:
        for fault in report.faults:
            typer.echo(str(fault), err=True)
        typer.echo(f"{len(report.faults)} faults in {report.n_files} files", err=True)
    if report.faults:
        raise typer.Exit(FactsError.exit_code)
