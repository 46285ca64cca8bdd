"""The elasticity of trade to distance by year, with tests of a constant path and of a linear trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from indexer import gravity
from indexer.columns import YEAR
from indexer.errors import EstimationError
from indexer.gravity.result import Fit

DYADS = "exporter^year + importer^year"
CLUSTERS = {"CRV1": "pair"}
DRAWS = 1999
FEW = 100
"""Clusters below which the joint test is bootstrapped."""


@dataclass(frozen=True)
class Design:
    """One way to estimate the path.

    Attributes
    ----------
    label : str
    estimator : {"ols", "ppml"}
    controls : tuple of str
    effects : str
        Effects beside exporter-year and importer-year.
    base : int or None
        The year against which changes are estimated: with pair effects distance itself is absorbed, so that the level
        of its elasticity is not identified and only changes are. None without pair effects: distance varies within an
        exporter and year, so every year has its own elasticity and none is a reference.
    ssc : str
        Small-sample factor.
    """

    label: str
    estimator: str = "ppml"
    controls: tuple[str, ...] = ()
    effects: str = ""
    base: int | None = None
    ssc: str = "default"

    def formula(self, slopes: str) -> str:
        """Return the formula with these slopes of distance."""
        left = "log(trade)" if self.estimator == "ols" else "trade"
        effects = f"{DYADS} + {self.effects}" if self.effects else DYADS
        return f"{left} ~ {' + '.join([slopes, *self.controls])} | {effects}"

    def fit(self, frame: pd.DataFrame, slopes: str) -> Fit:
        """Estimate it on rows with trade, ln_distance (0 on domestic rows), exporter, importer, year and pair."""
        run = gravity.ols if self.estimator == "ols" else gravity.ppml
        return run(self.formula(slopes), frame, vcov=CLUSTERS, ssc=self.ssc)


@dataclass(frozen=True, eq=False)
class Path:
    """A path: rows by year, one row of tests, and the fit; or the reason why there is none."""

    design: Design
    rows: pd.DataFrame
    tests: dict[str, Any]
    fit: Fit | None = None


def path(frame: pd.DataFrame, design: Design) -> Path:
    """Estimate the elasticity of every year, or its change since the base year.

    Parameters
    ----------
    frame : DataFrame
        trade, ln_distance (0 on domestic rows), exporter, importer, year, pair and the controls.
    design : Design

    Returns
    -------
    Path
        rows: design, year, estimate, se, low, high (95 %, t with clusters - 1 degrees of freedom). tests: Wald F of a
        constant path and, below a hundred clusters, its score bootstrap; the slope of a linear trend with its error;
        the change from first to last year in per cent of the first, 100·(b_T/b_0 - 1), its error by the delta method.

    References
    ----------
    Yotov, Piermartini, Monteiro & Larch (2016), ch. 1, application 2.
    """
    years = sorted(int(year) for year in frame[YEAR].unique())
    ref = "" if design.base is None else f", ref={design.base}"
    about = {"design": design.label, "years": f"{years[0]}–{years[-1]}"}
    if len(years) < 2:
        return Path(design, _empty(), about | {"note": "one year is no path"})
    try:
        fit = design.fit(frame, f"i(year, ln_distance{ref})")
        trend = design.fit(
            frame.assign(trend=frame[YEAR] - years[0]),
            "ln_distance:trend" if design.base is not None else "ln_distance + ln_distance:trend",
        )
    except EstimationError as error:
        return Path(design, _empty(), about | {"note": error.message})
    known = [year for year in years if year != design.base]
    terms = [f"i(year, ln_distance{ref})[{year}]" for year in known]
    dof = min(fit.n_clusters.values()) - 1
    reach = float(stats.t.ppf(0.975, dof))
    b, se = fit.coef[terms].to_numpy(), fit.se[terms].to_numpy()
    rows = pd.DataFrame(
        {"design": design.label, "year": known, "estimate": b, "se": se, "low": b - reach * se, "high": b + reach * se}
    )
    if design.base is not None:
        zero = pd.DataFrame([{"design": design.label, "year": design.base, "estimate": 0.0, "low": 0.0, "high": 0.0}])
        rows = pd.concat([zero, rows], ignore_index=True).sort_values("year", ignore_index=True)
    slope, slope_se = (float(x["ln_distance:trend"]) for x in (trend.coef, trend.se))
    tests = {
        **_constant(fit, terms, dof, design.base is not None),
        "p_constant_bootstrap": bootstrap_constant(frame, design) if dof + 1 < FEW else np.nan,
        "trend": slope, "trend_se": slope_se, "p_trend": float(2 * stats.t.sf(abs(slope / slope_se), dof)),
        **({} if design.base is not None else _change(fit, terms)), "n": fit.n_obs, "clusters": dof + 1, "note": "",
    }  # fmt: skip
    return Path(design, rows, about | tests, fit)


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=["design", "year", "estimate", "se", "low", "high"])


def _constant(fit: Fit, terms: Sequence[str], dof: int, changes: bool) -> dict[str, float]:
    """Wald F that all years have one elasticity; for changes, that all are zero."""
    wanted = [f"{term} = 0" for term in terms] if changes else [f"{a} = {b}" for a, b in pairwise(terms)]
    try:
        found = fit.wald(", ".join(wanted))
    except EstimationError:
        return {"f_constant": np.nan, "p_constant": np.nan}
    q = len(wanted)
    f = found.statistic / q if found.law == "chi2" else found.statistic
    return {"f_constant": f, "p_constant": float(stats.f.sf(f, q, dof))}


def bootstrap_constant(frame: pd.DataFrame, design: Design, draws: int = DRAWS, seed: int = 1) -> float:
    """Return the p-value of a constant path by the score bootstrap over clusters, the constant path imposed.

    With s_g the efficient scores of the year slopes in cluster g at the restricted fit and w_g = ±1, the statistic
    S'(Σ s_g s_g')⁻¹S, S = Σ s_g, is compared with its draws, S* = Σ w_g s_g (Kline & Santos 2012). Scores are
    efficient: the slopes are first swept of effects and other regressors with the weights of the restricted fit.

    Raises
    ------
    EstimationError
        If the restricted model cannot be estimated.
    """
    level = "ln_distance" if design.base is None else ""
    restricted = design.fit(frame, level or "1")
    rows = frame[restricted.sample]
    mean = restricted.fitted.to_numpy()
    y = rows["trade"].to_numpy() if design.estimator == "ppml" else np.log(rows["trade"].to_numpy())
    rows = rows.assign(_weight=mean if design.estimator == "ppml" else 1.0)
    years = sorted(rows[YEAR].unique())
    others = " + ".join([*([level] if level else []), *design.controls]) or "1"
    swept = []
    for year in years[1:]:
        column = rows.assign(_slope=rows["ln_distance"] * (rows[YEAR] == year))
        effects = design.formula("x").split(" | ")[1]
        fit = gravity.ols(f"_slope ~ {others} | {effects}", column, vcov="iid", weights="_weight")
        swept.append(column["_slope"].to_numpy() - fit.fitted.to_numpy())
    scores = np.column_stack(swept) * (y - mean)[:, None]
    scores = pd.DataFrame(scores).groupby(rows["pair"].to_numpy()).sum().to_numpy()
    inverse = np.linalg.inv(scores.T @ scores)
    signs = np.where(np.random.default_rng(seed).random((draws, len(scores))) < 0.5, -1.0, 1.0)
    drawn = signs @ scores
    total = scores.sum(axis=0)
    return float(np.mean(np.einsum("dk,kl,dl->d", drawn, inverse, drawn) >= total @ inverse @ total))


def _change(fit: Fit, terms: Sequence[str]) -> dict[str, float]:
    """Per cent change from the first to the last year, and its error by the delta method."""
    first, last = (float(fit.coef[term]) for term in (terms[0], terms[-1]))
    slope = np.array([-last / first**2, 1 / first])
    v = fit.vcov_matrix.loc[[terms[0], terms[-1]], [terms[0], terms[-1]]].to_numpy()
    return {"change_pct": 100 * (last / first - 1), "change_se": 100 * float(np.sqrt(slope @ v @ slope))}
