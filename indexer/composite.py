"""The index in memory: parameters are fitted once, and pure functions score any values with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from indexer import aggregate, impute, normalise, treat, weight
from indexer.errors import MethodError
from indexer.located import located, warned
from indexer.methods import Choice, Method, Parameters, chosen, together
from indexer.recipe import NONE, Group, Recipe
from indexer.tree import Node, climb, floor, value

ROUNDING = 1e-9
"""Share of the range that is rounding."""

__all__ = ["Node", "Plan", "Scores", "Step", "fit", "fit_treatment", "score", "transform"]


@dataclass(frozen=True, eq=False)
class Step:
    """One fitted method on the columns that use it."""

    choice: Choice
    columns: tuple[int, ...]
    parameters: Parameters


@dataclass(frozen=True, eq=False)
class Plan:
    """All that scoring needs. `nodes` stand bottom-up: sets, groups of sets, the index last."""

    indicators: tuple[str, ...]
    lower_better: np.ndarray
    low: float | None
    high: float | None
    treatment: tuple[Step, ...]
    imputation: Step | None
    normalisation: tuple[Step, ...]
    nodes: tuple[Node, ...]

    @property
    def sets(self) -> tuple[Node, ...]:
        """The nodes of which all members are indicators."""
        return tuple(one for one in self.nodes if max(one.columns) < len(self.indicators))

    @property
    def root(self) -> Node:
        """The index."""
        return self.nodes[-1]

    @property
    def effective_weights(self) -> np.ndarray:
        """Weight of each indicator in the index: the product of the nested weights (exponents, for geometric means)."""
        return self.whole_weights[: len(self.indicators)]

    @property
    def whole_weights(self) -> np.ndarray:
        """Weight in the index of each indicator and then of each node."""
        n = len(self.indicators)
        whole = np.zeros(n + len(self.nodes))
        whole[-1] = 1.0
        for k in range(len(self.nodes) - 1, -1, -1):
            whole[list(self.nodes[k].columns)] += whole[n + k] * self.nodes[k].weights
        return whole

    def members(self, node: Node) -> tuple[str, ...]:
        """Return the names of a node's members."""
        names = (*self.indicators, *(one.id for one in self.nodes))
        return tuple(names[j] for j in node.columns)


@dataclass(frozen=True, eq=False)
class Scores:
    """Normalised values (cases × indicators) and the values of all nodes (cases × nodes, the index last)."""

    normalised: np.ndarray
    nodes: np.ndarray

    @property
    def index(self) -> np.ndarray:
        """The index of each case."""
        return np.asarray(self.nodes[:, -1])


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
        less than its least share of the weight is present is NaN, and with it the index: it needs every set, since an
        index over other sets is another index.
    """
    y = normalised(plan, values)
    return Scores(y, climb(plan, y)[0][:, len(plan.indicators) :])


def transform(plan: Plan, x: np.ndarray, groups: np.ndarray | None = None) -> Scores:
    """Score values as they enter: treat, impute between cases, normalise and aggregate with fitted parameters."""
    return score(plan, impute_between(plan, treated(plan.treatment, x), groups))


def treated(treatment: Sequence[Step], x: np.ndarray) -> np.ndarray:
    """Apply fitted treatment to values of shape (n_cases, n_indicators)."""
    out = np.array(x, dtype=float)
    for step in treatment:
        columns = list(step.columns)
        out[:, columns] = _apply(treat.METHODS, step, out[:, columns])
    return out


def impute_between(plan: Plan, x: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
    """Fill missing cells from other cases, where the plan does so."""
    if plan.imputation is None:
        return np.asarray(x, dtype=float)
    return np.asarray(_apply(impute.METHODS, plan.imputation, np.asarray(x, dtype=float), groups=groups))


def normalised(plan: Plan, values: np.ndarray) -> np.ndarray:
    """Bring treated and imputed values on one scale, better always higher."""
    values = np.asarray(values, dtype=float)
    y = np.empty(values.shape)
    for step in plan.normalisation:
        columns = list(step.columns)
        y[:, columns] = _apply(
            normalise.METHODS, step, values[:, columns],
            lower_better=plan.lower_better[columns], low=plan.low, high=plan.high,
        )  # fmt: skip
    return y


def _applied(method: Method) -> Any:
    if method.apply is None:
        raise TypeError("a method without apply cannot be applied")
    return method.apply


def _apply(methods: Mapping[str, Method], step: Step, x: np.ndarray, **more: Any) -> np.ndarray:
    method = methods[step.choice.method]
    return np.asarray(_applied(method)(x, step.parameters, **more, **method.complete(step.choice.options)))


def fit_treatment(recipe: Recipe, reference: np.ndarray, economies: np.ndarray | None = None) -> tuple[Step, ...]:
    """Fit the treatment of each indicator on the reference cases, before any cell is filled.

    Parameters
    ----------
    recipe : Recipe
    reference : ndarray, shape (n_cases, n_indicators)
        Values as they enter, NaN = missing.
    economies : ndarray of str, optional
        Economy of each case; None = each case is one of its own.

    Raises
    ------
    MethodError
        If an indicator with goalposts is to be treated, or a method refuses its data.
    """
    steps = []
    for choice, columns in together(recipe.treat):
        method, options = chosen(treat.METHODS, choice, "treat")
        names = tuple(recipe.indicators[j] for j in columns)
        posted = [recipe.indicators[j] for j in columns if recipe.normalise[j].method == "goalposts"]
        if posted and choice != NONE:
            raise MethodError(
                f"{posted[0]!r} has goalposts, which state its scale in its own units; treatment would move it",
                where="treat",
                remedy="leave the indicator untreated, or normalise it by another method",
            )
        parameters = method.fit(reference[:, list(columns)], names=names, economies=economies, **options)
        if choice != NONE:
            steps.append(Step(choice, columns, parameters))
    return tuple(steps)


def fit(
    recipe: Recipe,
    reference: np.ndarray,
    *,
    treatment: tuple[Step, ...] = (),
    groups: np.ndarray | None = None,
    years: np.ndarray | None = None,
) -> Plan:
    """Fit imputation, normalisation and the weights of every level on the reference cases.

    Parameters
    ----------
    recipe : Recipe
        What is to be fitted.
    reference : ndarray, shape (n_cases, n_indicators)
        Treated values of the reference years, filled over time, NaN = missing.
    treatment : tuple of Step
        Fitted treatment, which the plan carries.
    groups, years : ndarray, optional
        Group (for imputation) and year of each case.

    Raises
    ------
    MethodError
        If an indicator is constant or absent, or a method refuses its data.
    """
    lower_better = np.array(recipe.lower_better, dtype=bool)
    imputation = None
    if recipe.impute != NONE:
        method, options = chosen(impute.METHODS, recipe.impute, "impute")
        fitted = method.fit(reference, names=recipe.indicators, groups=groups, **options)
        imputation = Step(recipe.impute, tuple(range(len(recipe.indicators))), fitted)
    plan = Plan(recipe.indicators, lower_better, recipe.low, recipe.high, treatment, imputation, (), ())
    values = impute_between(plan, reference, groups)
    plan = replace(plan, normalisation=fit_normalisation(recipe, values, lower_better))
    y = normalised(plan, values)
    return replace(plan, nodes=fit_nodes(recipe, plan, y, years))


def fit_normalisation(recipe: Recipe, values: np.ndarray, lower_better: np.ndarray) -> tuple[Step, ...]:
    """Fit the normalisation of each indicator on treated and imputed reference values."""
    steps = []
    for choice, columns in together(recipe.normalise):
        method, options = chosen(normalise.METHODS, choice, "normalise")
        at = list(columns)
        names = tuple(recipe.indicators[j] for j in columns)
        given = [recipe.goalposts[j] for j in columns]
        parameters = method.fit(
            values[:, at], names=names, lower_better=lower_better[at], low=recipe.low, high=recipe.high, given=given,
            **options,
        )  # fmt: skip
        steps.append(Step(choice, columns, parameters))
    return tuple(steps)


def fit_nodes(recipe: Recipe, plan: Plan, y: np.ndarray, years: np.ndarray | None) -> tuple[Node, ...]:
    """Fit weights and aggregation of every node, bottom-up, on normalised reference values.

    The range of `recipe` is that on which entropy is fitted, that of `plan` the one on which nodes are aggregated.
    """
    years = np.zeros(len(y), dtype=int) if years is None else years
    at = {name: j for j, name in enumerate(recipe.indicators)}
    stack = [y[:, j] for j in range(y.shape[1])]
    nodes: list[Node] = []
    for group in recipe.groups:
        columns = tuple(at[name] for name in group.members)
        values = np.column_stack([stack[j] for j in columns])
        unit = unit_scale(values, recipe.low, recipe.high)
        with located(group.id):
            with warned(group.id):
                weights = weight.fit_weights(group.weight, weight.Level(group.members, values, unit, years))
            method, options = chosen(aggregate.METHODS, group.aggregate, "aggregate")
            _refuse_below(group, values, floor(group.aggregate.method, options, plan.low), plan.high)
            parameters = method.fit(values, weights, names=group.members, **options)
            node = Node(group.id, columns, weights, group.aggregate.method, options, parameters, group.min_share)
            present = aggregate.present_weights(values, weights, node.min_share)
            stack.append(value(plan, node, values, present, group.members))
        nodes.append(node)
        at[group.id] = len(stack) - 1
    return tuple(nodes)


def _refuse_below(group: Group, values: np.ndarray, least: float | None, high: float | None) -> None:
    """Later values under the range may be floored; reference values must not be, or the mean is of other numbers."""
    if least is None or high is None:
        return
    below = values < least - ROUNDING * (high - least)
    if below.any():
        j = int(below.any(axis=0).argmax())
        raise MethodError(
            f"{int(below[:, j].sum())} reference values of {group.members[j]!r} lie below {least:g}, where a "
            f"{group.aggregate.method} mean would floor them (least {np.nanmin(values[:, j]):.6g})",
            where="aggregate",
            remedy="normalise by a method that keeps them inside the range, or aggregate otherwise",
        )


def unit_scale(y: np.ndarray, low: float | None, high: float | None) -> np.ndarray:
    """Return values on [0, 1]: by the published range, or by each column's own extremes where there is none.

    Entropy depends on the origin of the scale, so at every level it is fitted on [0, 1], whatever range is published.
    """
    if low is not None and high is not None:
        unit = (y - low) / (high - low)
        # a mean of values at the low end may come out a rounding below it, where there is no entropy
        return np.where((unit < 0) & (unit > -ROUNDING), 0.0, unit)
    present = np.isfinite(y)
    least = np.where(present, y, np.inf).min(axis=0)
    width = np.where(present, y, -np.inf).max(axis=0) - least
    return np.asarray((y - least) / np.where(width > 0, width, 1.0))
