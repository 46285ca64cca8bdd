"""PPML with endogenous regressors: first-stage residuals as controls, errors from bootstrapping both stages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import EstimationError, IndexerError, UsageError
from indexer.gravity.control_result import ControlFunction
from indexer.gravity.estimate import Specification, estimate
from indexer.gravity.formula import Parsed, Term, parse, uses_categories
from indexer.gravity.problem import Accuracy
from indexer.gravity.vcov import Request, request

CHUNK = 50
"""Draws of one task."""
LEAST_SHARE = 0.5
"""Share of draws that must have an estimate."""
WEIGHT = "weight of the draw"


def control_function(
    formula: str, data: pd.DataFrame, vcov: Mapping[str, str], *, draws: int = 999, seed: int = 1
) -> ControlFunction:
    """Estimate a PPML with endogenous regressors by the control function, errors by bootstrapping both stages.

    Each endogenous regressor is regressed by least squares on the other regressors, the instruments and the same
    effects; the residuals join the regressors of the PPML. The estimate is consistent for E[y] = exp(regressors +
    effects + error) where the error has a mean linear in the first stage's, and instruments are independent of both.

    Parameters
    ----------
    formula : str
        `y ~ x | effects | endogenous ~ instruments`, one left side.
    data : DataFrame
    vcov : {"CRV1": "a"}
        The clusters that are drawn, one variable (a combination "a^b" is one).
    draws : int
        2 or more.
    seed : int
        The same seed gives the same draws on any number of workers (`joblib.parallel_config`).

    Returns
    -------
    ControlFunction

    Raises
    ------
    UsageError
        Without instruments or clusters, for clusters in several ways, or categories among the endogenous regressors.
    EstimationError
        For fewer instruments than endogenous regressors, instruments that are absorbed, collinear or explain nothing,
        or where half of the draws have no estimate.

    Notes
    -----
    Both stages use one sample: that of the PPML, found with the residuals among its regressors. A draw takes as many
    clusters as there are, with replacement, and repeats both stages. A cluster that is drawn twice counts twice; its
    copies would have effects of their own where an effect lies within clusters, which changes no slope, so it enters
    with weight two. Effects that cross clusters stay what they are.

    References
    ----------
    Wooldridge (2015), J. Human Resources 50(2), 420-445; Lin & Wooldridge (2019), in Panel Data Econometrics, ch. 2;
    Cameron, Gelbach & Miller (2008), Rev. Econ. Statistics 90(3), 414-427.
    """
    stages = _stages(formula, data)
    what = request(vcov)
    if len(what.clusters) != 1:
        raise UsageError(
            "the clusters to draw are not one variable", where="vcov", remedy="use {'CRV1': 'a'} or {'CRV1': 'a^b'}"
        )
    for name, value, least in (("draws", draws, 2), ("seed", seed, 0)):
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
            raise UsageError(f"{name}={value!r} is not {least} or more", where=name, remedy="use 999, say")
    sample = estimate(_specified(True, stages.plain, what), data).sample
    while True:
        part = data[sample].reset_index(drop=True)
        first = estimate(_specified(False, stages.linear, what), part)
        fit = estimate(_specified(True, stages.second, what), stages.with_residuals(part))
        if fit.n_obs == len(part):
            break
        sample[np.flatnonzero(sample)[~fit.sample]] = False
    codes = np.unique(fit.clusters.codes([0]), return_inverse=True)[1].ravel()
    found, reasons = _drawn(stages, part, codes, draws, seed, list(fit.coef.index))
    table = pd.Series(reasons, dtype="object").value_counts().rename_axis("reason").reset_index(name="draws")
    if len(found) < max(LEAST_SHARE * draws, 2):
        raise EstimationError(
            f"{draws - len(found)} of {draws} draws have no estimate: {'; '.join(table['reason'][:3])}",
            where="control_function", remedy="use fewer regressors or effects, or clusters of which there are more",
        )  # fmt: skip
    drawn = pd.DataFrame(found, columns=list(fit.coef.index))
    return ControlFunction(formula, fit, first, stages.controls, drawn, table)


@dataclass(frozen=True)
class _Stages:
    """The equations of both stages.

    Attributes
    ----------
    firsts : tuple of Parsed
        One for each endogenous regressor, by least squares.
    plain, linear, second : Parsed
        The PPML without controls; two-stage least squares of the flow; the PPML with controls.
    controls : tuple of str
        Columns of the residuals.
    """

    firsts: tuple[Parsed, ...]
    plain: Parsed
    linear: Parsed
    second: Parsed
    controls: tuple[str, ...]

    def with_residuals(self, data: pd.DataFrame, weights: str | None = None) -> pd.DataFrame:
        """Return the rows of the first stages with their residuals; a row that a first stage leaves out has none."""
        plain = request("iid")
        fits = [estimate(_specified(False, one, plain, weights), data) for one in self.firsts]
        return data.assign(**{name: fit.resid() for name, fit in zip(self.controls, fits, strict=True)})


def _stages(formula: str, data: pd.DataFrame) -> _Stages:
    found = parse(formula)
    if len(found) != 1:
        raise UsageError("the formula has several left sides", where=formula, remedy="give one left side")
    (whole,) = found
    if not whole.instruments:
        raise UsageError("the formula has no instruments", where="formula",
                         remedy="write them as y ~ x | effects | endogenous ~ instruments")  # fmt: skip
    if any(uses_categories(t) for t in whole.endogenous):
        raise UsageError("categories cannot be instrumented", where="formula", remedy="make dummies of your own")
    controls = tuple(f"residual of {t.label}" for t in whole.endogenous)
    if isinstance(data, pd.DataFrame) and (taken := [n for n in (*controls, WEIGHT) if n in data]):
        raise UsageError(f"the data have a column {taken[0]!r}", where="data", remedy="rename it")
    none: dict[str, Any] = {"endogenous": (), "instruments": ()}
    firsts = tuple(replace(whole, lhs=t, rhs=(*whole.rhs, *whole.instruments), **none) for t in whole.endogenous)
    plain = replace(whole, rhs=(*whole.rhs, *whole.endogenous), **none)
    names = {f"control_{k}_": name for k, name in enumerate(controls)}
    second = replace(
        plain, rhs=(*plain.rhs, *(Term(name, (plain_name,)) for plain_name, name in names.items())),
        numeric=(*whole.numeric, *controls), quoted=(*whole.quoted, *names.items()),
    )  # fmt: skip
    return _Stages(firsts, plain, whole, second, controls)


def _specified(is_poisson: bool, parsed: Parsed, vcov: Request, weights: str | None = None) -> Specification:
    return Specification(is_poisson, parsed, vcov, weights, None, "G", "raise", Accuracy())


def _drawn(
    stages: _Stages, data: pd.DataFrame, codes: np.ndarray, draws: int, seed: int, names: list[str]
) -> tuple[np.ndarray, list[str]]:
    """Return the estimates of the draws that have one, and why the others have none."""
    from joblib import Parallel, delayed

    n = [min(CHUNK, draws - first) for first in range(0, draws, CHUNK)]
    seeds = np.random.SeedSequence(seed).spawn(len(n))
    parts = Parallel()(delayed(_chunk)(stages, data, codes, k, s, names) for k, s in zip(n, seeds, strict=True))
    found = [row for rows, _ in parts for row in rows]
    return np.array(found).reshape(len(found), len(names)), [why for _, reasons in parts for why in reasons]


def _chunk(
    stages: _Stages, data: pd.DataFrame, codes: np.ndarray, draws: int, seed: np.random.SeedSequence, names: list[str]
) -> tuple[list[np.ndarray], list[str]]:
    rng, g, ids = np.random.default_rng(seed), int(codes.max()) + 1, request("iid")
    rows, reasons = [], []
    for _ in range(draws):
        weight = np.bincount(rng.integers(0, g, g), minlength=g)[codes].astype(float)
        drawn = data.assign(**{WEIGHT: weight})[weight > 0].reset_index(drop=True)
        try:
            again = estimate(_specified(True, stages.second, ids, WEIGHT), stages.with_residuals(drawn, WEIGHT))
            rows.append(again.coef[names].to_numpy())
        except IndexerError as error:
            reasons.append(_kind(error))
    return rows, reasons


def _kind(error: IndexerError) -> str:
    """The message without the numbers that differ from draw to draw."""
    return re.sub(r"\d[\d.e+-]*", "…", error.message.split(";")[0])
