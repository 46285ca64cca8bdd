"""Methodology editions. The document is the truth: a variant or a restriction is another document, read anew."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from indexer.errors import UsageError
from indexer.methods import Choice
from indexer.recipe import INDEX, MIN_MAX, NONE, Group, Recipe

_SCALE = ("method", "why", "low", "high")


@dataclass(frozen=True)
class Entry:
    """How one indicator enters: on which basis, after which transform, treated, carried and normalised how.

    `goalposts` are in the units in which it enters, before the transform; None = those of its metadata, if any.
    """

    indicator: str
    enters: str = "as_published"
    transform: str = "none"
    carry: int | None = None
    treat: Choice = NONE
    normalise: Choice = MIN_MAX
    goalposts: tuple[float, float] | None = None


@dataclass(frozen=True)
class SetMethod:
    """The indicators of a set, their weighting and aggregation."""

    id: str
    entries: tuple[Entry, ...]
    weight: Choice
    aggregate: Choice


@dataclass(frozen=True)
class GroupMethod:
    """A level between sets and index: which sets it joins, their weighting and aggregation."""

    id: str
    sets: tuple[str, ...]
    weight: Choice
    aggregate: Choice


@dataclass(frozen=True)
class Edition:
    """A complete methodology: what is computed, from what, for whom and when.

    Attributes
    ----------
    content : mapping
        The document, with economies as a list.
    document : str
        The name under which a folder has it, also where economies, years or indicators were then changed.
    """

    content: Mapping[str, Any]
    document: str

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Edition:
        """Read a validated edition document whose economies are named."""
        return cls(document, document["edition"])

    @property
    def name(self) -> str:
        """Name of the edition, which names its release."""
        return str(self.content["edition"])

    @property
    def title(self) -> str:
        """Title in one line."""
        return str(self.content["title"])

    @cached_property
    def economies(self) -> tuple[str, ...]:
        """ISO alpha-3 codes, sorted."""
        return tuple(sorted(self.content["economies"]))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years that are published."""
        return _span(self.content["years"])

    @cached_property
    def reference_years(self) -> tuple[int, ...]:
        """Years on which parameters are fitted."""
        return _span(self.content["reference_years"])

    @property
    def low(self) -> float | None:
        """Lower end of the published range; None where the normalisation has no range."""
        return _number(self.content["normalise"].get("low"))

    @property
    def high(self) -> float | None:
        """Upper end of the published range."""
        return _number(self.content["normalise"].get("high"))

    @property
    def min_share(self) -> float:
        """Least share of a set's weight that must be present."""
        return float(self.content["min_share"])

    @property
    def without_denominator(self) -> str:
        """What a value is whose population or GDP is not known: "refuse" it, or count it as "missing"."""
        return str(self.content.get("without_denominator", "refuse"))

    @cached_property
    def impute(self) -> Choice:
        """How cells that time cannot fill are imputed between economies."""
        return _choice(self.content.get("impute", {"method": "none"}), ("method", "why", "group"))

    @property
    def impute_group(self) -> str:
        """Column of the table of economies whose groups imputation uses; empty for all economies together."""
        return str(self.content.get("impute", {}).get("group", ""))

    @cached_property
    def sets(self) -> tuple[SetMethod, ...]:
        """The sets, in order."""
        return tuple(self._set(identifier, one) for identifier, one in self.content["sets"].items())

    @cached_property
    def groups(self) -> tuple[GroupMethod, ...]:
        """Groups of sets, where the edition has them."""
        return tuple(
            GroupMethod(identifier, tuple(one["sets"]), _choice(one["weight"]), _choice(one["aggregate"]))
            for identifier, one in self.content.get("groups", {}).items()
        )

    @cached_property
    def between(self) -> Choice:
        """Weighting of the sets (or groups of sets) in the index."""
        return _choice(self.content["between"]["weight"])

    @cached_property
    def between_aggregate(self) -> Choice:
        """Aggregation to the index."""
        return _choice(self.content["between"]["aggregate"])

    @property
    def weightings(self) -> dict[str, Choice]:
        """Weighting of each set, group of sets and the index, by name."""
        sets = {one.id: one.weight for one in self.sets}
        return sets | {one.id: one.weight for one in self.groups} | {INDEX: self.between}

    @property
    def variants(self) -> tuple[Mapping[str, Any], ...]:
        """What other choices the edition publishes beside its own."""
        return tuple(self.content.get("variants", ()))

    @property
    def specifications(self) -> Mapping[str, Any] | None:
        """The trade equations that the edition states beforehand, with indices and windows; None where it has none."""
        return self.content.get("specifications")

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All indicators in the order of the sets."""
        return tuple(entry for one in self.sets for entry in one.entries)

    def _set(self, identifier: str, one: Mapping[str, Any]) -> SetMethod:
        entries = []
        for indicator, how in one["indicators"].items():
            # What an indicator says goes before what its set says, and that before the edition's.
            treat, scale = (
                _choice(how.get(step) or one.get(step) or self.content.get(step, {"method": "none"}), _SCALE)
                for step in ("treat", "normalise")
            )
            goalposts = how.get("goalposts")
            if scale.method == "goalposts" and "treat" not in how:
                treat = NONE  # goalposts state the scale in the indicator's own units
            entries.append(
                Entry(
                    indicator,
                    how.get("enters", "as_published"),
                    how.get("transform", "none"),
                    how.get("carry"),
                    treat,
                    scale,
                    None if goalposts is None else (float(goalposts[0]), float(goalposts[1])),
                )
            )
        return SetMethod(identifier, tuple(entries), _choice(one["weight"]), _choice(one["aggregate"]))

    def recipe(self, lower_better: Mapping[str, bool], goalposts: Mapping[str, tuple[float, float] | None]) -> Recipe:
        """Return what is to be fitted.

        Parameters
        ----------
        lower_better : mapping
            Direction of each indicator.
        goalposts : mapping
            Goalposts of each indicator on the scale on which it is normalised, or None.
        """
        entries = self.entries
        names = tuple(entry.indicator for entry in entries)
        tree = [
            Group(one.id, tuple(e.indicator for e in one.entries), one.weight, one.aggregate, self.min_share)
            for one in self.sets
        ]
        tree += [Group(one.id, one.sets, one.weight, one.aggregate) for one in self.groups]
        joined = {name for one in self.groups for name in one.sets}
        top = tuple(one.id for one in self.sets if one.id not in joined) + tuple(one.id for one in self.groups)
        tree.append(Group(INDEX, top, self.between, self.between_aggregate))
        return Recipe(
            names,
            tuple(lower_better[name] for name in names),
            tuple(tree),
            tuple(entry.treat for entry in entries),
            tuple(entry.normalise for entry in entries),
            tuple(goalposts[name] for name in names),
            self.impute,
            self.low,
            self.high,
        )

    def _changed(self, change: Callable[[dict[str, Any]], None]) -> Edition:
        content = copy.deepcopy(dict(self.content))
        change(content)
        return Edition(content, self.document)

    def restrict(self, economies: Iterable[str] | None, years: tuple[int, ...] | None) -> Edition:
        """Return the edition for other economies or years, under a name of its own; parameters are fitted on those."""
        chosen = tuple(sorted(economies)) if economies else self.economies
        span = years or self.years
        if (chosen, span) == (self.economies, self.years):
            return self
        who = f"-{_short(chosen)}" if chosen != self.economies else ""
        when = f"-{span[0]}-{span[-1]}" if span != self.years else ""
        reference = tuple(year for year in self.reference_years if year in span) or span

        def change(content: dict[str, Any]) -> None:
            content["edition"] = f"{self.name}{who}{when}"
            content["title"] = f"{self.title}; here {len(chosen)} economies, {span[0]}-{span[-1]}, fitted anew"
            content["economies"] = list(chosen)
            content["years"] = [span[0], span[-1]]
            content["reference_years"] = [reference[0], reference[-1]]
            if "variants" in content:
                kept = [one for one in content["variants"] if "years" not in one and "reference_years" not in one]
                content["variants"] = kept
            _restated(content, chosen, span)

        return self._changed(change)

    def without(self, indicators: frozenset[str], label: str) -> Edition:
        """Return the edition without these indicators, under a name of its own; no set may be left empty."""

        def change(content: dict[str, Any]) -> None:
            content["edition"] = f"{self.name}-without-{label}"
            for identifier, one in content["sets"].items():
                before = list(one["indicators"])
                one["indicators"] = {name: how for name, how in one["indicators"].items() if name not in indicators}
                if not one["indicators"]:
                    raise UsageError(
                        f"without {label} the set {identifier!r} has no indicator left",
                        remedy="give the set an indicator that is not so marked, or leave the set out of the edition",
                    )
                _keep(one["weight"], before, list(one["indicators"]), identifier)
            if "variants" in content:
                content["variants"] = [
                    one
                    for one in content["variants"]
                    if not indicators & {*one.get("leave_out", ()), *one.get("enters", ())}
                ]
            _restated(content, self.economies, self.years)

        return self._changed(change)

    def vary(self, change: Mapping[str, Any]) -> Edition:
        """Return the edition of a variant: only what `change` names differs."""

        def apply(content: dict[str, Any]) -> None:
            for key in ("years", "reference_years", "treat", "impute", "min_share"):
                if key in change:
                    content[key] = change[key]
            if "normalise" in change:
                content["normalise"] = {
                    **_same_method(content["normalise"], change["normalise"]),
                    **change["normalise"],
                }
            for step in ("treat", "normalise"):
                if change.get(step, {}).get("method"):
                    _everywhere(content, step)
            for one in content["sets"].values():
                one.update(change.get("within", {}))
            for one in content.get("groups", {}).values():
                one.update(change.get("groups", {}))
            content["between"] = {**content["between"], **change.get("between", {})}
            for one in content["sets"].values():
                for indicator, how in change.get("enters", {}).items():
                    if indicator in one["indicators"]:
                        one["indicators"][indicator].update(how)

        return self._changed(apply)


def _restated(content: dict[str, Any], economies: tuple[str, ...], span: tuple[int, ...]) -> None:
    """Specifications keep the variants, economies and windows that are still there; without one of each they go."""
    stated = content.get("specifications")
    if stated is None:
        return
    names = {"headline"} | {one["name"] for one in content.get("variants", ())}
    stated["index"] = [name for name in stated["index"] if name in names]
    stated["windows"] = [one for one in stated["windows"] if span[0] <= one[0] and one[1] <= span[-1]]
    over = [code for code in stated.get("scaled_over", ()) if code in economies]
    if "scaled_over" in stated:
        stated["scaled_over"] = over
    if not (stated["index"] and stated["windows"]) or ("scaled_over" in stated and len(over) < 2):
        del content["specifications"]


def _same_method(present: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a normalisation belong to its method: with another one they go; without one they stay."""
    return {} if change.get("method", present["method"]) != present["method"] else dict(present)


def _everywhere(content: dict[str, Any], step: str) -> None:
    """A variant's choice for all indicators replaces what single sets and indicators had said."""
    for one in content["sets"].values():
        one.pop(step, None)
        for how in one["indicators"].values():
            how.pop(step, None)


def _keep(weight: dict[str, Any], before: list[str], kept: list[str], where: str) -> None:
    """Weights that experts, a target or an AHP matrix gave keep their proportions among the members that stay."""
    for one in weight.get("of") or ():
        _keep(one, before, kept, where)
    for key in ("weights", "target"):
        if not isinstance(weight.get(key), Mapping):
            continue
        left = {name: weight[key][name] for name in kept}
        total = sum(left.values())
        if total <= 0:
            raise UsageError(
                f"what is left of the set {where!r} has no weight: {', '.join(left)} have 0",
                remedy="give one of them a weight, or leave the set out of the edition",
            )
        weight[key] = {name: value / total for name, value in left.items()}
    if weight["method"] == "ahp":
        at = [before.index(name) for name in kept]
        weight["matrix"] = [[weight["matrix"][i][j] for j in at] for i in at]


def _choice(document: Mapping[str, Any], besides: tuple[str, ...] = _SCALE) -> Choice:
    return Choice(document["method"], {key: value for key, value in document.items() if key not in besides})


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _short(economies: tuple[str, ...]) -> str:
    if len(economies) <= 4:
        return "-".join(economies)
    digest = hashlib.sha256(",".join(economies).encode()).hexdigest()[:6]
    return f"{len(economies)}economies-{digest}"


def _span(bounds: Any) -> tuple[int, ...]:
    return tuple(range(bounds[0], bounds[1] + 1))
