"""Which assumptions a call leaves open: as asked, as the edition says, or the usual; none that changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.assumptions import FACTORS, LEVELS, Assumptions, assumptions
from indexer.errors import UsageError
from indexer.methods import Choice
from indexer.recipe import Recipe
from indexer.simulate.draws import factor
from indexer.simulate.source import own_recipe, space_of
from indexer.simulate.space import Space, labels
from indexer.stages import METHODS

if TYPE_CHECKING:
    from indexer.index import Index

DEFAULT: Mapping[str, Any] = {
    "normalisation": ["z_score", "percentile_rank"],
    "weighting": {"within": ["equal"], "between": ["equal"]},
    "weights": {"concentration": 100},
    "aggregation": {"between": ["geometric"]},
    "leave_out": "indicator",
}
"""What is left open where neither the edition nor the call says so."""


def opened(index: Index, over: Iterable[str] | Mapping[str, Any] | None, seed: int) -> Space:
    """Return the space of an index with these assumptions open.

    Raises
    ------
    UsageError
        If one is unknown or badly stated, or changes nothing.
    """
    return space_of(index, others(assumptions(stated_over(index, over), METHODS), own_recipe(index)), seed)


def stated_over(index: Index, over: Iterable[str] | Mapping[str, Any] | None) -> Any:
    """Return what is to be left open: as asked, or as the edition says, or the usual."""
    if over is not None:
        return over
    return index.edition.content.get("uncertainty", {}).get("over") or usual(index)


def usual(index: Index) -> dict[str, Any]:
    """Return what is left open where nobody says so, without what would change nothing or has no value here."""
    recipe = own_recipe(index)
    found: dict[str, Any] = {}
    for name, value in DEFAULT.items():
        if name == "aggregation" and recipe.low is None:
            continue  # values without a range lie around 0, where there is no such mean
        try:
            others(assumptions({name: value}, METHODS), recipe)
        except UsageError:
            if not isinstance(value, Mapping):
                continue
            value = {level: one for level, one in value.items() if _changes(name, level, one, recipe)}
            if not value:
                continue
        found[name] = value
    return found


def _changes(name: str, level: str, one: Any, recipe: Recipe) -> bool:
    if level not in LEVELS:
        return False
    try:
        others(assumptions({name: {level: one}}, METHODS), recipe)
    except UsageError:
        return False
    return True


def open_factors(space: Space) -> list[str]:
    """Return the assumptions that are open, by name."""
    found = {factor(name) for name in labels(space)}
    if space.assumptions.concentration:
        found.add("weights")
    return [name for name in FACTORS if name in found]


def others(given: Assumptions, recipe: Recipe) -> Assumptions:
    """Return the assumptions without alternatives that are the index's own: that one is always among those drawn.

    Raises
    ------
    UsageError
        If nothing is left of an assumption.
    """
    n = set(recipe.indicators)
    levels = [int(not n >= set(group.members)) for group in recipe.groups]
    many = {LEVELS[level] for group, level in zip(recipe.groups, levels, strict=True) if len(group.members) > 1}
    if given.concentration and not many & set(given.concentration):
        raise _nothing("weights", "no node has two members", "leave it out of `over`")
    sets = sum(level == 0 for level in levels)
    if (given.leave_out == "indicator" and len(n) == 1) or (given.leave_out == "set" and sets == 1):
        raise _nothing("leave_out", f"there is one {given.leave_out} alone", "leave it out of `over`")

    def kept(name: str, stage: str, alternatives: tuple[Choice, ...], own: list[Choice]) -> tuple[Choice, ...]:
        used = [_complete(stage, one) for one in own]
        # stated twice it is still one alternative, as likely as the others
        once: list[Choice] = []
        for one in alternatives:
            if all(_complete(stage, one) != _complete(stage, other) for other in once):
                once.append(one)
        found = tuple(one for one in once if any(_complete(stage, one) != other for other in used))
        if alternatives and not found:
            what = f"{alternatives[0].method} is the index's own" if own else "no node or indicator takes it"
            raise _nothing(name, what, "name another method")
        return found

    free = [one for one, scale in zip(recipe.treat, recipe.normalise, strict=True) if scale.method != "goalposts"]

    def by_level(what: str, stage: str, own: Callable[[Any], Choice]) -> dict[str, tuple[Choice, ...]]:
        found = {}
        for level, alternatives in (getattr(given, what) or {}).items():
            # the weight of a single member is 1 by any rule, and so its mean itself
            used = [
                own(group)
                for group, at in zip(recipe.groups, levels, strict=True)
                if LEVELS[at] == level and (len(group.members) > 1 or what == "aggregation")
            ]
            found[level] = kept(f"{what} {level}", stage, alternatives, used)
        return found

    return replace(
        given,
        treatment=kept("treatment", "treat", given.treatment, free),
        normalisation=kept("normalisation", "normalise", given.normalisation, list(recipe.normalise)),
        weighting=by_level("weighting", "weight", lambda group: group.weight),
        aggregation=by_level("aggregation", "aggregate", lambda group: group.aggregate),
    )


def _complete(stage: str, choice: Choice) -> tuple[str, dict[str, Any]]:
    return choice.method, METHODS[stage][choice.method].complete(choice.options)


def _nothing(name: str, why: str, remedy: str) -> UsageError:
    return UsageError(f"{name} left open changes nothing: {why}", remedy=remedy)


def checked_number(name: str, value: Any, least: int) -> None:
    """Refuse what is no whole number of at least so much."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise UsageError(f"{name} = {value!r}", remedy=f"give a whole number of at least {least}")
