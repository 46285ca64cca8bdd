"""A release: its files, made in memory, written beside the earlier release and moved into its place in one step."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from indexer import tables
from indexer.errors import UsageError
from indexer.publish import formats as registry
from indexer.publish import layout, place, sources
from indexer.publish.citation import citation
from indexer.publish.datapackage import datapackage
from indexer.publish.layout import CITATION, ENVIRONMENT, LATEST, LICENCES, MANIFEST, METHODOLOGY, PACKAGE, PARAMETERS
from indexer.publish.names import file_name
from indexer.publish.text import csv_bytes, json_bytes, plain_texts
from indexer.validate.tables import check_frame

if TYPE_CHECKING:
    from indexer.index import Index

_PACKAGES = ("numpy", "pandas", "scipy", "factor_analyzer", "pandera", "formulaic")


def files(index: Index, formats: Iterable[str] = ()) -> dict[str, bytes]:
    """Return the content of every file of the release by name, the same bytes for the same inputs.

    Parameters
    ----------
    index : Index
    formats : iterable of str
        Formats beside CSV, by their names in `formats.FORMATS`.

    Raises
    ------
    UsageError
        If a format is unknown or its library is not installed, or a table does not fit into it.
    FactsError
        If a table breaks its schema.
    """
    wanted = registry.known(formats)
    scores = _table(_scores(index), "index")
    content = {"index.csv": csv_bytes(scores)}
    for year in index.edition.years:
        content[f"index_{year}.csv"] = csv_bytes(scores[scores["year"] == year])
    for name in layout.COMPUTED:
        content[f"{name}.csv"] = csv_bytes(_table(getattr(index, name), name))
    content["uncertainty.csv"] = csv_bytes(_table(tables.uncertainty(index), "uncertainty"))
    content["facts.csv"] = csv_bytes(_table(index.facts, "facts_used"), exact=True)
    if len(corrections := tables.corrections(index)):
        content[f"{layout.CORRECTIONS}.csv"] = csv_bytes(_table(corrections, layout.CORRECTIONS), exact=True)
    content["sources.csv"] = csv_bytes(_table(sources.table(index), "sources"))
    content[PARAMETERS] = json_bytes(index.parameters)
    content[METHODOLOGY] = _methodology(index)
    content[CITATION] = citation(index)
    content[LICENCES] = sources.licences(index)
    content[PACKAGE] = datapackage(index, content)
    for name in wanted:
        for file, data in registry.FORMATS[name](index, content).items():
            if file in content or file in (MANIFEST, ENVIRONMENT):
                raise UsageError(f"format {name!r} gives a file {file} that the release has already", where="formats")
            content[file_name(file, "file name")] = data
    content[MANIFEST] = json_bytes(_manifest(index, content, wanted))
    return content


def _scores(index: Index) -> pd.DataFrame:
    scores = index.scores.copy()
    scores.insert(1, "name", scores["economy"].map(index.folder.names))
    found = index.uncertainty.ranks
    at = list(scores.columns).index("rank") + 1
    ranked = scores["rank"].notna()  # a draw may rank what the index itself does not
    scores.insert(at, "rank_low", found["rank_p05"].where(ranked))
    scores.insert(at + 1, "rank_high", found["rank_p95"].where(ranked))
    return scores


def _methodology(index: Index) -> bytes:
    """Return the edition as its file has it; written anew where economies, years or parameters are others."""
    edition = index.edition
    if index.folder.editions.get(edition.name) == edition.content:
        return index.folder.edition_bytes(edition.name)
    import yaml

    plain = json.loads(json.dumps(edition.content))  # no YAML anchors where one value stands twice
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120).encode("utf-8")


def _table(frame: pd.DataFrame, schema: str) -> pd.DataFrame:
    """Check a table against its schema before it becomes a file: nothing malformed is published."""
    return check_frame(plain_texts(frame), schema)


def _manifest(index: Index, content: dict[str, bytes], formats: tuple[str, ...]) -> dict[str, Any]:
    """Name every file with its hash.

    Versions of the package and its libraries stand in environment.json instead: two of them that compute the same
    give the same release, byte for byte.
    """
    manifest = {
        "layout": layout.LAYOUT,
        "edition": index.edition.name,
        "title": index.edition.title,
        "licence": index.catalogue.licence,
        "formats": ["csv", *formats],
        "files": {name: {"sha256": sha256(data), "bytes": len(data)} for name, data in sorted(content.items())},
        "inputs_sha256": index.folder.inputs_sha256,
        "parameters_sha256": sha256(content[PARAMETERS]),
    }
    return {**manifest, "manifest_sha256": sha256(json_bytes(manifest))}


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _environment(formats: Iterable[str]) -> dict[str, str]:
    import indexer

    libraries = [library for name, (library, _) in registry.LIBRARIES.items() if name in formats]
    return {
        "ai-trade-indexer": indexer.__version__,
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in (*_PACKAGES, *libraries)},
    }


def publish(index: Index, out: Path, formats: Iterable[str] = ()) -> Path:
    """Write the release of an index into `out`/<edition>, in one step, and return that folder.

    Raises
    ------
    UsageError
        If a name is not fit for a folder, the folder there is not a release of this program, or `files` refuses.
    """
    formats = registry.known(formats)
    name = _fit_name(index)
    target = out / name
    root = index.folder.root.resolve()
    if root == out.resolve() or root in out.resolve().parents:
        raise UsageError(f"{out} lies in the folder of indicators", remedy="choose a folder for releases beside it")
    _refuse_foreign(target)
    content = files(index, formats)
    content[ENVIRONMENT] = json_bytes(_environment(formats))
    place.put(content, target)
    place.recover(out, LATEST)
    if _is_current(index, out):
        place.replace(out / LATEST, json_bytes({"edition": name, "path": name}))
    return target


def _fit_name(index: Index) -> str:
    """Return the edition's name, which names the folder; ids of sets and indicators name files of the facts."""
    for node in index.plan.sets:
        file_name(node.id, "set id")
    for indicator in index.plan.indicators:
        file_name(indicator, "indicator id")
    name = file_name(index.edition.name, "edition name")
    if name.lower() == LATEST:
        raise UsageError(f"edition name {name!r} is the name of a file beside the releases", remedy="choose another")
    return name


def _is_current(index: Index, out: Path) -> bool:
    """Tell whether latest.json is to point here: at the default edition, or at one frozen from where it points."""
    try:
        pointed = json.loads((out / LATEST).read_bytes())["edition"]
    except (OSError, ValueError, KeyError, TypeError):
        return True
    default = index.catalogue.default_edition
    return index.edition.name == default or index.frozen_from in (default, pointed)


def _refuse_foreign(target: Path) -> None:
    """Only a release of this program is replaced: a folder in which nothing lies but what its manifest names."""
    if not (target.exists() or target.is_symlink()):
        return
    remedy = "choose another --out, or move it away"
    if target.is_symlink() or not target.is_dir():
        raise UsageError(f"{target} is not a folder", remedy=remedy)
    present = {path.name for path in target.iterdir()}
    try:
        named = set(json.loads((target / MANIFEST).read_bytes())["files"])
    except (OSError, ValueError, KeyError, TypeError):
        named = set()
    if foreign := sorted(present - named - ({MANIFEST, ENVIRONMENT} if named else set())):
        raise UsageError(f"{target} is not a release: it holds {foreign[0]}", remedy=remedy)
