"""Few clusters: the restricted wild cluster bootstrap for least squares, the restricted score bootstrap for Poisson."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indexer.errors import EstimationError, UsageError
from indexer.gravity.problem import Problem
from indexer.gravity.scaling import Scaled, scale_columns
from indexer.gravity.solve import project
from indexer.gravity.specification import restrictions
from indexer.gravity.terms import INTERCEPT

if TYPE_CHECKING:
    from indexer.gravity.result import Fit

WEBB_UP_TO = 12
"""Clusters up to which Webb's six-point weights are the default: Rademacher's have few different draws."""
BLOCK, SIDES = 1000, 32
WEBB = np.sqrt(np.array([0.5, 1.0, 1.5]))


def draw_weights(kind: str, g: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return weights by draw and cluster, shape (draws, g).

    "rademacher": 1 or -1; all 2^g of them, once each, where that is no more than the draws asked for. "webb": ±√½, ±1,
    ±√1½ (Webb 2023).

    Examples
    --------
    >>> draw_weights("rademacher", 2, 100, np.random.default_rng(0)).astype(int).tolist()
    [[-1, -1], [1, -1], [-1, 1], [1, 1]]
    """
    if kind == "webb":
        return np.concatenate([-WEBB, WEBB])[rng.integers(0, 6, (draws, g))]
    if 2**g <= draws:
        return np.where(np.arange(2**g)[:, None] >> np.arange(g) & 1, 1.0, -1.0)
    return np.where(rng.random((draws, g)) < 0.5, -1.0, 1.0)


def bootstrap(
    fit: Fit,
    hypotheses: str | Iterable[str] | None = None,
    draws: int = 9999,
    weights: str | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """Test hypotheses on single terms by a cluster bootstrap that imposes them.

    Parameters
    ----------
    fit : Fit
        Clustered.
    hypotheses : str or iterable of str, optional
        Each one linear restriction, "x = 0", "ai_x = ai_m". By default every term against zero.
    draws : int
        Number of draws; all sign changes are taken once where there are no more than these.
    weights : {"rademacher", "webb"}, optional
        By default Webb's up to a dozen clusters.
    seed : int

    Returns
    -------
    DataFrame
        hypothesis, statistic, p_value, weights, draws, clusters, method. The p-value is the share of draws whose
        statistic is at least as large as the observed one in absolute value; 0, where there is no such draw, means
        less than 1/draws.

    Notes
    -----
    Least squares: the restricted wild cluster bootstrap (Cameron, Gelbach & Miller 2008, as in Roodman et al. 2019).
    Residuals under the hypothesis get one weight per cluster, the model is estimated again, and its t statistic, with
    the covariance of the fit, is compared. Fixed effects are swept out of the new residuals in every draw, exactly.
    Poisson: the score bootstrap (Kline & Santos 2012) with a restricted refit. The efficient score of the restricted
    coefficient gets one weight per cluster; nothing is estimated again. With several cluster variables the weights go
    by the one with fewest clusters, and the variance is that of the fit (MacKinnon, Nielsen & Webb 2021).

    Raises
    ------
    UsageError
        Without clusters, for instruments, for a hypothesis that is not one restriction, or an option that cannot be
        used.
    EstimationError
        If the variance that a statistic is divided by is not positive.
    """
    if not fit.clusters.names:
        raise UsageError("the fit is not clustered", where="bootstrap", remedy="estimate with vcov={'CRV1': ...}")
    if fit.design.instruments:
        raise UsageError("the bootstrap is not offered with instruments", where="bootstrap",
                         remedy="use fit.anderson_rubin()")  # fmt: skip
    if weights not in (None, "rademacher", "webb"):
        raise UsageError(f"weights={weights!r} is not offered", where="bootstrap", remedy="use 'rademacher' or 'webb'")
    if not isinstance(draws, int | np.integer) or isinstance(draws, bool) or draws < 1:
        raise UsageError(f"draws={draws!r} is no number of draws", where="bootstrap", remedy="use 999 or more")
    try:
        rng = np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise UsageError(f"seed={seed!r} is no seed", where="bootstrap", remedy="use a number from 0 on") from None
    if hypotheses is None:
        hypotheses = [f"{_quoted(t)} = 0" for t in fit.identified_terms]
    elif isinstance(hypotheses, str):
        hypotheses = [hypotheses]
    elif not isinstance(hypotheses, Iterable):
        raise UsageError(f"hypotheses={hypotheses!r} are no hypotheses", where="bootstrap",
                         remedy="give a list of texts, ['a = b', 'c = 0']")  # fmt: skip
    by = int(np.argmin([fit.clusters.counts[n] for n in fit.clusters.names]))
    who = np.unique(fit.clusters.codes([by]), return_inverse=True)[1].ravel()
    g = int(who.max()) + 1
    kind = weights or ("webb" if g <= WEBB_UP_TO else "rademacher")
    v = draw_weights(kind, g, int(draws), rng)
    out = []
    for hypothesis in hypotheses:
        r, value = restrictions(list(fit.coef.index), hypothesis)
        if len(r) != 1:
            raise UsageError(f"{hypothesis!r} is not one restriction", where="bootstrap", remedy="test them one by one")
        name = hypothesis.replace("`", "")
        test = _score if fit.is_poisson else _wild
        statistic, drawn = test(fit, r[0], float(value[0]), who, v)
        # draws that repeat the data have the same statistic but for rounding
        p = float(np.mean(np.abs(drawn) >= abs(statistic) * (1 - 1e-10)))
        out.append((name, statistic, p, kind, len(v), g, "score" if fit.is_poisson else "wild"))
    columns = ["hypothesis", "statistic", "p_value", "weights", "draws", "clusters", "method"]
    return pd.DataFrame(out, columns=columns)


def _quoted(term: str) -> str:
    return f"`{term}`"


class _Restricted:
    """The model under R b = r, written in terms of the restricted combination θ = R b and the other slopes.

    Attributes
    ----------
    tested : ndarray, shape (n_cells,)
        The regressor whose slope is θ.
    others : Scaled
        The other regressors.
    left : ndarray
        What is known under the hypothesis, r·tested, over the rows of the design.
    """

    def __init__(self, fit: Fit, r: np.ndarray, value: float):
        design, layout = fit.design, fit.kept.layout
        names = list(fit.solution.names)
        if INTERCEPT in names and r[names.index(INTERCEPT)]:
            raise UsageError("the intercept cannot be tested by the bootstrap", where="bootstrap",
                             remedy="test slopes")  # fmt: skip
        columns = [design.x[k] for k in fit.judged.which]
        size = np.array([float(np.abs(c).max()) or 1.0 for c in columns])
        j = int(np.argmax(np.abs(r) / size))
        tested = columns[j] / r[j]
        rest = [c - (r[k] / r[j]) * columns[j] if r[k] else c for k, c in enumerate(columns) if k != j]
        self.names = tuple(n for k, n in enumerate(names) if k != j)
        self.others: Scaled = scale_columns(layout, rest, self.names, design.has_constant)
        self.tested = scale_columns(layout, [tested], ["(tested)"], design.has_constant)
        self.known = value * tested


def _wild(fit: Fit, r: np.ndarray, value: float, who: np.ndarray, v: np.ndarray) -> tuple[float, np.ndarray]:
    """Observed t statistic and those of the draws, for least squares."""
    restricted = _Restricted(fit, r, value)
    design, layout = fit.design, fit.kept.layout
    y = design.y - restricted.known - (0.0 if design.offset is None else design.offset)
    problem = Problem(replace(design, offset=None), layout, False, y)
    solution = problem.solve(restricted.others, restricted.names)
    w = problem.w
    normal = solution.normal
    # the tested regressor beside effects and other regressors; its slope is a ratio of two products
    x = restricted.tested.cells
    x = normal.sweep(x, project(layout, normal, x, tol=1e-12))
    others = solution.swept
    beside = x[0] - _on(others, x[0], w)
    scale = float(w @ (beside * beside))
    e = problem.y[None]
    e = normal.sweep(e, project(layout, normal, e, tol=1e-12))[0]
    e = e - _on(others, e, w)  # restricted residuals
    line = layout.gather(beside * w) / scale
    unrestricted = e - beside * float(w @ (beside * e)) / scale
    small = _meat_of(fit, line[None] * layout.gather(unrestricted))
    statistic = float(line @ layout.gather(e)) / _root(small[0, 0])
    # the new residuals of a draw: Σ_h v_h M(e in cluster h), M taking out effects and all regressors
    full, rows, by_row = np.zeros(design.y.size), layout.rows(), layout.gather(e)
    all_x = np.concatenate([others, beside[None]])

    def pieces() -> Iterator[np.ndarray]:
        for first in range(0, v.shape[1], SIDES):
            cells = []
            for h in range(first, min(first + SIDES, v.shape[1])):
                full[rows] = np.where(who == h, by_row, 0.0)
                cells.append(layout.scatter(full))
            swept = normal.sweep(np.stack(cells), project(layout, normal, np.stack(cells), tol=1e-10))
            for c in swept:
                yield layout.gather(c - _on(all_x, c, w)) * line

    slopes = np.bincount(who, line * by_row)
    return statistic, _studentised(fit, pieces(), slopes, v)


def _studentised(fit: Fit, pieces: Iterable[np.ndarray], slopes: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return t statistics of draws, with the fit's own covariance.

    Parameters
    ----------
    pieces : iterable of ndarray, shape (n_rows,)
        What each cluster's weight contributes to the scores of all rows.
    slopes : ndarray, shape (g,)
        What it contributes to the slope.
    """
    n = len(fit.clusters.names)
    groups = [c for size in range(1, n + 1) for c in combinations(range(n), size)]
    codes = [np.unique(fit.clusters.codes(c), return_inverse=True)[1].ravel() for c in groups]
    sums = [np.empty((int(c.max()) + 1, slopes.size)) for c in codes]
    for h, piece in enumerate(pieces):
        for c, s in zip(codes, sums, strict=True):
            s[:, h] = np.bincount(c, piece)
    out = np.empty(len(v))
    for first in range(0, len(v), BLOCK):
        block = v[first : first + BLOCK]
        variance = np.zeros(len(block))
        for group, s in zip(groups, sums, strict=True):
            drawn = s @ block.T
            variance += (-1) ** (len(group) - 1) * np.einsum("gb,gb->b", drawn, drawn)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (block @ slopes) / np.sqrt(np.maximum(variance, 0.0) * fit.ssc_factor)
        out[first : first + BLOCK] = np.where(np.isfinite(t), t, np.inf)
    return out


def _score(fit: Fit, r: np.ndarray, value: float, who: np.ndarray, v: np.ndarray) -> tuple[float, np.ndarray]:
    """Observed score statistic and those of the draws, for Poisson."""
    restricted = _Restricted(fit, r, value)
    design, layout = fit.design, fit.kept.layout
    if value:
        design = replace(design, offset=restricted.known + (0.0 if design.offset is None else design.offset))
    problem = Problem(design, layout, True)
    solution = problem.solve(restricted.others, restricted.names, accuracy=fit.specification.accuracy)
    normal = solution.normal
    x = restricted.tested.cells
    x = normal.sweep(x, project(layout, normal, x, tol=1e-12))
    beside = x[0] - _on(solution.swept, x[0], normal.w)
    scores = layout.gather(beside * solution.residual_cells)
    # by cluster of each variable and combination; the weights go by one of them
    n = len(fit.clusters.names)
    if n == 1:
        s = np.bincount(who, scores)
        size = float(np.sqrt(s @ s))
        if size == 0:
            raise EstimationError("the score of every cluster is zero", where="bootstrap", remedy="use more clusters")
        total = v @ s
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = total / np.sqrt((v**2) @ (s**2))
        return float(s.sum()) / size, np.where(np.isfinite(drawn), drawn, np.inf)
    s = np.bincount(who, scores)
    middle = float(_meat_of(fit, scores[None])[0, 0]) / fit.ssc_factor
    pieces = (np.where(who == h, scores, 0.0) for h in range(len(s)))
    drawn = _studentised(fit, pieces, s, v) * np.sqrt(fit.ssc_factor)
    return float(s.sum()) / _root(middle), drawn


def _root(variance: float) -> float:
    """Root of a variance; one of clusters in several ways may be negative, and no draw can be compared with it."""
    if not variance > 0:
        raise EstimationError("the clustered variance of a statistic is not positive", where="bootstrap",
                              remedy="use more clusters, or cluster by one variable only")  # fmt: skip
    return float(np.sqrt(variance))


def _meat_of(fit: Fit, scores: np.ndarray) -> np.ndarray:
    return fit.clusters.meat(scores) * fit.ssc_factor


def _on(x: np.ndarray, v: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Weighted least-squares fit of v on the rows of x."""
    if not len(x):
        return np.zeros_like(v)
    gram = (x * w) @ x.T
    scale = np.sqrt(np.diag(gram))
    return np.asarray(x.T @ (np.linalg.solve(gram / np.outer(scale, scale), ((x * w) @ v) / scale) / scale))
