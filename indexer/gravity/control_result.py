"""What a control function gives back: estimates of both stages together, their errors, and tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.gravity.instruments import effective_f, first_stage
from indexer.gravity.result import FEW_CLUSTERS, Fit
from indexer.gravity.summary import _records


@dataclass(frozen=True, eq=False, repr=False)
class ControlFunction:
    """PPML with first-stage residuals as controls. Made by `control_function`, not by hand.

    Attributes
    ----------
    formula : str
    fit : Fit
        The second stage; its own errors take the residuals for known and are too small: use those here.
    first : Fit
        Two-stage least squares of the flow on the same sample, for what its first stage says.
    residuals : tuple of str
        Terms that hold a first-stage residual.
    draws : DataFrame
        Estimates by draw (rows) and term.
    failures : DataFrame
        reason and draws: why draws have no estimate.
    """

    formula: str
    fit: Fit
    first: Fit
    residuals: tuple[str, ...]
    draws: pd.DataFrame = field(repr=False)
    failures: pd.DataFrame = field(repr=False)

    estimator = "CF-PPML"
    distribution = "z"
    dof = None
    ssc = "none"

    @property
    def coef(self) -> pd.Series:
        """Estimates by term; those of residuals are named after what they are a residual of."""
        return self.fit.coef

    @cached_property
    def vcov_matrix(self) -> pd.DataFrame:
        """Covariance of the estimates over the draws."""
        return self.draws.cov()

    @cached_property
    def se(self) -> pd.Series:
        """Standard deviations of the estimates over the draws."""
        return self.draws.std(ddof=1).rename("std_error")

    @property
    def vcov(self) -> str:
        """The covariance in words."""
        return f"bootstrap of both stages by {next(iter(self.n_clusters))}, {len(self.draws)} draws"

    @property
    def n_obs(self) -> int:
        """Rows used, the same in both stages."""
        return self.fit.n_obs

    @property
    def n_clusters(self) -> dict[str, int]:
        """Clusters that are drawn."""
        return self.fit.n_clusters

    @property
    def effects(self) -> dict[str, int]:
        """Levels of each fixed effect on the sample."""
        return self.fit.effects

    @property
    def dropped(self) -> pd.DataFrame:
        """Rows and regressors that the second stage left out of the data that both stages share, and why."""
        return self.fit.dropped

    def first_stage(self) -> pd.DataFrame:
        """Return the first stages: endogenous, instrument, estimate, std_error, statistic, F, effective_F."""
        return first_stage(self.first)

    def effective_f(self) -> float:
        """Return the effective first-stage F (Montiel Olea & Pflueger 2013); NaN for several endogenous regressors."""
        return effective_f(self.first)

    @cached_property
    def exogeneity(self) -> pd.DataFrame:
        """Test that the regressors are exogenous: the coefficients of all residuals are zero.

        method, statistic (Wald χ²), df, p_value. "clustered" takes the second stage's clustered covariance: if the
        regressors are exogenous the noise of the first stage does not enter the coefficient of its residual, to first
        order, so it is valid for this hypothesis. "bootstrap" takes the covariance over the draws, which has that noise
        wherever it matters.
        """
        from scipy import stats

        names, rows = list(self.residuals), []
        b = self.coef[names].to_numpy()
        for method, matrix in (("clustered", self.fit.vcov_matrix), ("bootstrap", self.vcov_matrix)):
            statistic = float(b @ np.linalg.solve(matrix.loc[names, names].to_numpy(), b))
            rows.append((method, statistic, len(b), float(stats.chi2(len(b)).sf(statistic))))
        return pd.DataFrame(rows, columns=["method", "statistic", "df", "p_value"])

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per term: term, estimate, std_error, statistic, p_value, conf_low, conf_high (normal law)."""
        from scipy import stats

        _level(level)
        b, se = self.coef.to_numpy(), self.se[list(self.coef.index)].to_numpy()
        half = stats.norm.ppf((1 + level) / 2) * se
        return pd.DataFrame({
            "term": list(self.coef.index), "estimate": b, "std_error": se, "statistic": b / se,
            "p_value": 2 * stats.norm.sf(np.abs(b / se)), "conf_low": b - half, "conf_high": b + half,
        })  # fmt: skip

    def percentile(self, level: float = 0.95) -> pd.DataFrame:
        """Return term, conf_low and conf_high: quantiles of the draws, which need not be symmetric."""
        _level(level)
        ends = self.draws.quantile([(1 - level) / 2, (1 + level) / 2])
        low, high = ends.to_numpy()
        return pd.DataFrame({"term": list(self.draws.columns), "conf_low": low, "conf_high": high})

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the table should know."""
        (name, g), failed = next(iter(self.n_clusters.items())), int(self.failures["draws"].sum())
        out = [*self.fit.judged.notes]
        if g < FEW_CLUSTERS:
            out.append(f"only {g} clusters by {name}: errors from drawing so few are rough")
        if failed:
            out.append(f"{failed} draws have no estimate: {'; '.join(self.failures['reason'])}")
        return tuple(out)

    def summary(self) -> str:
        """Return the table and everything needed to judge it, as text; the last line says what was identified."""
        table = self.tidy()
        width = max(len(t) for t in table["term"])
        lines = [
            f"PPML with a control function: {self.formula}",
            f"rows: {self.n_obs}" + "".join(f", {n} {k}" for k, n in self.effects.items()),
            f"errors: {self.vcov}, z", "",
            f"{'term':<{width}} {'estimate':>12} {'std_error':>12} {'z':>9} {'p':>8}  interval 95 %",
        ]  # fmt: skip
        lines += [
            f"{r.term:<{width}} {r.estimate:>12.6g} {r.std_error:>12.6g} {r.statistic:>9.2f} {r.p_value:>8.4f}"
            f"  [{r.conf_low:.6g}, {r.conf_high:.6g}]"
            for r in table.itertuples()
        ]
        strength = self.effective_f()
        each = self.first_stage().drop_duplicates("endogenous")[["endogenous", "F"]]
        lines += ["", *(f"exogeneity, {r.method}: chi2({r.df}) = {r.statistic:.4g}, p = {r.p_value:.4f}"
                        for r in self.exogeneity.itertuples())]  # fmt: skip
        lines += [f"first stage: effective F {strength:.4g}"] if np.isfinite(strength) else [
            f"first stage: F of {n} {f:.4g}" for n, f in each.itertuples(index=False)
        ]  # fmt: skip
        return "\n".join([*lines, *(f"note: {n}" for n in self.notes), f"identified: {self.fit.identified}"])

    def as_dict(self) -> dict[str, Any]:
        """Return what the summary says as text, numbers, lists and mappings; None where a number does not exist."""
        strength = self.effective_f()
        return {
            "estimator": self.estimator, "formula": self.formula, "n_obs": self.n_obs, "effects": self.effects,
            "vcov": self.vcov, "n_clusters": self.n_clusters, "distribution": "z", "draws": len(self.draws),
            "coefficients": _records(self.tidy()), "percentile": _records(self.percentile()),
            "exogeneity": _records(self.exogeneity), "first_stage": _records(self.first_stage()),
            "effective_F": strength if np.isfinite(strength) else None, "failures": _records(self.failures),
            "notes": list(self.notes), "identified": self.fit.identified,
        }  # fmt: skip

    def __repr__(self) -> str:
        return self.summary()


def _level(level: float) -> None:
    if not isinstance(level, int | float) or not 0 < level < 1:
        raise UsageError(f"level={level!r} is no coverage", where="level", remedy="give a number between 0 and 1")
