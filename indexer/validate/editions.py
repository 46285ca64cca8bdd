"""A methodology edition against the folder it is for: its sets, indicators, economies, years and weights."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from indexer.errors import Fault
from indexer.material import Document, Path
from indexer.validate.economies import Gazetteer

# The context series that each basis divides or multiplies by.
_NEEDS = {"per_head": "population_total", "per_gdp": "gdp_current_usd"}
_HEADLINE = "headline"


@dataclass(frozen=True)
class Known:
    """What the folder holds: sets, metadata of indicators by id, context series, economies.

    `doubtful` names indicators whose own files have a fault, which is reported there and not a second time here.
    """

    sets: tuple[str, ...]
    indicators: Mapping[str, Mapping[str, Any]]
    context: Mapping[str, Any]
    gazetteer: Gazetteer
    doubtful: frozenset[str] = frozenset()


def check(document: Document, name: str, known: Known) -> list[Fault]:
    """Name everything in a valid edition document that does not fit the folder or itself.

    Parameters
    ----------
    document : Document
        The edition.
    name : str
        The name of its file, without the ending.
    known : Known
        What the folder holds.
    """
    return _Check(document, known).run(name)


class _Check:
    def __init__(self, document: Document, known: Known):
        self.document, self.known, self.content = document, known, document.content
        self.faults: list[Fault] = []

    def refuse(self, path: Path, value: Any, message: str, remedy: str) -> None:
        self.faults.append(self.document.fault(path, value, message, remedy))

    def run(self, name: str) -> list[Fault]:
        content = self.content
        if content["edition"] != name:
            self.refuse(
                ("edition",), content["edition"], f"differs from the name of its file ({name})", f"write {name}, quoted"
            )
        for position, code in enumerate(content["economies"]):
            if code not in self.known.gazetteer.names:
                self.refuse(("economies", position), code, "unknown economy", self.known.gazetteer.remedy(code))
        self.scale((), content)
        for identifier, one in content["sets"].items():
            self.one_set(identifier, one)
        self.weight(("between", "weight"), content["between"]["weight"], content["sets"])
        self.left_out()
        self.variants()
        return self.faults

    def scale(self, path: Path, content: Mapping[str, Any]) -> None:
        """Check years, reference years and goalposts, where given."""
        for key in ("years", "reference_years"):
            first, last = content.get(key, (0, 0))
            if first > last:
                self.refuse((*path, key), f"{first} to {last}", "the years run backwards", f"write [{last}, {first}]")
        low, high = (content.get("normalise", {}).get(key, default) for key, default in (("low", 0), ("high", 1)))
        levels = [one["aggregate"] for one in content.get("sets", {}).values()]
        levels += [content[level].get("aggregate", {}) for level in ("within", "between") if level in content]
        start = content.get("normalise", self.content["normalise"])["low"]
        if start <= 0 and any(level.get("method") == "geometric" for level in levels):
            self.refuse(
                (*path, "normalise") if "normalise" in content else path or ("normalise",), f"low {start}",
                "a geometric mean needs a range that starts above 0", "write normalise: {low: 1, high: 100}",
            )  # fmt: skip
        if low >= high:
            self.refuse((*path, "normalise"), f"{low} to {high}", "low is not below high", "give a low below the high")

    def one_set(self, identifier: str, one: Mapping[str, Any]) -> None:
        path: Path = ("sets", identifier)
        if identifier not in self.known.sets:
            self.refuse(path, identifier, f"unknown set {identifier!r}", _near(identifier, self.known.sets))
            return
        if identifier in self.known.doubtful:
            return
        for indicator, how in one["indicators"].items():
            at = (*path, "indicators", indicator)
            self.enters(at, how["enters"])
            if indicator in self.known.doubtful:
                continue
            meta = self.known.indicators.get(indicator)
            if meta is not None and how["enters"] != "as_published" and meta.get("basis") in ("rate", "score"):
                self.refuse(
                    (*at, "enters"), how["enters"], f"a {meta['basis']} has no such basis", "write as_published"
                )
            if meta is not None and meta.get("role", "core") != "core":
                remedy = "write role: core in its metadata, or leave it out"
                self.refuse(at, indicator, f"its role is {meta['role']}", remedy)
            if meta is None and indicator in self.known.context:
                self.refuse(at, indicator, "a context series cannot be an indicator", "leave it out")
            elif meta is None:
                here = [name for name, other in self.known.indicators.items() if other["set"] == identifier]
                self.refuse(at, indicator, f"unknown indicator {indicator!r}", _near(indicator, here))
            elif meta["set"] != identifier:
                self.refuse(
                    at, indicator, f"the indicator belongs to {meta['set']}", f"move it to the set {meta['set']}"
                )
        self.weight((*path, "weight"), one["weight"], one["indicators"])

    def enters(self, path: Path, basis: str) -> None:
        series = _NEEDS.get(basis)
        if series is not None and series not in self.known.context and series not in self.known.doubtful:
            self.refuse(
                (*path, "enters"), basis, f"there is no series {series}", f"add _reference/{series}.yaml and .csv"
            )

    def weight(self, path: Path, weight: Mapping[str, Any], nodes: Iterable[str]) -> None:
        """Check that options belong to the method, and that expert weights are complete and sum to 1."""
        method = weight["method"]
        for option in ("rule", "retain"):
            if option in weight and method != "pca":
                self.refuse((*path, option), weight[option], f"means nothing with the method {method}", "delete it")
        weights = weight.get("weights")
        if method != "expert":
            if weights is not None:
                self.refuse(
                    (*path, "weights"), None, f"means nothing with the method {method}", "delete it, or write expert"
                )
            return
        if weights is None:
            self.refuse((*path, "weights"), None, "expert weights are not given", "add a weight for each, summing to 1")
            return
        wanted = list(nodes)
        for node in weights:
            if node not in wanted:
                self.refuse((*path, "weights", node), node, "a weight for what is not there", _near(node, wanted))
        for node in wanted:
            if node not in weights:
                self.refuse((*path, "weights"), node, f"no weight for {node!r}", "add it, so that all sum to 1")
        total = math.fsum(weights.values())
        if abs(total - 1) > 1e-9:
            self.refuse((*path, "weights"), f"{total:.12g}", "expert weights do not sum to 1", "make them sum to 1")

    def left_out(self) -> None:
        used = {indicator for one in self.content["sets"].values() for indicator in one["indicators"]}
        for position, one in enumerate(self.content.get("left_out", ())):
            path, indicator = ("left_out", position, "indicator"), one["indicator"]
            if indicator in used:
                self.refuse(path, indicator, "is left out and stands in a set as well", "delete one of the two")
            elif indicator not in self.known.indicators and indicator not in self.known.doubtful:
                self.refuse(
                    path, indicator, f"unknown indicator {indicator!r}", _near(indicator, self.known.indicators)
                )

    def variants(self) -> None:
        sets = self.content["sets"]
        used = {indicator for one in sets.values() for indicator in one["indicators"]}
        seen = {_HEADLINE}
        for position, one in enumerate(self.content.get("variants", ())):
            path: Path = ("variants", position)
            if one["name"] in seen:
                self.refuse((*path, "name"), one["name"], "the name of a variant is taken", "give it another name")
            seen.add(one["name"])
            self.scale(path, one)
            for level, nodes in (("within", ()), ("between", sets)):
                if "weight" in one.get(level, {}):
                    self.weight((*path, level, "weight"), one[level]["weight"], nodes)
            for indicator in one.get("leave_out", ()):
                if indicator not in used:
                    self.refuse((*path, "leave_out"), indicator, f"{indicator!r} is in no set", _near(indicator, used))
            for indicator, how in one.get("enters", {}).items():
                at = (*path, "enters", indicator)
                self.enters(at, how["enters"])
                if indicator not in used:
                    self.refuse(at, indicator, f"the edition has no indicator {indicator!r}", _near(indicator, used))


def _near(name: str, choices: Iterable[str]) -> str:
    choices = sorted(choices)
    near = difflib.get_close_matches(name, choices, n=1)
    if near:
        return f"write {near[0]}"
    return f"one of: {', '.join(choices)}" if choices else "leave it out"
