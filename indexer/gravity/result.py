"""What an estimation gives back: estimates, errors, the sample behind them and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.gravity import goodness
from indexer.gravity.dropped import dropped_table, row_status
from indexer.gravity.identify import meaning
from indexer.gravity.least_squares import Linear
from indexer.gravity.poisson import Poisson
from indexer.gravity.terms import INTERCEPT

if TYPE_CHECKING:
    from indexer.gravity.bias import BiasCorrected
    from indexer.gravity.design import Design, Drop
    from indexer.gravity.estimate import Identified, Specification
    from indexer.gravity.problem import Solution
    from indexer.gravity.sample import Sample
    from indexer.gravity.sandwich import Clusters
    from indexer.gravity.specification import TestResult
    from indexer.gravity.vcov import Covariance

FEW_CLUSTERS = 30


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """A fitted gravity equation. Made by `ols` and `ppml`, not by hand.

    Attributes
    ----------
    estimator : str
        "OLS", "2SLS" or "PPML".
    formula : str
    data : DataFrame
        The data given: the caller's table itself, or of a refit that table as it was then, with the new columns.
    coef, se : Series
        Estimates and standard errors by term.
    vcov_matrix : DataFrame
        Covariance of the estimates.
    vcov, ssc : str
        The covariance and the small-sample factor in it, in words; `ssc_factor` is its value.
    distribution : str
        "z" or "t"; with t, `dof` degrees of freedom.
    n_obs : int
        Rows used.
    n_clusters : dict of str to int
    effects : dict of str to int
        Levels of each fixed effect on the sample.
    dropped : DataFrame
        kind, item, count, reason, rows (labels of the first five): rows and regressors left out. A regressor counts 1.
    row_status : Series
        For each row of the data given: "used", or the kind of its drop.
    identified_terms : tuple of str
    identified : str
        The same as a sentence, with the variation and the clusters behind it.
    r2, r2_within, pseudo_r2 : float
        OLS: 1 - RSS/TSS, and that of the demeaned variables; PPML: r2 is the squared correlation of y and the fitted
        means, pseudo_r2 = 1 - deviance/deviance of the mean alone. NaN where not defined.
    deviance, loglik, aic, bic : float
        Deviance (OLS: sum of squared residuals); log-likelihood, normal or Poisson (a pseudo-likelihood for flows that
        are no counts); Akaike's and Schwarz's criteria, which count every level of every effect.
    converged : bool
    n_iter : int
    notes : tuple of str
        What a reader of the table should know.
    fitted : Series
        Fitted values of the left side on the sample (PPML: fitted means).
    """

    specification: Specification
    given: pd.DataFrame
    design: Design
    kept: Sample
    judged: Identified
    solution: Solution
    clusters: Clusters
    covariance: Covariance
    changes: Mapping[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def data(self) -> pd.DataFrame:
        """The data given, which is the caller's table itself, with the columns that a refit has changed."""
        return self.given.assign(**self.changes) if self.changes else self.given

    # --- estimates ------------------------------------------------------------------------------------------------

    @property
    def is_poisson(self) -> bool:
        """Whether it is a Poisson model."""
        return self.specification.is_poisson

    @property
    def estimator(self) -> str:
        """Name of the estimator."""
        return "PPML" if self.is_poisson else "2SLS" if self.design.instruments else "OLS"

    @property
    def formula(self) -> str:
        """The formula, with one left side."""
        return self.specification.parsed.text

    @cached_property
    def coef(self) -> pd.Series:
        """Estimates by term."""
        return pd.Series(self.solution.coef, index=_labels(self.solution.names), name="estimate")

    @cached_property
    def vcov_matrix(self) -> pd.DataFrame:
        """Covariance of the estimates."""
        names = _labels(self.solution.names)
        return pd.DataFrame(self.covariance.matrix, index=names, columns=names)

    @cached_property
    def se(self) -> pd.Series:
        """Standard errors by term."""
        values = np.sqrt(np.diag(self.covariance.matrix))
        return pd.Series(values, index=_labels(self.solution.names), name="std_error")

    @property
    def vcov(self) -> str:
        """The covariance in words."""
        return str(self.specification.vcov)

    @property
    def ssc(self) -> str:
        """Name of the small-sample factor."""
        return self.specification.ssc

    @property
    def ssc_factor(self) -> float:
        """Value of the small-sample factor."""
        return self.covariance.factor

    @property
    def distribution(self) -> str:
        """Law of the statistics."""
        return "z" if self.is_poisson else "t"

    @cached_property
    def dof(self) -> int | None:
        """Degrees of freedom of t; None for z."""
        if self.is_poisson:
            return None
        if self.n_clusters:
            return min(self.n_clusters.values()) - 1
        return max(self.n_obs - self.clusters.n_parameters(len(self.solution.names)), 1)

    # --- the sample -----------------------------------------------------------------------------------------------

    @property
    def n_obs(self) -> int:
        """Rows used."""
        return self.kept.layout.n_rows

    @property
    def n_clusters(self) -> dict[str, int]:
        """Clusters by variable."""
        return self.covariance.n_clusters

    @cached_property
    def effects(self) -> dict[str, int]:
        """Levels of each fixed effect on the sample."""
        layout = self.kept.layout
        counts = [int(n) for n in layout.levels_used()]
        return dict(zip(self.design.effects, counts, strict=True))

    @cached_property
    def _drops(self) -> tuple[Drop, ...]:
        return (*self.design.drops, *self.kept.drops)

    @cached_property
    def dropped(self) -> pd.DataFrame:
        """Rows and regressors left out, and why."""
        return dropped_table([*self._drops, *self.judged.lost], self.data.index)

    @cached_property
    def row_status(self) -> pd.Series:
        """For each row of the data given, "used" or the kind of its drop."""
        return row_status(self._drops, self.data.index)

    @cached_property
    def _used(self) -> np.ndarray:
        """Positions in the data given of the rows of the sample."""
        return self.design.positions(self.kept.layout.rows())

    def _by_row(self, values: np.ndarray, name: str) -> pd.Series:
        return pd.Series(values, index=self.data.index[self._used], name=name)

    @property
    def sample(self) -> np.ndarray:
        """Which rows of the data given were used."""
        out = np.zeros(len(self.data.index), dtype=bool)
        out[self._used] = True
        return out

    # --- fit ------------------------------------------------------------------------------------------------------

    @property
    def converged(self) -> bool:
        """True: an estimation that does not converge is an error."""
        return True

    @property
    def n_iter(self) -> int:
        """Steps taken."""
        return self.solution.core.n_iter if isinstance(self.solution.core, Poisson) else 1

    @property
    def gradient(self) -> float:
        """The largest scaled gradient at the end (PPML); NaN for least squares, which do not iterate."""
        return self.solution.core.gradient if isinstance(self.solution.core, Poisson) else float("nan")

    @cached_property
    def fitted(self) -> pd.Series:
        """Fitted values of the left side on the sample (PPML: fitted means)."""
        return self._by_row(self.solution.fitted(), "fitted")

    @cached_property
    def _left(self) -> tuple[np.ndarray, np.ndarray]:
        """Left side and weights (1 where there are none) by row of the sample."""
        rows = self.kept.layout.rows()
        w = self.design.weights
        return self.design.y[rows], np.ones(rows.size) if w is None else w[rows]

    @cached_property
    def _fit_measures(self) -> dict[str, float]:
        (y, w), core, design = self._left, self.solution.core, self.design
        offset = None if design.offset is None else design.offset[self.kept.layout.rows()]
        if not isinstance(core, Linear):
            return goodness.poisson(y, self.solution.fitted(), w, offset)
        if offset is not None:
            y = y - offset
        rss = core.rss * self.solution.problem.unit**2
        left = core.rss / core.within_ss if design.effects and core.within_ss > 0 else np.nan
        return {**goodness.linear(y, w, rss, design.has_constant), "r2_within": 1 - left}

    @property
    def r2(self) -> float:
        """R², or the squared correlation of flows and fitted means (PPML)."""
        return self._fit_measures["r2"]

    @property
    def r2_within(self) -> float:
        """R² of the demeaned variables (OLS with effects)."""
        return self._fit_measures["r2_within"]

    @property
    def pseudo_r2(self) -> float:
        """1 - deviance/deviance of the mean alone (PPML)."""
        return self._fit_measures["pseudo_r2"]

    @property
    def deviance(self) -> float:
        """Deviance; OLS: sum of squared residuals."""
        return self._fit_measures["deviance"]

    # --- what was identified --------------------------------------------------------------------------------------

    @property
    def identified_terms(self) -> tuple[str, ...]:
        """Terms that have a coefficient."""
        return tuple(n for n in self.solution.names if n != INTERCEPT)

    @cached_property
    def identified(self) -> str:
        """What was identified, from which variation and how many clusters."""
        clusters = ", ".join(f"{n} clusters by {c}" for c, n in self.n_clusters.items()) or "no clusters"
        names = list(self.design.effects)
        terms = self.identified_terms
        beside = f", from the variation left beside {', '.join(names)}" if names else ""
        forms = "".join(f"; {t} is {m}" for t in terms if (m := meaning(t, tuple(names))))
        return f"{', '.join(terms) or 'no regressor'}{beside} ({self.n_obs} rows, {clusters}){forms}"

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the table should know."""
        out = list(self.judged.notes)
        if self.covariance.note:
            out.append(self.covariance.note)
        out += [
            f"only {n} clusters by {c}: such errors tend to be too small"
            for c, n in self.n_clusters.items()
            if n < FEW_CLUSTERS
        ]
        return tuple(out)

    @cached_property
    def few_clusters(self) -> pd.DataFrame | None:
        """The bootstrap of every term against zero, where there are fewer than thirty clusters; None elsewhere."""
        if self.design.instruments or not 0 < min(self.n_clusters.values(), default=0) < FEW_CLUSTERS:
            return None
        return self.bootstrap()

    @cached_property
    def loglik(self) -> float:
        """Log-likelihood: normal (OLS), or Poisson, a pseudo-likelihood for flows that are no counts."""
        y, w = self._left
        if self.is_poisson:
            return goodness.poisson_likelihood(y, self.solution.fitted(), w)
        return goodness.normal_likelihood(self.deviance, w)

    @cached_property
    def n_parameters(self) -> int:
        """Regressors and levels of all effects, less one for each effect after the first."""
        levels = list(self.effects.values())
        return len(self.solution.names) + sum(levels) - max(len(levels) - 1, 0)

    @property
    def aic(self) -> float:
        """Akaike's information criterion, every level of every effect counted."""
        return 2 * self.n_parameters - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Schwarz's information criterion."""
        return float(np.log(self.n_obs)) * self.n_parameters - 2 * self.loglik

    # --- after the estimation -------------------------------------------------------------------------------------

    def linear_predictor(self) -> np.ndarray:
        """Return regressors, effects and offset together, by row of the sample (PPML: the logarithm of the mean)."""
        fitted = self.solution.fitted()
        return np.log(np.maximum(fitted, np.finfo(float).tiny)) if self.is_poisson else fitted

    def predict(self, data: pd.DataFrame | None = None, kind: str = "response") -> pd.Series:
        """Return fitted values, on the sample or on other data.

        Parameters
        ----------
        data : DataFrame, optional
            Rows with the columns of the formula. NaN where a regressor is missing, or a level of an effect or a
            category was not in the sample.
        kind : {"response", "link"}
            Values of the left side, or the linear predictor (for PPML the logarithm of the mean).
        """
        if kind not in ("response", "link"):
            raise UsageError(f"kind={kind!r} is not offered", where="predict", remedy="use 'response' or 'link'")
        if data is None:
            return self.fitted.copy() if kind == "response" else self._by_row(self.linear_predictor(), "link")
        from indexer.gravity.recover import predict

        return predict(self, data, kind)

    def resid(self, kind: str = "response") -> pd.Series:
        """Return residuals on the sample.

        Parameters
        ----------
        kind : {"response", "pearson", "deviance", "working"}
            y - μ; that over the root of the variance function (PPML: √μ; OLS: 1/√w); signed roots of the
            contributions to the deviance; y - μ on the scale of the linear predictor (PPML: (y - μ)/μ).
        """
        y, w = self._left
        return self._by_row(goodness.residuals(y, self.solution.fitted(), w, kind, self.is_poisson), f"{kind} residual")

    def bootstrap(
        self,
        hypotheses: str | Sequence[str] | None = None,
        draws: int = 9999,
        weights: str | None = None,
        seed: int = 1,
    ) -> pd.DataFrame:
        """Test terms or restrictions by the restricted wild (OLS) or score (PPML) cluster bootstrap.

        See `bootstrap.bootstrap`.
        """
        from indexer.gravity.bootstrap import bootstrap

        return bootstrap(self, hypotheses, draws, weights, seed)

    def refit(self, columns: Mapping[str, object] | pd.DataFrame | None = None, formula: str | None = None) -> Fit:
        """Estimate again with new values of columns, or other regressors, from this fit; see `refit.refit`."""
        from indexer.gravity.refit import refit

        return refit(self, {} if columns is None else columns, formula)

    def bias_corrected(self, pair: str | None = None) -> BiasCorrected:
        """Correct bias and errors of three-way PPML (Weidner & Zylkin 2021); see `bias.bias_corrected`."""
        from indexer.gravity.bias import bias_corrected

        return bias_corrected(self, pair)

    def fixef(self) -> dict[str, pd.Series]:
        """Return the fixed effects by name, those of least norm; see `recover.fixed_effects`."""
        from indexer.gravity.recover import fixed_effects

        return fixed_effects(self)

    def wald(self, hypothesis: str) -> TestResult:
        """Test linear restrictions jointly, "ai_x = ai_m" or several joined by commas; see `specification.wald`."""
        from indexer.gravity.specification import wald

        return wald(self, hypothesis)

    def reset(self, powers: int | Sequence[int] = (2,)) -> TestResult:
        """Test the functional form by powers of the linear predictor (RESET); see `specification.reset`."""
        from indexer.gravity.specification import reset

        return reset(self, powers)

    def park(self) -> TestResult:
        """Test whether a log-linear model is valid (Park); see `specification.park`."""
        from indexer.gravity.specification import park

        return park(self)

    def proportional(self) -> TestResult:
        """Test whether the variance is proportional to the mean; see `specification.proportional`."""
        from indexer.gravity.specification import proportional

        return proportional(self)

    def law(self) -> Any:
        """Return the distribution of the statistics, a scipy.stats object."""
        return _law(self.dof)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per term: term, estimate, std_error, statistic, p_value, conf_low, conf_high.

        Parameters
        ----------
        level : float
            Coverage of the interval, between 0 and 1.
        """
        if not isinstance(level, int | float) or not 0 < level < 1:
            raise UsageError(f"level={level!r} is no coverage", where="tidy", remedy="give a number between 0 and 1")
        law = self.law()
        b, se = self.coef.to_numpy(), self.se.to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = b / se
        half = law.ppf((1 + level) / 2) * se
        return pd.DataFrame({
            "term": list(self.coef.index), "estimate": b, "std_error": se, "statistic": statistic,
            "p_value": 2 * law.sf(np.abs(statistic)), "conf_low": b - half, "conf_high": b + half,
        })  # fmt: skip

    def first_stage(self) -> pd.DataFrame:
        """Return the first stages of a model with instruments; see `instruments.first_stage`."""
        from indexer.gravity.instruments import first_stage

        return first_stage(self)

    def effective_f(self) -> float:
        """Return the effective first-stage F (Montiel Olea & Pflueger 2013); see `instruments.effective_f`."""
        from indexer.gravity.instruments import effective_f

        return effective_f(self)

    def anderson_rubin(self, level: float = 0.95) -> list[tuple[float, float]]:
        """Return the Anderson–Rubin interval of the endogenous regressor, which weak instruments do not invalidate."""
        from indexer.gravity.instruments import anderson_rubin_interval

        return anderson_rubin_interval(self, level)

    def summary(self) -> str:
        """Return the table and everything needed to judge it, as text; the last line says what was identified."""
        from indexer.gravity.summary import summary

        return summary(self)

    def as_dict(self) -> dict[str, Any]:
        """Return the same as plain values, for JSON; see `summary.as_dict`."""
        from indexer.gravity.summary import as_dict

        return as_dict(self)

    def __repr__(self) -> str:
        return self.summary()


@lru_cache(maxsize=64)
def _law(dof: int | None) -> Any:
    from scipy import stats

    return stats.norm() if dof is None else stats.t(dof)


def _labels(names: tuple[str, ...]) -> pd.Index:
    """The terms as an index of the caller's own."""
    return _index(names).view()


@lru_cache(maxsize=64)
def _index(names: tuple[str, ...]) -> pd.Index:
    """The same, which takes longer to make than much of what stands under it."""
    return pd.Index(list(names))
