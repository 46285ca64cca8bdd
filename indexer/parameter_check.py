"""Whether parameters.json holds what scoring needs: its shape by its schema, what the schema cannot say by code."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from indexer import composite, methods
from indexer.composite import Step
from indexer.errors import IndexerError, UsageError
from indexer.material import Document, Path, dotted
from indexer.methods import Choice, Parameters
from indexer.parameters import from_parameters
from indexer.stages import METHODS
from indexer.tree import value
from indexer.validate import documents

FORMAT = 2
NEAR = 1e-6
"""How far the weights of a node may be from sum 1."""
REMEDY = "take the parameters.json as it was published, or build that release anew"
_PARTS = {"format", "edition", "methodology", "inputs", "groups", "scoring", "years", "economies", "reference_years"}
_BROKEN = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What methods raise on values that they did not fit."""


def checked(content: Any, where: str = "") -> dict[str, Any]:
    """Return the content of a parameters.json as JSON reads it, once everything in it can be scored with.

    Parameters
    ----------
    content : mapping
        What the file holds, or `index.parameters`.
    where : str
        Name of the file, for errors.

    Raises
    ------
    UsageError
        Naming the first place that is wrong, such as ``scoring.tree.access.members.users.weight = 9``.
    """
    if not isinstance(content, Mapping) or not set(content) >= _PARTS:
        remedy = "give index.parameters, or the parameters.json of a release"
        raise UsageError("these are not the parameters of an index", where=where, remedy=remedy)
    if content["format"] != FORMAT:
        found = f"these parameters have format {content['format']}, not {FORMAT}"
        raise UsageError(found, where=where, remedy="build that release anew")
    try:
        plain = json.loads(json.dumps(content, default=_plain))
    except (TypeError, ValueError):
        raise UsageError("these parameters hold what JSON cannot write", where=where, remedy=REMEDY) from None
    shape(plain, "parameters", where)
    check = _Check(plain, where)
    check.numbers(("scoring",), plain["scoring"])
    check.spans()
    check.indicators()
    check.tree()
    check.fitted()
    return dict(plain)


def shape(content: Mapping[str, Any], schema: str, where: str) -> None:
    """Refuse what a JSON Schema refuses.

    Raises
    ------
    UsageError
        Naming the first fault.
    """
    for fault in documents.check(Document(where, content), schema):
        value = None if fault.value is None else fault.value
        place = f"{fault.column} = {value}" if value is not None else str(fault.column)
        raise UsageError(fault.message, where=f"{where}: {place}" if where else place, remedy=fault.remedy)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


class _Check:
    def __init__(self, content: Mapping[str, Any], where: str):
        self.content, self.where = content, where
        self.scoring, self.nodes = content["scoring"], content["scoring"]["tree"]
        self.names = list(self.scoring["indicators"])

    def refuse(self, path: Path, value: Any, message: str, remedy: str = REMEDY) -> None:
        place = dotted(path) if isinstance(value, Mapping | list) else f"{dotted(path)} = {json.dumps(value)}"
        raise UsageError(message, where=f"{self.where}: {place}" if self.where else place, remedy=remedy)

    def numbers(self, path: Path, value: Any) -> None:
        """Refuse numbers that are not finite, which JSON has none of, and numbers in quotes."""
        if isinstance(value, Mapping):
            for key, one in value.items():
                self.numbers((*path, key), one)
        elif isinstance(value, list):
            for position, one in enumerate(value):
                self.numbers((*path, position), one)
        elif isinstance(value, float) and not math.isfinite(value):
            self.refuse(path, value, "is not a finite number")
        elif isinstance(value, str) and "fitted" in path and _is_number(value):
            self.refuse(path, value, "is a text", f"write {value}, without quotes")

    def spans(self) -> None:
        for key in ("years", "reference_years"):
            years = self.content[key]
            if years != list(range(years[0], years[0] + len(years))):
                self.refuse((key,), years, "the years do not run on, one by one")
        ends = self.scoring["range"]
        if ends is not None and ends[0] >= ends[1]:
            self.refuse(("scoring", "range"), ends, f"{ends[0]:g} does not lie below {ends[1]:g}")
        if self.content["groups"]:
            for economy in self.content["economies"]:
                if economy not in self.content["groups"]:
                    self.refuse(("groups",), self.content["groups"], f"no group of {economy!r}", "add it")

    def indicators(self) -> None:
        inputs = [one["indicator"] for one in self.content["inputs"]]
        if inputs != self.names:
            odd = sorted(set(inputs) ^ set(self.names))
            what = f"{odd[0]!r} stands in one of them only" if odd else "their order differs"
            self.refuse(("scoring", "indicators"), {}, f"inputs and indicators are not the same: {what}")
        choices = []
        for name, one in self.scoring["indicators"].items():
            for stage in ("treat", "normalise", "impute"):
                if stage in one:
                    self.method(("scoring", "indicators", name, stage), stage, one[stage])
            choices.append([one["impute"].get(key) for key in ("method", "options")] if "impute" in one else None)
            ranged = "range" in METHODS["normalise"][one["normalise"]["method"]].traits
            if ranged != (self.scoring["range"] is not None):
                path = ("scoring", "indicators", name, "normalise", "method")
                self.refuse(
                    path, one["normalise"]["method"], "needs a range" if ranged else "has no range, but one is given"
                )
            if choices[-1] != choices[0]:
                self.refuse(("scoring", "indicators", name), {}, f"its imputation differs from that of {self.names[0]}")

    def method(self, path: Path, stage: str, one: Mapping[str, Any]) -> None:
        choice = {"method": one["method"], **one.get("options", {})}
        for key, given, message, remedy in methods.faults(METHODS[stage], choice):
            self.refuse((*path, key) if key == "method" else (*path, "options", key), given, message, remedy)

    def tree(self) -> None:
        known, used = list(self.names), set()
        for identifier, node in self.nodes.items():
            path: Path = ("scoring", "tree", identifier)
            if identifier in known:
                self.refuse(path, node, "an indicator has that name")
            self.method((*path, "aggregate"), "aggregate", node["aggregate"])
            for name in node["members"]:
                if name not in known:
                    said = "stands behind this node" if name in self.nodes else "is neither an indicator nor a node"
                    self.refuse((*path, "members", name), {}, said, methods.near(name, known))
                if name in used:
                    self.refuse((*path, "members", name), {}, "is a member of another node already")
                used.add(name)
            total = math.fsum(member["weight"] for member in node["members"].values())
            if abs(total - 1) > NEAR:
                self.refuse((*path, "members"), {}, f"the weights sum to {total:.12g}", "make them sum to 1")
            known.append(identifier)
        for name in known[:-1]:
            if name not in used:
                path = ("scoring", "indicators" if name in self.names else "tree", name)
                self.refuse(path, {}, "is a member of no node")

    def fitted(self) -> None:
        """Hold what was fitted against what each method fits, and apply it to a few cases."""
        plan = from_parameters(self.scoring)
        x = np.array([[1.0], [2.0]])
        for j, name in enumerate(self.names):
            path: Path = ("scoring", "indicators", name)
            lower = plan.lower_better[j : j + 1]
            one = replace(plan, indicators=(name,), lower_better=lower, nodes=())
            one = replace(one, treatment=_of(plan.treatment, j), normalisation=_of(plan.normalisation, j))
            for step in one.treatment:
                self.alike((*path, "treat"), "treat", step.choice, step.parameters)
                beyond = 1e12 * (2 * x - 3)  # all bounds
                self.applied((*path, "treat"), step.choice, partial(composite.treated, one.treatment, beyond))
            for step in one.normalisation:
                scale = {"lower_better": lower, "low": plan.low, "high": plan.high, "given": [(0.0, 5.0)]}
                self.alike((*path, "normalise"), "normalise", step.choice, step.parameters, **scale)
                self.applied((*path, "normalise"), step.choice, partial(composite.normalised, one, x))
        if plan.imputation is not None:
            label = next(iter(self.content["groups"].values()), None)
            groups = None if label is None else np.array([label] * 2, dtype=object)
            cases = np.array([np.ones(len(self.names)), np.full(len(self.names), np.nan)])
            path = ("scoring", "indicators", self.names[0], "impute")
            apply = partial(composite.impute_between, plan, cases, groups)
            self.applied(path, plan.imputation.choice, lambda: apply()[:1])
        low, high = (1.0, 2.0) if plan.low is None or plan.high is None else (plan.low, plan.high)
        for node in plan.nodes:
            path, choice = ("scoring", "tree", node.id, "members"), Choice(node.aggregate, node.options)
            self.alike(path, "aggregate", choice, node.parameters, weights=node.weights)
            y = np.repeat([[high], [low + 0.75 * (high - low)]], len(node.columns), axis=1)
            apply = partial(value, plan, node, y, np.repeat(node.weights[None], 2, axis=0))
            # a node may refuse these two cases and no other
            self.applied(path, choice, apply, refusals=False)

    def alike(self, path: Path, stage: str, choice: Choice, fitted: Parameters, **more: Any) -> None:
        """Compare the kinds of fitted values with those that the method fits on a few other cases."""
        method = METHODS[stage][choice.method]
        cases = np.repeat([[1.0], [2.0], [3.0], [5.0]], len(fitted), axis=1)
        besides = (more.pop("weights"),) if "weights" in more else ()
        try:
            patterns = method.fit(cases, *besides, **more, **method.complete(choice.options))
        except IndexerError:
            return
        for one, pattern in zip(fitted, patterns, strict=True):
            for key, wanted in pattern.items():
                # a moment that does not exist is null
                given = one.get(key, ...)
                if not (_alike(given, wanted) or (given is None and stage == "treat")):
                    self.refuse(
                        (*path, "fitted", key),
                        given if key in one else None,
                        f"is not what the method {choice.method} fits",
                    )

    def applied(self, path: Path, choice: Choice, apply: Callable[[], np.ndarray], refusals: bool = True) -> None:
        """Apply a method to a few cases: where it fails, or gives no number, it did not fit these values."""
        try:
            with np.errstate(all="ignore"):
                sound = bool(np.isfinite(apply()).all())
        except IndexerError as error:
            if refusals:
                self.refuse((*path, "fitted"), {}, error.message)
            return
        except _BROKEN:
            sound = False
        if not sound:
            self.refuse((*path, "fitted"), {}, f"these are not values that the method {choice.method} fits")


def _of(steps: Sequence[Step], j: int) -> tuple[Step, ...]:
    """Return the steps of one column, as if it were the only one."""
    return tuple(
        Step(step.choice, (0,), [step.parameters[step.columns.index(j)]]) for step in steps if j in step.columns
    )


def _alike(given: Any, wanted: Any) -> bool:
    """Tell whether a value is of a kind: a text, values by name, a list, or a number."""
    if isinstance(wanted, str):
        return isinstance(given, str)
    if isinstance(wanted, Mapping):
        return isinstance(given, Mapping)
    if isinstance(wanted, list):
        return isinstance(given, list)
    if wanted is None and given is None:
        return True
    return isinstance(given, int | float) and not isinstance(given, bool)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
