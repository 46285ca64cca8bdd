"""The methods of every stage by name, for whoever checks what an edition says."""

from __future__ import annotations

from collections.abc import Mapping

from indexer import aggregate, impute, normalise, treat, weight
from indexer.methods import Method

METHODS: Mapping[str, Mapping[str, Method]] = {
    "treat": treat.METHODS,
    "impute": impute.METHODS,
    "normalise": normalise.METHODS,
    "weight": weight.METHODS,
    "aggregate": aggregate.METHODS,
}
