"""Analysis of an index: adequacy of its weights, explanation of its changes, size, validity, inequality."""

from indexer.analyse.adequacy import Check, checks
from indexer.analyse.alpha import alpha_if_deleted, cronbach_alpha
from indexer.analyse.compare import compare, scatter
from indexer.analyse.convergence import convergence
from indexer.analyse.explain import decompose
from indexer.analyse.importance import correlation_ratio, importance
from indexer.analyse.inequality import inequality
from indexer.analyse.observed import within_cells, within_observed
from indexer.analyse.overtaking import overtakings
from indexer.analyse.parallel import parallel_analysis
from indexer.analyse.rotate import rotate
from indexer.analyse.sobol import sobol
from indexer.analyse.suitability import bartlett, kmo

__all__ = [
    "Check",
    "alpha_if_deleted",
    "bartlett",
    "checks",
    "compare",
    "convergence",
    "correlation_ratio",
    "cronbach_alpha",
    "decompose",
    "importance",
    "inequality",
    "kmo",
    "overtakings",
    "parallel_analysis",
    "rotate",
    "scatter",
    "sobol",
    "within_cells",
    "within_observed",
]
