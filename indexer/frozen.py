"""Frozen editions: facts of later years under the parameters that an earlier release had fitted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indexer.errors import UsageError
from indexer.folder import Folder, read_json
from indexer.methodology import Edition

FORMAT = 2
_PARTS = {"format", "edition", "methodology", "inputs", "groups", "scoring", "years", "economies", "reference_years"}
_METHOD = ("treat", "impute", "normalise", "min_share", "sets", "groups", "between")


def parameters_of(source: str | Path | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content of a parameters.json, given as its path or as what it holds.

    Raises
    ------
    UsageError
        If there is no such file, or it does not hold the parameters of an index.
    """
    remedy = "give index.parameters, or the parameters.json of a release"
    where = str(source) if isinstance(source, str | Path) else ""
    content = read_json(source, remedy) if isinstance(source, str | Path) else source
    if not isinstance(content, Mapping) or not set(content) >= _PARTS:
        raise UsageError("these are not the parameters of an index", where=where, remedy=remedy)
    if content["format"] != FORMAT:
        found = f"these parameters have format {content['format']}, not {FORMAT}"
        raise UsageError(found, where=where, remedy="build that release anew")
    return content


def thaw(
    folder: Folder,
    name: str | None,
    parameters: Mapping[str, Any],
    economies: tuple[str, ...] | None,
    years: tuple[int, ...] | None,
) -> tuple[Edition, Mapping[str, Any]]:
    """Return the edition that frozen parameters make of a folder's facts.

    Where the folder has an edition of that name, it states economies and years, and must not differ in method;
    elsewhere the edition is that of the parameters under the new name.

    Parameters
    ----------
    folder : Folder
    name : str or None
        Name of the new edition.
    parameters : mapping
        See `parameters_of`.
    economies, years : tuple or None
        Other economies and years than the edition's.

    Raises
    ------
    UsageError
        If there is no new name, the folder's edition differs in method, or an indicator is not in the folder.
    """
    old = parameters["methodology"]
    if not name or name == parameters["edition"]:
        raise UsageError(
            f"the frozen edition needs a name other than {parameters['edition']!r}",
            remedy="give --edition, such as --edition 2025.1",
        )
    document = {
        **old,
        "edition": name,
        "title": f"{old['title']}; with the parameters of edition {parameters['edition']}",
    }
    own = folder.editions.get(name)
    if own is not None:
        for key in _METHOD:
            if _bare(own.get(key)) != _bare(old.get(key)):
                raise UsageError(
                    f"edition {name} and the frozen parameters differ in {_first(own.get(key), old.get(key), key)}",
                    remedy="give it the same method, or build it without --freeze-from",
                )
        document = {**own, "reference_years": list(old["reference_years"])}
    if economies is not None:
        document["economies"] = list(economies)
    elif not isinstance(document["economies"], list):
        document["economies"] = list(parameters["economies"])
    if years is not None:
        document["years"] = [years[0], years[-1]]
    document["frozen_from"] = parameters["edition"]
    known = {one.id for one in folder.catalogue.indicators}
    if lost := [one["indicator"] for one in parameters["inputs"] if one["indicator"] not in known]:
        raise UsageError(
            f"the folder has no indicator {lost[0]!r}, which the frozen parameters score",
            remedy="add it to the folder, or build without --freeze-from",
        )
    return Edition.from_document(document), parameters


def _bare(value: Any) -> Any:
    """Reasons are no method."""
    if isinstance(value, Mapping):
        return {key: _bare(one) for key, one in value.items() if key != "why"}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _first(own: Any, old: Any, path: str) -> str:
    if isinstance(own, Mapping) and isinstance(old, Mapping):
        for key in [*own, *(key for key in old if key not in own)]:
            if _bare(own.get(key)) != _bare(old.get(key)) and key != "why":
                return _first(own.get(key), old.get(key), f"{path}.{key}")
    return f"{path} ({own!r} against {old!r})" if not isinstance(own, Mapping | list) else path
