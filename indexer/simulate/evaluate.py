"""Scores of a block of draws in a space: numbers happen on arrays over the whole block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexer.assumptions import LEVELS
from indexer.simulate.block import aggregate
from indexer.simulate.space import Key, Space
from indexer.tree import Node

ENOUGH = 1000
"""Draws times cases that are worth a call of their own."""
Noise = Callable[[np.ndarray], np.ndarray]
"""Takes shapes of gamma distributions (draws × weights) and returns one variate for each."""


@dataclass(frozen=True, eq=False)
class Block:
    """Scores of draws (n_draws × n_cases, NaN = none), and why a draw failed ("" = it did not)."""

    scores: np.ndarray
    reasons: np.ndarray


@dataclass(frozen=True, eq=False)
class Shape:
    """The weights of all nodes side by side: where each node's begin, and which column each is of."""

    starts: np.ndarray
    node: np.ndarray
    columns: np.ndarray
    concentration: np.ndarray
    masks: np.ndarray


def shape_of(space: Space) -> Shape:
    """Return how the weights of a space stand side by side."""
    nodes = space.plan.nodes
    sizes = [len(node.columns) for node in nodes]
    node = np.repeat(np.arange(len(nodes)), sizes)
    columns = np.concatenate([node.columns for node in nodes])
    given = space.assumptions.concentration or {}
    concentration = np.array([given.get(LEVELS[level], 0.0) for level in space.levels])[node]
    masks = np.ones((len(space.left_out) + 1, len(columns)))
    n = len(space.plan.indicators)
    for number, left in enumerate(space.left_out, 1):
        gone = set(left)
        for k, one in enumerate(nodes):
            # a set of which everything is left out leaves its parent too
            if gone >= set(one.columns):
                gone.add(n + k)
        masks[number, np.isin(columns, list(gone))] = 0.0
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return Shape(starts, node, columns, concentration, masks)


def evaluate(space: Space, shape: Shape, picks: Mapping[str, np.ndarray], noise: Noise | None) -> Block:
    """Score a block of draws.

    Parameters
    ----------
    space : Space
    shape : Shape
        Of the same space.
    picks : mapping of name to ndarray of int, shape (n_draws,)
        Which alternative of each assumption (`Space.sizes`) each draw takes.
    noise : callable, optional
        Draws gamma variates for the weights; None where they stay as fitted.
    """
    n_draws = len(next(iter(picks.values())))
    keys = np.column_stack([picks["treatment"], picks["normalisation"], *_levels(picks)])
    _, firsts, group = np.unique(_code(keys), return_index=True, return_inverse=True)
    unique = keys[firsts]
    fitted = [space.nodes(_key(row)) for row in unique]
    reasons = np.array([one if isinstance(one, str) else "" for one in fitted], dtype=object)[group]
    base = np.array([_flat(one, len(shape.node)) for one in fitted])
    kept = drawn_weights(shape, base[group], picks["leave_out"], None)
    weights = kept if noise is None else drawn_weights(shape, kept, np.zeros(n_draws, dtype=int), noise)
    scores = np.full((n_draws, len(space.economies) * len(space.years)), np.nan)
    positive = np.array([space.positive(_key(row)) for row in unique])[group]
    run = np.flatnonzero(reasons == "")
    if run.size:
        _climb(space, shape, picks, run, group, fitted, positive, (weights, kept), scores)
    lost = np.isnan(scores).all(axis=1) & (reasons == "")
    reasons[lost] = "a mean that does not exist: values at or below 0"
    return Block(scores, reasons)


def drawn_weights(shape: Shape, base: np.ndarray, left: np.ndarray, noise: Noise | None) -> np.ndarray:
    """Return the weights of each draw: without what is left out, and drawn about what remains.

    Parameters
    ----------
    shape : Shape
    base : ndarray, shape (n_draws, n_weights)
        Fitted weights.
    left : ndarray of int, shape (n_draws,)
        Which group of columns is left out; 0 = none.
    noise : callable or None
    """
    weights = base if not left.any() else _rescaled(shape, base * shape.masks[left])
    if noise is None or not shape.concentration.any():
        return weights
    moving = shape.concentration > 0
    gammas = weights.copy()
    gammas[:, moving] = noise(weights[:, moving] * shape.concentration[moving])
    return _rescaled(shape, gammas)


def _rescaled(shape: Shape, weights: np.ndarray) -> np.ndarray:
    total = np.add.reduceat(weights, shape.starts, axis=1)
    return np.asarray(weights / np.where(total > 0, total, 1.0)[:, shape.node])


def _levels(picks: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    return [picks[f"{what}_{level}"] for what in ("weighting", "aggregation") for level in LEVELS]


def _key(row: np.ndarray) -> Key:
    t, k, *rest = (int(one) for one in row)
    return (t, k, rest[0], rest[1], rest[2], rest[3])


def _flat(nodes: tuple[Node, ...] | str, n: int) -> np.ndarray:
    if isinstance(nodes, str):
        return np.zeros(n)
    # to the last digit, as where they are rescaled over present members
    return np.concatenate([node.weights / node.weights.sum() for node in nodes])


def _climb(
    space: Space,
    shape: Shape,
    picks: Mapping[str, np.ndarray],
    run: np.ndarray,
    group: np.ndarray,
    fitted: list[Any],
    positive: np.ndarray,
    weights: tuple[np.ndarray, np.ndarray],
    scores: np.ndarray,
) -> None:
    """Aggregate bottom-up: draws with the same methods together. `weights` are those drawn, and those fitted."""
    nodes, levels = space.plan.nodes, space.levels
    stack = np.empty((len(nodes), len(group), scores.shape[1]))
    n = len(space.plan.indicators)
    parted = [_parted(fitted, levels, level) for level in (0, 1)]
    for level, name in enumerate(LEVELS):
        codes = (picks[f"aggregation_{name}"], positive, group if parted[level] else np.zeros_like(group))
        for same in _runs(run, *codes):
            chosen = fitted[group[same[0]]]
            raised = bool(positive[same[0]])
            low, high = space.range(raised)
            parts = _values(space, picks, same, raised) if level == 0 else [(same, None, None)]
            for rows, values, number in parts:
                for k, node in enumerate(nodes):
                    if levels[k] != level:
                        continue
                    one, columns = chosen[k], list(node.columns)
                    if values is None:
                        y = _members(stack, [column - n for column in columns], rows)
                    elif number is None:
                        y = values[:, columns]
                    else:
                        y = values[:, :, columns].transpose(2, 0, 1)[:, number]
                    at = slice(shape.starts[k], shape.starts[k] + len(columns))
                    stack[k, rows] = aggregate(
                        one.aggregate, one.options, one.parameters, y, weights[0][rows, at], node.min_share, low, high,
                        weights[1][rows, at],
                    )  # fmt: skip
    scores[run] = stack[-1, run]


def _values(
    space: Space, picks: Mapping[str, np.ndarray], rows: np.ndarray, raised: bool
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """Return values of the indicators: draws that share them and these values, or all draws, values and their numbers.

    One at a time where that is enough work for a call; else together, each draw with a copy of its own.
    """
    sources = list(space.cells.sets)
    names = ["treatment", "normalisation", *sources]
    shared = _runs(rows, *(picks[name] for name in names))
    tables = []
    for one in shared:
        t, k, *drawn = (int(picks[name][one[0]]) for name in names)
        tables.append(space.shown(t, k, raised, tuple(drawn)))
    if len(rows) * len(tables[0]) >= ENOUGH * len(tables):
        return [(one, values, None) for one, values in zip(shared, tables, strict=True)]
    together = np.concatenate(shared)
    return [(together, np.array(tables), np.repeat(np.arange(len(shared)), [len(one) for one in shared]))]


def _members(stack: np.ndarray, columns: list[int], rows: np.ndarray) -> np.ndarray:
    """Return values of nodes in some draws, without a copy where they stand together and all draws are wanted."""
    first, last = columns[0], columns[-1]
    part = stack[first : last + 1] if columns == list(range(first, last + 1)) else stack[columns]
    return part if len(rows) == stack.shape[1] else part[:, rows]


def _runs(rows: np.ndarray, *codes: np.ndarray) -> list[np.ndarray]:
    """Return the rows grouped by equal codes."""
    code = _code(np.column_stack([one[rows] for one in codes]))
    order = np.argsort(code, kind="stable")
    cuts = np.flatnonzero(np.diff(code[order])) + 1
    return np.split(rows[order], cuts)


def _code(table: np.ndarray) -> np.ndarray:
    """Return one whole number for each row: equal for equal rows, and in their order."""
    code = np.zeros(len(table), dtype=np.int64)
    for column in table.T.astype(np.int64):
        code = code * (int(column.max()) + 1) + column
    return code


def _parted(fitted: list[Any], levels: list[int], level: int) -> bool:
    """Tell whether an aggregation of a level has parameters that were fitted, on values that differ among draws."""
    return any(
        any(one.parameters)
        for nodes in fitted
        if not isinstance(nodes, str)
        for one, at in zip(nodes, levels, strict=True)
        if at == level
    )
