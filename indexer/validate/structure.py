"""Files of a folder of indicators against each other; on what has been read, never on the disk."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from indexer import schemas
from indexer.errors import Fault
from indexer.material import Document
from indexer.validate.economies import Gazetteer

INDEX, SET = "index.yaml", "set.yaml"
REFERENCE, TRADE, EDITIONS = "_reference", "trade", "editions"
CORRECTIONS = ".corrections.yaml"
ROOMS = (REFERENCE, TRADE, EDITIONS)
# A set gives its name to a column of the published index, beside these.
_TAKEN = (TRADE, EDITIONS, *(one.name for one in schemas.columns("index") if not one.regex))


def sets(index: Document, present: Mapping[str, Sequence[str]]) -> list[Fault]:
    """Compare the sets that index.yaml lists with the folders that are there.

    Parameters
    ----------
    index : Document
        A valid index.yaml.
    present : mapping
        The folders beside it, each with the names of its files.
    """
    listed = index.content["sets"]
    faults = []
    for position, name in enumerate(listed):
        path = ("sets", position)
        if name in _TAKEN:
            faults.append(
                index.fault(path, name, "the name is taken", f"name the set otherwise than {', '.join(_TAKEN)}")
            )
        elif name not in present:
            near = difflib.get_close_matches(
                name, [one for one in present if one not in listed and one not in ROOMS], n=1
            )
            remedy = f"write {near[0]}" if near else f"make the folder {name}/ with {SET}, or delete the line"
            faults.append(index.fault(path, name, f"no folder {name}/", remedy))
    for name, files in present.items():
        if (
            name not in listed
            and name not in ROOMS
            and any(PurePosixPath(one).suffix in (".yaml", ".csv") for one in files)
        ):
            remedy = f"add {name} to `sets` in {INDEX}, or move the folder away"
            faults.append(Fault(f"{name}/", None, None, name, f"a folder that {INDEX} does not list", remedy))
    return faults


def members(room: str, files: Sequence[str]) -> tuple[list[str], list[Fault]]:
    """Return the indicators of a set (or context series) that have metadata and facts, and the faults of the others."""
    faults: list[Fault] = []

    def refuse(file: str, message: str, remedy: str) -> None:
        faults.append(Fault(f"{room}/{file}", None, None, None, message, remedy))

    kept = {SET} if room != REFERENCE else {"economies.csv", "aliases.csv", "rules_events.csv"}
    documents: set[str] = set()
    tables: set[str] = set()
    corrected: set[str] = set()
    for file in files:
        if file.endswith(CORRECTIONS):
            corrected.add(file.removesuffix(CORRECTIONS))
            continue
        name = PurePosixPath(file)
        if file in kept or name.suffix.lower() not in (".yaml", ".yml", ".csv"):
            continue
        if name.suffix not in (".yaml", ".csv"):
            refuse(file, f"the ending {name.suffix} is not read", "end the name with .yaml or .csv in small letters")
        elif "." in name.stem:
            refuse(
                file,
                "a name with a further dot is not read",
                f"name it {name.stem.partition('.')[0]}{name.suffix}, or move it away",
            )
        else:
            (documents if name.suffix == ".yaml" else tables).add(name.stem)
    for one in sorted(tables - documents):
        refuse(f"{one}.csv", "facts without metadata", f"write {room}/{one}.yaml, or move the file away")
    for one in sorted(documents - tables):
        refuse(
            f"{one}.yaml",
            "an indicator without facts",
            f"write {room}/{one}.csv (economy,year,value), or move the file away",
        )
    for one in sorted(corrected - documents - tables):
        remedy = "name it <indicator>.corrections.yaml, beside <indicator>.yaml and .csv, or move it away"
        refuse(f"{one}{CORRECTIONS}", "corrections without their indicator", remedy)
    if room != REFERENCE:
        if SET not in files:
            refuse(SET, "the set has no description", "write it with id, name and definition")
        if not documents | tables:
            faults.append(
                Fault(f"{room}/", None, None, None, "a set without indicators", "add an indicator, or delete the set")
            )
    return sorted(documents & tables), faults


def identity(document: Document, identifier: str, room: str | None = None) -> list[Fault]:
    """Compare the id in a document (and the set) with where the file lies."""
    faults = []
    if (found := document.content["id"]) != identifier:
        faults.append(
            document.fault(("id",), found, f"differs from the name of its file ({identifier})", f"write {identifier}")
        )
    if room is not None and (found := document.content["set"]) != room:
        faults.append(document.fault(("set",), found, f"differs from the folder of its file ({room})", f"write {room}"))
    return faults


def indicator(document: Document, gazetteer: Gazetteer) -> list[Fault]:
    """Check what the metadata of one indicator say against each other and against the economies."""
    content = document.content
    faults = []
    valid = content.get("valid", {})
    if valid.get("minimum", float("-inf")) > valid.get("maximum", float("inf")):
        value = f"{valid['minimum']} to {valid['maximum']}"
        faults.append(
            document.fault(("valid",), value, "the least valid value is above the greatest", "exchange the two")
        )
    reference = content["set"] == REFERENCE
    if (content["role"] == "context") != reference:
        role = "context" if reference else "core or validation"
        faults.append(
            document.fault(("role",), content["role"], f"is not a role for {content['set']}/", f"write {role}")
        )
    for b, one in enumerate(content.get("breaks", ())):
        for e, code in enumerate(one.get("economies", ())):
            if code not in gazetteer.names:
                path = ("breaks", b, "economies", e)
                faults.append(document.fault(path, code, "unknown economy", gazetteer.remedy(code)))
    return faults


def unique(documents: Iterable[Document]) -> list[Fault]:
    """Name every id that two documents have."""
    first: dict[str, str] = {}
    faults = []
    for one in documents:
        identifier = one.content["id"]
        if identifier in first:
            message = f"is the id in {first[identifier]} too"
            faults.append(one.fault(("id",), identifier, message, "give one of the two another id"))
        first.setdefault(identifier, one.file)
    return faults


def licence(document: Document, room: str) -> list[Fault]:
    """Refuse a licence under which the file may not be shipped."""
    allowed = schemas.licences("trade" if room == TRADE else "indicators")
    found = document.content["source"]["licence"]
    if found in allowed:
        return []
    remedy = f"ship only what is under one of: {'; '.join(allowed)}"
    return [document.fault(("source", "licence"), found, "not a licence under which the file may be shipped", remedy)]


def default_edition(index: Document, editions: Mapping[str, Any]) -> list[Fault]:
    """Check that the default edition is there."""
    name = index.content["default_edition"]
    if name in editions:
        return []
    remedy = f"one of: {', '.join(sorted(editions))}" if editions else f"write {EDITIONS}/{name}.yaml"
    return [index.fault(("default_edition",), name, f"no edition {name!r}", remedy)]
