"""Weights given by the user."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option
from indexer.weight.level import Level
from indexer.weight.options import is_number


def expert_weights(names: tuple[str, ...], weights: Mapping[str, float]) -> np.ndarray:
    """Return the given weights in the order of `names`.

    Raises
    ------
    MethodError
        If a name has no weight, a weight has no name, one is no number or negative, or they do not sum to 1 (within
        1e-9).
    """
    if set(names) != set(weights):
        odd = sorted(set(names) ^ set(weights))
        raise MethodError(f"expert weights and members differ: {', '.join(odd)}", remedy="give every member one weight")
    odd = [name for name in names if not is_number(weights[name])]
    if odd:
        raise MethodError(f"the expert weight of {odd[0]} is {weights[odd[0]]!r}", remedy="write a number")
    values = np.array([float(weights[name]) for name in names])
    if not np.isfinite(values).all() or np.any(values < 0) or abs(values.sum() - 1.0) > 1e-9:
        raise MethodError(
            f"expert weights must be non-negative and sum to 1 (they sum to {values.sum():g})", remedy="rescale them"
        )
    return values


def _fit(level: Level, weights: Mapping[str, float]) -> np.ndarray:
    return expert_weights(level.names, weights)


METHOD = Method(fit=_fit, options={"weights": Option(kind="numbers", required=True)}, traits=frozenset({"given"}))
