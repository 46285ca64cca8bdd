"""What the facts are: indicators, their sources and sets, as plain frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Direction = Literal["higher_better", "lower_better"]
Role = Literal["core", "validation", "context"]
Basis = Literal["total", "per_head", "per_gdp", "rate", "score"]


@dataclass(frozen=True)
class Source:
    """Where a series comes from and on what terms it may be passed on."""

    publisher: str
    dataset: str
    vintage: str
    url: str
    licence: str
    retrieved: str
    citation: str = ""
    note: str = ""


@dataclass(frozen=True)
class Break:
    """A change of method or coverage: the series should not be differenced across it."""

    years: tuple[int, ...]
    economies: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Indicator:
    """Metadata of one indicator (`<set>/<id>.yaml`).

    `basis` tells what the published number is: a total, per head (then `per` is the number of people in the
    denominator, 1000000 for "per million"), per GDP, a rate or a score; `unit_size` is the number of base units in
    one published unit (1000000 for "million US$"). `carry` is the number of years for which the last value may be
    carried forward. Values of the years in `repeated_at_source` that equal the previous year's were carried forward
    by the publisher and do not count as observed. `goalposts` are the values that normalisation by goalposts takes as
    worst and best, in the published unit. `measurement_error` is the standard error that the source publishes: `sd` in
    the published unit, or `relative` to the value (of its logarithm). `views` names, for each view of index.yaml that
    the indicator belongs to, the member that it is put with.
    """

    id: str
    name: str
    set: str
    unit: str
    direction: Direction
    definition: str
    source: Source
    role: Role
    basis: Basis
    per: float = 1.0
    unit_size: float = 1.0
    minimum: float | None = None
    maximum: float | None = None
    integer: bool = False
    goalposts: tuple[float, float] | None = None
    measurement_error: Mapping[str, float] | None = None
    carry: int = 2
    trade_outcome: bool = False
    coded: str = ""
    live: str = ""
    repeated_at_source: tuple[int, ...] = ()
    breaks: tuple[Break, ...] = ()
    weak: tuple[str, ...] = ()
    views: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Indicator:
        """Build the record from a validated YAML document."""
        known = dict(document)
        valid = known.pop("valid", {})
        known["source"] = Source(**known["source"])
        known["breaks"] = tuple(
            Break(tuple(b["years"]), tuple(b.get("economies", ())), b["note"]) for b in known.pop("breaks", ())
        )
        for name in ("repeated_at_source", "weak"):
            known[name] = tuple(known.get(name, ()))
        if "goalposts" in known:
            known["goalposts"] = (float(known["goalposts"][0]), float(known["goalposts"][1]))
        return cls(
            minimum=valid.get("minimum"), maximum=valid.get("maximum"), integer=valid.get("integer", False), **known
        )


@dataclass(frozen=True)
class IndicatorSet:
    """A set (sub-index) of indicators: its name and why it belongs to the framework."""

    id: str
    name: str
    definition: str


@dataclass(frozen=True)
class Catalogue:
    """All metadata of one indicators folder; `views` is the block of that name of index.yaml."""

    title: str
    default_edition: str
    licence: str
    sets: tuple[IndicatorSet, ...]
    indicators: tuple[Indicator, ...]
    context: tuple[Indicator, ...] = ()
    economies: Mapping[str, str] = field(default_factory=dict)
    views: Mapping[str, Any] = field(default_factory=dict)

    def indicator(self, identifier: str) -> Indicator:
        """Return the indicator (or context series) of that id; KeyError where there is none."""
        for one in (*self.indicators, *self.context):
            if one.id == identifier:
                return one
        raise KeyError(identifier)
