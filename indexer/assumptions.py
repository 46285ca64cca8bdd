"""Which assumptions of an index are left open in draws, as an edition or a call states them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from indexer.errors import UsageError
from indexer.methods import Choice, Method, faults, near

Found = list[tuple[tuple[str | int, ...], Any, str, str]]
"""Path in the statement, value, message, remedy."""

FACTORS = (
    "treatment",
    "imputation",
    "carrying",
    "measurement",
    "normalisation",
    "weighting",
    "weights",
    "aggregation",
    "leave_out",
)
"""All assumptions by name, in the order in which they act and are drawn."""
LEVELS = ("within", "between")
LEAST = 0.1
"""Least concentration: below it all gamma variates of a draw may be too small for a float."""
SETS = 20
"""Draws of the cells' values that are made, where a source of uncertainty of cells is open."""


@dataclass(frozen=True)
class Assumptions:
    """What is left open. Alternatives stand beside the index's own choice, which is always one of the drawn.

    Attributes
    ----------
    treatment, normalisation : tuple of Choice
        Alternatives for all indicators.
    weighting, aggregation : mapping of level to tuple of Choice
        Alternatives within the sets and between them.
    concentration : mapping of level to float
        Weights are drawn from a Dirichlet distribution with parameters concentration · weight; a level that is not
        there keeps its weights.
    cells : mapping of source to int
        Number of draws of cells' values by "imputation", "carrying" and "measurement".
    leave_out : {"", "indicator", "set"}
    """

    treatment: tuple[Choice, ...] = ()
    normalisation: tuple[Choice, ...] = ()
    weighting: Mapping[str, tuple[Choice, ...]] | None = None
    aggregation: Mapping[str, tuple[Choice, ...]] | None = None
    concentration: Mapping[str, float] | None = None
    cells: Mapping[str, int] | None = None
    leave_out: str = ""


DEFAULTS: Mapping[str, Any] = {
    "treatment": ["none", "winsorise_or_log"],
    "imputation": {"sets": SETS},
    "carrying": {"sets": SETS},
    "measurement": {"sets": SETS},
    "normalisation": ["z_score", "percentile_rank"],
    "weighting": {"within": ["equal"], "between": ["equal"]},
    "weights": {"concentration": 100},
    "aggregation": {"between": ["geometric"]},
    "leave_out": "indicator",
}
"""What a factor named without more is open to."""


def stated(over: Iterable[str] | Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement in full: names alone are open to their defaults."""
    if isinstance(over, Mapping):
        return {name: DEFAULTS.get(name) if value is None or value is True else value for name, value in over.items()}
    return {name: DEFAULTS.get(name) for name in over}


def check(over: Any, methods: Mapping[str, Mapping[str, Method]]) -> Found:
    """Name everything in a statement that is not allowed.

    Parameters
    ----------
    over : list of str or mapping
        Names of assumptions, or names with what each is open to.
    methods : mapping
        The methods of every stage.
    """
    if isinstance(over, str) or not isinstance(over, Iterable) or not list(over):
        return [((), over, "names no assumption", f"a list from: {', '.join(FACTORS)}")]
    if strangers := [one for one in over if not isinstance(one, str)]:
        return [((), strangers[0], f"unknown assumption {strangers[0]!r}", near(str(strangers[0]), FACTORS))]
    found: Found = []
    for name, value in stated(over).items():
        if name not in FACTORS:
            found.append(((str(name),), name, f"unknown assumption {name!r}", near(str(name), FACTORS)))
            continue
        found += _CHECKS[name]((name,), value, methods)
    return found


def assumptions(over: Iterable[str] | Mapping[str, Any], methods: Mapping[str, Mapping[str, Method]]) -> Assumptions:
    """Read a statement.

    Raises
    ------
    UsageError
        If something in it is not allowed; the first fault is named, with what is.
    """
    over = over if isinstance(over, str | Mapping) or not isinstance(over, Iterable) else list(over)
    for path, _, message, remedy in check(over, methods):
        where = ".".join(str(part) for part in ("over", *path))
        raise UsageError(message, where=where, remedy=remedy)
    full = stated(over)
    concentration = full.get("weights", {}).get("concentration", {})
    if not isinstance(concentration, Mapping):
        concentration = dict.fromkeys(LEVELS, concentration)
    return Assumptions(
        treatment=_choices(full.get("treatment", ())),
        normalisation=_choices(full.get("normalisation", ())),
        weighting={level: _choices(one) for level, one in full.get("weighting", {}).items()},
        aggregation={level: _choices(one) for level, one in full.get("aggregation", {}).items()},
        concentration={level: float(value) for level, value in concentration.items()},
        cells={
            name: int(full[name].get("sets", SETS))
            for name in ("imputation", "carrying", "measurement")
            if name in full
        },
        leave_out=full.get("leave_out", ""),
    )


def _choices(listed: Iterable[Any]) -> tuple[Choice, ...]:
    return tuple(
        Choice(one)
        if isinstance(one, str)
        else Choice(one["method"], {key: value for key, value in one.items() if key not in ("method", "why")})
        for one in listed
    )


def _listed(stage: str) -> Any:
    def check_list(path: tuple[str | int, ...], value: Any, methods: Mapping[str, Mapping[str, Method]]) -> Found:
        if not isinstance(value, list | tuple) or not value:
            return [(path, None, "not a list of methods", f"such as [{next(iter(methods[stage]))}]")]
        found: Found = []
        for position, one in enumerate(value):
            document = {"method": one} if isinstance(one, str) else one
            if not isinstance(document, Mapping):
                found.append(((*path, position), one, "not a method", "a name, or {method: …} with its options"))
                continue
            for key, shown, message, remedy in faults(methods[stage], document):
                found.append(((*path, position, key), shown, message, remedy))
        return found

    return check_list


def _levelled(stage: str) -> Any:
    def check_levels(path: tuple[str | int, ...], value: Any, methods: Mapping[str, Mapping[str, Method]]) -> Found:
        if not isinstance(value, Mapping) or not value or set(value) - set(LEVELS):
            return [(path, None, "not alternatives by level", "write {within: […], between: […]}, or one of them")]
        return [fault for level, one in value.items() for fault in _listed(stage)((*path, level), one, methods)]

    return check_levels


def _concentration(path: tuple[str | int, ...], value: Any, methods: Any) -> Found:
    remedy = (
        f"concentration: a number of at least {LEAST:g} (the higher, the nearer to the fitted weights), or "
        "{within: …, between: …}"
    )
    if not isinstance(value, Mapping) or set(value) != {"concentration"}:
        return [(path, None, "weights need their concentration", remedy)]
    given = value["concentration"]
    numbers: Mapping[str, Any] = given if isinstance(given, Mapping) else dict.fromkeys(LEVELS, given)
    for level, number in numbers.items():
        real = isinstance(number, int | float) and not isinstance(number, bool)
        if level not in LEVELS or not real or not LEAST <= number < math.inf:
            return [((*path, "concentration"), given, "not a concentration", remedy)]
    return [] if numbers else [((*path, "concentration"), None, "not a concentration", remedy)]


def _cells(path: tuple[str | int, ...], value: Any, methods: Any) -> Found:
    remedy = "write {sets: 20}: how many draws of the cells are made, 2 or more"
    if not isinstance(value, Mapping) or set(value) - {"sets"}:
        return [(path, None, "unknown option", remedy)]
    sets = value.get("sets", SETS)
    if not isinstance(sets, int) or isinstance(sets, bool) or sets < 2:
        return [((*path, "sets"), sets, "not a number of draws", remedy)]
    return []


def _left_out(path: tuple[str | int, ...], value: Any, methods: Any) -> Found:
    return [] if value in ("indicator", "set") else [(path, value, "unknown unit", "write indicator, or set")]


_CHECKS = {
    "treatment": _listed("treat"),
    "imputation": _cells,
    "carrying": _cells,
    "measurement": _cells,
    "normalisation": _listed("normalise"),
    "weighting": _levelled("weight"),
    "weights": _concentration,
    "aggregation": _levelled("aggregate"),
    "leave_out": _left_out,
}
