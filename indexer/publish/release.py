"""A release: its files, made in memory, written beside the earlier release and moved into its place in one step."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import platform
import re
import shutil
import sys
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from indexer import tables
from indexer.errors import UsageError
from indexer.publish.text import csv_bytes, json_bytes
from indexer.validate.tables import check_frame

if TYPE_CHECKING:
    from indexer.index import Index

MANIFEST = "manifest.json"
ENVIRONMENT = "environment.json"
LATEST = "latest.json"
TABLES = ("weights", "variants", "cells", "adequacy", "checks", "pairs", "treatment", "coverage", "size")
SOURCE_COLUMNS = ("publisher", "dataset", "vintage", "licence", "url", "retrieved", "citation")
_PACKAGES = ("numpy", "pandas", "scipy", "factor_analyzer", "pandera", "formulaic")


def files(index: Index) -> dict[str, bytes]:
    """Return the content of every file of the release by name, the same bytes for the same inputs."""
    scores = index.scores.copy()
    scores.insert(1, "name", scores["economy"].map(index.folder.names))
    found = index.uncertainty.ranks
    at = list(scores.columns).index("rank") + 1
    scores.insert(at, "rank_low", found["rank_p05"])
    scores.insert(at + 1, "rank_high", found["rank_p95"])
    content = {"index.csv": _table(scores, "index")}
    for year in index.edition.years:
        content[f"index_{year}.csv"] = csv_bytes(scores[scores["year"] == year])
    for name in TABLES:
        content[f"{name}.csv"] = _table(getattr(index, name), name)
    content["uncertainty.csv"] = _table(tables.uncertainty(index), "uncertainty")
    content["facts.csv"] = csv_bytes(check_frame(index.facts, "facts_used"), exact=True)
    content["sources.csv"] = _table(_sources(index), "sources")
    content["parameters.json"] = json_bytes(index.parameters)
    content["methodology.yaml"] = _methodology(index)
    content[MANIFEST] = json_bytes(_manifest(index, content))
    return content


def _methodology(index: Index) -> bytes:
    """Return the edition as its file has it; written anew where economies, years or parameters are others."""
    edition = index.edition
    if index.folder.editions.get(edition.name) == edition.content:
        return index.folder.edition_bytes(edition.name)
    import yaml

    plain = json.loads(json.dumps(edition.content))  # no YAML anchors where one value stands twice
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120).encode("utf-8")


def _table(frame: pd.DataFrame, schema: str) -> bytes:
    """Check a table against its schema before it becomes a file: nothing malformed is published."""
    return csv_bytes(check_frame(frame, schema))


def _sources(index: Index) -> pd.DataFrame:
    rows = []
    how = {one.indicator: one for one in index.inputs}
    for name in index.plan.indicators:
        meta = index.catalogue.indicator(name)
        about = {"set": meta.set, "indicator": name, "name": meta.name, "unit": meta.unit}
        about |= {"enters": how[name].enters, "transform": how[name].transform}
        source = {key: value for key, value in asdict(meta.source).items() if key in SOURCE_COLUMNS}
        rows.append(about | source)
    return pd.DataFrame(rows)[["set", "indicator", "name", "unit", "enters", "transform", *SOURCE_COLUMNS]]


def _manifest(index: Index, content: dict[str, bytes]) -> dict[str, Any]:
    return {
        "edition": index.edition.name,
        "title": index.edition.title,
        "licence": index.catalogue.licence,
        "files": {name: {"sha256": _sha256(data), "bytes": len(data)} for name, data in sorted(content.items())},
        "inputs_sha256": index.folder.inputs_sha256,
        "parameters_sha256": _sha256(content["parameters.json"]),
    }


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _environment() -> dict[str, Any]:
    import indexer

    return {
        "ai-trade-indexer": indexer.__version__,
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in _PACKAGES},
    }


def publish(index: Index, out: Path) -> Path:
    """Write the release of an index into `out`/<edition> and return that folder.

    Everything is written and flushed beside the target first; then the two folders change places in one system call
    where the system has one (Linux `renameat2`), else in two renames that the next run completes if the process dies
    between them.

    Raises
    ------
    UsageError
        If the edition's name is not fit for a folder, or the folder there is not a release of this program.
    """
    name = index.edition.name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise UsageError(
            f"edition name {name!r} cannot name a folder", remedy="use letters, digits, dot, dash, underscore"
        )
    target = out / name
    root = index.folder.root.resolve()
    if root == out.resolve() or root in out.resolve().parents:
        raise UsageError(f"{out} lies in the folder of indicators", remedy="choose a folder for releases beside it")
    _refuse_foreign(target)
    content = files(index)
    content[ENVIRONMENT] = json_bytes(_environment())
    out.mkdir(parents=True, exist_ok=True)
    recover(out, name)
    beside = out / f".{name}.{os.getpid()}.new"
    beside.mkdir()
    try:
        for file, data in content.items():
            _write(beside / file, data)
        _flush_folder(beside)
        _put_in_place(beside, target)
        _flush_folder(out)
        if _is_current(index, out):
            latest = out / f".{LATEST}.{os.getpid()}.new"
            _write(latest, json_bytes({"edition": name, "path": name}))
            os.replace(latest, out / LATEST)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target


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


def recover(out: Path, name: str) -> None:
    """Finish or clear away what a run that died had left beside the release."""
    target = out / name
    kept = out / f".{name}.old"
    if kept.is_dir():
        if target.exists():
            shutil.rmtree(kept)
        else:
            os.rename(kept, target)
    for left in [*out.glob(f".{name}.*.new"), *out.glob(f".{LATEST}.*.new")]:
        process = left.name.split(".")[-2]
        if not process.isdecimal() or _alive(int(process)):
            continue
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if process == os.getpid() or os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _put_in_place(beside: Path, target: Path) -> None:
    if not target.exists():
        os.rename(beside, target)
        return
    if _exchange(beside, target):
        return
    kept = target.parent / f".{target.name}.old"
    os.rename(target, kept)
    os.rename(beside, target)
    shutil.rmtree(kept)


def _exchange(left: Path, right: Path) -> bool:
    """Swap two paths in one system call; False where the system or the file system has none."""
    if sys.platform != "linux":
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    at_cwd, exchange = -100, 2
    if renameat2(at_cwd, os.fsencode(left), at_cwd, os.fsencode(right), exchange) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(right))


def _write(path: Path, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(path: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
