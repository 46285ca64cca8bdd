"""`indexer study`: the gravity studies on the shipped facts."""

from __future__ import annotations

from typing import Annotated

import typer

from indexer.errors import UsageError


def command(
    name: Annotated[str, typer.Argument(help="Name of the study: china-asean.")],
    json: Annotated[bool, typer.Option("--json", help="Print table, notes and sentence as JSON.")] = False,
) -> None:
    """Run a study and print its table, and what it shows and does not."""
    from indexer import study

    if name not in study.NAMES:
        raise UsageError(f"no study {name!r}", remedy=f"one of: {', '.join(study.NAMES)}")
    result = study.run(name)
    if json:
        import json as js

        typer.echo(js.dumps(result.as_dict(), indent=2, ensure_ascii=False))
        return
    typer.echo(result.text())
