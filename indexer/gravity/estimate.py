"""The two estimators: formula → design → sample → identification → estimation → covariance → result."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from indexer.errors import EstimationError, UsageError
from indexer.gravity import vcov as errors_of
from indexer.gravity.demean import Effects
from indexer.gravity.design import INTERCEPT, Design, Drop, make
from indexer.gravity.formula import parse
from indexer.gravity.identify import check, meaning, reason, verdicts
from indexer.gravity.least_squares import least_squares
from indexer.gravity.poisson import MAX_ITER, TOLERANCE, deviance, poisson
from indexer.gravity.result import Fit, dropped_table, row_status
from indexer.gravity.sample import final_sample

Vcov = str | Mapping[str, str]
FEW_CLUSTERS = 30


def ols(
    formula: str,
    data: pd.DataFrame,
    vcov: Vcov = "hetero",
    *,
    weights: str | None = None,
    ssc: str | None = None,
    on_absorbed: str = "raise",
) -> Fit:
    """Estimate a linear model with any number of fixed effects.

    Parameters
    ----------
    formula : str
        `y ~ x1 + log(x2) + x1:x3 | effect1 + effect2^effect3`; without `|` an intercept is estimated.
    data : DataFrame
        One row per observation; names of columns are the user's. Rows with missing values are left out and counted.
    vcov : str or mapping
        "iid", "hetero", {"CRV1": "a"} or {"CRV1": "a + b"}; a cluster may be a combination "a^b".
    weights : str, optional
        Column of weights, not negative.
    ssc : {"default", "G", "none"}, optional
        Small-sample factor: "default" is G/(G-1)·(n-1)/(n-K), "G" is G/(G-1) alone. Here "default".
    on_absorbed : {"raise", "drop"}
        What to do with a regressor that is not identified beside the fixed effects and the regressors before it.

    Returns
    -------
    Fit
        t statistics: G-1 degrees of freedom with clusters (the fewest), else n-K.

    Raises
    ------
    UsageError
        For a formula, name, option or column that cannot be used.
    AbsorbedRegressorError
        For regressors that are not identified, with the effects or regressors that span them.
    EstimationError
        If no row is left, or there are too few clusters.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 4.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> ols("y ~ x", frame, vcov="iid").coef.round(2).tolist()
    [1.1, 1.1]
    """
    return _fit("OLS", formula, data, vcov, weights, ssc, on_absorbed, TOLERANCE, MAX_ITER)


def ppml(
    formula: str,
    data: pd.DataFrame,
    vcov: Vcov = "hetero",
    *,
    weights: str | None = None,
    ssc: str | None = None,
    on_absorbed: str = "raise",
    tol: float = TOLERANCE,
    max_iter: int = MAX_ITER,
) -> Fit:
    """Estimate E[y] = exp(regressors + effects) by Poisson pseudo-maximum likelihood; zeros are kept.

    Rows whose zeros the model predicts perfectly (separation) are found exactly before estimating and left out, as are
    singletons; the estimates do not depend on them. Arguments, errors and result as in `ols`, with these differences:

    Parameters
    ----------
    formula, data, vcov, weights, on_absorbed
        As in `ols`; the left side must not be negative.
    ssc : {"default", "G", "none"}, optional
        Here "G".
    tol : float
        Bound on the relative change of the deviance and on the scaled gradient.
    max_iter : int
        Most steps before giving up.

    Returns
    -------
    Fit
        z statistics.

    Raises
    ------
    ConvergenceError
        If the iteration does not end; otherwise as in `ols`.

    References
    ----------
    Santos Silva & Tenreyro (2006), The Review of Economics and Statistics 88(4); Correia, Guimarães & Zylkin (2020),
    The Stata Journal 20(1).
    """
    return _fit("PPML", formula, data, vcov, weights, ssc, on_absorbed, tol, max_iter)


def _fit(
    estimator: str, formula: str, data: pd.DataFrame, vcov: Vcov, weights: str | None, ssc: str | None,
    on_absorbed: str, tol: float, max_iter: int,
) -> Fit:  # fmt: skip
    is_poisson = estimator == "PPML"
    ssc = ssc if ssc is not None else ("G" if is_poisson else "default")
    _one_of("ssc", ssc, errors_of.SSC)
    _one_of("on_absorbed", on_absorbed, ("raise", "drop"))
    if weights is not None and not isinstance(weights, str):
        raise UsageError("weights is not the name of a column", where="weights", remedy="add the weights as a column")
    what = errors_of.request(vcov)
    parsed = parse(formula)
    design = final_sample(make(parsed, data, what.clusters, weights), is_poisson)

    found = verdicts(design.x, design.names, design.effects)
    empty = [v for v in found if v.by.startswith("zero in") and "[" in v.name]  # a category without a row left
    notes = list(check([v for v in found if v not in empty], parsed.effect_names, on_absorbed))
    kept = np.array([v.kind == "identified" for v in found], dtype=bool)
    lost = [Drop(v.kind, v.name, reason(v), np.zeros(0, int)) for v in found if v.kind != "identified"]
    if len(found) and not kept.any():
        raise EstimationError("no regressor is identified", where="formula", remedy="; ".join(reason(v) for v in found))
    names = [n for n, k in zip(design.names, kept, strict=True) if k]

    core = _poisson_core(design, kept, tol, max_iter) if is_poisson else _linear_core(design, kept)
    used = {c: design.clusters[c] for c in what.clusters}
    cov = errors_of.covariance(what, core.bread, core.scores, ssc, design.effects, used, core.sigma2)
    if cov.note:
        notes.append(cov.note)
    notes += [
        f"only {n} clusters by {c}: such errors tend to be too small"
        for c, n in cov.n_clusters.items()
        if n < FEW_CLUSTERS
    ]
    dof = _degrees(design, len(names), cov.n_clusters)
    clusters = ", ".join(f"{n} clusters by {c}" for c, n in cov.n_clusters.items()) or "no clusters"
    terms = tuple(n for n in names if n != INTERCEPT)
    beside = f", from the variation left beside {', '.join(design.effects)}" if design.effects else ""
    forms = "".join(f"; {t} is {m}" for t in terms if (m := meaning(t, parsed.effect_names)))
    return Fit(
        estimator=estimator, formula=formula, coef=pd.Series(core.coef, index=names, name="estimate", dtype=float),
        vcov_matrix=pd.DataFrame(cov.matrix, index=names, columns=names), vcov=str(what), ssc=ssc,
        ssc_factor=cov.factor, distribution="z" if is_poisson else "t", dof=None if is_poisson else dof,
        n_obs=design.y.size, n_clusters=cov.n_clusters,
        effects={k: int(c.max()) + 1 for k, c in design.effects.items()},
        dropped=dropped_table([*design.drops, *lost], data.index), row_status=row_status(design.drops, data.index),
        identified_terms=terms,
        identified=f"{', '.join(terms) or 'no regressor'}{beside} ({design.y.size} rows, {clusters}){forms}",
        r2=core.r2, r2_within=core.r2_within, pseudo_r2=core.pseudo_r2, deviance=core.deviance, converged=True,
        n_iter=core.n_iter, notes=tuple(notes),
        fitted=pd.Series(core.fitted, index=data.index[design.rows], name="fitted"),
    )  # fmt: skip


class _Core:
    """What both estimators hand on."""

    def __init__(
        self, coef: np.ndarray, bread: np.ndarray, scores: np.ndarray, fitted: np.ndarray, deviance: float,
        sigma2: float = 1.0, r2: float = np.nan, r2_within: float = np.nan, pseudo_r2: float = np.nan, n_iter: int = 1,
    ):  # fmt: skip
        self.coef, self.bread, self.scores, self.fitted, self.deviance = coef, bread, scores, fitted, deviance
        self.sigma2, self.r2, self.r2_within, self.pseudo_r2, self.n_iter = sigma2, r2, r2_within, pseudo_r2, n_iter


def _linear_core(design: Design, kept: np.ndarray) -> _Core:
    y, w = design.y, design.weights
    unit = np.ones(y.size) if w is None else w
    fit = least_squares(y, design.x[:, kept], Effects(list(design.effects.values())), w)
    constant = bool(design.effects) or INTERCEPT in design.names
    centred = y - (unit @ y / unit.sum() if constant else 0.0)
    total = float(unit @ (centred * centred))
    if design.effects and fit.within_ss <= 1e-18 * max(total, float(unit @ (y * y)) * 1e-8):
        raise EstimationError(
            "the left side does not vary beside the fixed effects: there is nothing to explain", where="formula",
            remedy="use fewer or coarser fixed effects",
        )  # fmt: skip
    return _Core(
        fit.coef, fit.bread, fit.x * (unit * fit.residuals)[:, None], y - fit.residuals, fit.rss,
        sigma2=fit.rss / max(y.size - 1, 1), r2=1 - fit.rss / total if total > 0 else np.nan,
        r2_within=1 - fit.rss / fit.within_ss if design.effects and fit.within_ss > 0 else np.nan,
    )  # fmt: skip


def _poisson_core(design: Design, kept: np.ndarray, tol: float, max_iter: int) -> _Core:
    y, w = design.y, design.weights
    fit = poisson(y, design.x[:, kept], Effects(list(design.effects.values())), w, tol, max_iter)
    unit = np.ones(y.size) if w is None else w
    null = deviance(y, np.full(y.size, unit @ y / unit.sum()), w)
    correlation = np.corrcoef(y, fit.mu)[0, 1] if y.std() > 0 and fit.mu.std() > 0 else np.nan
    return _Core(
        fit.coef, fit.bread, fit.x * (unit * (y - fit.mu))[:, None], fit.mu, fit.deviance, r2=correlation**2,
        pseudo_r2=1 - fit.deviance / null if null > 0 else np.nan, n_iter=fit.n_iter,
    )  # fmt: skip


def _degrees(design: Design, n_regressors: int, n_clusters: Mapping[str, int]) -> int:
    if n_clusters:
        return min(n_clusters.values()) - 1
    return max(design.y.size - errors_of.parameters(n_regressors, design.effects), 1)


def _one_of(argument: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UsageError(f"{argument}={value!r} is not offered", where=argument, remedy=f"use {', '.join(allowed)}")
