"""One node's part of a game on a tree: every coalition of the members that change, enumerated."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from indexer.errors import MethodError, UsageError
from indexer.tree import Node, Tree, value

LIMIT = 20
"""Most evaluations, as a power of 2, that one indicator's value may take."""
BLOCK = 2**14
"""Evaluations at once, to bound memory."""


@dataclass(frozen=True)
class Lift:
    """Expected index at values of a branch.

    Attributes
    ----------
    at : callable
        From values to expected indices.
    slope : float or None
        Where that is a straight line.
    bits : int
        Evaluations that one value takes, as a power of 2.
    """

    at: Callable[[np.ndarray], np.ndarray]
    slope: float | None
    bits: int


class Game:
    """The members of one node that change, and its weights where they do (the last player then).

    Parameters
    ----------
    plan : Tree
    node : Node
    y : ndarray, shape (2, n_members)
        Values of the members with all players before, and all after.
    w : pair of ndarray, shape (n_members,)
        Weights before and after.
    players : list of int
        Members that change.
    above : Lift
        From the node's values to the index.

    Raises
    ------
    UsageError
        If there are too many players to enumerate.
    """

    def __init__(
        self, plan: Tree, node: Node, y: np.ndarray, w: tuple[np.ndarray, np.ndarray], players: list[int], above: Lift
    ):
        self.plan, self.node, self.y, self.w, self.players, self.above = plan, node, y, w, players, above
        self.reweighted = not np.array_equal(*w)
        self.q = len(players) + self.reweighted
        if above.bits + self.q > LIMIT:
            raise UsageError(
                f"exact contributions take 2^{above.bits + self.q} evaluations: too many members change at once",
                where=node.id,
                remedy=f"group its members into sets (at most {LIMIT} that change, together with those of the nodes "
                "above), or aggregate by arithmetic or geometric means throughout",
            )
        # γ(R) by the number of players in R
        self.gamma = np.array([1 / (self.q * math.comb(self.q - 1, s)) for s in range(self.q)])

    def shapley(self) -> np.ndarray:
        """Return the share of each player."""
        codes = np.arange(2**self.q)
        total = np.concatenate([self._index(codes[i : i + BLOCK]) for i in range(0, len(codes), BLOCK)])
        shares = np.empty(self.q)
        for p in range(self.q):
            pairs = total.reshape(-1, 2, 2**p)
            high, low = (np.bitwise_count(np.arange(size)) for size in pairs.shape[::2])
            shares[p] = (self.gamma[high[:, None] + low] * (pairs[:, 1] - pairs[:, 0])).sum()
        return shares

    def lift(self, p: int) -> Lift:
        """Return the expected index at values of the p-th player, a branch."""
        rest = np.arange(2 ** (self.q - 1))
        # room for player p's own binary digit
        codes = (rest >> p << (p + 1)) | (rest & (2**p - 1))
        gamma = self.gamma[np.bitwise_count(rest)]

        def at(v: np.ndarray) -> np.ndarray:
            out = np.zeros(len(v))
            step = max(1, BLOCK // len(codes))
            for i in range(0, len(v), step):
                part = v[i : i + step]
                for r in range(0, len(codes), BLOCK):
                    some = codes[r : r + BLOCK]
                    index = self._index(np.tile(some, len(part)), p, np.repeat(part, len(some)))
                    out[i : i + step] += index.reshape(len(part), -1) @ gamma[r : r + BLOCK]
            return out

        return Lift(at, None, self.above.bits + self.q - 1)

    def _index(self, codes: np.ndarray, p: int | None = None, v: np.ndarray | None = None) -> np.ndarray:
        """Return the expected index for coalitions (binary digits of the codes), player p at values of its own."""
        joined = (codes[:, None] >> np.arange(self.q)) & 1 == 1
        players = self.players
        y = np.repeat(self.y[:1], len(codes), axis=0)
        y[:, players] = np.where(joined[:, : len(players)], self.y[1, players], self.y[0, players])
        if p is not None:
            y[:, players[p]] = v
        after = joined[:, -1:] if self.reweighted else np.zeros((len(codes), 1), dtype=bool)
        try:
            return self.above.at(value(self.plan, self.node, y, np.where(after, self.w[1], self.w[0])))
        except MethodError as error:
            raise UsageError(
                f"the change has no exact contributions: a mixture of the two cases has no value ({error.message})",
                where=self.node.id,
                remedy="explain a shorter step, or normalise to a range that starts above 0",
            ) from None
