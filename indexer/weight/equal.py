"""Equal weights."""

from __future__ import annotations

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method
from indexer.weight.level import Level


def equal_weights(n: int) -> np.ndarray:
    """Return n weights of 1/n.

    Raises
    ------
    MethodError
        If there is nothing to weight.
    """
    if n < 1:
        raise MethodError("no member to weight", remedy="give at least one")
    return np.full(n, 1.0 / n)


def _fit(level: Level) -> np.ndarray:
    return equal_weights(len(level.names))


METHOD = Method(fit=_fit, traits=frozenset({"given"}))
