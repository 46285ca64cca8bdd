"""How a release is cited, in the Citation File Format 1.2.0 (https://citation-file-format.github.io)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from indexer.catalogue import Source
from indexer.publish.sources import licence_url, series, spdx
from indexer.publish.text import one_line

if TYPE_CHECKING:
    from indexer.index import Index

_UNKNOWN_TO_CFF = {"CC-BY-3.0-IGO"}
"""Identifiers of SPDX that came after this version of the format."""


def sentence(index: Index) -> str:
    """Return the citation in one line."""
    licence = index.catalogue.licence
    return f"{_title(index)}. Edition {index.edition.name}. {licence}."


def citation(index: Index) -> bytes:
    """Return CITATION.cff: the edition as a data set, its sources as references.

    No date of release stands in it: the same inputs give the same file on every day.
    """
    import yaml

    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "Please cite the index with its edition, and the sources that your result rests on (references).",
        "type": "dataset",
        "title": _title(index),
        "version": index.edition.name,
        # The folder of indicators names no person; who compiled it is an entity of its own.
        "authors": [{"name": f'Compilers of "{one_line(index.catalogue.title)}"'}],
    }
    content |= _terms(index.catalogue.licence)
    used: dict[Source, list[str]] = {}
    for one in series(index):
        used.setdefault(one.source, []).append(one.id)
    content["references"] = [_reference(source, names) for source, names in used.items()]
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120).encode("utf-8")


def _reference(source: Source, names: list[str]) -> dict[str, Any]:
    out: dict[str, Any] = {
        "type": "data",
        "title": one_line(source.dataset),
        "authors": [{"name": one_line(source.publisher)}],
        "version": one_line(source.vintage),
        "url": source.url,
    }
    if re.fullmatch(r"\d{4}-\d\d-\d\d", source.retrieved):
        out["date-accessed"] = source.retrieved
    out |= _terms(source.licence)
    said = f"Used for {', '.join(names)}. Licence: {one_line(source.licence)}."
    out["notes"] = f"{one_line(source.citation)} {said}".strip()
    return out


def _terms(licence: str) -> dict[str, str]:
    found, url = spdx(licence), licence_url(licence)
    if found and found not in _UNKNOWN_TO_CFF:
        return {"license": found}
    return {"license-url": url} if url else {}


def _title(index: Index) -> str:
    return one_line(index.edition.title)
