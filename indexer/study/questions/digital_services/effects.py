"""Equations of the study of digital services: blocks, parts, trends, rolling windows, and the AI index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import EstimationError
from indexer.study.estimate import Equation, Found
from indexer.study.questions.connectivity.effects import joint_p
from indexer.study.questions.digital_services.panel import FIRST, LAST, RCEP, TREND, WORLD, Panel

DESIGNS = {"between": "year", "within": "exporter + year"}
"""Effects: of years, so that economies are compared; of economies too, so that each is compared with itself."""
ESTIMATORS = ("ols", "ppml")
REGRESSORS = ("size", "institutions", "infrastructure", "ict")
DRAWS = 1999
WIDTH = 5
"""Years of a rolling window."""
MOVING = ("infrastructure", "ict")


def equation(
    design: str, estimator: str, term: str, right: Iterable[str] = REGRESSORS, scale: float = 1.0, label: str = ""
) -> Equation:
    """Return an equation of exports of digital services, clustered by economy."""
    left = "log(services)" if estimator == "ols" else "services"
    formula = f"{left} ~ {' + '.join(right)} | {DESIGNS[design]}"
    return Equation(label or term, estimator, formula, term, {"CRV1": "exporter"}, scale)


def together(panel: Panel, sample: str, design: str, estimator: str, right: tuple[str, ...] = REGRESSORS,
             years: tuple[int, int] = (FIRST, LAST)) -> dict[str, Found]:  # fmt: skip
    """Estimate one equation; one entry a regressor, all with the same fit."""
    rows = panel.rows(sample, *years)
    first = equation(design, estimator, right[0], right).estimate(rows)
    return {name: Found(equation(design, estimator, name, right), first.fit, first.reason) for name in right}


def blocks(panel: Panel) -> pd.DataFrame:
    """Return coefficients of size, institutions, infrastructure and ICT in every sample, design and estimator.

    Returns
    -------
    DataFrame
        sample, effects, estimator, regressor, estimate, se, p, low, high, n, clusters, p_bootstrap, left_over (share of
        the variance unexplained by the others that the regressor explains; log-OLS), note.
    """
    rows = []
    for sample in (RCEP, WORLD):
        for design in DESIGNS:
            for estimator in ESTIMATORS:
                found = together(panel, sample, design, estimator)
                for name, one in found.items():
                    share = partial_r2(panel, sample, design, name) if estimator == "ols" else np.nan
                    rows.append({"sample": sample, "effects": design, "estimator": estimator, "regressor": name}
                                | one.numbers | {"p_bootstrap": bootstrap(one), "left_over": share,
                                                 "note": one.reason})  # fmt: skip
    return pd.DataFrame(rows)


def partial_r2(panel: Panel, sample: str, design: str, name: str) -> float:
    """Return 1 - RSS / RSS without the regressor, on the same rows: what it explains of what the others leave."""
    rows = panel.rows(sample)
    rows = rows[rows[[*REGRESSORS, "services"]].notna().all(axis=1)]
    rest = [one for one in REGRESSORS if one != name]
    whole = equation(design, "ols", name).estimate(rows)
    less = equation(design, "ols", rest[0], rest).estimate(rows)
    if whole.fit is None or less.fit is None:
        return np.nan
    return 1 - float((whole.fit.resid() ** 2).sum() / (less.fit.resid() ** 2).sum())


def claims(panel: Panel) -> pd.DataFrame:
    """Test what is claimed: size and institutions matter, infrastructure and ICT do not; and the two pairs as such.

    Returns
    -------
    DataFrame
        sample, effects, estimator, p_size_institutions (both zero), p_infrastructure_ict (both zero), p_equal
        (institutions = infrastructure), p_equal_bootstrap.
    """
    rows = []
    for sample in (RCEP, WORLD):
        for design in DESIGNS:
            for estimator in ESTIMATORS:
                fit = together(panel, sample, design, estimator)["size"]
                row: dict[str, Any] = {"sample": sample, "effects": design, "estimator": estimator}
                if fit.fit is not None:
                    row |= {
                        "p_size_institutions": joint_p(fit.fit, "size = 0, institutions = 0"),
                        "p_infrastructure_ict": joint_p(fit.fit, "infrastructure = 0, ict = 0"),
                        "p_equal": joint_p(fit.fit, "institutions = infrastructure"),
                        "p_equal_bootstrap": bootstrap(fit, "institutions = infrastructure"),
                    }
                rows.append(row | {"note": fit.reason})
    return pd.DataFrame(rows)


PARTS = {
    "regulatory": ("institutions", "regulatory quality", 1.0, (FIRST, LAST)),
    "government": ("institutions", "government effectiveness", 1.0, (FIRST, LAST)),
    "law": ("institutions", "rule of law", 1.0, (FIRST, LAST)),
    "openness": ("institutions", "minus DSTRI", 0.1, (2020, LAST)),
    "broadband": ("infrastructure", "broadband", 10.0, (FIRST, LAST)),
    "servers": ("infrastructure", "ln servers", 1.0, (FIRST, LAST)),
    "coverage": ("infrastructure", "4G coverage", 10.0, (2013, LAST)),
    "infrastructure_4g": ("infrastructure", "block with 4G", 1.0, (2013, LAST)),
    "internet": ("ict", "internet users", 10.0, (FIRST, LAST)),
    "mobile": ("ict", "mobile", 10.0, (FIRST, LAST)),
}
"""A part: the block whose place it takes, its name, the step that its coefficient is shown for, and its years."""


def parts(panel: Panel) -> pd.DataFrame:
    """Return each part of a block in the place of its block, log-OLS and PPML, in RCEP's members."""
    rows = []
    for name, (block, words, step, years) in PARTS.items():
        right = tuple(name if one == block else one for one in REGRESSORS)
        for design in DESIGNS:
            for estimator in ESTIMATORS:
                one = equation(design, estimator, name, right, step).estimate(panel.rows(RCEP, *years))
                window = "" if one.fit is None else _window(one)
                rows.append({"block": block, "part": words, "step": step, "effects": design, "estimator": estimator,
                             "window": window} | one.numbers
                            | {"p_bootstrap": bootstrap(one), "note": one.reason})  # fmt: skip
    return pd.DataFrame(rows)


def falling(panel: Panel) -> pd.DataFrame:
    """Return how the coefficients of infrastructure and ICT move in a decade, and the joint test that they do not.

    Returns
    -------
    DataFrame
        sample, effects, estimator, regressor, estimate (change of the coefficient in ten years), se, p, low, high, n,
        clusters, p_bootstrap, p_joint (both changes zero), note.
    """
    rows = []
    moving = [f"{name}:{TREND}" for name in MOVING]
    right = (*REGRESSORS, *moving)
    for sample in (RCEP, WORLD):
        for design in DESIGNS:
            for estimator in ESTIMATORS:
                found = together(panel, sample, design, estimator, right)
                fit = found[moving[0]].fit
                joint = np.nan if fit is None else joint_p(fit, ", ".join(f"{term} = 0" for term in moving))
                for name, term in zip(MOVING, moving, strict=True):
                    one = found[term]
                    rows.append({"sample": sample, "effects": design, "estimator": estimator, "regressor": name}
                                | one.numbers | {"p_bootstrap": bootstrap(one), "p_joint": joint,
                                                 "note": one.reason})  # fmt: skip
    return pd.DataFrame(rows)


def left_out(panel: Panel) -> pd.DataFrame:
    """Return the range of each coefficient of RCEP when one member is left out at a time, and who moves it most.

    Returns
    -------
    DataFrame
        effects, estimator, regressor, estimate, lowest, without_low, highest, without_high.
    """
    rows = []
    frame = panel.rows(RCEP)
    for design in DESIGNS:
        for estimator in ESTIMATORS:
            one = equation(design, estimator, REGRESSORS[0])
            made = {code: one.estimate(frame[frame["exporter"] != code]).fit for code in ("", *panel.members)}
            table = pd.DataFrame({code: fit.coef for code, fit in made.items() if fit is not None})
            less = table.drop(columns="")
            for name in REGRESSORS:
                rows.append({
                    "effects": design, "estimator": estimator, "regressor": name, "estimate": table.loc[name, ""],
                    "lowest": less.loc[name].min(), "without_low": less.loc[name].idxmin(),
                    "highest": less.loc[name].max(), "without_high": less.loc[name].idxmax(),
                })  # fmt: skip
    return pd.DataFrame(rows)


def rolling(panel: Panel, width: int = WIDTH) -> pd.DataFrame:
    """Return the coefficients over windows of `width` years, log-OLS.

    Returns
    -------
    DataFrame
        sample, effects, regressor, first, last, year (the last), estimate, se, low, high, n, clusters, note.
    """
    rows = []
    for sample in (RCEP, WORLD):
        for design in DESIGNS:
            for first in range(FIRST, LAST - width + 2):
                last = first + width - 1
                for name, one in together(panel, sample, design, "ols", years=(first, last)).items():
                    numbers = {key: one.numbers[key] for key in ("estimate", "se", "low", "high", "n", "clusters")}
                    rows.append({"sample": sample, "effects": design, "regressor": name, "first": first, "last": last,
                                 "year": last} | numbers | {"note": one.reason})  # fmt: skip
    return pd.DataFrame(rows)


def bootstrap(found: Found, hypothesis: str | None = None) -> float:
    """Return the p-value of the restricted bootstrap where clusters are few."""
    if found.fit is None or min(found.fit.n_clusters.values()) >= 30:
        return np.nan
    try:
        made = found.fit.bootstrap(hypothesis or f"{found.equation.term} = 0", draws=DRAWS)
    except EstimationError:
        return np.nan
    return float(made["p_value"].iloc[0])


def _window(found: Found) -> str:
    assert found.fit is not None  # noqa: S101
    years = found.fit.data.loc[found.fit.sample, "year"]
    return f"{years.min()}–{years.max()}"
