"""One regression of a study: its coefficient with its error, its tests, or the reason why there is none."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from indexer import gravity
from indexer.errors import EstimationError

if TYPE_CHECKING:
    from indexer.gravity.result import Fit

FEW_CLUSTERS = 30
BOOTSTRAP_DRAWS = 1999
SSC = "default"
"""One small-sample factor in every column: G/(G-1)·(n-1)/(n-K)."""


@dataclass(frozen=True)
class Equation:
    """A regression and the coefficient in it that a study looks at.

    Attributes
    ----------
    label : str
    estimator : {"ols", "ppml"}
    formula : str
    term : str
    vcov : mapping
    scale : float
        What the coefficient is multiplied by to be shown: 10 for ten points of the index.
    """

    label: str
    estimator: str
    formula: str
    term: str
    vcov: Mapping[str, str] = field(default_factory=lambda: {"CRV1": "partner"})
    scale: float = 1.0

    def estimate(self, frame: pd.DataFrame) -> Found:
        """Estimate it; what the data cannot carry becomes a reason and no error."""
        run = gravity.ols if self.estimator == "ols" else gravity.ppml
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                fit = run(self.formula, frame, vcov=dict(self.vcov), ssc=SSC)
        except EstimationError as error:
            return Found(self, None, error.message)
        if self.term not in fit.coef.index:
            return Found(self, None, f"{self.term} is not in the equation")
        return Found(self, fit, "")


@dataclass(frozen=True, eq=False)
class Found:
    """What came of an equation: a fit, or the reason why there is none."""

    equation: Equation
    fit: Fit | None
    reason: str

    @cached_property
    def numbers(self) -> dict[str, float]:
        """estimate, se, p, low, high (95 %), n, clusters: t with clusters - 1 degrees of freedom; NaN without a fit."""
        names = ("estimate", "se", "p", "low", "high", "n", "clusters")
        if self.fit is None:
            return dict.fromkeys(names, np.nan)
        clusters = min(self.fit.n_clusters.values())
        value = float(self.fit.coef[self.equation.term]) * self.equation.scale
        se = float(self.fit.se[self.equation.term]) * self.equation.scale
        reach = float(stats.t.ppf(0.975, clusters - 1)) * se
        with np.errstate(divide="ignore", invalid="ignore"):
            p = float(2 * stats.t.sf(np.abs(np.divide(value, se)), clusters - 1))
        values = (value, se, p, value - reach, value + reach, self.fit.n_obs, clusters)
        return dict(zip(names, values, strict=True))

    def bootstrap(self, hypothesis: str | None = None, seed: int = 1) -> float:
        """Return the p-value of the restricted wild or score bootstrap; NaN without a fit, or with enough clusters."""
        if self.fit is None or min(self.fit.n_clusters.values()) >= FEW_CLUSTERS or self.fit.design.instruments:
            return np.nan
        try:
            found = self.fit.bootstrap(hypothesis or f"{self.equation.term} = 0", draws=BOOTSTRAP_DRAWS, seed=seed)
        except EstimationError:
            return np.nan
        return float(found["p_value"].iloc[0])

    def reset(self) -> float:
        """Return the p-value of RESET; NaN where it cannot be had."""
        return _p(self.fit, "reset")

    def park(self) -> float:
        """Return the p-value of the Park test of a log-linear fit; NaN elsewhere."""
        return (
            np.nan if self.fit is None or self.fit.is_poisson or self.fit.design.instruments else _p(self.fit, "park")
        )

    def row(self, **about: Any) -> dict[str, Any]:
        """Return a row of a table: what it is about, numbers, bootstrap, and the reason where there is no number."""
        return {**about, **self.numbers, "p_bootstrap": self.bootstrap(), "note": self.reason}


def _p(fit: Fit | None, test: str) -> float:
    if fit is None:
        return np.nan
    try:
        return float(getattr(fit, test)().p_value)
    except EstimationError:
        return np.nan


def interval(value: float, low: float, high: float, digits: int = 2) -> str:
    """Write a coefficient with its interval."""
    return f"{value:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]"


def percent(numbers: Mapping[str, float]) -> str:
    """Write a coefficient of a log or Poisson model as a per cent change with its 95 % interval."""
    if not np.isfinite(numbers["estimate"]):
        return "a change that cannot be estimated of"
    low, mid, high = (round(100 * float(np.expm1(numbers[end]))) for end in ("low", "estimate", "high"))
    return f"{mid:+d} % (95 % interval {low:+d} to {high:+d})"
