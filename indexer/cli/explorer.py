"""`indexer report`: the explorer, an index as one page that works without a network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from indexer.errors import UsageError

NAME = "explorer.html"
USUAL = "china-asean"
QUICK = {"draws": 0, "simulations": 0, "lags": ()}


def command(
    out: Annotated[Path, typer.Option(help=f"File to write (.html), or the folder in which {NAME} is written.")] = Path(
        NAME
    ),
    edition: Annotated[
        str | None, typer.Option(help="Methodology edition.", show_default="its default edition")
    ] = None,
    indicators: Annotated[
        Path | None, typer.Option(help="Folder of indicators; the shipped one by default.", show_default=False)
    ] = None,
    study: Annotated[
        list[str] | None,
        typer.Option(
            help="Study to show: its name, or the JSON file of `indexer study NAME --json`; may be given again; "
            "none for no study.",
            show_default="china-asean on the shipped facts",
        ),
    ] = None,
    freeze_from: Annotated[
        Path | None,
        typer.Option(help="parameters.json that --edition was frozen from, as for build.", show_default=False),
    ] = None,
) -> None:
    """Write the explorer: tables, charts and movable weights in one HTML file that loads nothing."""
    from indexer.explorer import explorer
    from indexer.pipeline import build

    asked = study or ([] if indicators else [USUAL])
    studies = [_study(one) for one in asked if one != "none"]
    target = out if out.suffix.lower() in (".html", ".htm") else out / NAME
    content = explorer(build(indicators, edition, freeze_from=freeze_from), studies)
    _write(target, content)
    typer.echo(f"{target} ({len(content) / 1e6:.1f} MB): open it in a browser; it needs no network")


def _study(given: str) -> Any:
    import json

    from indexer import study
    from indexer.explorer.studies import study_of

    if given in study.NAMES:  # without what takes long: draws of the index and simulated samples
        return study.run(given, **QUICK if study.shares_options(given) else {})
    path = Path(given)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(document, dict):
            study_of(document)
            return document
    except ValueError as error:
        said = error.message if isinstance(error, UsageError) else "this is no JSON"
        raise UsageError(said, where=str(path), remedy="write it by `indexer study NAME --json`") from None
    raise UsageError("this is no study", where=str(path), remedy="write it by `indexer study NAME --json`")


def _write(target: Path, content: bytes) -> None:
    """Write beside the target and move into place: a reader finds the earlier page or this one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        raise UsageError(f"{target} is a folder", where="--out", remedy="give another name")
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(content)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
