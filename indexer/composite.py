"""The index in memory: parameters are fitted once, and one pure function scores any values with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexer import aggregate, normalise, weight
from indexer.errors import MethodError
from indexer.methodology import Edition, WeightMethod

WEIGHT_DECIMALS = 13
"""Fitted weights are rounded here, so that the last digit of a linear-algebra library never reaches a release."""


@dataclass(frozen=True, eq=False)
class SetPlan:
    """One set: which columns it takes, with which weights, by which mean."""

    id: str
    columns: tuple[int, ...]
    weights: np.ndarray
    aggregate: str


@dataclass(frozen=True, eq=False)
class Plan:
    """All that scoring needs, as arrays. Columns are the indicators in the order of the sets."""

    indicators: tuple[str, ...]
    lower: np.ndarray
    upper: np.ndarray
    lower_better: np.ndarray
    low: float
    high: float
    min_share: float
    sets: tuple[SetPlan, ...]
    between: np.ndarray
    between_aggregate: str

    @property
    def effective_weights(self) -> np.ndarray:
        """Weight of each indicator in the index: the product of the nested weights (exponents, for geometric means)."""
        effective = np.zeros(len(self.indicators))
        for share, one in zip(self.between, self.sets, strict=True):
            effective[list(one.columns)] = share * one.weights
        return effective


@dataclass(frozen=True, eq=False)
class Scores:
    """Normalised values (cases × indicators), set scores (cases × sets) and the index (cases)."""

    normalised: np.ndarray
    sets: np.ndarray
    index: np.ndarray


def score(plan: Plan, values: np.ndarray) -> Scores:
    """Score treated and imputed values with fitted parameters; a pure function of arrays.

    Parameters
    ----------
    plan : Plan
        Fitted parameters.
    values : ndarray, shape (n_cases, n_indicators)
        Treated and imputed values in the units that the plan was fitted on, NaN = missing.

    Returns
    -------
    Scores
        On the range [plan.low, plan.high] of the reference years; other years may lie outside. A set of which
        less than `plan.min_share` of the weight is present is NaN, and with it the index: it needs every set, since an
        index over other sets is another index.
    """
    y = normalise.reverse(normalise.min_max(values, plan.lower, plan.upper), plan.lower_better)
    y = normalise.to_range(y, plan.low, plan.high)
    sets = np.column_stack(
        [_mean(y[:, one.columns], one.weights, one.aggregate, plan.low, plan.min_share) for one in plan.sets]
    )
    return Scores(y, sets, _mean(sets, plan.between, plan.between_aggregate, plan.low, 1.0))


def _mean(y: np.ndarray, weights: np.ndarray, how: str, low: float, min_share: float) -> np.ndarray:
    if how == "geometric":
        # No such mean at or below 0: later values under the reference range are floored, so that none is left out.
        y = np.where(y < low, low, y)
    return aggregate.METHODS[how](y, weights, min_share)


def fit(edition: Edition, lower_better: np.ndarray, reference: np.ndarray) -> Plan:
    """Fit bounds and weights on the reference cases.

    Parameters
    ----------
    edition : Edition
        The methodology; its entries are the columns of `reference`.
    lower_better : ndarray of bool, shape (n_indicators,)
        Direction of each indicator.
    reference : ndarray, shape (n_cases, n_indicators)
        Treated and imputed values of the reference years, NaN = missing.

    Raises
    ------
    MethodError
        If an indicator is constant or absent, or a weighting rule refuses its data.
    """
    names = tuple(entry.indicator for entry in edition.entries)
    lower, upper = normalise.bounds(reference, names)
    unit = normalise.reverse(normalise.min_max(reference, lower, upper), lower_better)
    sets, start = [], 0
    for one in edition.sets:
        columns = tuple(range(start, start + len(one.entries)))
        start += len(columns)
        members = tuple(names[j] for j in columns)
        sets.append(SetPlan(one.id, columns, fit_weights(one.weight, unit[:, columns], members), one.aggregate))
    n = len(edition.sets)
    first = Plan(
        names, lower, upper, lower_better, edition.low, edition.high, edition.min_share, tuple(sets),
        weight.equal_weights(n), edition.between_aggregate,
    )  # fmt: skip
    set_scores = score(first, reference).sets
    # Entropy depends on the origin of the scale: at every level it is fitted on [0, 1], whatever range is published.
    unit_sets = (set_scores - edition.low) / (edition.high - edition.low)
    between = fit_weights(edition.between, unit_sets, tuple(one.id for one in edition.sets))
    return Plan(**{**first.__dict__, "between": between})


def fit_weights(method: WeightMethod, y: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Return the weights of one level, fitted on values in [0, 1] with better higher."""
    if len(names) == 1 or method.method == "equal":
        weights = weight.equal_weights(len(names))
    elif method.method == "entropy":
        weights = weight.entropy_weights(y, names)
    elif method.method == "pca":
        weights = weight.pca_weights(y, method.rule, names, method.retain)
    elif method.method == "expert":
        weights = weight.expert_weights(names, method.weights)
    else:
        raise MethodError(f"unknown weighting {method.method!r}", remedy=f"one of: {', '.join(weight.METHODS)}")
    return np.round(weights, WEIGHT_DECIMALS)


def to_parameters(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON-ready values; `from_parameters` gives back the same plan to the last bit."""
    return {
        "range": [plan.low, plan.high],
        "min_share": plan.min_share,
        "between": {
            "aggregate": plan.between_aggregate,
            "weights": dict(zip([s.id for s in plan.sets], _list(plan.between), strict=True)),
        },
        "sets": {
            one.id: {
                "aggregate": one.aggregate,
                "indicators": {
                    plan.indicators[j]: {
                        "lower": float(plan.lower[j]),
                        "upper": float(plan.upper[j]),
                        "direction": "lower_better" if plan.lower_better[j] else "higher_better",
                        "weight": float(w),
                    }
                    for j, w in zip(one.columns, one.weights, strict=True)
                },
            }
            for one in plan.sets
        },
    }


def from_parameters(parameters: Mapping[str, Any]) -> Plan:
    """Read a plan back from the `scoring` part of parameters.json."""
    names: list[str] = []
    cells: list[Mapping[str, Any]] = []
    sets = []
    for identifier, one in parameters["sets"].items():
        members = one["indicators"]
        columns = tuple(range(len(names), len(names) + len(members)))
        names += members
        cells += members.values()
        sets.append(SetPlan(identifier, columns, np.array([c["weight"] for c in members.values()]), one["aggregate"]))
    low, high = parameters["range"]
    return Plan(
        tuple(names),
        np.array([c["lower"] for c in cells]),
        np.array([c["upper"] for c in cells]),
        np.array([c["direction"] == "lower_better" for c in cells]),
        float(low),
        float(high),
        float(parameters["min_share"]),
        tuple(sets),
        np.array([parameters["between"]["weights"][one.id] for one in sets]),
        parameters["between"]["aggregate"],
    )


def _list(values: np.ndarray) -> list[float]:
    return [float(v) for v in values]
