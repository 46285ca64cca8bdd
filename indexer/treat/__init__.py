"""Treatment: the basis on which an indicator enters, and what is done about a few extreme values. One method a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.methods import Method
from indexer.treat import log_treat as _log
from indexer.treat import none as _none
from indexer.treat import winsorise as _winsorise
from indexer.treat import winsorise_or_log as _both
from indexer.treat.enter import PEOPLE, enter
from indexer.treat.log_treat import log_treat
from indexer.treat.moments import kurtosis, skewness
from indexer.treat.record import apply, floored
from indexer.treat.transform import TRANSFORMS, log, log1p
from indexer.treat.winsorise import winsorise

if TYPE_CHECKING:
    from indexer.treat.estimator import Treatment as Treatment

METHODS: dict[str, Method] = {
    "none": _none.METHOD,
    "winsorise": _winsorise.METHOD,
    "log": _log.METHOD,
    "winsorise_or_log": _both.METHOD,
}
"""Treatments by the names used in editions."""

__all__ = [
    "METHODS",
    "PEOPLE",
    "TRANSFORMS",
    "Treatment",
    "apply",
    "enter",
    "floored",
    "kurtosis",
    "log",
    "log1p",
    "log_treat",
    "skewness",
    "winsorise",
]


def __getattr__(name: str) -> Any:
    # scikit-learn is loaded only by who asks for the estimator
    if name == "Treatment":
        from indexer.treat.estimator import Treatment

        return Treatment
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
