"""Which economies an edition is for, where it states a rule of coverage instead of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexer.columns import ECONOMY
from indexer.errors import MethodError
from indexer.folder import Folder
from indexer.methodology import Edition
from indexer.prepare import inputs_of, present


def by_rule(document: Mapping[str, Any]) -> bool:
    """Tell whether an edition states a rule instead of a list of economies."""
    return isinstance(document["economies"], Mapping)


def named(document: Mapping[str, Any], folder: Folder) -> Mapping[str, Any]:
    """Return an edition's document with its economies by name: those that its rule of coverage lets in.

    Parameters
    ----------
    document : mapping
        A valid edition; one without a rule is returned as it is.
    folder : Folder
        The facts that are to cover it.

    Raises
    ------
    MethodError
        If no economy has the facts that the rule asks for.
    """
    if not by_rule(document):
        return document
    rule = document["economies"]
    everyone = tuple(sorted(set(folder.facts[ECONOMY]) - set(rule.get("except", ()))))
    edition = Edition.from_document({**document, "economies": list(everyone)})
    there = present(inputs_of(edition, folder.catalogue), folder.facts, everyone, edition.years)
    enough = there.mean(axis=(1, 2)) >= rule["at_least"]
    start = 0
    for one in edition.sets:
        part = there[:, :, start : start + len(one.entries)]
        enough &= part.mean(axis=(1, 2)) >= rule.get("in_each_set", 0.0)
        start += len(one.entries)
    chosen = [economy for economy, fits in zip(everyone, enough, strict=True) if fits]
    if not chosen:
        raise MethodError(
            "no economy has the facts that the rule asks for",
            where=f"edition {document['edition']}",
            remedy="lower `at_least` or `in_each_set` under `economies`, or choose years with more facts",
        )
    return {**document, "economies": chosen, "economies_rule": dict(rule)}
