"""One pass over a folder of indicators: reads each file once, checks it, and goes on after a fault."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from indexer.columns import ECONOMY
from indexer.errors import Fault
from indexer.load import document as load_document
from indexer.load import table as load_table
from indexer.load import text as load_text
from indexer.load.corrections import applied
from indexer.material import Document, Table, Text
from indexer.stages import METHODS
from indexer.validate import corrections, documents, economies, editions, levels, structure, tables
from indexer.validate.structure import CORRECTIONS, EDITIONS, INDEX, REFERENCE, SET, TRADE

CODES = (ECONOMY, "name", "iso2", "iso_numeric")
CONTEXT = ("gdp_current_usd", "population_total")
SHIPPED = "(shipped) "


class Reading:
    """What a folder holds, filled step by step; `faults` collects what is wrong.

    Parameters
    ----------
    root : Path
        The folder.
    shipped : Path
        The shipped folder, which lends economies and context series that `root` does not hold.
    """

    def __init__(self, root: Path, shipped: Path):
        self.root, self.shipped = root, shipped
        self.ours = root.resolve() == shipped.resolve()
        self.files, self.present = _listing(root)
        self.faults: list[Fault] = []
        self.n_files = self.n_rows = 0
        self.index: dict[str, Any] = {}
        self.sets: dict[str, dict[str, Any]] = {}
        self.indicators: dict[str, dict[str, Any]] = {}
        self.context: dict[str, dict[str, Any]] = {}
        self.facts: dict[str, pd.DataFrame] = {}
        self.corrections: dict[str, list[dict[str, Any]]] = {}
        self.editions: dict[str, Document] = {}
        self.edition_files: dict[str, bytes] = {}
        self.trade_tables: dict[str, tuple[Document, Table]] = {}
        self.economies = pd.DataFrame()
        self.gazetteer = economies.Gazetteer({})
        self._hashes: dict[str, str] = {}

    def everything(self) -> None:
        """Read index, economies, sets, context series and editions; check each and all together."""
        if INDEX not in self.files:
            return
        index = self._document(INDEX, "index")
        self.geography()
        series: list[Document] = []
        doubtful: set[str] = set()
        rooms = [room for room, files in self.present.items() if SET in files]
        if index is not None:
            self.index = index.content
            self.faults += structure.sets(index, self.present)
            rooms = self.index["sets"]
        for room in rooms:
            if room not in self.present or room in structure.ROOMS:
                doubtful.add(room)
            else:
                self._room(room, self.root, self.indicators, series, doubtful)
        own = {Path(file).stem for file in self.present.get(REFERENCE, ())}
        if REFERENCE in self.present:
            self._room(REFERENCE, self.root, self.context, series, doubtful)
        if not self.ours:
            lent = [name for name in CONTEXT if name not in own]
            self._room(REFERENCE, self.shipped, self.context, series, doubtful, only=lent)
        self.faults += structure.unique(series)
        groupings = tuple(name for name in self.economies.columns if name not in CODES)
        known = levels.Known(
            tuple(rooms), self.indicators, self.context, self.gazetteer, METHODS, groupings, frozenset(doubtful)
        )
        broken = self._editions(known)
        if index is not None and self.index["default_edition"] not in broken:
            self.faults += structure.default_edition(index, self.editions)

    def geography(self) -> None:
        """Read economies and aliases, the folder's own or else the shipped ones."""
        own = "economies.csv" in self.present.get(REFERENCE, ())
        root = self.root if own else self.shipped
        table = self._table(f"{REFERENCE}/economies.csv", "economies", root, codes=False)
        self.economies = table.frame
        names, others = {}, []
        if {ECONOMY, "name"} <= set(table.frame):
            rows = table.frame.dropna(subset=[ECONOMY, "name"])
            names = dict(zip(rows[ECONOMY], rows["name"], strict=True))
            for column in {"iso2", "iso_numeric"} & set(rows):
                others += [
                    (word, code)
                    for word, code in zip(rows[column], rows[ECONOMY], strict=True)
                    if isinstance(word, str)
                ]
        self.gazetteer = economies.Gazetteer(names, others)
        if "aliases.csv" in self.present.get(REFERENCE, ()):
            root = self.root
        if (root / REFERENCE / "aliases.csv").is_file():
            aliases = self._table(f"{REFERENCE}/aliases.csv", "aliases", root)
            if {"alias", ECONOMY} <= set(aliases.frame):
                rows = aliases.frame.dropna()
                others += list(zip(rows["alias"], rows[ECONOMY], strict=True))
        self.gazetteer = economies.Gazetteer(names, others)
        if "rules_events.csv" in self.present.get(REFERENCE, ()):
            self._table(f"{REFERENCE}/rules_events.csv", "rules_events", self.root)

    def trade(self, names: Iterable[str]) -> None:
        """Read the trade tables and their metadata."""
        for name in names:
            document = self._document(f"{TRADE}/{name}.yaml", "trade")
            table = self._table(f"{TRADE}/{name}.csv", name)
            if document is not None:
                self.faults += structure.identity(document, name)
                if self.ours:
                    self.faults += structure.licence(document, TRADE)
                self.trade_tables[name] = (document, table)

    def sorted_faults(self) -> tuple[Fault, ...]:
        """Return the faults in the order of files and lines."""
        return tuple(sorted(self.faults, key=lambda fault: (fault.file, fault.line or 0, fault.column or "")))

    def inputs_sha256(self) -> str:
        """Return one hash of the names and contents of all files read, editions apart."""
        lines = [
            f"{name} {digest}\n" for name, digest in sorted(self._hashes.items()) if not name.startswith(f"{EDITIONS}/")
        ]
        return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()

    def fingerprint(self) -> tuple[str, ...]:
        """Return one hash for each file that reading may look at, and their names: the same for the same folder."""
        roots = [self.root] if self.ours else [self.root, self.shipped / REFERENCE]
        found = []
        for root in roots:
            for path in sorted((*root.glob("*"), *root.glob("*/*"))):
                if path.is_file() and not path.name.startswith("."):
                    found.append(f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}")
        return (str(self.root.absolute()), *found)

    def _room(
        self,
        room: str,
        root: Path,
        into: dict[str, dict[str, Any]],
        series: list[Document],
        doubtful: set[str],
        only: Iterable[str] | None = None,
    ) -> None:
        """Read one set folder, or the context series: its description, and each indicator with its facts."""
        ends = (".yaml", ".csv", CORRECTIONS)
        files = self.present[room] if only is None else [f"{name}{end}" for name in only for end in ends]
        files = [file for file in files if (root / room / file).is_file()]
        names, faults = structure.members(room, files)
        self.faults += faults
        doubtful |= {Path(fault.file).stem for fault in faults}
        if room != REFERENCE and SET in files and (described := self._document(f"{room}/{SET}", "set")) is not None:
            self.faults += structure.identity(described, room)
            self.sets[room] = described.content
        for name in names:
            before = len(self.faults)
            document = self._document(f"{room}/{name}.yaml", "indicator", root)
            table = self._table(f"{room}/{name}.csv", "facts", root, codes=root == self.root)
            listed: list[dict[str, Any]] = []
            if f"{name}{CORRECTIONS}" in files:
                listed = self._corrections(f"{room}/{name}{CORRECTIONS}", root, document, table)
            table = replace(table, frame=applied(table.frame, listed))
            if document is not None:
                self.faults += structure.identity(document, name, room)
                self.faults += structure.indicator(document, self.gazetteer)
                self.faults += tables.check_values(table, document.content.get("valid", {}))
                if self.ours:
                    self.faults += structure.licence(document, room)
                series.append(document)
            if document is None or len(self.faults) > before:
                doubtful.add(name)
                continue
            into[name] = document.content
            frame = table.frame
            self.facts[name] = frame[frame[ECONOMY].isin(self.gazetteer.names)] if root != self.root else frame
            self.corrections[name] = [one for one in listed if one[ECONOMY] in self.gazetteer.names]

    def _corrections(self, relative: str, root: Path, indicator: Document | None, table: Table) -> list[dict[str, Any]]:
        """Read the corrections of an indicator; none where they have a fault."""
        document = self._document(relative, "corrections", root)
        if document is None:
            return []
        meta = {} if indicator is None else indicator.content
        known = self.gazetteer if root == self.root and self.gazetteer.names else None
        faults = corrections.check(document, table, meta.get("valid", {}), meta.get("repeated_at_source", ()), known)
        self.faults += faults
        return [] if faults else document.content

    def _editions(self, known: levels.Known) -> set[str]:
        """Read every edition; return the names of those with a fault."""
        broken = set()
        for file in self.present.get(EDITIONS, ()):
            if not file.endswith(".yaml"):
                message, remedy = "an edition's file ends in .yaml", "end the name with .yaml, or move the file away"
                self.faults.append(Fault(f"{EDITIONS}/{file}", None, None, None, message, remedy))
                continue
            name = file.removesuffix(".yaml")
            document = self._document(f"{EDITIONS}/{file}", "edition")
            if document is None:
                broken.add(name)
                continue
            self.faults += editions.check(document, name, known)
            self.editions[name] = document
        return broken

    def _document(self, relative: str, schema: str, root: Path | None = None) -> Document | None:
        """Read a YAML file; None where it has a fault."""
        text = self._text(relative, root or self.root)
        if relative.startswith(f"{EDITIONS}/"):
            self.edition_files[relative.removeprefix(f"{EDITIONS}/").removesuffix(".yaml")] = text.data
        document = load_document.parse(text)
        faults = [*document.faults]
        if document.content is not None or not faults:
            faults += documents.check(document, schema)
        self.faults += faults
        return None if faults else document

    def _table(self, relative: str, schema: str, root: Path | None = None, *, codes: bool = True) -> Table:
        """Read a CSV by its schema; `codes` tells whether every economy in it must be known."""
        table = load_table.parse(self._text(relative, root or self.root), schema)
        self.n_rows += len(table.frame)
        self.faults += [*table.faults, *tables.check(table, self.gazetteer if self.gazetteer.names else None)]
        if codes:
            self.faults += economies.check(table, self.gazetteer)
        return table

    def _text(self, relative: str, root: Path) -> Text:
        label = relative if root == self.root else f"{SHIPPED}{relative}"
        text = load_text.read(root / relative, label)
        self.n_files += 1
        self._hashes[label] = hashlib.sha256(text.data).hexdigest()
        return text


def _listing(root: Path) -> tuple[list[str], dict[str, list[str]]]:
    """Return the files of a folder, and its folders with their files; hidden ones are not looked at."""
    files, folders = [], {}
    for one in sorted(root.iterdir()):
        if one.name.startswith("."):
            continue
        if one.is_dir():
            folders[one.name] = [inner.name for inner in sorted(one.iterdir()) if not inner.name.startswith(".")]
        else:
            files.append(one.name)
    return files, folders
