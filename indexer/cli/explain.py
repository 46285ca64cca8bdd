"""`indexer explain`: why an economy's score changed between two years, or differs from another's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from indexer.cli import show

if TYPE_CHECKING:
    import pandas as pd

    from indexer.index import Index

LARGEST = 3
"""Indicators named for each rival with whom places changed."""


def command(
    economy: Annotated[str, typer.Argument(help="ISO alpha-3 code, such as VNM.")],
    year0: Annotated[int, typer.Argument(help="Year before.")],
    year1: Annotated[int, typer.Argument(help="Year after.")],
    against: Annotated[
        str | None,
        typer.Option(help="Another economy: explain the difference of the first in YEAR1 from it in YEAR0."),
    ] = None,
    indicators: Annotated[
        Path | None, typer.Option(help="Folder of indicators; the shipped one by default.", show_default=False)
    ] = None,
    edition: Annotated[
        str | None, typer.Option(help="Methodology edition.", show_default="its default edition")
    ] = None,
    freeze_from: Annotated[
        Path | None,
        typer.Option(help="parameters.json that --edition was frozen from, as for build.", show_default=False),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the contributions as JSON.")] = False,
) -> None:
    """Split the change of a score into contributions of indicators that add up exactly."""
    from indexer.pipeline import build

    with show.warnings_kept() as said:
        index = build(indicators, edition, freeze_from=freeze_from)
    frame = index.explain(economy, year0, year1, against)
    places = None if against is not None else index.overtakings(economy, year0, year1)
    if json:
        show.warn(said)
        _json(index, economy, year0, year1, against, frame, places)
        return
    frozen = index.frozen_from
    how = "fitted anew on the folder's facts" if frozen is None else f"with the bounds and weights of edition {frozen}"
    typer.echo(f"Edition {index.edition.name}, {how}")
    for one in said:
        show.note(f"Warning: {one}")
    before, after = _score(index, against or economy, year0), _score(index, economy, year1)
    typer.echo(f"{before}, {after}, change {frame.attrs['change']:+.2f}")
    show.heading(
        "Contributions in points of the index, largest first; `coverage` is weight moved by cells that entered or left"
    )
    ordered = frame.reindex(frame["contribution"].abs().sort_values(ascending=False, kind="stable").index)
    show.table(
        ["indicator", "before", "after", "contribution", "coverage"],
        [
            (
                r["indicator"], show.number(r["before"], 1), show.number(r["after"], 1),
                show.number(r["contribution"] + 0.0, 3), show.number(r["coverage"], 3) if r["coverage"] else "-",
            )
            for r in show.records(ordered)
        ],
    )  # fmt: skip
    for r in show.records(ordered[ordered["break"] != ""]):
        show.note(f"{r['indicator']}: {r['break']}")
    typer.echo(f"  sum of contributions {frame['contribution'].sum():+.6f}")
    if places is not None:
        _places(index, places)


def _score(index: Index, economy: str, year: int) -> str:
    [r] = show.records(index.scores[(index.scores["economy"] == economy) & (index.scores["year"] == year)])
    return f"{index.folder.names.get(economy, economy)} {r['index']:.2f} in {year} (rank {r['rank']})"


def _places(index: Index, places: pd.DataFrame) -> None:
    if places.empty:
        show.note("It changed places with nobody.")
        return
    show.heading("Places changed, and what moved the gap most (points of the index, own less the rival's)")
    rows = []
    for (rival, kind), part in places.groupby(["rival", "kind"], sort=False):
        top = part.reindex(part["contribution"].abs().sort_values(ascending=False, kind="stable").index).head(LARGEST)
        said = ", ".join(f"{r['indicator']} {r['contribution']:+.2f}" for r in show.records(top))
        first = part.iloc[0]
        name = index.folder.names.get(str(rival), str(rival))
        what = "was overtaken" if kind == "overtaken" else "overtook"
        rows.append((name, what, f"{first['gap_before']:+.2f}", f"{first['gap_after']:+.2f}", said))
    show.table(["rival", "", "gap before", "gap after", "most by"], rows)


def _json(
    index: Index,
    economy: str,
    year0: int,
    year1: int,
    against: str | None,
    frame: pd.DataFrame,
    places: pd.DataFrame | None,
) -> None:
    import json as js

    def records(table: pd.DataFrame) -> Any:
        return js.loads(table.to_json(orient="records", double_precision=15))

    found: dict[str, Any] = {"edition": index.edition.name, "frozen_from": index.frozen_from, "economy": economy}
    found |= {"years": [year0, year1], "against": against, "change": frame.attrs["change"]}
    found["contributions"] = records(frame)
    if places is not None:
        found["places"] = records(places)
    typer.echo(js.dumps(found, indent=2))
