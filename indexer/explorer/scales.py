"""The normalisations under which the page can score, each as a build of the edition with it would fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.errors import UsageError
from indexer.stages import METHODS

if TYPE_CHECKING:
    from indexer.composite import Step
    from indexer.index import Index

NORMALISE = METHODS["normalise"]
OFFERED = ("min_max", "z_score", "percentile_rank", "distance_to_reference")
"""Methods that need nothing but the data; goalposts are offered where the edition has them."""
RANGE = {"low": 0, "high": 100}
_PLAIN = {"method": "equal"}, {"method": "arithmetic"}


def scales(index: Index) -> dict[str, dict[str, Any]]:
    """Return the edition's normalisation under "own", and the others by their names.

    Returns
    -------
    dict
        Of each: method, low and high (None without a range), steps (method, options, columns, parameters), and
        `values` where treatment gives others than the edition's; or `refused`, the reason in words. A frozen
        edition has its own alone: nothing is fitted anew.
    """
    edition, plan = index.edition, index.plan
    own = str(edition.content["normalise"]["method"])
    methods = {step.choice.method for step in plan.normalisation}
    found = {"own": _scale(own if methods == {own} else "mixed", plan.low, plan.high, plan.normalisation)}
    if index.frozen_from is not None:
        return found
    for name in OFFERED:
        usual = {name: option.default for name, option in NORMALISE[name].options.items()}
        same = [one.choice.method == name and _options(one) == usual for one in plan.normalisation]
        if not all(same):
            found[name] = _other(index, name)
    return found


def _other(index: Index, name: str) -> dict[str, Any]:
    """Build the edition with another normalisation, and with weights and means that refuse nothing."""
    weight, aggregate = _PLAIN
    level = {"weight": weight, "aggregate": aggregate}
    change: dict[str, Any] = {"normalise": {"method": name}, "within": level, "groups": level, "between": level}
    if "range" in NORMALISE[name].traits:
        present = {"low": index.edition.low, "high": index.edition.high}
        change["normalise"] |= RANGE if None in present.values() else present
    try:
        built = index.rebuild(index.folder, index.edition.vary(change))
    except UsageError as error:
        return {"method": name, "refused": f"{error.message[:1].upper()}{error.message[1:]}."}
    other = _scale(name, built.plan.low, built.plan.high, built.plan.normalisation)
    if not np.array_equal(built.panel.values, index.panel.values, equal_nan=True):
        from indexer.explorer.payload import numbers

        other["values"] = numbers(built.panel.cases())
    return other


def _scale(method: str, low: float | None, high: float | None, steps: tuple[Step, ...]) -> dict[str, Any]:
    said = [
        {
            "method": one.choice.method,
            "options": _options(one),
            "columns": list(one.columns),
            "parameters": list(one.parameters),
        }
        for one in steps
    ]
    return {"method": method, "low": low, "high": high, "steps": said}


def _options(step: Step) -> dict[str, Any]:
    return NORMALISE[step.choice.method].complete(step.choice.options)
