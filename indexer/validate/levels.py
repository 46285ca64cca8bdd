"""What an edition says of one level, its weighting and aggregation, against the methods there are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from indexer import methods
from indexer.errors import Fault
from indexer.material import Document, Path
from indexer.methods import Method, near
from indexer.validate.economies import Gazetteer


@dataclass(frozen=True)
class Known:
    """What the folder holds: sets, metadata of indicators by id, context series, economies.

    `doubtful` names indicators whose own files have a fault, which is reported there and not a second time here.
    """

    sets: tuple[str, ...]
    indicators: Mapping[str, Mapping[str, Any]]
    context: Mapping[str, Any]
    gazetteer: Gazetteer
    methods: Mapping[str, Mapping[str, Method]]
    groupings: tuple[str, ...] = ()
    doubtful: frozenset[str] = frozenset()


class Levels:
    """Collects the faults of a document; levels and methods are checked here, the rest where it is called from."""

    def __init__(self, document: Document, known: Known):
        self.document, self.known, self.content = document, known, document.content
        self.faults: list[Fault] = []

    def refuse(self, path: Path, value: Any, message: str, remedy: str) -> None:
        """Note a fault at a path of the document."""
        self.faults.append(self.document.fault(path, value, message, remedy))

    def choice(self, path: Path, stage: str, choice: Mapping[str, Any], besides: tuple[str, ...] = ()) -> None:
        """Check that a method exists and that its options are its own."""
        for key, value, message, remedy in methods.faults(
            self.known.methods[stage], choice, ("method", "why", *besides)
        ):
            self.refuse((*path, key), None if isinstance(value, Mapping | list) else value, message, remedy)

    def level(self, path: Path, one: Mapping[str, Any], nodes: Iterable[str]) -> None:
        """Check weighting and aggregation of one level, where given."""
        if "weight" in one:
            self.weight((*path, "weight"), one["weight"], nodes)
        if "aggregate" in one:
            self.choice((*path, "aggregate"), "aggregate", one["aggregate"])

    def weight(self, path: Path, weight: Mapping[str, Any], nodes: Iterable[str]) -> None:
        """Check a weighting: its options, and that expert weights or an AHP matrix are complete."""
        self.choice(path, "weight", weight)
        self.members(path, weight, list(nodes))

    def members(self, path: Path, weight: Mapping[str, Any], wanted: list[str]) -> None:
        """Check what a weighting, or one that it combines, says of single members."""
        parts = weight.get("of", ())
        for position, one in enumerate(parts if isinstance(parts, list) else ()):
            if isinstance(one, Mapping):
                self.members((*path, "of", position), one, wanted)
        if weight.get("method") == "combined" and isinstance(parts, list) and isinstance(weight.get("shares"), list):
            self.combination((*path, "shares"), weight["shares"], len(parts), str(weight.get("how")))
        matrix = weight.get("matrix")
        if weight.get("method") == "ahp" and isinstance(matrix, list) and len(matrix) != len(wanted):
            rows = f"{len(matrix)} rows for {len(wanted)} members"
            self.refuse((*path, "matrix"), rows, "not a row for each member", f"in the order {', '.join(wanted)}")
        for key in ("weights", "target"):
            if isinstance(weight.get(key), Mapping):
                self.shares((*path, key), weight[key], wanted)

    def combination(self, path: Path, shares: list[Any], n: int, how: str) -> None:
        """Check the shares of combined methods: one each, summing to 1; the game finds its own."""
        if how == "game":
            self.refuse(path, None, "means nothing with how: game, which finds its own", "delete it")
        elif len(shares) != n:
            self.refuse(path, f"{len(shares)} shares", f"not one for each of the {n} methods", f"give {n} shares")
        elif all(isinstance(one, int | float) for one in shares) and not abs(math.fsum(shares) - 1) <= 1e-9:
            self.refuse(path, f"{math.fsum(shares):.12g}", "the shares do not sum to 1", "make them sum to 1")

    def shares(self, path: Path, given: Mapping[str, Any], wanted: list[str]) -> None:
        """Check that every member has a share from 0 to 1, nothing else has, and that they sum to 1."""
        shares = [one for one in given.values() if isinstance(one, int | float) and not isinstance(one, bool)]
        for node, one in given.items():
            if node not in wanted:
                self.refuse((*path, node), node, "a weight for what is not there", near(str(node), wanted))
            elif one not in shares or not 0 <= one <= 1:
                self.refuse((*path, node), one, "not a share", "write a number from 0 to 1")
                return
        for node in wanted:
            if node not in given:
                self.refuse(path, node, f"no weight for {node!r}", "add it, so that all sum to 1")
        total = math.fsum(shares)
        if abs(total - 1) > 1e-9:
            what = "expert weights do not sum to 1" if path[-1] == "weights" else "the shares do not sum to 1"
            self.refuse(path, f"{total:.12g}", what, "make them sum to 1")
