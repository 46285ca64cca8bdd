"""A folder of indicators, read and checked: load and validate put in order, every fault in one report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from indexer import schemas
from indexer.catalogue import Catalogue, Indicator, IndicatorSet, Source
from indexer.columns import ECONOMY, INDICATOR, VALUE, YEAR
from indexer.errors import FactsError, Fault, UsageError
from indexer.load import table as load_table
from indexer.load import text as load_text
from indexer.load.corrections import corrections
from indexer.methods import near
from indexer.reading import Reading
from indexer.resources import folder as shipped_folder
from indexer.validate import tables
from indexer.validate.structure import INDEX, TRADE

SHAPE = (
    "a folder of indicators holds index.yaml (title, default_edition, licence, sets), editions/<name>.yaml and, for "
    "each set, <set>/set.yaml, <set>/<indicator>.yaml and <set>/<indicator>.csv (economy,year,value); "
    "see docs/bring-your-own.md"
)


@dataclass(frozen=True)
class Folder:
    """A folder of indicators without a fault.

    Attributes
    ----------
    root : Path
    catalogue : Catalogue
        Metadata of sets, indicators and context series.
    facts : DataFrame
        economy, year, value, indicator, of indicators and context series, sorted by indicator, economy and year;
        with corrected values.
    corrections : DataFrame
        indicator, economy, year, old, new, reason, reference: the facts that are not as their file has them.
    editions : mapping
        Name to document of each methodology.
    economies : DataFrame
        All known economies, with names, codes and groups.
    names : mapping
        Economy to English name.
    inputs_sha256 : str
        Hash of every file read, editions apart (a release carries its edition as a file of its own).
    """

    root: Path
    catalogue: Catalogue
    facts: pd.DataFrame
    corrections: pd.DataFrame
    editions: Mapping[str, dict[str, Any]]
    economies: pd.DataFrame
    names: Mapping[str, str]
    inputs_sha256: str
    edition_files: Mapping[str, bytes] = field(repr=False)

    def copy(self) -> Folder:
        """Return the same folder with tables of its own."""
        own = {name: getattr(self, name).copy() for name in ("facts", "corrections", "economies")}
        return replace(self, **own, editions=deepcopy(dict(self.editions)))

    def edition_bytes(self, name: str) -> bytes:
        """Return an edition as it stands in its file."""
        return self.edition_files[name]


MOST_KNOWN = 8
_known: dict[tuple[str, ...], Folder] = {}
"""Folders read in this process: one that has not changed is not read again."""


@dataclass(frozen=True)
class Report:
    """What a check found: all faults, and how much was looked at."""

    faults: tuple[Fault, ...]
    n_files: int
    n_rows: int
    counts: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, for JSON."""
        faults = [fault.as_dict() for fault in self.faults]
        return {"files": self.n_files, "rows": self.n_rows, "counts": dict(self.counts), "faults": faults}


@dataclass(frozen=True)
class TradeTables:
    """The trade tables of a folder, and where each comes from; each is an attribute too, as in `.flows`.

    Attributes
    ----------
    tables : mapping
        Name to frame, of the tables that the folder has; its columns are those of schemas/tables/<name>.yaml.
    sources, notes : mapping
        Name to source, and to the warnings of its metadata.

    Raises
    ------
    UsageError
        If an attribute is a trade table that the folder does not have.
    """

    tables: Mapping[str, pd.DataFrame]
    sources: Mapping[str, Source]
    notes: Mapping[str, tuple[str, ...]]

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return the table of that name."""
        if name not in trade_tables():
            raise AttributeError(f"no trade table {name!r}; there are {', '.join(trade_tables())}")
        if name not in self.tables:
            remedy = f"add {TRADE}/{name}.csv and {name}.yaml, or read the shipped trade tables"
            raise UsageError(f"the folder has no trade table {name!r}", where=TRADE, remedy=remedy)
        return self.tables[name]


def trade_tables() -> tuple[str, ...]:
    """Return the names of the trade tables that a folder may hold."""
    return tuple(schemas.document("trade")["properties"]["id"]["enum"])


def read(root: str | Path | None = None) -> Folder:
    """Read and check a folder of indicators.

    Parameters
    ----------
    root : path, optional
        The folder; the shipped one by default. Economies and context series that it does not hold are the shipped ones.

    Raises
    ------
    FactsError
        With all faults of all files.
    UsageError
        If there is no such folder.
    """
    reading = _open(root)
    try:
        key = reading.fingerprint()
    except OSError:
        key = ()
    if key not in _known:
        reading.everything()
        _raise(reading)
        folder = _folder(reading)
        if not key or key != _open(root).fingerprint():  # it changed under the reader's hands
            return folder
        while len(_known) >= MOST_KNOWN:
            _known.pop(next(iter(_known)))
        _known[key] = folder
    return _known[key].copy()


def check(root: str | Path | None = None) -> Report:
    """Check a folder of indicators and its trade tables; return the faults instead of raising them.

    Raises
    ------
    UsageError
        If there is no such folder.
    """
    reading = _open(root)
    reading.everything()
    _trade(reading)
    counts = {
        "sets": len(reading.sets),
        "indicators": len(reading.indicators),
        "context": len(reading.context),
        "corrections": sum(map(len, reading.corrections.values())),
        "editions": len(reading.editions),
        "trade": len(reading.trade_tables),
    }
    return Report(reading.sorted_faults(), reading.n_files, reading.n_rows, counts)


def read_trade(root: str | Path | None = None) -> TradeTables:
    """Read and check the trade tables of a folder; the shipped ones by default.

    Raises
    ------
    FactsError
        With all faults of the tables.
    UsageError
        If the folder has no trade tables.
    """
    reading = _open(root)
    reading.geography()
    _trade(reading)
    _raise(reading)
    if not reading.trade_tables:
        remedy = (
            "leave the folder out to read the shipped trade tables, or add tables to trade/, each with its metadata: "
            f"{', '.join(trade_tables())}"
        )
        raise UsageError("the folder has no trade tables", where=str(reading.root), remedy=remedy)
    documents = {name: document.content for name, (document, _) in reading.trade_tables.items()}
    return TradeTables(
        tables={name: table.frame for name, (_, table) in reading.trade_tables.items()},
        sources={name: Source(**one["source"]) for name, one in documents.items()},
        notes={name: tuple(one.get("notes", ())) for name, one in documents.items()},
    )


@dataclass(frozen=True)
class Release:
    """What a release holds for whoever scores or compares it: parameters, facts and published scores."""

    root: Path
    parameters: Mapping[str, Any]
    facts: pd.DataFrame
    scores: pd.DataFrame


def read_release(root: str | Path) -> Release:
    """Read parameters.json, facts.csv and index.csv of a release.

    Raises
    ------
    UsageError
        If the folder is not a release.
    FactsError
        With all faults of its tables.
    """
    root = Path(root)
    remedy = "give the folder of a release that `indexer build` published, such as outputs/2024.1"
    for name in ("parameters.json", "facts.csv", "index.csv"):
        if not (root / name).is_file():
            raise UsageError(f"not a release: it holds no {name}", where=str(root), remedy=remedy)
    return Release(
        root,
        read_json(root / "parameters.json", remedy),
        read_table(root / "facts.csv", "facts_used"),
        read_table(root / "index.csv", "index"),
    )


def read_json(path: str | Path, remedy: str) -> Any:
    """Read one JSON file.

    Raises
    ------
    UsageError
        If there is no such file or it is not JSON; `remedy` says what was wanted.
    """
    try:
        return json.loads(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not JSON"
        raise UsageError(f"cannot be read: {reason}", where=str(path), remedy=remedy) from None


def read_table(path: str | Path, schema: str) -> pd.DataFrame:
    """Read one CSV by a table schema: the facts of an indicator, a table of flows, a published table.

    Raises
    ------
    FactsError
        With all faults of the file.
    UsageError
        If there is no such schema.
    """
    path = Path(path)
    table = load_table.parse(load_text.read(path, str(path)), schema)
    faults = [*table.faults, *tables.check(table)]
    if faults:
        raise FactsError(sorted(faults, key=lambda fault: fault.line or 0))
    return table.frame


def _open(root: str | Path | None) -> Reading:
    shipped = shipped_folder("indicators")
    path = shipped if root is None else Path(root)
    if not path.is_dir():
        what = "not a folder" if path.exists() else "no such folder"
        raise UsageError(what, where=str(path), remedy=SHAPE)
    try:
        reading = Reading(path, shipped)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path), remedy="check its permissions") from None
    if INDEX not in reading.files:
        reading.faults.append(Fault(INDEX, None, None, None, f"{path} holds no {INDEX}", SHAPE))
    return reading


def _trade(reading: Reading) -> None:
    """Read the trade tables that the folder has, whole or in part, and refuse other tables beside them."""
    names = trade_tables()
    found = [PurePosixPath(file) for file in reading.present.get(TRADE, ())]
    tabular = [file for file in found if file.suffix.lower() in (".csv", ".yaml", ".yml")]
    for file in tabular:
        if file.stem not in names or file.suffix not in (".csv", ".yaml"):
            remedy = f"{near(file.stem, names)}, with .csv or .yaml, or move the file away"
            reading.faults.append(Fault(f"{TRADE}/{file}", None, None, None, "not a trade table", remedy))
    reading.trade(name for name in names if name in {file.stem for file in tabular})


def _raise(reading: Reading) -> None:
    if reading.faults:
        raise FactsError(reading.sorted_faults())


def _folder(reading: Reading) -> Folder:
    index = reading.index
    names = dict(reading.gazetteer.names)
    catalogue = Catalogue(
        title=index["title"],
        default_edition=index["default_edition"],
        licence=index["licence"],
        sets=tuple(IndicatorSet(**one) for one in reading.sets.values()),
        indicators=tuple(Indicator.from_document(one) for one in reading.indicators.values()),
        context=tuple(Indicator.from_document(one) for one in reading.context.values()),
        economies=names,
        views=index.get("views", {}),
    )
    parts = []
    for identifier in sorted(reading.facts):
        frame = reading.facts[identifier].sort_values([ECONOMY, YEAR], ignore_index=True)
        parts.append(frame.assign(**{INDICATOR: pd.Series([identifier] * len(frame), dtype="str")}))
    facts = pd.concat(parts, ignore_index=True)[[ECONOMY, YEAR, VALUE, INDICATOR]]
    return Folder(
        root=reading.root,
        catalogue=catalogue,
        facts=facts,
        corrections=corrections(reading.corrections),
        editions={name: document.content for name, document in reading.editions.items()},
        economies=reading.economies,
        names=names,
        inputs_sha256=reading.inputs_sha256(),
        edition_files=reading.edition_files,
    )
