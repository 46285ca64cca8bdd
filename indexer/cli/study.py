"""`indexer study`: a question of the literature as a command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from indexer.cli import show


def command(
    name: Annotated[str, typer.Argument(help="Name of the study; `indexer study list` names them.")],
    data: Annotated[
        list[Path] | None, typer.Option(help="File of your own, in place of the shipped facts; may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for tables, figures and JSON.", show_default=False)] = None,
    stata: Annotated[
        Path | None, typer.Option(help="Folder for the samples as .dta and a .do file.", show_default=False)
    ] = None,
    lag: Annotated[list[int] | None, typer.Option(help="Years by which the index is older than trade.")] = None,
    lead: Annotated[list[int] | None, typer.Option(help="Years by which it is younger: a placebo.")] = None,
    instrument: Annotated[
        Path | None,
        typer.Option(help="Table of economy (or exporter, importer), year, instrument."),
    ] = None,
    draws: Annotated[int | None, typer.Option(help="Draws of the index under the headline; 0 for none.")] = None,
    simulations: Annotated[
        int | None, typer.Option(help="Simulated samples for the smallest effect found; 0 for none.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything drawn.", show_default="1")] = None,
    own: Annotated[
        list[str] | None,
        typer.Option("--set", help="An option of that study alone, NAME=VALUE: tier=wide.", show_default=False),
    ] = None,
    edition: Annotated[str | None, typer.Option(help="Another edition of the index.")] = None,
    indicators: Annotated[Path | None, typer.Option(help="Another folder of indicators.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Run a study and print its tables, what they show, and what they do not."""
    from indexer import study

    if name == "list":
        show.table(["study", "question"], [(one, study.question(one)) for one in study.NAMES])
        return
    asked: dict[str, Any] = {
        "data": data or None, "lags": tuple(lag) if lag else None, "leads": tuple(lead) if lead else None,
        "instrument": instrument, "draws": draws, "simulations": simulations, "seed": seed, "edition": edition,
        "indicators": indicators, **_own(own or []),
    }  # fmt: skip
    with show.warnings_kept() as said:
        result = study.run(name, **{option: value for option, value in asked.items() if value is not None})
        made = [] if out is None else result.save(out)
        made += [] if stata is None else result.stata(stata)
    show.warn(said)
    if json:
        import json as js

        typer.echo(js.dumps(result.as_dict(), indent=2, ensure_ascii=False))
        return
    typer.echo(result.text())
    if made:
        typer.echo("\nWritten: " + ", ".join(str(path) for path in made))


def _own(given: list[str]) -> dict[str, Any]:
    """Read NAME=VALUE, the value as YAML has it: a number, a text, a list."""
    import yaml

    from indexer.errors import UsageError

    found: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(f"{one!r} sets nothing", where="--set", remedy="write NAME=VALUE")
        try:
            found[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise UsageError(f"{value!r} is no value", where="--set", remedy="write a number, text or [list]") from None
    return found
