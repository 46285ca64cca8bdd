"""The tree of aggregations: its nodes, and how their values are made from those of their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from indexer.aggregate import METHODS, present_weights
from indexer.located import located
from indexer.methods import Parameters


@dataclass(frozen=True, eq=False)
class Node:
    """A set, a group of sets or the index: which columns it takes, with which weights, by which aggregation.

    `columns` count the indicators first and then the nodes that stand before this one.
    """

    id: str
    columns: tuple[int, ...]
    weights: np.ndarray
    aggregate: str
    options: Mapping[str, Any]
    parameters: Parameters
    min_share: float


class Tree(Protocol):
    """Indicators and the nodes above them, bottom-up, the index last; low and high are None without a range."""

    @property
    def indicators(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def low(self) -> float | None: ...  # noqa: D102
    @property
    def high(self) -> float | None: ...  # noqa: D102
    @property
    def nodes(self) -> Sequence[Node]: ...  # noqa: D102


def traits(node: Node) -> frozenset[str]:
    """Return the traits of a node's aggregation."""
    return METHODS[node.aggregate].traits


def floor(method: str, options: Mapping[str, Any], low: float | None) -> float | None:
    """Return the value below which an aggregation takes none: the start of the range, where it needs values above 0.

    No such mean exists at or below 0: later values under the reference range are floored, so that none is left out. A
    power mean with p > 0 exists at 0, the arithmetic one (p = 1) everywhere.
    """
    if low is None or "positive" not in METHODS[method].traits:
        return None
    p = options.get("p", -1.0)
    return None if p == 1 else low if p <= 0 else max(0.0, min(low, 0.0))


def floored(plan: Tree, node: Node, y: np.ndarray) -> np.ndarray:
    """Return members' values as the node takes them: not below its floor."""
    least = floor(node.aggregate, node.options, plan.low)
    return y if least is None else np.where(y < least, least, y)


def value(plan: Tree, node: Node, y: np.ndarray, weights: np.ndarray, names: tuple[str, ...] = ()) -> np.ndarray:
    """Return the values of a node.

    Parameters
    ----------
    plan : Tree
    node : Node
    y, weights : ndarray, shape (n_cases, n_members)
        Values of the members, and their weights rescaled over those present.
    names : tuple of str
        Names of the members, for errors.
    """
    apply = METHODS[node.aggregate].apply
    if apply is None:
        raise TypeError(f"the aggregation {node.aggregate} cannot be applied")
    values = np.asarray(apply(floored(plan, node, y), weights, node.parameters, names=names, **node.options))
    if "unit" in traits(node) and plan.low is not None and plan.high is not None:
        return plan.low + (plan.high - plan.low) * values
    return values


def climb(plan: Tree, normalised: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Aggregate bottom-up.

    Parameters
    ----------
    plan : Tree
    normalised : ndarray, shape (n_cases, n_indicators)

    Returns
    -------
    stack : ndarray, shape (n_cases, n_indicators + n_nodes)
        Values of indicators and nodes, the index last.
    weights : list of ndarray, shape (n_cases, n_members)
        Of each node: the weights rescaled over its present members.
    """
    n = len(plan.indicators)
    names = (*plan.indicators, *(node.id for node in plan.nodes))
    stack = np.empty((len(normalised), n + len(plan.nodes)))
    stack[:, :n] = normalised
    weights = []
    for k, node in enumerate(plan.nodes):
        # in one layout for any number of cases: the order in which numpy sums members depends on it
        y = np.ascontiguousarray(stack[:, list(node.columns)])
        weights.append(present_weights(y, node.weights, node.min_share))
        with located(node.id):
            stack[:, n + k] = value(plan, node, y, weights[k], tuple(names[j] for j in node.columns))
    return stack, weights
