"""Aggregation of normalised values, bottom-up. One method a file; `METHODS` names them.

Traits of a method: "positive" (values must be above 0: those below the range's start are floored there by the caller),
"mean_above_zero" (the mean of a case must be, and nothing is floored), "unit" (the result is in [0, 1]: the caller
spreads it over the range), "monotone" (raising a member never lowers the aggregate), "linear" and "divisia" (changes
split exactly by differences, or by differences of logarithms).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.aggregate.arithmetic import METHOD as ARITHMETIC
from indexer.aggregate.arithmetic import arithmetic
from indexer.aggregate.geometric import METHOD as GEOMETRIC
from indexer.aggregate.geometric import geometric, log_mean
from indexer.aggregate.harmonic import METHOD as HARMONIC
from indexer.aggregate.harmonic import harmonic
from indexer.aggregate.mazziotta_pareto import METHOD as MAZZIOTTA_PARETO
from indexer.aggregate.mazziotta_pareto import mazziotta_pareto
from indexer.aggregate.power import METHOD as POWER
from indexer.aggregate.power import power
from indexer.aggregate.present import present_weights
from indexer.aggregate.topsis import METHOD as TOPSIS
from indexer.aggregate.topsis import topsis
from indexer.methods import Method

if TYPE_CHECKING:
    from indexer.aggregate.estimator import Aggregation as Aggregation

METHODS: dict[str, Method] = {
    "arithmetic": ARITHMETIC,
    "geometric": GEOMETRIC,
    "harmonic": HARMONIC,
    "power": POWER,
    "topsis": TOPSIS,
    "mazziotta_pareto": MAZZIOTTA_PARETO,
}
"""Aggregations by the names used in editions."""

__all__ = [
    "METHODS",
    "Aggregation",
    "arithmetic",
    "geometric",
    "harmonic",
    "log_mean",
    "mazziotta_pareto",
    "power",
    "present_weights",
    "topsis",
]


def __getattr__(name: str) -> Any:
    # scikit-learn is loaded only by those who ask for the estimator
    if name == "Aggregation":
        from indexer.aggregate.estimator import Aggregation

        return Aggregation
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
