"""Analysis of an index: adequacy of its weights, explanation of its changes, size."""

from indexer.analyse.adequacy import bartlett, cronbach_alpha, kmo
from indexer.analyse.explain import decompose

__all__ = ["bartlett", "cronbach_alpha", "decompose", "kmo"]
