"""Methodology editions as frozen records; what a variant changes is another edition, made by `Edition.vary`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from indexer.errors import UsageError


@dataclass(frozen=True)
class WeightMethod:
    """How the weights of one level are made."""

    method: str
    rule: str = "communality"
    retain: str = "kaiser"
    weights: Mapping[str, float] = field(default_factory=dict)
    why: str = ""

    @property
    def label(self) -> str:
        """Name as published: the rule stands beside `pca`, since papers mix the rules up."""
        return f"pca ({self.rule})" if self.method == "pca" else self.method


@dataclass(frozen=True)
class Entry:
    """How one indicator enters: on which basis, after which transform, carried for how many years."""

    indicator: str
    enters: str = "as_published"
    transform: str = "none"
    carry: int | None = None
    why: str = ""


@dataclass(frozen=True)
class SetMethod:
    """The indicators of a set, their weighting and aggregation."""

    id: str
    entries: tuple[Entry, ...]
    weight: WeightMethod
    aggregate: str


@dataclass(frozen=True)
class Edition:
    """A complete methodology: what is computed, from what, for whom and when.

    `document` is the name under which the folder has it, also where economies or years were then changed.
    """

    name: str
    title: str
    why: str
    economies: tuple[str, ...]
    years: tuple[int, ...]
    reference_years: tuple[int, ...]
    low: float
    high: float
    min_share: float
    sets: tuple[SetMethod, ...]
    between: WeightMethod
    between_aggregate: str
    left_out: tuple[tuple[str, str], ...] = ()
    variants: tuple[Mapping[str, Any], ...] = ()
    document: str = ""

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Edition:
        """Build the record from a validated edition document."""
        sets = tuple(_set_method(identifier, one) for identifier, one in document["sets"].items())
        return cls(
            name=document["edition"],
            title=document["title"],
            why=document["why"],
            economies=tuple(sorted(document["economies"])),
            years=_span(document["years"]),
            reference_years=_span(document["reference_years"]),
            low=float(document["normalise"]["low"]),
            high=float(document["normalise"]["high"]),
            min_share=float(document["min_share"]),
            sets=sets,
            between=_weight_method(document["between"]["weight"]),
            between_aggregate=document["between"]["aggregate"]["method"],
            left_out=tuple((one["indicator"], one["why"]) for one in document.get("left_out", ())),
            variants=tuple(document.get("variants", ())),
            document=document["edition"],
        )

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All indicators in the order of the sets."""
        return tuple(entry for one in self.sets for entry in one.entries)

    def restrict(self, economies: tuple[str, ...] | None, years: tuple[int, ...] | None) -> Edition:
        """Return the edition for other economies or years, under a name of its own; parameters are fitted on those."""
        chosen = tuple(sorted(economies)) if economies else self.economies
        span = years or self.years
        if (chosen, span) == (self.economies, self.years):
            return self
        who = f"-{_short(chosen)}" if chosen != self.economies else ""
        when = f"-{span[0]}-{span[-1]}" if span != self.years else ""
        reference = tuple(year for year in self.reference_years if year in span) or span
        return replace(
            self,
            name=f"{self.name}{who}{when}",
            title=f"{self.title}; here {len(chosen)} economies, {span[0]}-{span[-1]}, fitted anew",
            economies=chosen,
            years=span,
            reference_years=reference,
            variants=tuple(one for one in self.variants if "years" not in one and "reference_years" not in one),
        )

    def without(self, indicators: frozenset[str], label: str) -> Edition:
        """Return the edition without these indicators, under a name of its own; no set may be left empty."""
        sets = []
        for one in self.sets:
            kept = tuple(entry for entry in one.entries if entry.indicator not in indicators)
            if not kept:
                raise UsageError(
                    f"without {label} the set {one.id!r} has no indicator left",
                    remedy="give the set an indicator that is not so marked, or leave the set out of the edition",
                )
            sets.append(replace(one, entries=kept, weight=_rescaled(one.weight, kept)))
        variants = tuple(
            one for one in self.variants if not indicators & {*one.get("leave_out", ()), *one.get("enters", ())}
        )
        return replace(self, name=f"{self.name}-without-{label}", sets=tuple(sets), variants=variants)

    def vary(self, change: Mapping[str, Any]) -> Edition:
        """Return the edition of a variant: only what `change` names differs."""
        edition = self
        if "years" in change:
            edition = replace(edition, years=_span(change["years"]))
        if "reference_years" in change:
            edition = replace(edition, reference_years=_span(change["reference_years"]))
        if "normalise" in change:
            scale = change["normalise"]
            edition = replace(edition, low=float(scale["low"]), high=float(scale["high"]))
        within = change.get("within", {})
        if "weight" in within:
            weight = _weight_method(within["weight"])
            edition = replace(edition, sets=tuple(replace(one, weight=weight) for one in edition.sets))
        if "aggregate" in within:
            how = within["aggregate"]["method"]
            edition = replace(edition, sets=tuple(replace(one, aggregate=how) for one in edition.sets))
        between = change.get("between", {})
        if "weight" in between:
            edition = replace(edition, between=_weight_method(between["weight"]))
        if "aggregate" in between:
            edition = replace(edition, between_aggregate=between["aggregate"]["method"])
        if "enters" in change:
            edition = edition._entering(change["enters"])
        return edition

    def _entering(self, change: Mapping[str, Mapping[str, Any]]) -> Edition:
        sets = tuple(
            replace(
                one,
                entries=tuple(
                    replace(entry, **change[entry.indicator]) if entry.indicator in change else entry
                    for entry in one.entries
                ),
            )
            for one in self.sets
        )
        return replace(self, sets=sets)


def _short(economies: tuple[str, ...]) -> str:
    if len(economies) <= 4:
        return "-".join(economies)
    digest = hashlib.sha256(",".join(economies).encode()).hexdigest()[:6]
    return f"{len(economies)}economies-{digest}"


def _span(bounds: tuple[int, int]) -> tuple[int, ...]:
    return tuple(range(bounds[0], bounds[1] + 1))


def _weight_method(document: Mapping[str, Any]) -> WeightMethod:
    return WeightMethod(
        method=document["method"],
        rule=document.get("rule", "communality"),
        retain=str(document.get("retain", "kaiser")),
        weights=dict(document.get("weights", {})),
        why=document.get("why", ""),
    )


def _set_method(identifier: str, document: Mapping[str, Any]) -> SetMethod:
    entries = tuple(
        Entry(
            indicator=indicator,
            enters=one.get("enters", "as_published"),
            transform=one.get("transform", "none"),
            carry=one.get("carry"),
            why=one.get("why", ""),
        )
        for indicator, one in document["indicators"].items()
    )
    return SetMethod(identifier, entries, _weight_method(document["weight"]), document["aggregate"]["method"])


def _rescaled(weight: WeightMethod, kept: tuple[Entry, ...]) -> WeightMethod:
    if weight.method != "expert":
        return weight
    left = {entry.indicator: weight.weights[entry.indicator] for entry in kept}
    total = sum(left.values())
    return replace(weight, weights={name: value / total for name, value in left.items()})
