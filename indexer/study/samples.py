"""World samples from users' files: flows, distances and GDP under one set of names, whatever the file calls them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.connect.economy_codes import coded, meanings
from indexer.connect.wide_table import columns_of, read_columns
from indexer.errors import UsageError
from indexer.gravity.attach import INTERNATIONAL
from indexer.study.frames import Facts

WHERE = "--data"
FULL = 0.75
"""A year with less than this share of the flows of the fullest year is not full."""


@dataclass(frozen=True)
class Shape:
    """A format: the columns that tell it, those of both sides, those of trade by preference, and its units in US$."""

    kind: str
    exporter: str
    importer: str
    trade: tuple[str, ...]
    unit: float = 1.0
    gdp_unit: float = 1.0
    marks: tuple[str, ...] = ()


CEPII, AGTPA, TABLE = "CEPII Gravity", "AGTPA", "trade table"
SHAPES = (
    Shape(
        CEPII, "iso3_o", "iso3_d",
        ("tradeflow_baci", *(f"tradeflow_{who}_{side}" for who in ("comtrade", "imf") for side in "do")), 1e3, 1e3,
    ),
    Shape(AGTPA, EXPORTER, IMPORTER, ("trade",), 1e6, marks=("pair_id", "dist", "cntg", "lang", "clny")),
    Shape(TABLE, EXPORTER, IMPORTER, ("trade_usd", "trade_value_usd", "trade")),
)  # fmt: skip
SIDES = ((EXPORTER, IMPORTER), ("iso3_o", "iso3_d"), ("iso_o", "iso_d"))
"""Names of both sides in a file of pairs."""
OF_PAIRS = {
    "distance": ("distance_km", "distw_harmonic", "distw_km", "distw", "distance", "dist"),
    "contiguous": ("contiguous", "contig", "cntg"),
    "language": ("common_language", "comlang_off", "language", "lang"),
    "colony": ("colony", "col_dep_ever", "clny"),
}
OTHERS = {
    "gdp_exporter": ("gdp_exporter", "gdp_o"),
    "gdp_importer": ("gdp_importer", "gdp_d"),
    "rta": ("rta", "fta_wto"),
}
CONTROLS = ("contiguous", "language", "colony", "rta")
EXISTS = ("country_exists_o", "country_exists_d")


@dataclass(frozen=True, eq=False)
class Sample:
    """Flows under standard names.

    Attributes
    ----------
    frame : DataFrame
        exporter, importer, year, trade (US$), distance (km), contiguous, language, colony, rta (0 or 1), gdp_exporter,
        gdp_importer (US$), pair (undirected), international (0 on domestic rows). What the file lacks is missing.
    kind : str
        "CEPII Gravity", "AGTPA" or "trade table".
    notes : tuple of str
        What was taken from where, and what was changed or left out.
    """

    frame: pd.DataFrame
    kind: str
    notes: tuple[str, ...]

    @property
    def years(self) -> list[int]:
        """Years of the flows."""
        return sorted(int(year) for year in self.frame[YEAR].unique())

    @property
    def controls(self) -> list[str]:
        """Controls of pairs that the file has and that vary."""
        return [name for name in CONTROLS if self.frame[name].nunique() > 1]

    @property
    def has_domestic(self) -> bool:
        """Whether domestic trade is in the sample."""
        return bool((self.frame[INTERNATIONAL] == 0).any())


def full_years(frame: pd.DataFrame) -> list[int]:
    """Return the years with at least three quarters of the international flows of the fullest one.

    Examples
    --------
    >>> full_years(pd.DataFrame({"year": [2019, 2019, 2020, 2020, 2020, 2021], "international": 1.0}))
    [2020]
    """
    counts = frame.loc[frame[INTERNATIONAL] == 1, YEAR].value_counts().sort_index()
    return [int(year) for year in counts.index[counts >= FULL * counts.max()]]


def read_sample(paths: Any, years: Iterable[int] | None = None, facts: Facts | None = None) -> Sample:
    """Read flows, and a file of pairs beside them, into the standard columns.

    Parameters
    ----------
    paths : path or list of paths
        One file of flows (.csv, also compressed; .parquet; .dta), told by its columns: CEPII Gravity (iso3_o, iso3_d,
        year, tradeflow_… in thousand US$), the data of the Advanced Guide (exporter, importer, pair_id, year, trade in
        million US$, dist, cntg, lang, clny), or a trade table (exporter, importer, year, and trade_usd, trade_value_usd
        or trade in US$). And a file of pairs (exporter, importer, distance_km, distw_km or dist, …) where the flows
        have no distances.
    years : iterable of int, optional
        Years to keep; a wide file is read by columns and in pieces, so that others are never in memory together.

    facts : Facts, optional
        Codes and GDP; the shipped ones by default.

    Raises
    ------
    UsageError
        For a file that is neither, with the columns that are missing; for flows that are negative, infinite, no
        numbers, or stand twice; for years that are no whole numbers.

    References
    ----------
    Conte, Cotterlaz & Mayer (2022), The CEPII Gravity database, CEPII working paper 2022-05. Yotov et al. (2016).
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths) if isinstance(paths, list | tuple) else None
    if given is None or not all(isinstance(one, str | Path) for one in given):
        raise UsageError(
            f"a {type(paths).__name__} is no file", where=WHERE, remedy="give the path of a table, or a list of paths"
        )
    files = [Path(one) for one in given]
    heads = {path: columns_of(path) for path in files}
    flows = [path for path in files if YEAR in heads[path]]
    rest = [path for path in files if YEAR not in heads[path]]
    if len(flows) != 1 or len(rest) > 1:
        raise UsageError(
            f"{len(flows)} files with a column year and {len(rest)} without, but one of flows and at most one of pairs "
            "is "
            "wanted", where=WHERE, rows=[path.name for path in files],
            remedy="give one table of exporter, importer, year, trade, and one of exporter, importer, distance_km",
        )  # fmt: skip
    shape = _shape(flows[0], heads[flows[0]])
    frame, notes = _flows(flows[0], heads[flows[0]], shape, None if years is None else set(whole_years(years)))
    facts = facts or Facts.shipped()
    meant = meanings(facts.folder)
    frame, said = coded(frame, meant)
    notes += said
    if rest:
        frame, said = _with_pairs(frame, rest[0], heads[rest[0]], meant)
        notes += said
    if "distance" not in frame:
        raise UsageError(
            f"{flows[0].name} has no distances ({', '.join(OF_PAIRS['distance'])})", where=WHERE,
            remedy="give a second file with exporter, importer, distance_km",
        )  # fmt: skip
    frame, said = _finished(frame, facts)
    return Sample(frame, shape.kind, tuple(notes + said))


def whole_years(years: Iterable[Any]) -> list[int]:
    """Return years in order, each once.

    Raises
    ------
    UsageError
        For one that is no whole number.
    """
    given = list(years) if isinstance(years, Iterable) else [years]
    for year in given:
        if not isinstance(year, int | np.integer) or isinstance(year, bool):
            raise UsageError(f"{year!r} is no year", where="years", remedy="give whole numbers such as 2020")
    return sorted({int(year) for year in given})


def _shape(path: Path, head: list[str]) -> Shape:
    near = []
    for shape in SHAPES:
        missing = [c for c in (shape.exporter, shape.importer, *shape.marks) if c not in head]
        if not missing and any(name in head for name in shape.trade):
            return shape
        missing += [] if any(name in head for name in shape.trade) else [" or ".join(shape.trade)]
        near.append((len(missing), f"as {shape.kind} it lacks {', '.join(missing)}"))
    raise UsageError(
        f"the columns of {path.name} are those of no format that is read: {min(near)[1]}", where=WHERE, rows=head[:12],
        remedy="rename the columns, or see docs/world-samples.md",
    )  # fmt: skip


def _flows(path: Path, head: list[str], shape: Shape, years: set[int] | None) -> tuple[pd.DataFrame, list[str]]:
    column = next(name for name in shape.trade if name in head)
    found = {name: next((c for c in names if c in head), None) for name, names in (OF_PAIRS | OTHERS).items()}
    names = {shape.exporter: EXPORTER, shape.importer: IMPORTER, YEAR: YEAR, column: "trade"}
    names |= {source: name for name, source in found.items() if source is not None}
    exists = [name for name in EXISTS if name in head]
    lost = {"trade": 0, "exists": 0}

    def keep(piece: pd.DataFrame) -> pd.DataFrame:
        if years is not None:
            piece = piece[piece[YEAR].isin(years)]
        if exists:
            real = (piece[exists] == 1).all(axis=1)
            lost["exists"] += int((~real).sum())
            piece = piece[real]
        lost["trade"] += int(piece[column].isna().sum())
        return piece[piece[column].notna()]

    frame = read_columns(path, [*names, *exists], (shape.exporter, shape.importer), keep)
    frame = frame[list(names)].rename(columns=names)
    if frame.empty:
        within = f" in {min(years)}–{max(years)}" if years else ""
        raise UsageError(
            f"{path.name} has no flow{within}", where=WHERE, remedy="give a file with flows in these years"
        )
    frame["trade"] *= shape.unit
    for name in ("gdp_exporter", "gdp_importer"):
        if name in frame:
            frame[name] *= shape.gdp_unit
    notes = [f"{path.name}, read as {shape.kind}: trade is {column}, in units of {shape.unit:,.0f} US$."]
    if "distance" in frame:
        notes.append(f"Distance is {found['distance']}.")
    if lost["trade"]:
        notes.append(f"{lost['trade']:,} rows without a value of trade are left out: they are unknown, not zero.")
    if lost["exists"]:
        notes.append(f"{lost['exists']:,} rows of countries that did not exist in their year are left out.")
    return frame, notes


def _with_pairs(
    frame: pd.DataFrame, path: Path, head: list[str], meant: dict[str, str]
) -> tuple[pd.DataFrame, list[str]]:
    sides = next((both for both in SIDES if set(both) <= set(head)), None)
    found = {name: next((c for c in names if c in head), None) for name, names in OF_PAIRS.items()}
    if sides is None or found["distance"] is None:
        lacking = "exporter, importer" if sides is None else " or ".join(OF_PAIRS["distance"])
        raise UsageError(f"{path.name} is no file of pairs: it lacks {lacking}", where=WHERE, rows=head[:12],
                         remedy="give columns exporter, importer, distance_km")  # fmt: skip
    names = {source: name for name, source in found.items() if source is not None and name not in frame}
    table = read_columns(path, [*sides, *names], sides, lambda piece: piece)
    table = table.rename(columns={sides[0]: EXPORTER, sides[1]: IMPORTER, **names})
    table, _ = coded(table, meant)
    _once(table, [EXPORTER, IMPORTER], path.name)
    # a pair that is listed one way holds the other way, too
    turned = table.rename(columns={EXPORTER: IMPORTER, IMPORTER: EXPORTER})
    table = pd.concat([table, turned], ignore_index=True).drop_duplicates([EXPORTER, IMPORTER])
    said = (
        f"Distances from {path.name} ({found['distance']})." if "distance" in names.values() else f"{path.name} read."
    )
    return frame.merge(table, on=[EXPORTER, IMPORTER], how="left"), [said]


def _finished(frame: pd.DataFrame, facts: Facts) -> tuple[pd.DataFrame, list[str]]:
    notes = []
    if (frame[YEAR] != frame[YEAR].round()).any():
        raise UsageError("a year is no whole number", where=WHERE, remedy="make the years integers")
    frame[YEAR] = frame[YEAR].astype(int)
    _once(frame, [EXPORTER, IMPORTER, YEAR], "the table of flows")
    abroad = (frame[EXPORTER] != frame[IMPORTER]).to_numpy()
    for bad, what in (((frame["trade"] < 0).to_numpy(), "negative trade"),
                      (np.isinf(frame["trade"]).to_numpy(), "infinite trade"),
                      (abroad & (frame["distance"] <= 0).to_numpy(), "a distance of zero or less")):  # fmt: skip
        if bad.any():
            raise UsageError(f"{bad.sum()} rows with {what}", where=WHERE, remedy="mend or leave out these rows",
                             rows=frame.loc[bad, [EXPORTER, IMPORTER, YEAR]].head().to_numpy().tolist())  # fmt: skip
    if "gdp_exporter" not in frame or "gdp_importer" not in frame:
        for side in (EXPORTER, IMPORTER):
            frame[f"gdp_{side}"] = facts.of("gdp_current_usd", frame[side], frame[YEAR])
        known = frame[["gdp_exporter", "gdp_importer"]].notna().all(axis=1).mean()
        notes.append(f"GDP: World Bank, as shipped (from 2010), known for both sides of {known:.0%} of the flows.")
    for name in CONTROLS:
        if name not in frame:
            frame[name] = np.nan
    if lost := int(frame["distance"].isna().sum()):
        notes.append(f"{lost:,} flows have no distance.")
    one, other = frame[EXPORTER].to_numpy(), frame[IMPORTER].to_numpy()
    frame["pair"] = np.where(one < other, one + "-" + other, other + "-" + one)
    frame[INTERNATIONAL] = abroad.astype(float)
    if not (frame["trade"] == 0).any():
        notes.append("No flow is zero: PPML is estimated on pairs that trade.")
    columns = [
        EXPORTER,
        IMPORTER,
        YEAR,
        "trade",
        "distance",
        *CONTROLS,
        "gdp_exporter",
        "gdp_importer",
        "pair",
        INTERNATIONAL,
    ]
    return frame[columns].sort_values([YEAR, EXPORTER, IMPORTER], ignore_index=True), notes


def _once(frame: pd.DataFrame, keys: list[str], what: str) -> None:
    twice = frame.duplicated(keys)
    if twice.any():
        raise UsageError(
            f"{int(twice.sum())} rows of {what} stand twice", where=WHERE,
            rows=frame.loc[twice, keys].head().to_numpy().tolist(),
            remedy="keep one row of each; add up products or sectors first",
        )  # fmt: skip
