"""The two estimators: formula → design → sample → identification → estimation → covariance → result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import EstimationError, UsageError
from indexer.gravity import vcov as errors_of
from indexer.gravity.codes import Identifiers
from indexer.gravity.design import Design, Drop, Request, make
from indexer.gravity.formula import Parsed, parse
from indexer.gravity.identify import Verdict, check, grain, reason, surely, verdicts
from indexer.gravity.layout import Layout, arrange
from indexer.gravity.nearby import Optimum
from indexer.gravity.problem import Accuracy, Problem, Solution
from indexer.gravity.result import Fit
from indexer.gravity.sample import Sample, final_sample
from indexer.gravity.sandwich import Clusters, covariance
from indexer.gravity.scaling import Scaled, scale

Vcov = str | Mapping[str, str]


@dataclass(frozen=True)
class Specification:
    """Everything that an estimation was asked for, beside the data."""

    is_poisson: bool
    parsed: Parsed
    vcov: errors_of.Request
    weights: str | None
    offset: str | None
    ssc: str
    on_absorbed: str
    accuracy: Accuracy
    path: str | None = None

    @property
    def request(self) -> Request:
        """What it needs of the table beside the formula."""
        return Request(self.vcov.columns, self.weights, self.offset)


def ols(
    formula: str,
    data: pd.DataFrame,
    vcov: Vcov = "hetero",
    *,
    weights: str | None = None,
    offset: str | None = None,
    ssc: str | None = None,
    on_absorbed: str = "raise",
) -> Any:
    """Estimate a linear model with any number of fixed effects, by least squares or two-stage least squares.

    Parameters
    ----------
    formula : str
        `y ~ x1 + log(x2) + x1:x3 | effect1 + effect2^effect3`; without `|` an intercept is estimated. A further part
        `| endogenous ~ instrument1 + instrument2` has regressors instrumented. Several left sides, `y1 + y2 ~ ...`,
        are several equations.
    data : DataFrame
        One row per observation; names of columns are the user's. Rows with missing values are left out and counted.
    vcov : str or mapping
        "iid", "hetero", {"CRV1": "a"} or {"CRV1": "a + b"}; a cluster may be a combination "a^b".
    weights : str, optional
        Column of weights, not negative.
    offset : str, optional
        A column or a function of one, "log(population)", whose coefficient is 1.
    ssc : {"default", "G", "none"}, optional
        Small-sample factor: "default" is G/(G-1)·(n-1)/(n-K), "G" is G/(G-1) alone. Here "default".
    on_absorbed : {"raise", "drop"}
        What to do with a regressor that is not identified beside the fixed effects and the regressors before it.

    Returns
    -------
    Fit, or list of Fit where the formula has several left sides
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
    return _fit(False, formula, data, vcov, weights, offset, ssc, on_absorbed, Accuracy())


def ppml(
    formula: str,
    data: pd.DataFrame,
    vcov: Vcov = "hetero",
    *,
    weights: str | None = None,
    offset: str | None = None,
    ssc: str | None = None,
    on_absorbed: str = "raise",
    tol: float = Accuracy.tol,
    max_iter: int = Accuracy.max_iter,
) -> Any:
    """Estimate E[y] = exp(regressors + effects) by Poisson pseudo-maximum likelihood; zeros are kept.

    Rows whose zeros the model predicts perfectly (separation) are found exactly before estimating and left out, as are
    singletons; the estimates do not depend on them. Arguments, errors and result as in `ols`, with these differences:

    Parameters
    ----------
    formula, data, vcov, weights, offset, on_absorbed
        As in `ols`; the left side must not be negative, and instruments are not offered.
    ssc : {"default", "G", "none"}, optional
        Here "G".
    tol : float
        Bound on the scaled gradient at which to stop.
    max_iter : int
        Most steps before giving up.

    Returns
    -------
    Fit, or list of Fit where the formula has several left sides
        z statistics.

    Raises
    ------
    ConvergenceError
        If the iteration does not end; otherwise as in `ols`.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 3.0, 4.0, 8.0], "x": [0, 0, 1, 1]})
    >>> ppml("y ~ x", frame).coef.round(4).tolist()  # ln 2 and ln 3
    [0.6931, 1.0986]
    """
    return _fit(True, formula, data, vcov, weights, offset, ssc, on_absorbed, Accuracy(tol, max_iter))


def _fit(
    is_poisson: bool, formula: str, data: pd.DataFrame, vcov: Vcov, weights: str | None, offset: str | None,
    ssc: str | None, on_absorbed: str, accuracy: Accuracy,
) -> Any:  # fmt: skip
    ssc = ssc or ("G" if is_poisson else "default")
    _one_of("ssc", ssc, errors_of.SSC)
    _one_of("on_absorbed", on_absorbed, ("raise", "drop"))
    for name, value in (("weights", weights), ("offset", offset)):
        if value is not None and not isinstance(value, str):
            raise UsageError(f"{name} is not the name of a column", where=name, remedy=f"add the {name} as a column")
    if not (isinstance(accuracy.tol, float | int) and 0 < accuracy.tol < 1):
        raise UsageError(f"tol={accuracy.tol!r} is no bound on a gradient", where="tol", remedy="give 1e-9, say")
    if not isinstance(accuracy.max_iter, int) or accuracy.max_iter < 1:
        raise UsageError(
            f"max_iter={accuracy.max_iter!r} is no number of steps", where="max_iter", remedy="give 200, say"
        )
    what = errors_of.request(vcov)
    fits = [
        estimate(Specification(is_poisson, p, what, weights, offset, ssc, on_absorbed, accuracy), data)
        for p in parse(formula)
    ]
    return fits[0] if len(fits) == 1 else fits


def estimate(specification: Specification, data: pd.DataFrame) -> Fit:
    """Estimate one equation on a table; arguments as in `ols` and `ppml`, gathered in the specification."""
    parsed, is_poisson = specification.parsed, specification.is_poisson
    if is_poisson and parsed.instruments:
        raise UsageError("ppml has no instruments", where="formula",
                         remedy="instrument a linear model of the logarithm with ols")  # fmt: skip
    design = make(parsed, data, specification.request)
    layout = arrange(list(design.effects.values()), design.ids, design.y.size, specification.path)
    sample = final_sample(design, layout, is_poisson)
    x = scale(sample.layout, design) if sample.x is None else sample.x
    problem = Problem(design, sample.layout, is_poisson)
    products = sample.identified if is_poisson else problem.sweep(x)
    found = judge(design, sample.layout, x, products, specification.on_absorbed, is_poisson)
    return finish(specification, data, design, sample, found, problem)


def finish(
    specification: Specification, data: pd.DataFrame, design: Design, sample: Sample, found: Identified,
    problem: Problem, start: Optimum | None = None, clusters: Clusters | None = None,
    changes: Mapping[str, np.ndarray] | None = None,
) -> Fit:  # fmt: skip
    """Solve a problem whose regressors are identified, and put the result together.

    `start` and `clusters` come from an earlier fit; `changes` are columns that differ from the data's.
    """
    if design.instruments:
        from indexer.gravity.instruments import two_stage

        solution: Solution = two_stage(problem, found)
    else:
        solution = problem.solve(found.x, found.names, found.which, start, specification.accuracy)
    solution.check_left_side()
    clusters = clusters or Clusters(design, sample.layout, specification.vcov.columns)
    errors = covariance(specification.vcov, specification.ssc, solution, clusters)
    return Fit(specification, data, design, sample, found, solution, clusters, errors, changes or {})


@dataclass(frozen=True)
class Identified:
    """The regressors that have a coefficient, and the verdict on all.

    Attributes
    ----------
    x : Scaled
    names : tuple of str
    which : tuple of int
        Their numbers among the regressors of the design.
    lost : tuple of Drop
        The other ones, and why.
    notes : tuple of str
        On weak ones.
    """

    x: Scaled
    names: tuple[str, ...]
    which: tuple[int, ...]
    lost: tuple[Drop, ...]
    notes: tuple[str, ...]


def judge(
    design: Design, layout: Layout, x: Scaled, products: np.ndarray | None, on_absorbed: str, part: bool
) -> Identified:
    """Check the regressors of a design against the effects and each other on the final sample.

    Parameters
    ----------
    products : ndarray, shape (p, p), or None
        Cross products of the scaled regressors beside the effects, by row of the sample.
    part : bool
        Whether these are over part of the sample only.
    """
    names = design.names
    found = surely(layout, x, names, products, part)
    if found is None:
        found = carefully(design, layout, x, names)
    empty = [v for v in found if v.by.startswith("zero in") and "[" in v.name]  # a category without a row left
    notes = check([v for v in found if v not in empty], tuple(design.effects), on_absorbed)
    which = tuple(k for k, v in enumerate(found) if v.kind == "identified")
    lost = tuple(Drop(v.kind, v.name, reason(v), np.zeros(0, int)) for v in found if v.kind != "identified")
    if found and not which:
        raise EstimationError("no regressor is identified", where="formula", remedy="; ".join(reason(v) for v in found))
    return Identified(x.take(which), tuple(names[k] for k in which), which, lost, notes)


def carefully(design: Design, layout: Layout, x: Scaled, names: Sequence[str]) -> list[Verdict]:
    """Judge the regressors to rounding, finding which effects absorb what."""
    rows = layout.rows()
    ids: list[Identifiers] = []

    def subset(effects: Sequence[str]) -> Layout:
        if not ids:
            ids.append(design.ids.take(rows))
        return arrange([design.effects[e] for e in effects], ids[0], rows.size)

    def step(k: int) -> float:
        return grain(design.x[k][rows]) * x.scale[k]

    return verdicts(layout, x, names, subset, tuple(design.effects), step)


def _one_of(argument: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UsageError(f"{argument}={value!r} is not offered", where=argument, remedy=f"use {', '.join(allowed)}")
