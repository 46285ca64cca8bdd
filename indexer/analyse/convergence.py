"""Convergence of an index: whether economies draw together (σ), and whether the later ones grow faster (β)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indexer.analyse.cases import checked, scores_of, years_of
from indexer.errors import MethodError

LEAST = 5
"""Economies below which no convergence is estimated."""


@dataclass(frozen=True, eq=False)
class Convergence:
    """What became of the differences between economies.

    Attributes
    ----------
    sigma : DataFrame
        year, n, sd (of ln index or of index; n - 1), cv (sd over mean of the index), over the economies with an index
        in every year.
    trends : DataFrame
        measure (sd, cv), slope (a year), std_error, p_value (classical, t with years - 2; NaN with two years).
    beta : DataFrame
        One row: n, years, slope of yearly growth on the initial level, std_error (HC3), p_value (t with n - 2), r2,
        speed (-ln(1 + slope · years) / years), half_life (ln 2 / speed), note (why there is no speed).
    """

    sigma: pd.DataFrame
    trends: pd.DataFrame
    beta: pd.DataFrame


def convergence(scores: Any, first: int, last: int, *, logs: bool = True) -> Convergence:
    """Measure σ- and β-convergence between two years.

    Parameters
    ----------
    scores : Index or DataFrame
        An index, or a table with the columns economy, year, index.
    first, last : int
        Years; those between that the scores hold count for σ.
    logs : bool
        On ln index, so that growth is relative; False on the index itself, for one that reaches 0.

    Returns
    -------
    Convergence
        σ over economies with an index in every year, β over those with one in the first and the last.

    Raises
    ------
    MethodError
        If a year is not there, a case is there twice, an index is not above 0 (with logs), fewer than five economies
        remain, or all begin at the same level.

    References
    ----------
    Barro & Sala-i-Martin (1992), J. Political Economy 100(2), 223-251. HC3: MacKinnon & White (1985), J. Econometrics
    29(3), 305-325.
    """
    wide = _wide(scores_of(scores), first, last)
    if logs:
        low = wide.min(axis=1) <= 0
        if low.any():
            raise MethodError(
                f"an index of 0 or less has no logarithm: {', '.join(map(str, wide.index[low][:5]))}",
                remedy="pass logs=False, or publish the index on a range that starts above 0",
            )
    always, ends = wide.dropna(), wide[[first, last]].dropna()
    for what, n in (("every year", len(always)), ("the first and the last year", len(ends))):
        if n < LEAST:
            raise MethodError(
                f"{n} economies with an index in {what} are too few, at least {LEAST} are needed",
                remedy="choose other years",
            )
    level = np.log if logs else np.asarray
    values = always.to_numpy()
    sd = values.std(axis=0, ddof=1)
    sigma = pd.DataFrame(
        {
            "year": always.columns.to_numpy(dtype=int),
            "n": len(always),
            "sd": level(values).std(axis=0, ddof=1),
            "cv": np.divide(sd, values.mean(axis=0), out=np.full(len(sd), np.nan), where=values.mean(axis=0) != 0),
        }
    )
    return Convergence(sigma, _trends(sigma), _beta(level(ends.to_numpy()), last - first))


def _wide(scores: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    if first >= last:
        raise MethodError(f"the first year {first} is not before the last {last}", remedy="give the earlier one first")
    table = checked(scores, ["economy", "year"], ["index"]).dropna()
    for year in (first, last):
        if not (table["year"] == year).any():
            raise MethodError(f"no index in {year}", remedy=years_of(table))
    return table[table["year"].between(first, last)].pivot(index="economy", columns="year", values="index")


def _trends(sigma: pd.DataFrame) -> pd.DataFrame:
    from scipy.stats import t

    rows = []
    year = sigma["year"].to_numpy(dtype=float)
    for measure in ("sd", "cv"):
        slope, residuals, _ = _line(year, sigma[measure].to_numpy())
        free = len(year) - 2
        error = p = float("nan")
        if free > 0:
            error = float(np.sqrt((residuals**2).sum() / free / ((year - year.mean()) ** 2).sum()))
            p = float(2.0 * t.sf(abs(slope) / error, free)) if error > 0 else float("nan")
        rows.append((measure, slope, error, p))
    return pd.DataFrame(rows, columns=["measure", "slope", "std_error", "p_value"])


def _beta(ends: np.ndarray, years: int) -> pd.DataFrame:
    from scipy.stats import t

    start, growth = ends[:, 0], (ends[:, 1] - ends[:, 0]) / years
    if np.ptp(start) == 0:
        raise MethodError("all economies begin at the same level: no slope", remedy="choose another first year")
    slope, residuals, leverage = _line(start, growth)
    centred = start - start.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        error = float(np.sqrt(((centred * residuals / (1.0 - leverage)) ** 2).sum()) / (centred**2).sum())
    total = float(((growth - growth.mean()) ** 2).sum())
    p = float(2.0 * t.sf(abs(slope) / error, len(start) - 2)) if error > 0 else float("nan")
    kept, speed, half, note = 1.0 + slope * years, float("nan"), float("nan"), ""
    if slope >= 0:
        note = "no convergence: later ones do not grow faster"
    elif kept <= 0:
        note = "the order is overturned within the years: no speed"
    else:
        speed = float(-np.log(kept) / years)
        half = float(np.log(2.0) / speed)
    r2 = 1.0 - float((residuals**2).sum()) / total if total > 0 else float("nan")
    names = ["n", "years", "slope", "std_error", "p_value", "r2", "speed", "half_life", "note"]
    return pd.DataFrame([(len(start), years, slope, error, p, r2, speed, half, note)], columns=names)


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the slope of y on x with a constant, its residuals and leverages."""
    dx, dy = x - x.mean(), y - y.mean()
    squares = float((dx * dx).sum())
    slope = float((dx * dy).sum()) / squares
    return slope, dy - slope * dx, 1.0 / len(x) + dx * dx / squares
