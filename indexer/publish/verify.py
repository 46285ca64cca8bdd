"""A release looked at again: whether every file is as it was published, and every row keeps its schema."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from indexer import schemas
from indexer.errors import FactsError, Fault, UsageError
from indexer.folder import read_table
from indexer.publish import layout
from indexer.publish.layout import ENVIRONMENT, MANIFEST, PACKAGE, PARAMETERS
from indexer.publish.release import sha256
from indexer.publish.text import json_bytes

_AGAIN = "get the file anew from whom you have the release, or build the release anew"
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and what was found; `manifest_sha256` is to be compared with one from another source."""

    release: str
    edition: str
    n_files: int
    n_tables: int
    n_rows: int
    manifest_sha256: str
    faults: tuple[Fault, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as plain values, for JSON."""
        faults = [fault.as_dict() for fault in self.faults]
        counts = {"files": self.n_files, "tables": self.n_tables, "rows": self.n_rows}
        about = {"release": self.release, "edition": self.edition, "manifest_sha256": self.manifest_sha256}
        return {**about, **counts, "faults": faults}


def verify(release: str | Path) -> Verdict:
    """Compare a release with its manifest, and its tables with their schemas and with each other.

    What is found: a changed byte, a file that is missing, a file that does not belong there, a row that breaks its
    schema (file, line, column and value are named), a yearly file that differs from index.csv, a descriptor that
    describes other files. environment.json has no hash; it must be there and say versions.

    Parameters
    ----------
    release : path
        Folder of a release.

    Raises
    ------
    UsageError
        If there is no such folder.
    """
    root = Path(release)
    if not root.is_dir():
        raise UsageError("no such folder", where=str(root), remedy="give the folder of a release: outputs/2024.1")
    data, faults = _bytes(root, MANIFEST)
    manifest, wrong = ({}, []) if data is None else _manifest(data)
    faults += wrong
    named = manifest.get("files", {})
    content: dict[str, bytes | None] = {}
    for file in [*named, *(one for one in layout.ALWAYS if manifest and one not in named)]:
        content[file], found = _bytes(root, file)
        faults += found + _as_published(file, content[file], named.get(file))
    faults += _environment(root) + _foreign(root, {MANIFEST, ENVIRONMENT, *content} if manifest else None)
    tables = {file: text for file, text in content.items() if text is not None and layout.schema_of(file)}
    broken = {file: _rows(root, file) for file in tables}
    faults += [fault for found in broken.values() for fault in found]
    whole = {file: _records(text) for file, text in tables.items() if not broken[file]}
    faults += _yearly(whole, content)
    faults += _described(content.get(PACKAGE), named)
    parameters = content.get(PARAMETERS)
    if parameters is not None and sha256(parameters) != manifest.get("parameters_sha256"):
        message = f"is not the hash of {PARAMETERS}"
        value = str(manifest.get("parameters_sha256"))
        faults.append(Fault(MANIFEST, None, "parameters_sha256", value, message, _AGAIN))
    return Verdict(
        release=str(root),
        edition=str(manifest.get("edition", "")),
        n_files=len(content),
        n_tables=len(tables),
        n_rows=sum(len(rows) - 1 for rows in whole.values()),
        manifest_sha256="" if data is None else sha256(data),
        faults=tuple(sorted(faults, key=lambda one: (one.file, one.line or 0))),
    )


def _bytes(root: Path, file: str) -> tuple[bytes | None, list[Fault]]:
    """Read a file of the release, or say why not; a link is not followed, for it could lead out of it."""
    path = root / file
    if path.is_symlink():
        return None, [Fault(file, None, None, None, "is a link and no file of the release", _AGAIN)]
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting for ever
            return None, [Fault(file, None, None, None, "is not a file", _AGAIN)]
        return path.read_bytes(), []
    except FileNotFoundError:
        return None, [Fault(file, None, None, None, "is missing", _AGAIN)]
    except OSError as error:
        remedy = "check that it is a file that you may read"
        return None, [Fault(file, None, None, None, f"cannot be read: {error.strerror}", remedy)]


def _manifest(data: bytes) -> tuple[Mapping[str, Any], list[Fault]]:
    """Read the manifest; where it is not one of ours, an empty one with the reason."""

    def refuse(column: str | None, value: object, message: str) -> tuple[Mapping[str, Any], list[Fault]]:
        return {}, [Fault(MANIFEST, None, column, None if value is None else str(value)[:80], message, _AGAIN)]

    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError):
        return refuse(None, None, "is not JSON")
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        return refuse("files", None, "names no files")
    if manifest.get("layout") != layout.LAYOUT:
        message = f"was written by another version, with another layout than {layout.LAYOUT}"
        return refuse("layout", manifest.get("layout"), message)
    for file, one in manifest["files"].items():
        if re.search(r"[/\\:\0]", file) or file in ("", ".", ".."):
            return refuse("files", file, "leads out of the release")
        known = one if isinstance(one, dict) else {}
        is_hash = isinstance(known.get("sha256"), str) and _HASH.fullmatch(known["sha256"])
        if not is_hash or type(known.get("bytes")) is not int:
            return refuse("files", file, "has no sha256 and bytes")
    if _written_anew(manifest) != data:
        value = str(manifest.get("manifest_sha256"))
        return manifest, [Fault(MANIFEST, None, "manifest_sha256", value, "the manifest has been changed", _AGAIN)]
    return manifest, []


def _written_anew(manifest: Mapping[str, Any]) -> bytes:
    """Return the bytes that a manifest of this content has."""
    rest = {key: value for key, value in manifest.items() if key != "manifest_sha256"}
    try:
        return json_bytes({**rest, "manifest_sha256": sha256(json_bytes(rest))})
    except ValueError:  # NaN, and characters that are none
        return b""


def _as_published(file: str, data: bytes | None, known: Mapping[str, Any] | None) -> list[Fault]:
    if data is None:
        return []
    if known is None:
        return [Fault(file, None, None, None, "the manifest does not name it, and every release has it", _AGAIN)]
    found = sha256(data)
    if found == known["sha256"]:
        return []
    message = f"has been changed: its sha256 is {found[:12]}…, in the manifest {known['sha256'][:12]}…"
    if len(data) != known["bytes"]:
        message += f"; {len(data)} bytes instead of {known['bytes']}"
    return [Fault(file, None, None, None, message, _AGAIN)]


def _environment(root: Path) -> list[Fault]:
    data, faults = _bytes(root, ENVIRONMENT)
    if data is None:
        return faults
    try:
        said = json.loads(data)
        fine = isinstance(said, dict) and bool(said) and all(isinstance(one, str) for one in said.values())
    except (ValueError, RecursionError):
        fine = False
    return [] if fine else [Fault(ENVIRONMENT, None, None, None, "does not say versions of libraries", _AGAIN)]


def _foreign(root: Path, known: set[str] | None) -> list[Fault]:
    """Name what lies in the folder and is no part of the release; nothing where the manifest cannot be read."""
    extra = [] if known is None else sorted(path.name for path in root.iterdir() if path.name not in known)
    extra = [one.encode("utf-8", "replace").decode("utf-8") for one in extra]  # names that are no text
    extra = ["".join(c if c.isprintable() else ascii(c)[1:-1] for c in one) for one in extra]  # nor move the cursor
    return [Fault(one, None, None, None, "is not a file of the release", "move it away") for one in extra]


def _rows(root: Path, file: str) -> list[Fault]:
    """Name every row of a table that breaks its schema."""
    schema = str(layout.schema_of(file))
    try:
        read_table(root / file, schema)
    except FactsError as error:
        may_be_empty = {one.name for one in schemas.columns(schema) if not layout.must_be_given(schema, one)}
        return [
            replace(fault, file=file, remedy=f"{fault.remedy}, or {_AGAIN}")
            for fault in error.faults
            if not (fault.value == "" and fault.column in may_be_empty)
        ]
    return []


def _records(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def _yearly(whole: Mapping[str, list[list[str]]], known: Iterable[str]) -> Iterator[Fault]:
    """Name the first cell of each yearly file that is not as index.csv has it, and each year without a file."""
    if "index.csv" not in whole:
        return
    header, *rows = whole["index.csv"]
    at = header.index("year")
    for file in sorted({f"index_{row[at]}.csv" for row in rows} - set(known)):
        yield Fault(file, None, None, None, "is missing: index.csv has that year", _AGAIN)
    for file, (head, *found) in whole.items():
        year = layout.year_of(file)
        if year is None:
            continue
        wanted = [header, *(row for row in rows if row[at] == str(year))]
        nothing: list[str] = []
        for line, (ours, theirs) in enumerate(zip_longest([head, *found], wanted, fillvalue=nothing), start=1):
            if ours != theirs:
                k = next((k for k, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), 0)
                said = f"index.csv has {theirs[k]!r}" if theirs else "index.csv has no such row"
                column, value = (header[k], ours[k]) if ours else (None, None)
                yield Fault(file, line, column, value, said, _AGAIN)
                break


def _described(data: bytes | None, named: Mapping[str, Any]) -> Iterator[Fault]:
    """Name what the data package says otherwise than the manifest."""
    if data is None:
        return
    try:
        resources = {str(one["path"]): one for one in json.loads(data)["resources"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        yield Fault(PACKAGE, None, "resources", None, "names no files", _AGAIN)
        return
    for file, known in named.items():
        is_table = layout.schema_of(file) is not None
        one = resources.pop(file, None)
        if one is None and not is_table:
            continue
        if one is None or (one.get("hash"), one.get("bytes")) != (f"sha256:{known['sha256']}", known["bytes"]):
            message = "is not described as the manifest has it"
            yield Fault(PACKAGE, None, "resources", file, message, _AGAIN)
    for file in resources:
        yield Fault(PACKAGE, None, "resources", file, "is described and is no file of the release", _AGAIN)
