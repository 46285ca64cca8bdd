"""Mediation: how much of an effect runs through a mediator, with Sobel and cluster-bootstrap intervals."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from indexer import gravity
from indexer.errors import EstimationError, UsageError
from indexer.study.dense import Dense, bca, draw_clusters, percentile
from indexer.study.estimate import SSC

if TYPE_CHECKING:
    from indexer.gravity.result import Fit

LEAST_SHARE = 0.5
"""Share of draws that must have an estimate."""
IGNORABILITY = (
    "Sequential ignorability is assumed: given the other regressors nothing moves the index and trade together, nor "
    "the mediator and trade; and the mediator works alike at every level of the index. Without it a·b is a product of "
    "partial coefficients."
)


@dataclass(frozen=True, eq=False)
class Mediation:
    """Paths from a treatment through a mediator to an outcome. Made by `mediate`, not by hand.

    Attributes
    ----------
    paths : DataFrame
        By path: "c" (total effect), "a" (treatment → mediator), "b" (mediator → outcome, given the treatment), "ab"
        (indirect effect), "c'" (direct effect); estimate, se, p, low, high. p and the interval are those of t with
        clusters - 1 degrees of freedom; for ab they are Sobel's.
    intervals : DataFrame
        Of ab, by "sobel", "percentile" and "bca": low, high, p. Without draws only the first.
    fits : dict of str to Fit
        "c", "a" and "b" (with c').
    covariance : float
        Of the estimates of a and b, over clusters.
    n, clusters : int
    draws : ndarray
        a·b by draw; NaN where a draw is not identified.
    left_out : Series
        a·b with each cluster left out, by its name; NaN without draws.
    """

    paths: pd.DataFrame
    intervals: pd.DataFrame
    fits: dict[str, Fit]
    covariance: float
    n: int
    clusters: int
    draws: np.ndarray = field(repr=False)
    left_out: pd.Series = field(repr=False)

    @property
    def failed(self) -> float:
        """Share of draws without an estimate; NaN without draws."""
        return float(np.mean(np.isnan(self.draws))) if self.draws.size else np.nan


def mediate(
    frame: pd.DataFrame,
    outcome: str,
    mediator: str,
    treatment: str,
    *,
    cluster: str = "partner",
    estimator: str = "ols",
    draws: int = 999,
    seed: int = 1,
) -> Mediation:
    """Split an effect into what goes through a mediator and what does not, on one sample.

    c is the treatment in the outcome's equation; a in the mediator's, with the same other regressors and effects (least
    squares); b and c' are mediator and treatment together in the outcome's. With least squares c = c' + a·b exactly.

    Parameters
    ----------
    frame : DataFrame
    outcome : str
        The outcome's equation without the mediator: "log(trade) ~ ai_partner + log(gdp_partner) | partner + year".
    mediator : str
        A term: "log(lsci)".
    treatment : str
        The term of the outcome's equation whose effect is split.
    cluster : str
        Column of the clusters, which are also what the bootstrap draws.
    estimator : {"ols", "ppml"}
        Of c, b and c'; with PPML c = c' + a·b holds about, not exactly.
    draws : int
        Draws of the bootstrap; 0 for none.
    seed : int

    Returns
    -------
    Mediation

    Raises
    ------
    UsageError
        For a formula without the treatment or with the mediator, an option that cannot be used, or more effects than
        the bootstrap can carry.
    EstimationError
        Where an equation cannot be estimated, or half of the draws cannot.

    Notes
    -----
    Sobel (1982): var(ab) = b²·var(a) + a²·var(b) + 2ab·cov(a, b), the covariance from both equations' scores summed by
    cluster. Bootstrap: whole clusters are drawn with replacement, both equations are estimated on the same draw, and a
    cluster drawn twice enters as two (which weights of the number of times give exactly, effects of clusters
    included). Percentile interval, and BCa (Efron 1987) with the jackknife by cluster. Causal only under sequential
    ignorability (Imai, Keele & Yamamoto 2010).
    """
    formulas = _formulas(outcome, mediator, treatment, estimator)
    _checked(frame, cluster, draws, seed)
    fits = _fits(frame, formulas, estimator, cluster)
    for path, term in (("c", treatment), ("a", treatment), ("b", treatment), ("b", mediator)):
        if term not in fits[path].coef.index:
            raise EstimationError(f"{term} is not identified in {formulas[path]}", where="mediate",
                                  remedy="use fewer effects, or another mediator")  # fmt: skip
    groups, names = pd.factorize(frame.loc[fits["b"].sample, cluster], sort=True)
    systems = {path: Dense.of(fits[path]) for path in ("a", "b")}
    covariance = _covariance(fits, systems, groups, treatment, mediator)
    paths = _paths(fits, covariance, treatment, mediator)

    def indirect(by_cluster: np.ndarray) -> np.ndarray:
        weights = by_cluster[:, groups]
        return systems["a"].slopes(weights, treatment) * systems["b"].slopes(weights, mediator)

    left = pd.Series(indirect(1.0 - np.eye(len(names))) if draws else np.nan, index=names, name="ab")
    made = indirect(draw_clusters(len(names), draws, seed)) if draws else np.empty(0)
    intervals = pd.DataFrame({"sobel": paths.loc["ab", ["low", "high", "p"]]}).T
    if draws:
        known = _known(made)
        intervals.loc["percentile"] = percentile(known)
        intervals.loc["bca"] = bca(known, left.to_numpy(), float(paths["estimate"]["ab"]))
    return Mediation(paths, intervals, fits, covariance, fits["b"].n_obs, len(names), made, left)


def _formulas(outcome: str, mediator: str, treatment: str, estimator: str) -> dict[str, str]:
    if estimator not in ("ols", "ppml"):
        raise UsageError(f"estimator={estimator!r} is not offered", where="mediate", remedy="use 'ols' or 'ppml'")
    equation, *effects = (part.strip() for part in outcome.split("|"))
    if equation.count("~") != 1 or len(effects) > 1:
        raise UsageError(f"{outcome!r} is no equation", where="mediate", remedy="write y ~ x + z | effects")
    left, right = (part.strip() for part in equation.split("~"))
    terms = [part.strip() for part in right.split(" + ")]
    if treatment not in terms or mediator in terms:
        lost = f"lacks the treatment {treatment!r}" if treatment not in terms else f"holds the mediator {mediator!r}"
        raise UsageError(f"{outcome!r} {lost}", where="mediate", remedy="write the outcome's equation without mediator")
    rest = "".join(f" | {part}" for part in effects)
    return {
        "c": f"{left} ~ {right}{rest}", "a": f"{mediator} ~ {right}{rest}", "b": f"{left} ~ {right} + {mediator}{rest}"
    }  # fmt: skip


def _checked(frame: pd.DataFrame, cluster: str, draws: Any, seed: Any) -> None:
    if cluster not in frame:
        raise UsageError(f"no column {cluster!r}", where="mediate", remedy="name the column of the clusters")
    for name, value in (("draws", draws), ("seed", seed)):
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 0:
            raise UsageError(f"{name}={value!r} is no whole number from 0 on", where="mediate", remedy="use 999, say")


def _fits(frame: pd.DataFrame, formulas: dict[str, str], estimator: str, cluster: str) -> dict[str, Fit]:
    """Estimate the three equations on the sample of the one with all variables."""

    def run(path: str, rows: pd.DataFrame) -> Fit:
        estimate = gravity.ppml if estimator == "ppml" and path != "a" else gravity.ols
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return estimate(formulas[path], rows, vcov={"CRV1": cluster}, ssc=SSC)

    both = run("b", frame)
    rows = frame.loc[both.sample]
    fits = {"c": run("c", rows), "a": run("a", rows), "b": both}
    if len({fit.n_obs for fit in fits.values()}) > 1:
        raise EstimationError(
            "the equations leave out different rows", where="mediate", rows=[fit.n_obs for fit in fits.values()],
            remedy="leave out the rows that one of them drops (fit.dropped)",
        )  # fmt: skip
    return fits


def _covariance(
    fits: dict[str, Fit], systems: dict[str, Dense], groups: np.ndarray, treatment: str, mediator: str
) -> float:
    """Covariance of a and b over clusters, with the small-sample factors of both equations."""
    sums = [np.bincount(groups, systems[path].influence(term)) for path, term in (("a", treatment), ("b", mediator))]
    return float(sums[0] @ sums[1] * np.sqrt(fits["a"].ssc_factor * fits["b"].ssc_factor))


def _paths(fits: dict[str, Fit], covariance: float, treatment: str, mediator: str) -> pd.DataFrame:
    where = {"c": ("c", treatment), "a": ("a", treatment), "b": ("b", mediator), "c'": ("b", treatment)}
    value = {path: float(fits[fit].coef[term]) for path, (fit, term) in where.items()}
    se = {path: float(fits[fit].se[term]) for path, (fit, term) in where.items()}
    a, b = value["a"], value["b"]
    value["ab"] = a * b
    # a negative estimate of the variance can come of a covariance over few clusters only by rounding
    se["ab"] = float(np.sqrt(max(b**2 * se["a"] ** 2 + a**2 * se["b"] ** 2 + 2 * a * b * covariance, 0.0)))
    dof = min(fits["b"].n_clusters.values()) - 1
    rows = {}
    for path in ("c", "a", "b", "ab", "c'"):
        reach = float(stats.t.ppf(0.975, dof)) * se[path]
        p = float(2 * stats.t.sf(abs(value[path]) / se[path], dof)) if se[path] > 0 else np.nan
        rows[path] = {
            "estimate": value[path], "se": se[path], "p": p, "low": value[path] - reach, "high": value[path] + reach
        }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index")


def _known(draws: np.ndarray) -> np.ndarray:
    """Return the draws that have an estimate, if these are enough."""
    known = draws[np.isfinite(draws)]
    if known.size < LEAST_SHARE * draws.size:
        raise EstimationError(
            f"{draws.size - known.size} of {draws.size} draws of clusters are not identified", where="mediate",
            remedy="use fewer regressors that do not vary within clusters, or draws=0",
        )  # fmt: skip
    return known
