"""Owen values of a change: Shapley values within each node of the tree, exact for any aggregation.

A game on the tree: each indicator stands at its value before or after. A node's members join in every order, and all
indicators below a member join together, in every order of their own. Coverage is a second game: each node's weights
stand as they are before or after. The two changes follow each other in both orders, and the mean is taken.

With L_b(v) the expected index when branch b has the value v, over the orders of everything beside it, a member c of b
has L_c(v) = Σ_R γ(R) L_b(F_b(R after, the rest before, c = v)), γ(R) = |R|!(q-1-|R|)!/q!; the Owen value of an
indicator is Σ_T γ(T) (L_b(F_b(T + j)) - L_b(F_b(T))). Members that do not change are no players.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from indexer.analyse.game import Game, Lift
from indexer.tree import Node, Tree, traits, value


@dataclass(eq=False)
class Leaf:
    """An indicator: column, values of both cases (filled), and what was attributed to it."""

    column: int
    pair: tuple[float, float]
    value: float = 0.0
    coverage: float = 0.0


@dataclass(eq=False)
class Branch:
    """A node: weights of both cases (held where it is absent), members, and member values in the present game."""

    node: Node
    weights: tuple[np.ndarray, np.ndarray]
    members: list[Leaf | Branch]
    y: np.ndarray = field(default_factory=lambda: np.empty(0))
    w: tuple[np.ndarray, np.ndarray] = (np.empty(0), np.empty(0))
    players: list[int] = field(default_factory=list)

    @property
    def reweighted(self) -> bool:
        """Whether its own weights are a player of the present game."""
        return not np.array_equal(*self.w)


def parts(
    plan: Tree, stack: np.ndarray, weights: list[np.ndarray]
) -> Iterator[tuple[tuple[str, ...], int, float, float]]:
    """Split the change of any tree.

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

    Raises
    ------
    UsageError
        If more members change than can be enumerated, or a mixture of the two cases has no value.

    References
    ----------
    Owen (1977), Values of games with a priori unions, in Mathematical Economics and Game Theory, Springer, 76-88.
    """
    root = _held(plan, stack, weights, len(plan.nodes) - 1, None)
    for side in (0, 1):
        for values, pattern in (((0, 1), (side, side)), ((side, side), (0, 1))):
            _stand(plan, root, values, pattern)
            _spread(plan, root, Lift(lambda v: v, 1.0, 0))
    yield from _leaves(root, ())


def _held(plan: Tree, stack: np.ndarray, weights: list[np.ndarray], k: int, side: int | None) -> Branch:
    """Return a node and all below it; with a side, as it stands there on both sides."""
    n = len(plan.indicators)
    members: list[Leaf | Branch] = []
    for column in plan.nodes[k].columns:
        here = np.isfinite(stack[:, column])
        own = side if side is not None or here.all() or not here.any() else int(np.flatnonzero(here)[0])
        if column >= n:
            members.append(_held(plan, stack, weights, column - n, own))
        else:
            a, b = (float(stack[s if own is None else own, column]) for s in (0, 1))
            members.append(Leaf(column, (a, b)))
    pair = weights[k] if side is None else weights[k][[side, side]]
    return Branch(plan.nodes[k], (pair[0], pair[1]), members)


def _stand(plan: Tree, branch: Branch, values: tuple[int, int], pattern: tuple[int, int]) -> np.ndarray:
    """Set up a game below a branch; return the branch's values with all players before and all after."""
    branch.w = (branch.weights[pattern[0]], branch.weights[pattern[1]])
    branch.y = np.empty((2, len(branch.members)))
    branch.players = []
    if not np.isfinite(branch.w).all():
        # absent on both sides: nothing plays
        branch.w = (np.zeros(len(branch.members)),) * 2
        branch.y[:] = np.nan
        return np.full(2, np.nan)
    for i, one in enumerate(branch.members):
        if isinstance(one, Leaf):
            branch.y[:, i] = one.pair[values[0]], one.pair[values[1]]
            moves = branch.y[0, i] != branch.y[1, i] and np.isfinite(branch.y[:, i]).all()
        else:
            branch.y[:, i] = _stand(plan, one, values, pattern)
            moves = bool(one.players) or one.reweighted
        if moves and (branch.w[0][i] > 0 or branch.w[1][i] > 0):
            branch.players.append(i)
    return value(plan, branch.node, branch.y, np.array(branch.w))


def _spread(plan: Tree, branch: Branch, lift: Lift) -> None:
    """Attribute what a branch contributes to its members, half of it: each game is played in both orders."""
    if lift.slope is not None and "linear" in traits(branch.node):
        y = np.nan_to_num(branch.y)
        slopes = lift.slope * (branch.w[0] + branch.w[1]) / 2
        found = dict(zip(branch.players, (slopes * (y[1] - y[0]))[branch.players], strict=True))
        reweighting = lift.slope * float((y.mean(axis=0) * (branch.w[1] - branch.w[0])).sum())
        below = {i: Lift(_line(float(slopes[i])), float(slopes[i]), 0) for i in branch.players}
    else:
        game = Game(plan, branch.node, branch.y, branch.w, branch.players, lift)
        direct = branch.reweighted or any(isinstance(branch.members[i], Leaf) for i in branch.players)
        shares = game.shapley() if direct else np.zeros(len(branch.players))
        found = dict(zip(branch.players, shares, strict=False))
        reweighting = float(shares[-1]) if branch.reweighted else 0.0
        below = {i: game.lift(p) for p, i in enumerate(branch.players)}
    for i in branch.players:
        one = branch.members[i]
        if isinstance(one, Leaf):
            one.value += float(found[i]) / 2
        else:
            _spread(plan, one, below[i])
    if reweighting:
        _cover(branch, reweighting / 2)


def _line(slope: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda v: slope * v


def _cover(branch: Branch, amount: float) -> None:
    """Attribute a change of weights to the members that enter or leave, in proportion to their weights."""
    moves = (branch.w[0] > 0) != (branch.w[1] > 0)
    weights = np.where(moves, branch.node.weights, 0.0)
    for one, share in zip(branch.members, weights / weights.sum(), strict=True):
        if share > 0:
            _pour(one, amount * float(share))


def _pour(one: Leaf | Branch, amount: float) -> None:
    if isinstance(one, Leaf):
        one.coverage += amount
        return
    for member, weight in zip(one.members, one.w[0], strict=True):
        if weight > 0:
            _pour(member, amount * float(weight))


def _leaves(branch: Branch, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int, float, float]]:
    for one in branch.members:
        if isinstance(one, Leaf):
            yield path or (branch.node.id,), one.column, one.value, one.coverage
        else:
            yield from _leaves(one, (one.node.id, *path))
