"""The `indexer` command: its subcommands, exit codes and error messages."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from indexer.cli import (
    build,
    catalogue,
    explain,
    explorer,
    gravity,
    revise,
    sensitivity,
    study,
    uncertainty,
    validate,
    verify,
)
from indexer.errors import IndexerError

app = typer.Typer(
    name="indexer",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Build a country-year AI development index from sourced facts and put it into a gravity equation.",
    epilog="Exit codes: 0 done, 1 internal fault, 2 wrong use or bad input, 3 bad facts or a release that "
    "is not as published, 4 an estimation that cannot be identified.",
)
app.command("build")(build.command)
app.command("validate")(validate.command)
app.command("catalogue")(catalogue.command)
app.command("explain")(explain.command)
app.command("revise")(revise.command)
app.command("uncertainty")(uncertainty.command)
app.command("sensitivity")(sensitivity.command)
app.command("gravity")(gravity.command)
app.command("study")(study.command)
app.command("report")(explorer.command)
app.command("verify")(verify.command)


def _version(wanted: bool) -> None:
    if wanted:
        from indexer import __version__

        typer.echo(f"indexer {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; every error of ours is a message and an exit code, never a stack trace."""
    if hasattr(signal, "SIGPIPE"):
        # A reader that has had enough (`| head`) ends us as it ends any other command.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        app()
    except IndexerError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("stopped; the earlier release, if there was one, is as it was", err=True)
        sys.exit(130)
    except OSError as error:
        remedy = "to mend it: check the path, its rights and the space left"
        typer.echo(f"error: {error.filename or ''}: {error.strerror or error}\n    {remedy}", err=True)
        sys.exit(2)
