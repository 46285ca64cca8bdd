"""Weights within one level: non-negative, sum 1. One method a file; `METHODS` names them.

A method's `fit(level, **options)` gives the weights in the order of `level.names`; there is nothing to apply.
Entropy, CRITIC and dispersion are fitted on `level.unit`, the others on `level.y` (see `Level`).

Traits of a method: "given" (weights do not come from the data), "correlations" (they are read from correlations, so
that these must be adequate), "positive" (values must be at least 0).
"""

from __future__ import annotations

from typing import Any

from indexer.methods import Method
from indexer.statistics.noise import random_eigenvalues
from indexer.weight import (
    ahp,
    combined,
    critic,
    dispersion,
    entropy,
    equal,
    expert,
    factor,
    importance,
    pca,
    scatter,
)
from indexer.weight.ahp import RATIO_MOST, Consistency, ConsistencyWarning, ahp_consistency, ahp_weights, consistencies
from indexer.weight.combined import combined_weights
from indexer.weight.components import PrincipalComponents, principal_components
from indexer.weight.critic import critic_weights
from indexer.weight.dispersion import dispersion_weights
from indexer.weight.entropy import dispersion_share, entropy_weights
from indexer.weight.equal import equal_weights
from indexer.weight.expert import expert_weights
from indexer.weight.factor import factor_weights, rotated_loadings
from indexer.weight.fit import WEIGHT_DECIMALS, evidence, fit_weights, label, rests_on_correlations
from indexer.weight.importance import importance_weights
from indexer.weight.level import Level
from indexer.weight.pca import pca_weights
from indexer.weight.scatter import scatter_weights
from indexer.weight.signs import pca_sign_stability

METHODS: dict[str, Method] = {
    "equal": equal.METHOD,
    "expert": expert.METHOD,
    "ahp": ahp.METHOD,
    "entropy": entropy.METHOD,
    "critic": critic.METHOD,
    "dispersion": dispersion.METHOD,
    "pca": pca.METHOD,
    "factor": factor.METHOD,
    "scatter": scatter.METHOD,
    "combined": combined.METHOD,
    "importance": importance.METHOD,
}

__all__ = [
    "METHODS",
    "RATIO_MOST",
    "WEIGHT_DECIMALS",
    "Consistency",
    "ConsistencyWarning",
    "Level",
    "PrincipalComponents",
    "ahp_consistency",
    "ahp_weights",
    "combined_weights",
    "consistencies",
    "critic_weights",
    "dispersion_share",
    "dispersion_weights",
    "entropy_weights",
    "equal_weights",
    "evidence",
    "expert_weights",
    "factor_weights",
    "fit_weights",
    "importance_weights",
    "label",
    "pca_sign_stability",
    "pca_weights",
    "principal_components",
    "random_eigenvalues",
    "rests_on_correlations",
    "rotated_loadings",
    "scatter_weights",
]


def __getattr__(name: str) -> Any:
    if name == "Weighting":  # its base classes are heavy
        from indexer.weight.estimator import Weighting

        return Weighting
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
