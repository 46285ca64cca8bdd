"""`indexer gravity`: a gravity equation on the user's table, with the index attached where wanted."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Annotated

import typer

from indexer.errors import UsageError


def command(
    formula: Annotated[str, typer.Argument(help="y ~ x1 + x2 | effect1 + effect2^effect3")],
    data: Annotated[
        Path, typer.Option(help="Table: .csv (also .gz; empty cells are missing), .parquet or Stata's .dta.")
    ],
    estimator: Annotated[str, typer.Option(help="ppml or ols.")] = "ppml",
    vcov: Annotated[
        str, typer.Option(help="iid, hetero, or the cluster variables: exporter^importer, a + b.")
    ] = "hetero",
    ssc: Annotated[
        str | None, typer.Option(help="Small-sample factor: default, G, none.", show_default="G (ppml), default (ols)")
    ] = None,
    weights: Annotated[str | None, typer.Option(help="Column of weights.")] = None,
    offset: Annotated[str | None, typer.Option(help="Column whose coefficient is 1.")] = None,
    on_absorbed: Annotated[str, typer.Option(help="raise or drop.")] = "raise",
    attach: Annotated[
        bool, typer.Option("--attach", help="Add the index, without trade outcomes, by exporter, importer and year.")
    ] = False,
    indicators: Annotated[
        Path | None, typer.Option(help="Folder of indicators for --attach; the shipped one by default.")
    ] = None,
    edition: Annotated[
        str | None, typer.Option(help="Methodology edition for --attach.", show_default="its default edition")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print tables and notes as JSON.")] = False,
) -> None:
    """Estimate a gravity equation and print its table, what was left out, and what is identified."""
    from indexer import gravity
    from indexer.connect.table_file import read_table

    if estimator not in ("ppml", "ols"):
        raise UsageError(f"no estimator {estimator!r}", where="--estimator", remedy="one of: ppml, ols")
    table = read_table(data)
    if "~" in formula.split("|")[-1] and formula.count("~") > 1 and estimator == "ppml":
        raise UsageError("ppml has no instruments", where="--estimator", remedy="pass --estimator ols")
    errors = vcov if vcov in ("iid", "hetero") else {"CRV1": vcov}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UserWarning)
        try:
            if attach:
                from indexer.pipeline import build

                table = gravity.attach(build(indicators, edition).without("trade_outcome"), table)
            run = gravity.ppml if estimator == "ppml" else gravity.ols
            found = run(formula, table, errors, weights=weights, offset=offset, ssc=ssc, on_absorbed=on_absorbed)
        finally:
            for one in said:
                if issubclass(one.category, UserWarning):
                    typer.echo(f"warning: {one.message}", err=True)
    fits = found if isinstance(found, list) else [found]
    if json:
        import json as js

        documents = [fit.as_dict() for fit in fits]
        typer.echo(js.dumps(documents if isinstance(found, list) else documents[0], indent=2, ensure_ascii=False))
        return
    typer.echo("\n\n".join(fit.summary() for fit in fits))
