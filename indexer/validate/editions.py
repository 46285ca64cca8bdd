"""A methodology edition against the folder it is for: its sets, indicators, economies, years and weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexer import assumptions
from indexer.errors import Fault
from indexer.material import Document, Path
from indexer.methods import near
from indexer.validate.levels import Known
from indexer.validate.scales import Scales

# The context series that each basis divides or multiplies by.
_NEEDS = {"per_head": "population_total", "per_gdp": "gdp_current_usd"}
_HEADLINE = "headline"
_TAKEN = ("economy", "name", "year", "index", "rank", "rank_low", "rank_high", "observed_share")


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


class _Check(Scales):
    def run(self, name: str) -> list[Fault]:
        content = self.content
        if content["edition"] != name:
            self.refuse(
                ("edition",), content["edition"], f"differs from the name of its file ({name})", f"write {name}, quoted"
            )
        named = (
            content["economies"] if isinstance(content["economies"], list) else content["economies"].get("except", ())
        )
        for position, code in enumerate(named):
            if code not in self.known.gazetteer.names:
                self.refuse(("economies", position), code, "unknown economy", self.known.gazetteer.remedy(code))
        self.steps((), content)
        self.scale((), content)
        self.one_kind()
        self.above_zero(("normalise",), content)
        for identifier, one in content["sets"].items():
            self.one_set(identifier, one)
        self.groups()
        self.level(("between",), content["between"], self.top())
        self.left_out()
        self.variants()
        self.uncertainty()
        self.specifications()
        return self.faults

    def uncertainty(self) -> None:
        """Check what the edition leaves open in draws."""
        over = self.content.get("uncertainty", {}).get("over")
        if over is not None:
            for path, value, message, remedy in assumptions.check(over, self.known.methods):
                self.refuse(("uncertainty", "over", *path), value, message, remedy)

    def specifications(self) -> None:
        """Check that stated trade equations name variants, economies and years of the edition, each once."""
        stated = self.content.get("specifications")
        if stated is None:
            return
        path: Path = ("specifications",)
        names = [_HEADLINE, *(one["name"] for one in self.content.get("variants", ()))]
        for position, name in enumerate(stated["index"]):
            if name not in names:
                what = f"the edition has no variant {name!r}"
                self.refuse((*path, "index", position), name, what, near(name, names))
        first, last = self.content["years"]
        for position, (start, end) in enumerate(stated["windows"]):
            if not first <= start <= end <= last:
                at = (*path, "windows", position)
                self.refuse(at, [start, end], "is no window in the years of the edition", f"years of {first}-{last}")
        named = self.content["economies"]
        for position, code in enumerate(stated.get("scaled_over", ())):
            if isinstance(named, list) and code not in named:
                what = f"the edition has no economy {code}"
                self.refuse((*path, "scaled_over", position), code, what, "an economy of the edition")
        seen: set[str] = set()
        for position, one in enumerate(stated["equations"]):
            if one["name"] in seen:
                what = "the name of an equation is taken"
                self.refuse((*path, "equations", position, "name"), one["name"], what, "give it another name")
            seen.add(one["name"])

    def steps(self, path: Path, content: Mapping[str, Any]) -> None:
        """Check treatment and imputation, where given."""
        if "treat" in content:
            self.choice((*path, "treat"), "treat", content["treat"])
        if "impute" in content:
            self.choice((*path, "impute"), "impute", content["impute"], ("group",))
            group = content["impute"].get("group")
            method = self.known.methods["impute"].get(content["impute"]["method"])
            if group is not None and method is not None and "groups" not in method.traits:
                what = f"means nothing with the method {content['impute']['method']}"
                self.refuse((*path, "impute", "group"), group, what, "delete it")
            elif group is not None and group not in self.known.groupings:
                self.refuse(
                    (*path, "impute", "group"), group, "no such grouping", near(str(group), self.known.groupings)
                )

    def groups(self) -> None:
        """Check that groups join sets of the edition, each once."""
        taken: dict[str, str] = {}
        for identifier, one in self.content.get("groups", {}).items():
            path: Path = ("groups", identifier)
            if identifier in self.content["sets"] or identifier in _TAKEN or identifier in self.used():
                self.refuse(path, identifier, "the name of a group is taken", "give it another name")
            for position, name in enumerate(one["sets"]):
                at = (*path, "sets", position)
                if name not in self.content["sets"]:
                    self.refuse(at, name, f"the edition has no set {name!r}", near(name, self.content["sets"]))
                elif name in taken:
                    self.refuse(at, name, f"the set is in {taken[name]} already", "delete one of the two")
                taken.setdefault(name, identifier)
            self.level(path, one, one["sets"])

    def top(self) -> list[str]:
        """Return what stands directly under the index."""
        groups = self.content.get("groups", {})
        joined = {name for one in groups.values() for name in one["sets"]}
        return [name for name in self.content["sets"] if name not in joined] + list(groups)

    def one_set(self, identifier: str, one: Mapping[str, Any]) -> None:
        path: Path = ("sets", identifier)
        if identifier in _TAKEN:
            self.refuse(path, identifier, "a published column has that name", "give the set another name")
        elif identifier in self.used():
            self.refuse(path, identifier, "an indicator has that name", "give one of the two another name")
        if identifier not in self.known.sets:
            self.refuse(path, identifier, f"unknown set {identifier!r}", near(identifier, self.known.sets))
            return
        if identifier in self.known.doubtful:
            return
        for step in ("treat", "normalise"):
            if step in one:
                self.choice((*path, step), step, one[step])
        for indicator, how in one["indicators"].items():
            self.one_indicator((*path, "indicators", indicator), identifier, indicator, how, one)
        self.level(path, one, one["indicators"])

    def one_indicator(
        self, at: Path, identifier: str, indicator: str, how: Mapping[str, Any], one: Mapping[str, Any]
    ) -> None:
        self.enters(at, how["enters"])
        for step in ("treat", "normalise"):
            if step in how:
                self.choice((*at, step), step, how[step])
        if indicator in self.known.doubtful:
            return
        meta = self.known.indicators.get(indicator)
        if meta is not None and how["enters"] != "as_published" and meta.get("basis") in ("rate", "score"):
            self.refuse((*at, "enters"), how["enters"], f"a {meta['basis']} has no such basis", "write as_published")
        if meta is not None and meta.get("role", "core") != "core":
            remedy = "write role: core in its metadata, or leave it out"
            self.refuse(at, indicator, f"its role is {meta['role']}", remedy)
        if meta is None and indicator in self.known.context:
            self.refuse(at, indicator, "a context series cannot be an indicator", "leave it out")
        elif meta is None:
            here = [name for name, other in self.known.indicators.items() if other["set"] == identifier]
            self.refuse(at, indicator, f"unknown indicator {indicator!r}", near(indicator, here))
        elif meta["set"] != identifier:
            self.refuse(at, indicator, f"the indicator belongs to {meta['set']}", f"move it to the set {meta['set']}")
        else:
            self.goalposts(at, how, one, meta)

    def enters(self, path: Path, basis: str) -> None:
        series = _NEEDS.get(basis)
        if series is not None and series not in self.known.context and series not in self.known.doubtful:
            self.refuse(
                (*path, "enters"), basis, f"there is no series {series}", f"add _reference/{series}.yaml and .csv"
            )

    def used(self) -> set[str]:
        """Return the indicators of all sets."""
        return {indicator for one in self.content["sets"].values() for indicator in one["indicators"]}

    def left_out(self) -> None:
        used = self.used()
        for position, one in enumerate(self.content.get("left_out", ())):
            path, indicator = ("left_out", position, "indicator"), one["indicator"]
            if indicator in used:
                self.refuse(path, indicator, "is left out and stands in a set as well", "delete one of the two")
            elif indicator not in self.known.indicators and indicator not in self.known.doubtful:
                self.refuse(path, indicator, f"unknown indicator {indicator!r}", near(indicator, self.known.indicators))

    def variants(self) -> None:
        used = self.used()
        seen = {_HEADLINE}
        for position, one in enumerate(self.content.get("variants", ())):
            path: Path = ("variants", position)
            if one["name"] in seen:
                self.refuse((*path, "name"), one["name"], "the name of a variant is taken", "give it another name")
            seen.add(one["name"])
            if not set(one) - {"name", "why"}:
                self.refuse(path, one["name"], "says nothing that differs", "add within, between, normalise, …")
            self.steps(path, one)
            self.scale(path, one)
            for level in ("within", "groups"):
                self.everywhere((*path, level), one.get(level, {}))
            self.level((*path, "between"), one.get("between", {}), self.top())
            for indicator in one.get("leave_out", ()):
                if indicator not in used:
                    self.refuse((*path, "leave_out"), indicator, f"{indicator!r} is in no set", near(indicator, used))
            for indicator, how in one.get("enters", {}).items():
                at = (*path, "enters", indicator)
                self.enters(at, how["enters"])
                if indicator not in used:
                    self.refuse(at, indicator, f"the edition has no indicator {indicator!r}", near(indicator, used))
            self.varied(path, one, self.leaving(path, one))

    def leaving(self, path: Path, change: Mapping[str, Any]) -> set[str]:
        """Return the indicators that a variant is without; no set may be left empty."""
        leaving = set(change.get("leave_out", ()))
        if "without" in change:
            known = self.known.indicators
            leaving |= {name for name in self.used() if known.get(name, {}).get(change["without"])}
        for identifier, one in self.content["sets"].items():
            if leaving and set(one["indicators"]) <= leaving:
                key = "leave_out" if "leave_out" in change else "without"
                remedy = "leave one of its indicators in, or give the set another one"
                self.refuse((*path, key), identifier, f"the set {identifier!r} has no indicator left", remedy)
        return leaving

    def everywhere(self, path: Path, level: Mapping[str, Any]) -> None:
        """Check what a variant says of all sets at once: no weighting that names members can hold for all."""
        if level.get("weight", {}).get("method") in ("expert", "ahp"):
            remedy = "a method that names no members, such as equal"
            self.refuse((*path, "weight"), level["weight"]["method"], "cannot hold for every set at once", remedy)
            level = {key: value for key, value in level.items() if key != "weight"}
        self.level(path, level, ())
