"""Frozen editions: facts of later years under the parameters that an earlier release had fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from indexer.catalogue import Catalogue
from indexer.errors import UsageError
from indexer.folder import Folder, read_json
from indexer.methodology import Edition
from indexer.parameter_check import checked, shape
from indexer.prepare import Input

_OTHERWISE = frozenset(
    (
        "edition",
        "title",
        "why",
        "economies",
        "economies_rule",
        "years",
        "reference_years",
        "specifications",
        "variants",
        "uncertainty",
        "left_out",
        "frozen_from",
    )
)
"""What a frozen edition may state otherwise than the one that it is frozen from."""
_DEFAULTS = {"treat": {"method": "none"}, "impute": {"method": "none"}, "without_denominator": "refuse"}


def parameters_of(source: str | Path | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content of a parameters.json, given as its path or as what it holds.

    Raises
    ------
    UsageError
        If there is no such file, or it does not hold the parameters of an index; the first wrong place is named.
    """
    if not isinstance(source, str | Path):
        return checked(source)
    remedy = "give index.parameters, or the parameters.json of a release"
    return checked(read_json(source, remedy), str(source))


def inputs_of_parameters(parameters: Mapping[str, Any]) -> tuple[Input, ...]:
    """Return how each indicator enters, all as it was when the parameters were fitted."""
    return tuple(
        Input(**{**one, "repeated_at_source": tuple(one["repeated_at_source"])}) for one in parameters["inputs"]
    )


def inputs_now(parameters: Mapping[str, Any], catalogue: Catalogue) -> tuple[Input, ...]:
    """Return how each indicator of a folder enters under frozen parameters.

    What the published number is (basis, unit) and which years its publisher repeated is a matter of the facts, so of
    the folder as it is now; how it enters is one of method, and frozen.
    """
    metas = [(one, catalogue.indicator(one.indicator)) for one in inputs_of_parameters(parameters)]
    return tuple(
        replace(
            one, basis=meta.basis, per=meta.per, unit_size=meta.unit_size, repeated_at_source=meta.repeated_at_source
        )
        for one, meta in metas
    )


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
        If there is no new name, the folder's edition differs in method, or an indicator is not in the folder or has
        another direction there.
    """
    old = parameters["methodology"]
    shape(old, "edition", "methodology of the frozen parameters")
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
        for key in dict.fromkeys((*own, *old)):
            ours, theirs = (one.get(key, _DEFAULTS.get(key)) for one in (own, old))
            if key not in _OTHERWISE and _bare(ours) != _bare(theirs):
                raise UsageError(
                    f"edition {name} and the frozen parameters differ in {_first(ours, theirs, key)}",
                    remedy="give it the same method, or build it without --freeze-from",
                )
        document = {**own, "reference_years": list(old["reference_years"])}
    if not isinstance(document["economies"], list):
        document["economies"] = list(parameters["economies"])
    chosen = list(document["economies"] if economies is None else economies)
    span = list(document["years"] if years is None else (years[0], years[-1]))
    if set(chosen) != set(document["economies"]) or span != list(document["years"]):
        document["title"] += f"; here {len(chosen)} economies, {span[0]}-{span[1]}"
    document |= {"economies": chosen, "years": span, "frozen_from": parameters["edition"]}
    edition = Edition.from_document(document)
    _fits(edition, parameters, folder)
    return edition, parameters


def _fits(edition: Edition, parameters: Mapping[str, Any], folder: Folder) -> None:
    """Refuse parameters that are not of this edition, or of indicators that are not those of the folder."""
    scored = parameters["scoring"]["indicators"]
    tree, ends = parameters["scoring"]["tree"], parameters["scoring"]["range"] or [None, None]
    same = {one.indicator for one in edition.entries} == set(scored) and set(edition.weightings) == set(tree)
    if not same or [edition.low, edition.high] != ends:
        raise UsageError(
            "the methodology of the frozen parameters has another range, indicators, sets or groups than they",
            remedy="take the parameters.json as it was published",
        )
    if strangers := [code for code in edition.economies if code not in folder.names]:
        raise UsageError(f"unknown economy {strangers[0]!r}", remedy="give --economies that the folder knows")
    known = {one.id: one for one in folder.catalogue.indicators}
    for name, one in scored.items():
        if name not in known:
            raise UsageError(
                f"the folder has no indicator {name!r}, which the frozen parameters score",
                remedy="add it to the folder, or build without --freeze-from",
            )
        if known[name].direction != one["direction"]:
            raise UsageError(
                f"{name!r} is {known[name].direction} in the folder, and the frozen parameters score it as "
                f"{one['direction']}",
                remedy="correct the direction in its metadata, or build without --freeze-from",
            )


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
