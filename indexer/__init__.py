"""A country-year AI development index from sourced facts, and the gravity estimates that use it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# One table: public name -> module that holds it. Loaded when first used, so that `import indexer` costs nothing.
_PUBLIC = {
    "build": "indexer.pipeline",
    "score": "indexer.scoring",
    "Index": "indexer.index",
    "CompositeIndex": "indexer.composite_index",
    "revise": "indexer.revision",
    "uncertainty": "indexer.simulate.uncertainty",
    "sensitivity": "indexer.simulate.sensitivity",
    "compare": "indexer.analyse.compare",
    "scatter": "indexer.analyse.compare",
    "inequality": "indexer.analyse.inequality",
    "convergence": "indexer.analyse.convergence",
    "propagate": "indexer.propagation",
    "specification_curve": "indexer.specifications",
    "gravity": "indexer.gravity",
    "study": "indexer.study",
    "figures": "indexer.figures",
    "analyse": "indexer.analyse",
    "aggregate": "indexer.aggregate",
    "impute": "indexer.impute",
    "normalise": "indexer.normalise",
    "treat": "indexer.treat",
    "weight": "indexer.weight",
    "composite": "indexer.composite",
    "IndexerError": "indexer.errors",
    "FactsError": "indexer.errors",
    "UsageError": "indexer.errors",
    "MethodError": "indexer.errors",
    "AbsorbedRegressorError": "indexer.errors",
    "ConvergenceError": "indexer.errors",
    "EstimationError": "indexer.errors",
}

__all__ = sorted([*_PUBLIC, "__version__"])

if TYPE_CHECKING:
    from indexer.composite_index import CompositeIndex as CompositeIndex
    from indexer.index import Index as Index
    from indexer.pipeline import build as build
    from indexer.scoring import score as score


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    target = _PUBLIC[name]
    module = import_module(target)
    return module if target == f"{__name__}.{name}" else getattr(module, name)


def __dir__() -> list[str]:
    return list(__all__)
