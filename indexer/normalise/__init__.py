"""Normalisation: indicators on one scale, better always higher.

A method is fitted on the reference cases, `fit(x, *, names, lower_better, low, high, given, **options)`, and applied to
any, `apply(x, parameters, *, names, lower_better, low, high, **options)`; both take `x` as cases × indicators with NaN
for missing, which stays missing. Traits: `range` (the result is spread over [low, high]), `goalposts` (its bounds are
given), `positive` (values must be at least 0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.methods import Method
from indexer.normalise import goalpost, linear, percentile, ratio, zscore
from indexer.normalise.goalpost import goalposts
from indexer.normalise.linear import bounds, distance_to_best, min_max
from indexer.normalise.percentile import percentile_rank
from indexer.normalise.ranks import borda, rank
from indexer.normalise.ratio import distance_to_reference
from indexer.normalise.scale import outside, reverse, to_range
from indexer.normalise.zscore import z_score

if TYPE_CHECKING:
    from indexer.normalise.estimator import Normalisation as Normalisation

METHODS: dict[str, Method] = {
    "min_max": linear.METHOD,
    "goalposts": goalpost.METHOD,
    "z_score": zscore.METHOD,
    "percentile_rank": percentile.METHOD,
    "distance_to_reference": ratio.METHOD,
}

__all__ = [
    "METHODS",
    "Normalisation",
    "borda",
    "bounds",
    "distance_to_best",
    "distance_to_reference",
    "goalposts",
    "min_max",
    "outside",
    "percentile_rank",
    "rank",
    "reverse",
    "to_range",
    "z_score",
]


def __getattr__(name: str) -> Any:
    # The estimator alone needs scikit-learn, which costs more to import than everything else here.
    if name == "Normalisation":
        from indexer.normalise.estimator import Normalisation

        return Normalisation
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
