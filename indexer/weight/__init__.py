"""Weights within one level: non-negative, sum 1. One method a file; `METHODS` names them."""

from indexer.weight.entropy import dispersion_share, entropy_weights
from indexer.weight.equal import equal_weights
from indexer.weight.expert import expert_weights
from indexer.weight.pca import PrincipalComponents, pca_weights, principal_components

METHODS = ("equal", "entropy", "pca", "expert")

__all__ = [
    "METHODS",
    "PrincipalComponents",
    "dispersion_share",
    "entropy_weights",
    "equal_weights",
    "expert_weights",
    "pca_weights",
    "principal_components",
]
