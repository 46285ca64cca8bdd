"""Inequality of an index between economies: Gini, and Theil's T within and between groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from indexer.analyse.cases import checked, groups_of, scores_of, shown
from indexer.errors import MethodError


def inequality(
    scores: Any, groups: Mapping[str, str] | str, weights: Mapping[str, float] | pd.DataFrame | None = None
) -> pd.DataFrame:
    """Measure how unequally an index is spread over economies, year by year.

    Both measures depend on where the scale has its zero: they mean something for an index on [0, high], and on
    [1, 100] nearly the same, but nothing for z-scores.

    Parameters
    ----------
    scores : Index or DataFrame
        An index, or a table with the columns economy, year, index (0 or above; cases without an index are left out).
    groups : mapping or str
        Group of each economy; with an index also a column of its economies, such as "region" or "income_group".
    weights : mapping or DataFrame, optional
        Such as population: of each economy, or columns economy, year, weight. By default every economy counts once.

    Returns
    -------
    DataFrame
        year, n, gini (no small-sample correction), theil, theil_between, theil_within (they sum to theil),
        between_share (NaN where all are equal).

    Raises
    ------
    MethodError
        If an index is negative or all are 0, a case is there twice, or an economy lacks its group or a weight above 0.

    References
    ----------
    Theil (1967), Economics and Information Theory; Shorrocks (1980), Econometrica 48(3), 613-625 (decomposition).
    """
    cases = checked(scores_of(scores), ["year", "economy"], ["index"]).dropna(ignore_index=True)
    cases = cases.assign(group=cases["economy"].map(dict(groups_of(scores, groups))), weight=_weights(cases, weights))
    values = cases["index"].to_numpy(dtype=float)
    _refuse(cases, values < 0, "the index is negative", "measure an index on a range that starts at 0 or above")
    _refuse(cases, cases["group"].isna().to_numpy(), "economies without a group", "give each economy its group")
    heavy = cases["weight"].to_numpy(dtype=float)
    weightless = ~((heavy > 0) & np.isfinite(heavy))
    _refuse(cases, weightless, "cases without a weight above 0", "give each a weight, or leave it out of the scores")
    rows = [{"year": int(str(year)), "n": len(part), **_year(part, year)} for year, part in cases.groupby("year")]
    names = ["year", "n", "gini", "theil", "theil_between", "theil_within", "between_share"]
    return pd.DataFrame(rows, columns=names)


def gini(y: np.ndarray, weights: np.ndarray) -> float:
    """Return the Gini coefficient Σ_i Σ_j w_i w_j |y_i - y_j| / (2 μ), w summing to 1.

    Parameters
    ----------
    y : ndarray, shape (n_economies,)
        Not negative, not all 0.
    weights : ndarray, shape (n_economies,)
        Above 0.

    Examples
    --------
    >>> gini(np.array([0.0, 0.0, 0.0, 4.0]), np.ones(4))
    0.75
    """
    order = np.argsort(y, kind="stable")
    y, share = y[order], weights[order] / weights.sum()
    upto = np.cumsum(share)
    return max(float((share * y * (2.0 * upto - share)).sum() / (share * y).sum() - 1.0), 0.0)


def theil(y: np.ndarray, weights: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """Return Theil's T between and within groups: Σ s_g ln(μ_g / μ) and Σ s_g T_g, s_g the share of the total.

    Parameters
    ----------
    y : ndarray, shape (n_economies,)
        Not negative, not all 0; 0 · ln 0 = 0.
    weights : ndarray, shape (n_economies,)
        Above 0.
    groups : ndarray, shape (n_economies,)
    """
    _, code = np.unique(groups, return_inverse=True)
    share = weights / weights.sum()
    relative = y / (share * y).sum()
    size, total = np.bincount(code, weights=share), np.bincount(code, weights=share * relative)
    level = (total / size)[code]
    between = float((total * _log(total / size)).sum())
    ratio = np.divide(relative, level, out=np.zeros_like(relative), where=level > 0)
    within = float((share * relative * _log(ratio)).sum())
    return max(between, 0.0), max(within, 0.0)


def _log(x: np.ndarray) -> np.ndarray:
    return np.log(np.where(x > 0, x, 1.0))


def _year(part: pd.DataFrame, year: object) -> dict[str, float]:
    y, w = part["index"].to_numpy(dtype=float), part["weight"].to_numpy(dtype=float)
    if not y.any():
        raise MethodError(f"every index of {year} is 0: nothing to divide", remedy="leave that year out")
    between, within = theil(y, w, part["group"].astype(str).to_numpy())
    total = between + within
    return {
        "gini": gini(y, w),
        "theil": total,
        "theil_between": between,
        "theil_within": within,
        "between_share": between / total if total > 1e-15 else float("nan"),
    }


def _weights(cases: pd.DataFrame, weights: Mapping[str, float] | pd.DataFrame | None) -> np.ndarray:
    if weights is None:
        return np.ones(len(cases))
    if not isinstance(weights, pd.DataFrame):
        return pd.to_numeric(cases["economy"].map(dict(weights)), errors="coerce").to_numpy(dtype=float)
    keys = ["economy", "year"]
    table = checked(weights, keys, ["weight"], "the weights")
    return cases[keys].merge(table, on=keys, how="left")["weight"].to_numpy(dtype=float)


def _refuse(cases: pd.DataFrame, wrong: np.ndarray, message: str, remedy: str) -> None:
    if wrong.any():
        rows = shown(cases[wrong])
        raise MethodError(f"{message}: {', '.join(f'{one[0]} {one[1]}' for one in rows)}", rows=rows, remedy=remedy)
