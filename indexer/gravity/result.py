"""What an estimation gives back: estimates, errors, the sample behind them and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.gravity.design import Drop

DROPPED = ["kind", "item", "count", "reason", "rows"]


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted gravity equation.

    Attributes
    ----------
    estimator : str
        "OLS" or "PPML".
    formula : str
    coef : Series
        Estimates by term.
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
    deviance : float
        PPML; for OLS the sum of squared residuals.
    converged : bool
    n_iter : int
    notes : tuple of str
        What a reader of the table should know.
    fitted : Series
        Fitted values of the left side on the sample (PPML: fitted means).
    """

    estimator: str
    formula: str
    coef: pd.Series
    vcov_matrix: pd.DataFrame
    vcov: str
    ssc: str
    ssc_factor: float
    distribution: str
    dof: int | None
    n_obs: int
    n_clusters: dict[str, int]
    effects: dict[str, int]
    dropped: pd.DataFrame
    row_status: pd.Series
    identified_terms: tuple[str, ...]
    identified: str
    r2: float
    r2_within: float
    pseudo_r2: float
    deviance: float
    converged: bool
    n_iter: int
    notes: tuple[str, ...]
    fitted: pd.Series

    @property
    def se(self) -> pd.Series:
        """Standard errors by term."""
        return pd.Series(np.sqrt(np.diag(self.vcov_matrix)), index=self.coef.index, name="std_error", dtype=float)

    @property
    def sample(self) -> np.ndarray:
        """Which rows of the data given were used."""
        return np.asarray(self.row_status == "used")

    def predict(self) -> pd.Series:
        """Return the fitted values of the left side on the sample, under the labels of the data given."""
        return self.fitted.copy()

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per term: term, estimate, std_error, statistic, p_value, conf_low, conf_high.

        Parameters
        ----------
        level : float
            Coverage of the interval, between 0 and 1.
        """
        from scipy import stats

        if not 0 < level < 1:
            raise UsageError(f"level={level!r} is no coverage", where="tidy", remedy="give a number between 0 and 1")
        law = stats.norm() if self.distribution == "z" else stats.t(self.dof)
        b, se = self.coef.to_numpy(), self.se.to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = b / se
        half = law.ppf((1 + level) / 2) * se
        return pd.DataFrame({
            "term": list(self.coef.index), "estimate": b, "std_error": se, "statistic": statistic,
            "p_value": 2 * law.sf(np.abs(statistic)), "conf_low": b - half, "conf_high": b + half,
        })  # fmt: skip

    def summary(self) -> str:
        """Return the table and everything needed to judge it, as text; the last line says what was identified."""
        table = self.tidy()
        width = max([len(t) for t in table["term"]], default=4)
        law = "z" if self.distribution == "z" else f"t({self.dof})"
        lines = [
            f"{self.estimator}: {self.formula}",
            f"rows: {self.n_obs}" + "".join(f", {n} {k}" for k, n in self.effects.items()),
            f"errors: {self.vcov}, ssc={self.ssc!r} (factor {self.ssc_factor:.6g}), {law}",
            "",
            f"{'term':<{width}} {'estimate':>12} {'std_error':>12} {law:>9} {'p':>8}  interval 95 %",
        ]
        lines += [
            f"{r.term:<{width}} {r.estimate:>12.6g} {r.std_error:>12.6g} {r.statistic:>9.2f} {r.p_value:>8.4f}"
            f"  [{r.conf_low:.6g}, {r.conf_high:.6g}]"
            for r in table.itertuples()
        ]
        lines += ["", "  ".join(f"{n}: {v:.6g}" for n, v in self._fit_measures())]
        lines += [f"left out: {r.count} {r.kind}, {r.item}: {r.reason}" for r in _plain(self.dropped)]
        lines += [f"note: {n}" for n in self.notes]
        return "\n".join([*lines, f"identified: {self.identified}"])

    def _fit_measures(self) -> list[tuple[str, float]]:
        pairs = [("R2", self.r2), ("within R2", self.r2_within), ("pseudo R2", self.pseudo_r2)]
        return [(n, v) for n, v in pairs if np.isfinite(v)]


@dataclass(frozen=True)
class _Line:
    kind: str
    item: str
    count: int
    reason: str


def _plain(dropped: pd.DataFrame) -> list[_Line]:
    return [_Line(*row) for row in dropped[DROPPED[:4]].itertuples(index=False)]


def dropped_table(drops: Sequence[Drop], index: pd.Index) -> pd.DataFrame:
    """Return the drops as a table, repeated kinds of the same item and reason added up, in the order they happened."""
    merged: dict[tuple[str, str, str], list[np.ndarray]] = {}
    for d in drops:
        merged.setdefault((d.kind, d.item, d.reason), []).append(d.rows)
    out = []
    for (kind, item, why), parts in merged.items():
        rows = np.sort(np.concatenate(parts)).astype(int)
        count = rows.size if rows.size else 1
        out.append((kind, item, count, why, tuple(index[rows[:5]].tolist())))
    return pd.DataFrame(out, columns=DROPPED)


def row_status(drops: Sequence[Drop], index: pd.Index) -> pd.Series:
    """Return, for each row of the data given, "used" or the kind of its drop."""
    status = np.full(len(index), "used", dtype=object)
    for d in drops:
        status[d.rows] = d.kind
    return pd.Series(status, index=index, name="row_status", dtype=str)
