"""Can the amounts and growth rates of a printed table both be right, and which slip would explain it if not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from indexer.audit.check import AGREES, UNCHECKED, WRONG, check
from indexer.audit.power import power
from indexer.audit.repairs import NONE, repairs
from indexer.connect.printed_tables import read_printed
from indexer.connect.table_file import files
from indexer.errors import UsageError
from indexer.study.options import Options
from indexer.study.report import Figure, Study, Table

DRAWS = 100


def study(data: str | Path | Iterable[str | Path] | None = None, draws: int = DRAWS, seed: int = 1) -> Study:
    """Check a printed table of amounts and growth rates.

    Parameters
    ----------
    data : path, optional
        A CSV: year, x_amount, x_growth for every series x; or series, year, amount, growth. By default the shipped
        table of world exports 2019-2025, as printed.
    draws : int
        Random tables with a planted slip of each kind, behind the table of how often the audit finds one; 0 for none.
    seed : int

    Returns
    -------
    Study
        Tables repairs and cells; limits is the table of planted slips.

    Raises
    ------
    FactsError, UsageError
        For a file that is no such table.
    """
    Options.of(draws=draws, seed=seed)
    table = read_printed(None if data is None else _one(data))
    cells, found = check(table), repairs(table)
    limits = None if draws == 0 else _limits(draws, seed)
    return Study(
        name="audit",
        title="Can the amounts and growth rates of the printed table both be right?",
        tables=(_repairs(found), _cells(cells)),
        sentence=_sentence(cells, found),
        caveats=_caveats(data is None),
        figures=(Figure("cells", "Recomputed against printed growth, per cent", partial(_picture, cells)),),
        limits=limits,
    )


def _one(data: str | Path | Iterable[str | Path]) -> Path:
    given = files(data)
    if len(given) != 1:
        raise UsageError(f"{len(given)} files", where="--data", remedy="give one table")
    return given[0]


def _repairs(found: pd.DataFrame) -> Table:
    fits = [f"{a} of {b}" for a, b in zip(found["reconciled"], found["of"], strict=True)]
    order = ["series", "years", "rank", "column", "year", "printed", "proposed", "kind", "fits", "left"]
    shown = found.assign(fits=fits)[[*order, "residual_units", "share"]]
    notes = (
        "years: the failing rates, neighbours together. fits: rates that rest on the changed cell and hold after it. "
        "left: failing rates of the group that remain. residual_units: recomputed less printed, in units of the last "
        "printed digit. share: probability of a change if one of those that leave as few is right, each kind of slip "
        "being as likely as any other.",
        f"{NONE!r}: no slip of one cell repairs it; `proposed` is then the rate that the printed amounts give.",
    )
    caption = "Growth rates that the printed amounts do not allow, and the single changes that would repair each"
    return Table("repairs", caption, found, {"residual_units": "+.2f", "share": ".2f"}, notes, shown)


def _cells(cells: pd.DataFrame) -> Table:
    shown = cells[(cells["verdict"] != AGREES) | (cells["note"] != "")].drop(columns=["low", "high"])
    note = f"{(cells['verdict'] == AGREES).sum()} of {len(cells)} rates agree; the others, and those noted, are shown."
    caption = "Every printed growth rate against the one recomputed from the amounts beside it"
    formats = {"low": ".2f", "high": ".2f", "residual_units": "+.1f"}
    return Table("cells", caption, cells, formats, (note,), shown)


def _limits(draws: int, seed: int) -> Table:
    caption = f"How often a slip is found: one planted in each of {draws} random tables of 21 cell pairs, for each kind"
    note = (
        "ranked_first: the right cell and the right number are the first proposal. false_alarms: failing rates among "
        "those that rest on no changed cell. Slips not detected are in digits too small to move the rate."
    )
    formats = {"detected": ".1%", "ranked_first": ".1%", "ranked_in_three": ".1%", "false_alarms": ".2%"}
    return Table("planted", caption, power(draws, seed), formats, (note,))


def _sentence(cells: pd.DataFrame, found: pd.DataFrame) -> str:
    wrong, checked = cells[cells["verdict"] == WRONG], int((cells["verdict"] != UNCHECKED).sum())
    if checked == 0:
        said = "No growth rate can be recomputed: none stands beside an amount and the amount of the year before. "
    elif wrong.empty:
        said = (
            f"All {checked} growth rates that can be recomputed agree with their amounts within the print's rounding. "
        )
    else:
        named = ", ".join(f"{_name(a)} {b}" for a, b in zip(wrong["series"], wrong["year"], strict=True))
        said = (
            f"{len(wrong)} of the {checked} growth rates that can be recomputed cannot be right beside their amounts: "
        )
        said += f"{named}. "
        said += " ".join(_first(group) for _, group in found.groupby(["series", "years"], sort=False)) + " "
    unseen = cells[(cells["verdict"] == UNCHECKED) & cells["note"].str.contains("decimals where")]
    if len(unseen):
        which = ", ".join(f"{r['growth']} ({_name(r['series'])} {r['year']})" for r in unseen.to_dict("records"))
        said += f"Printed with other decimals than its column, where nothing can be recomputed: {which}. "
    return said + (
        "What it does not show: which cell is wrong. A table that agrees with itself may be wrong throughout, and only "
        "the source can tell which repair is the right one."
    )


def _first(group: pd.DataFrame) -> str:
    one = group.iloc[0]
    where = f"{_name(one['series'])} {one['years']}"
    if one["kind"] == NONE:
        return f"{where}: no single slip explains {one['printed']}; the amounts give {one['proposed']}."
    rest = "" if one["left"] == 0 else ", and another cell is wrong too"
    return (
        f"{where}: the likeliest single change is {one['column']} {one['year']} from {one['printed']} to "
        f"{one['proposed']} ({one['kind']}, share {one['share']:.2f}){rest}."
    )


def _name(series: object) -> str:
    return str(series).replace("_", " ")


def _caveats(is_shipped: bool) -> tuple[str, ...]:
    shipped = (
        "The table is Table 1 of a paper on exports of digital services of the members of RCEP, as printed; the paper "
        "names the WTO, Global Trade Outlook and Statistics 2025. The WTO's own figures were not consulted."
    )
    return (
        "A rate fails only where no unrounded amounts and no unrounded rate that print as they stand can belong "
        "together; rates computed from unrounded amounts therefore never fail, and amounts rounded to tens or hundreds "
        "without saying so may.",
        "Single changes only: two slips in one cell, or in two cells of one growth rate, are not searched for.",
        *((shipped,) if is_shipped else ()),
    )


def _picture(cells: pd.DataFrame) -> Any:
    from indexer.figures import scatter

    frame = cells[cells["verdict"] != UNCHECKED]
    frame = frame.assign(
        printed=[float(text) for text in frame["growth"]],
        recomputed=(frame["low"] + frame["high"]) / 2,
        name=[f"{_name(r['series'])} {r['year']}" if r["verdict"] == WRONG else "" for r in frame.to_dict("records")],
    )
    frame = frame.sort_values("verdict", kind="stable")
    wrong = int((frame["verdict"] == WRONG).sum())
    return scatter(
        frame, f"{wrong} of {len(frame)} printed growth rates contradict the amounts",
        x="recomputed", y="printed", x_title="growth recomputed from the amounts (%)", y_title="growth as printed (%)",
        label="name", group="verdict", source="The printed table; rates agree where rounding can explain the rest.",
    )  # fmt: skip
