"""All that draws are made from: values under each treatment and normalisation, weights under each rule."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from indexer import aggregate, composite, normalise
from indexer.assumptions import LEVELS, Assumptions
from indexer.composite import Plan
from indexer.errors import MethodError
from indexer.methods import Choice
from indexer.recipe import Recipe
from indexer.simulate.cells import Cells
from indexer.tree import Node

MEMORY = 200_000_000
"""Bytes of normalised values that are kept for further draws."""
ABOVE = 0.01
"""Where a drawn aggregation needs values above 0, the range starts at this share of its width."""

_KEPT: dict[str, Space] = {}
"""The last space that came to this process from another."""

Key = tuple[int, int, int, int, int, int]
"""Alternatives of treatment, normalisation, weighting within and between, aggregation within and between; 0 = own."""


@dataclass(frozen=True, eq=False)
class Values:
    """Values under one treatment: of all cases, and of the reference cases; treated and filled, NaN = missing."""

    cases: np.ndarray
    reference: np.ndarray


@dataclass(eq=False)
class Space:
    """An index and what is left open of it.

    Attributes
    ----------
    recipe, plan
        The index's own methods and what was fitted.
    economies, years : tuple
        The cases are economies × years, economies outermost.
    reference_years : ndarray
        Year of each reference case.
    assumptions : Assumptions
    values : list of Values
        One for each treatment, the own first.
    cells : Cells
        Draws of uncertain cells.
    """

    recipe: Recipe
    plan: Plan
    economies: tuple[str, ...]
    years: tuple[int, ...]
    reference_years: np.ndarray
    assumptions: Assumptions
    values: Sequence[Values]
    cells: Cells
    _token: str = field(default_factory=lambda: uuid.uuid4().hex, repr=False)
    _plans: dict[tuple[int, int], Plan] = field(default_factory=dict, repr=False)
    _lines: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict, repr=False)
    _nodes: dict[Key, tuple[Node, ...] | str] = field(default_factory=dict, repr=False)
    _shown: OrderedDict[tuple[Any, ...], np.ndarray] = field(default_factory=OrderedDict, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave out what can be computed anew; a worker keeps what it computed from one chunk to the next."""
        return _unpacked, ({**self.__dict__, "_plans": {}, "_lines": {}, "_nodes": {}, "_shown": OrderedDict()},)

    @property
    def sizes(self) -> dict[str, int]:
        """Number of alternatives of each assumption that is drawn by number, in their order; 1 = not open."""
        a = self.assumptions
        return {
            "treatment": len(a.treatment) + 1,
            **{source: sets + 1 for source, sets in self.cells.sets.items()},
            "normalisation": len(a.normalisation) + 1,
            **{f"weighting_{level}": len((a.weighting or {}).get(level, ())) + 1 for level in LEVELS},
            **{f"aggregation_{level}": len((a.aggregation or {}).get(level, ())) + 1 for level in LEVELS},
            "leave_out": len(self.left_out) + 1,
        }

    @property
    def left_out(self) -> tuple[tuple[int, ...], ...]:
        """Columns that one draw leaves out together."""
        unit = self.assumptions.leave_out
        if unit == "indicator":
            return tuple((j,) for j in range(len(self.plan.indicators)))
        return tuple(node.columns for node in self.plan.sets) if unit == "set" else ()

    def choice(self, name: str, number: int) -> Choice | None:
        """Return an alternative by its number; None = the index's own."""
        if number == 0:
            return None
        a = self.assumptions
        if name in ("treatment", "normalisation"):
            choices: tuple[Choice, ...] = getattr(a, name)
        else:
            what, level = name.split("_")
            choices = getattr(a, what)[level]
        return choices[number - 1]

    def positive(self, key: Key) -> bool:
        """Tell whether the draw's aggregations need values above 0 and the index's own range does not start there."""
        low = self.plan.low
        if low is None or low > 0:
            return False
        if not (key[1] or key[4] or key[5]):
            return False  # the index's own normalisation and aggregations go together
        chosen = [self.choice("aggregation_within", key[4]), self.choice("aggregation_between", key[5])]
        own = [(group.aggregate, level) for group, level in zip(self.recipe.groups, self.levels, strict=True)]
        used = [chosen[level] or how for how, level in own]
        scale = self.choice("normalisation", key[1])
        ranged = scale is None or "range" in normalise.METHODS[scale.method].traits
        return any(_needs_positive(one, ranged) for one in used)

    @property
    def levels(self) -> list[int]:
        """Level of each node: 0 = within (all members are indicators), 1 = between."""
        n = len(self.plan.indicators)
        return [int(max(node.columns) >= n) for node in self.plan.nodes]

    def scaled(self, t: int, k: int) -> Plan:
        """Return the plan whose normalisation is that of the alternatives; its nodes are not fitted."""
        if (t, k) not in self._plans:
            self._plans[t, k] = self._scaled(t, k)
        return self._plans[t, k]

    def _scaled(self, t: int, k: int) -> Plan:
        choice = self.choice("normalisation", k)
        if choice is None and t == 0:
            return self.plan
        recipe = self.recipe
        if choice is not None:
            given: tuple[float | None, float | None] = (None, None)
            if "range" in normalise.METHODS[choice.method].traits:
                given = (0.0, 1.0) if self.plan.low is None else (self.plan.low, self.plan.high)
            recipe = replace(recipe, normalise=(choice,) * len(recipe.indicators), low=given[0], high=given[1])
        lower_better = self.plan.lower_better
        steps = composite.fit_normalisation(recipe, self.values[t].reference, lower_better)
        return replace(self.plan, normalisation=steps, low=recipe.low, high=recipe.high)

    def _line(self, t: int, k: int) -> tuple[float, float]:
        """Return slope and shift that give values without the published range mean and spread of the index's own ones.

        So that scores compare, and floors of means that need values above 0 lie where they should.
        """
        if k == 0 or (self.scaled(t, k).low is not None and self.plan.low is not None):
            return 1.0, 0.0
        if (t, k) not in self._lines:
            (mean, sd), (m, s) = (
                _moments(composite.normalised(plan, self.values[number].reference))
                for plan, number in ((self.plan, 0), (self.scaled(t, k), t))
            )
            self._lines[t, k] = (sd / s, mean - sd / s * m)
        return self._lines[t, k]

    def range(self, positive: bool) -> tuple[float | None, float | None]:
        """Return the range on which a draw is aggregated."""
        low, high = self.plan.low, self.plan.high
        if low is None or high is None:
            return None, None
        return (low + ABOVE * (high - low) if positive else low), high

    def normalised(self, t: int, k: int, positive: bool, values: np.ndarray) -> np.ndarray:
        """Return values on the scale of a draw."""
        y = composite.normalised(self.scaled(t, k), values)
        slope, shift = self._line(t, k)
        if (slope, shift) != (1.0, 0.0):
            y = shift + slope * y
        if not positive:
            return y
        slope, shift = self._raise(t, k)
        return np.asarray(shift + slope * y)

    def _raise(self, t: int, k: int) -> tuple[float, float]:
        """Return slope and shift that lead all values alike to a range that starts above 0.

        Values on the published range go to the one that starts a little higher; z-scores are drawn towards their mean
        until the least of the reference lies there.
        """
        (low, high), (start, _) = self.range(False), self.range(True)
        if low is None or high is None or start is None:
            return 1.0, 0.0
        if self.scaled(t, k).low is not None:
            slope = (high - start) / (high - low)
            return slope, start - slope * low
        y = self.normalised(t, k, False, self.values[t].reference)
        mean, least = float(np.nanmean(y)), float(np.nanmin(y))
        slope = min(1.0, (mean - start) / (mean - least))
        return slope, mean - slope * mean

    def shown(self, t: int, k: int, positive: bool, drawn: tuple[int, ...]) -> np.ndarray:
        """Return the normalised values of all cases with drawn cells, shape (n_cases, n_indicators)."""
        key = (t, k, positive, drawn)
        if key in self._shown:
            self._shown.move_to_end(key)
            return self._shown[key]
        if any(drawn):
            y = self._redrawn(t, k, positive, drawn)
        else:
            y = self.normalised(t, k, positive, self.values[t].cases)
        self._shown[key] = y
        while len(self._shown) > max(4, MEMORY // y.nbytes):
            self._shown.popitem(last=False)
        return y

    def _redrawn(self, t: int, k: int, positive: bool, drawn: tuple[int, ...]) -> np.ndarray:
        """Return the values with the cells that a draw changes brought on their scale anew, and no others."""
        row, column, place = self.cells.places
        y = self.shown(t, k, positive, (0,) * len(drawn)).copy()
        packed = np.full((int(place.max()) + 1, y.shape[1]), np.nan)
        packed[place, column] = self.cells.drawn(t, self.values[t].cases, drawn)[row, column]
        y[row, column] = self.normalised(t, k, positive, packed)[place, column]
        return y

    def nodes(self, key: Key) -> tuple[Node, ...] | str:
        """Return the nodes that the alternatives fit on the reference cases, or the reason why they cannot."""
        if key not in self._nodes:
            try:
                self._nodes[key] = self._fitted(key)
            except MethodError as error:
                self._nodes[key] = f"{error.where}: {error.message}" if error.where else error.message
        return self._nodes[key]

    def _fitted(self, key: Key) -> tuple[Node, ...]:
        if key == (0,) * 6:
            return self.plan.nodes
        t, k, *_ = key
        positive = self.positive(key)
        y = self.normalised(t, k, positive, self.values[t].reference)
        weighting = [self.choice(f"weighting_{level}", key[2 + i]) for i, level in enumerate(LEVELS)]
        aggregation = [self.choice(f"aggregation_{level}", key[4 + i]) for i, level in enumerate(LEVELS)]
        groups = tuple(
            replace(group, weight=weighting[level] or group.weight, aggregate=aggregation[level] or group.aggregate)
            for group, level in zip(self.recipe.groups, self.levels, strict=True)
        )
        scaled = self.scaled(t, k)
        low, high = self.range(positive)
        # entropy is fitted on the range of the normalisation; one without a range has its own extremes
        unit = (low, high) if scaled.low is not None else (None, None)
        recipe = replace(self.recipe, groups=groups, low=unit[0], high=unit[1])
        return composite.fit_nodes(recipe, replace(scaled, low=low, high=high), y, self.reference_years)


def _moments(y: np.ndarray) -> tuple[float, float]:
    """Return the mean of the columns' means, and of their standard deviations."""
    return float(np.nanmean(np.nanmean(y, axis=0))), float(np.nanmean(np.nanstd(y, axis=0, ddof=1)))


def _unpacked(state: dict[str, Any]) -> Space:
    token = state["_token"]
    if token not in _KEPT:
        space = Space.__new__(Space)
        space.__dict__.update(state)
        _KEPT.clear()
        _KEPT[token] = space
    return _KEPT[token]


def _needs_positive(choice: Choice, ranged: bool) -> bool:
    """Tell whether a mean needs values above 0; a power mean with p > 0 takes 0 too, where a range starts."""
    p = float(choice.options.get("p", -1))
    return "positive" in aggregate.METHODS[choice.method].traits and p != 1 and (p <= 0 or not ranged)


def labels(space: Space) -> dict[str, list[str]]:
    """Return the names of the alternatives of each assumption that is open, the own first."""
    found: dict[str, list[str]] = {}
    for name, size in space.sizes.items():
        if size == 1:
            continue
        if name in space.cells.sets:
            found[name] = ["as filled", *(f"draw {i}" for i in range(1, size))]
        elif name == "leave_out":
            found[name] = ["nothing", *_left(space)]
        else:
            found[name] = ["own", *(_label(space.choice(name, i)) for i in range(1, size))]
    return found


def _left(space: Space) -> list[str]:
    if space.assumptions.leave_out == "set":
        return [node.id for node in space.plan.sets]
    return list(space.plan.indicators)


def _label(choice: Choice | None) -> str:
    if choice is None:
        return "own"
    options = ", ".join(f"{key} {value}" for key, value in choice.options.items() if not isinstance(value, Mapping))
    return f"{choice.method} ({options})" if options else choice.method
