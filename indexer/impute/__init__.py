"""Imputation: inside one economy by interpolation and carrying; between economies only when asked.

The trait `groups` says that a method takes its values from the group of each case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.impute import group_mean, group_median, model, none
from indexer.impute.carry import carry
from indexer.impute.draw import draw
from indexer.impute.interpolate import interpolate
from indexer.methods import Method

if TYPE_CHECKING:
    from indexer.impute.estimator import Carrying as Carrying
    from indexer.impute.estimator import Imputation as Imputation

METHODS: dict[str, Method] = {
    "none": none.METHOD,
    "group_median": group_median.METHOD,
    "group_mean": group_mean.METHOD,
    "model": model.METHOD,
}
"""Imputations between economies by the names used in editions."""

__all__ = ["METHODS", "Carrying", "Imputation", "carry", "draw", "interpolate"]


def __getattr__(name: str) -> Any:
    # scikit-learn is loaded only by who asks for an estimator
    if name in ("Imputation", "Carrying"):
        from indexer.impute import estimator

        return getattr(estimator, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
