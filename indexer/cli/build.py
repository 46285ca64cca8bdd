"""`indexer build`: from the folder of indicators to a published release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from indexer.cli import show
from indexer.cli.report import report
from indexer.errors import UsageError


def command(
    indicators: Annotated[
        Path | None, typer.Option(help="Folder of indicators; the shipped one by default.", show_default=False)
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for releases.")] = Path("outputs"),
    edition: Annotated[
        str | None, typer.Option(help="Methodology edition of the folder.", show_default="its default edition")
    ] = None,
    economies: Annotated[
        str | None, typer.Option(help="Other economies than the edition's: CHN,VNM,… (fitted anew)", show_default=False)
    ] = None,
    years: Annotated[
        str | None, typer.Option(help="Other years than the edition's: 2020:2023 (fitted anew).", show_default=False)
    ] = None,
    freeze_from: Annotated[
        Path | None,
        typer.Option(help="parameters.json of an earlier release: score with it and fit nothing.", show_default=False),
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", help="Formats beside CSV: parquet,xlsx,dta,json,html.", show_default=False)
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Build the index, print what may be believed of it, and publish it as yearly CSVs."""
    from indexer.pipeline import build
    from indexer.publish.formats import known

    wanted = known(one.strip() for one in formats.split(",") if one.strip())
    with show.warnings_kept() as said:
        index = build(
            indicators,
            edition,
            economies=None if economies is None else [code.strip() for code in economies.split(",")],
            years=None if years is None else parse_years(years),
            freeze_from=freeze_from,
        )
        place = index.publish(out, wanted)
    if json:
        show.warn(said)
        import json as js

        typer.echo(
            js.dumps(
                {"edition": index.edition.name, "release": str(place), "files": sorted(p.name for p in place.iterdir())}
            )
        )
        return
    report(index, place, said)


def parse_years(text: str) -> tuple[int, int]:
    """Read "2020:2023" (or one year) as first and last year."""
    parts = text.split(":")
    if len(parts) > 2 or not all(part.isascii() and part.isdigit() and len(part) == 4 for part in parts):
        raise UsageError(
            f"{text!r} is no span of years", where="--years", remedy="write 2020:2023, or 2023 for one year"
        )
    return int(parts[0]), int(parts[-1])
