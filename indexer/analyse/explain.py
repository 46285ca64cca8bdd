"""What changed: contributions of indicators to the change of an index, adding up exactly, for any tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from indexer.aggregate import log_mean
from indexer.analyse import owen
from indexer.errors import UsageError
from indexer.tree import Node, Tree, climb, floored, traits

Part = tuple[tuple[str, ...], int, float, float]
"""Path, indicator's column, value, coverage."""


@dataclass(frozen=True)
class Contribution:
    """Part of the change of the index that an indicator explains: through its value, and through coverage.

    `path` names the nodes above the indicator, from its set up to the one below the index (the index itself where
    nothing stands between). `coverage` is what comes from weights that were rescaled because present cells differ
    between the two cases.
    """

    path: tuple[str, ...]
    indicator: str
    before: float
    after: float
    value: float
    coverage: float

    @property
    def set(self) -> str:
        """The node right above the indicator."""
        return self.path[0]


def decompose(plan: Tree, normalised: np.ndarray) -> tuple[list[Contribution], float]:
    """Split the change of the index between two cases into contributions of indicators.

    Arithmetic nodes: Σ w̄ Δy + Σ ȳ Δw. Geometric nodes: log-mean Divisia on logarithms, L(v1, v0)(Σ w̄ Δln y + Σ ln̄y
    Δw). Nested nodes of these two chain: what a node contributes is split over its members in proportion. Where
    any node is of another kind the whole tree is split by Owen values (`indexer.analyse.owen`). A member present
    on one side only is held at the value it has: its entry or exit is coverage.

    Parameters
    ----------
    plan : Tree
        Indicators, nodes (bottom-up, the index last) and range.
    normalised : ndarray, shape (2, n_indicators)
        Normalised values of the case before and the case after, NaN = missing.

    Returns
    -------
    contributions : list of Contribution
    change : float
        Index after less index before; the contributions sum to it within 1e-12 of its scale.

    Raises
    ------
    UsageError
        If one of the two cases has no index, or Owen values would take too many evaluations.

    References
    ----------
    Ang (2004), Energy Policy 32(9), 1131-1139 (log-mean Divisia). Owen (1977), in Mathematical Economics and Game
    Theory, Springer, 76-88.
    """
    normalised = np.asarray(normalised, dtype=float)
    stack, weights = climb(plan, normalised)
    before, after = (float(v) for v in stack[:, -1])
    if not np.isfinite(stack[:, -1]).all():
        raise UsageError("one of the two has no index: too little of its weight is present")
    chain = all(traits(node) & {"linear", "divisia"} for node in plan.nodes)
    parts = chained(plan, stack, weights) if chain else owen.parts(plan, stack, weights)
    return [
        Contribution(path, plan.indicators[j], float(normalised[0, j]), float(normalised[1, j]), value, coverage)
        for path, j, value, coverage in parts
    ], after - before


def chained(plan: Tree, stack: np.ndarray, weights: list[np.ndarray]) -> Iterator[Part]:
    """Split the change of a tree of arithmetic and geometric means.

    Parameters
    ----------
    plan : Tree
    stack : ndarray, shape (2, n_indicators + n_nodes)
        Values of both cases.
    weights : list of ndarray, shape (2, n_members)
        Rescaled weights of each node.

    Yields
    ------
    path, column, value, coverage
    """
    n = len(plan.indicators)

    def down(k: int, slope: float, shift: float, path: tuple[str, ...]) -> Iterator[Part]:
        node, columns = plan.nodes[k], list(plan.nodes[k].columns)
        slopes, shifts = _level(plan, node, stack[:, columns], weights[k], stack[:, n + k])
        share = node.weights / node.weights.sum()
        for i, column in enumerate(columns):
            own, moved = slope * float(slopes[i]), slope * float(shifts[i]) + shift * float(share[i])
            if column >= n:
                yield from down(column - n, own, moved, (plan.nodes[column - n].id, *path))
            else:
                pair = stack[:, column]
                change = float(pair[1] - pair[0]) if np.isfinite(pair).all() else 0.0
                yield path or (node.id,), column, own * change, moved

    yield from down(len(plan.nodes) - 1, 1.0, 0.0, ())


def _level(
    plan: Tree, node: Node, y: np.ndarray, weights: np.ndarray, total: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return slope and shift of each member: its part of the node's change is slope · Δy + shift."""
    if not np.isfinite(total).all():
        # a node that is not there on one side is held above: nothing of it moves
        return np.zeros(y.shape[1]), np.zeros(y.shape[1])
    both = np.isfinite(y).all(axis=0)
    mean_weight = np.where(both, weights.mean(axis=0), 0.0)
    moved = weights[1] - weights[0]
    # A member absent on one side has no change of its own: its entry or exit is coverage, at the value it has.
    filled = np.where(np.isfinite(y), y, y[::-1])
    known = np.isfinite(filled).all(axis=0)
    # Weights that move are counted from the node's own level, so that the origin of the scale does not matter.
    if "linear" in traits(node):
        return mean_weight, (np.where(known, filled, 0.0).mean(axis=0) - total.mean()) * moved
    raised = np.where(known, floored(plan, node, filled), 1.0)
    scale = log_mean(float(total[1]), float(total[0]))
    means = np.array([log_mean(float(b), float(a)) for a, b in raised.T])
    # below the floor a value moves nothing: only the part of its change above the floor counts
    change = np.where(both, filled[1] - filled[0], 0.0)
    above = np.where(change != 0, (raised[1] - raised[0]) / np.where(change != 0, change, 1.0), 1.0)
    apart = np.log(raised).mean(axis=0) - np.log(total).mean()
    return scale * mean_weight / means * above, apart * moved * scale
