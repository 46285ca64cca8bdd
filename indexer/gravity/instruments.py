"""Two-stage least squares: endogenous regressors replaced by what instruments explain of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indexer.errors import AbsorbedRegressorError, EstimationError, UsageError
from indexer.gravity.least_squares import Linear, solve, sweep
from indexer.gravity.problem import Problem, Solution
from indexer.gravity.sandwich import small_sample
from indexer.gravity.scaling import scale_columns

if TYPE_CHECKING:
    from indexer.gravity.estimate import Identified
    from indexer.gravity.result import Fit

IRRELEVANT = 1e-9


@dataclass(frozen=True)
class FirstStage:
    """What a first stage is made of, by cell and in scaled units.

    Attributes
    ----------
    z : ndarray, shape (m, n_cells)
        Instruments beside the effects and the other regressors.
    endogenous, y : ndarray, shape (k, n_cells), (n_cells,)
        Endogenous regressors and left side beside the same.
    scale, z_scale : ndarray, shape (k,), (m,)
        Factors that took the endogenous regressors and the instruments to scaled units.
    """

    z: np.ndarray
    endogenous: np.ndarray
    y: np.ndarray
    scale: np.ndarray
    z_scale: np.ndarray


class TwoStage(Solution):
    """A two-stage least-squares solution; `first` is its first stage."""

    first: FirstStage


def two_stage(problem: Problem, found: Identified) -> TwoStage:
    """Estimate by two-stage least squares.

    With X̂ the projection of the regressors X on the exogenous ones and the instruments, all beside the effects, the
    slopes are (X̂'WX̂)^-1 X̂'Wy, the residuals y - X b, and scores and bread those of X̂ (Wooldridge 2010, ch. 5).

    Raises
    ------
    AbsorbedRegressorError
        If no endogenous regressor is left beside the effects and the other regressors.
    EstimationError
        For fewer instruments than endogenous regressors, instruments that the effects or regressors absorb, or that
        explain nothing.
    """
    design, layout = problem.design, problem.layout
    first_endogenous = len(design.x) - design.n_endogenous
    exogenous = [k for k, j in enumerate(found.which) if j < first_endogenous]
    endogenous = [k for k, j in enumerate(found.which) if j >= first_endogenous]
    names = design.instrument_names
    if not endogenous:
        raise AbsorbedRegressorError(
            f"no endogenous regressor is left: {'; '.join(d.reason for d in found.lost)}", where="formula",
            remedy="instrument a regressor that varies beside the fixed effects, use fewer of these, or leave the part "
            "with instruments out",
        )  # fmt: skip
    if len(names) < len(endogenous):
        raise EstimationError(
            f"{len(names)} instruments for {len(endogenous)} endogenous regressors", where="formula",
            remedy="give at least one instrument for each",
        )  # fmt: skip
    scaled = scale_columns(layout, design.instruments, names, design.has_constant)
    normal, both = sweep(layout, np.concatenate([problem.y[None], found.x.cells, scaled.cells]), problem.w)
    w, p = normal.w, len(found.x)
    y, x, z = both[0], both[1 : 1 + p], both[1 + p :]
    given = x[exogenous]
    z_left = z - _fit(given, z, w)
    size = np.sqrt(np.einsum("zc,zc,c->z", z_left, z_left, w) / np.einsum("zc,zc,c->z", scaled.cells, scaled.cells, w))
    absorbed = [n for n, s in zip(names, size, strict=True) if not s > IRRELEVANT]
    if absorbed:
        raise EstimationError(
            f"the instrument {absorbed[0]!r} does not vary beside the fixed effects and the other regressors",
            where="formula", remedy="use an instrument that does, or fewer fixed effects",
        )  # fmt: skip
    gram = (z_left * w) @ z_left.T
    scale = np.sqrt(np.diag(gram))
    if np.linalg.eigvalsh(gram / np.outer(scale, scale))[0] < IRRELEVANT:
        raise EstimationError(
            f"the instruments {', '.join(names)} are collinear beside the fixed effects and the other regressors",
            where="formula", remedy="leave one out",
        )  # fmt: skip
    left = x[endogenous] - _fit(given, x[endogenous], w)
    hat = x.copy()
    hat[endogenous] = x[endogenous] - left + _fit(z_left, left, w)
    explained = _fit(z_left, left, w)
    strength = (explained * w) @ explained.T
    size = np.sqrt(np.einsum("ec,ec,c->e", left, left, w))
    if np.linalg.eigvalsh(strength / np.outer(size, size))[0] < IRRELEVANT**2:
        raise EstimationError(
            "the instruments explain nothing of the endogenous regressors, or too few of them anything",
            where="formula", remedy="use other instruments",
        )  # fmt: skip
    beta, products = solve(hat, y, w)
    e = y - beta @ x
    core = Linear(beta, hat, products, e, float(w @ (e * e)), float(w @ (y * y)), normal)
    out = TwoStage(problem, found.x, found.names, core)
    out.first = FirstStage(z_left, left, y - _fit(given, y[None], w)[0], found.x.scale[endogenous], scaled.scale)
    return out


def _fit(on: np.ndarray, v: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Weighted least-squares fits of the rows of v on the rows of `on`."""
    if not len(on) or not len(v):
        return np.zeros_like(v)
    root = np.sqrt(w)
    q, _ = np.linalg.qr((on * root).T)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(root > 0, ((v * root) @ q) @ q.T / root, 0.0))


def joint_covariance(fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Return slopes of left side and endogenous regressors on the instruments, and their joint covariance.

    Both in scaled units; the covariance is of the kind that the fit's own is.

    Returns
    -------
    slopes : ndarray, shape (1 + k, m)
        First of the left side, then of each endogenous regressor.
    covariance : ndarray, shape ((1 + k)m, (1 + k)m)
    """
    solution = fit.solution
    first = _first_of(fit)
    layout, w = solution.problem.layout, solution.normal.w
    q = np.linalg.inv((first.z * w) @ first.z.T)
    left = np.concatenate([first.y[None], first.endogenous])
    slopes = left @ (first.z * w).T @ q
    residuals = left - slopes @ first.z
    m, k = len(first.z), len(left)
    p = len(solution.names) - len(first.endogenous) + m
    small = small_sample(fit.specification.vcov, fit.ssc, fit.clusters, p)
    if fit.specification.vcov.kind == "iid":
        meat = np.kron((residuals * w) @ residuals.T / max(layout.n_rows - 1, 1), np.linalg.inv(q))
    else:
        e = np.stack([layout.gather(r * w) for r in residuals])
        z = np.stack([layout.gather(v) for v in first.z])
        meat = fit.clusters.meat((e[:, None] * z[None]).reshape(k * m, -1))
    bread = np.kron(np.eye(k), q)
    return slopes, bread @ meat @ bread * small


def _first_of(fit: Fit) -> FirstStage:
    if not isinstance(fit.solution, TwoStage):
        raise UsageError("the model has no instruments", where="formula",
                         remedy="write them as y ~ x | effects | endogenous ~ instruments")  # fmt: skip
    return fit.solution.first


def first_stage(fit: Fit) -> pd.DataFrame:
    """Return the first stages: endogenous, instrument, estimate, std_error, statistic, and F of each endogenous one.

    F is the robust Wald F of its instruments; where only one regressor is endogenous, `effective_f` stands beside it.
    """
    first = _first_of(fit)
    slopes, covariance = joint_covariance(fit)
    m = len(first.z)
    rows = []
    names = [n for n, j in zip(fit.solution.names, fit.judged.which, strict=True)
             if j >= len(fit.design.x) - fit.design.n_endogenous]  # fmt: skip
    for k, name in enumerate(names):
        block = covariance[(k + 1) * m : (k + 2) * m, (k + 1) * m : (k + 2) * m]
        f = float(slopes[k + 1] @ np.linalg.solve(block, slopes[k + 1])) / m
        unit = first.z_scale / first.scale[k]
        for j, instrument in enumerate(fit.design.instrument_names):
            estimate, error = slopes[k + 1, j] * unit[j], float(np.sqrt(block[j, j])) * unit[j]
            rows.append((name, instrument, estimate, error, estimate / error, f))
    table = pd.DataFrame(rows, columns=["endogenous", "instrument", "estimate", "std_error", "statistic", "F"])
    if len(names) == 1:
        table["effective_F"] = effective_f(fit)
    return table


def effective_f(fit: Fit) -> float:
    """Return the effective first-stage F of one endogenous regressor (Montiel Olea & Pflueger 2013).

    F = π'Qπ / tr(V Q) with π the first-stage slopes, V their covariance and Q = Z'WZ; with one instrument the robust F.
    NaN for several endogenous regressors, for which it is not defined.
    """
    first = _first_of(fit)
    if len(first.endogenous) != 1:
        return float("nan")
    slopes, covariance = joint_covariance(fit)
    m = len(first.z)
    q = (first.z * fit.solution.normal.w) @ first.z.T
    return float(slopes[1] @ q @ slopes[1] / np.trace(covariance[m:, m:] @ q))


def anderson_rubin_interval(fit: Fit, level: float = 0.95) -> list[tuple[float, float]]:
    """Return the slopes of the endogenous regressor that the Anderson–Rubin test does not reject.

    It covers the slope with the chance stated however weak the instruments are. A list of intervals: more than one, an
    infinite one or none (the model itself is rejected) can occur.

    Raises
    ------
    UsageError
        Without instruments, or for several endogenous regressors.
    """
    from scipy import stats

    first = _first_of(fit)
    if len(first.endogenous) != 1:
        raise UsageError("an interval for one of several endogenous regressors is not offered", where="anderson_rubin",
                         remedy="instrument one regressor at a time")  # fmt: skip
    slopes, covariance = joint_covariance(fit)
    m = len(first.z)
    critical = float(stats.f(m, fit.dof).ppf(level))
    unit = fit.solution.problem.unit * first.scale[0]
    return [(lo * unit, hi * unit) for lo, hi in anderson_rubin(slopes[0], slopes[1], covariance, critical)]


def anderson_rubin(
    reduced: np.ndarray, first: np.ndarray, covariance: np.ndarray, critical: float
) -> list[tuple[float, float]]:
    """Return the slopes b that the Anderson–Rubin test does not reject, as intervals (ends may be infinite).

    With ρ and π the slopes of left side and endogenous regressor on the m instruments, the statistic is
    (ρ - bπ)' V(b)^-1 (ρ - bπ)/m, V(b) the covariance of ρ - bπ (Anderson & Rubin 1949; robust as in Chernozhukov &
    Hansen 2008).

    Parameters
    ----------
    reduced, first : ndarray, shape (m,)
    covariance : ndarray, shape (2m, 2m)
        Of (reduced, first).
    critical : float
        Largest value of the statistic that is not rejected.

    Examples
    --------
    >>> [(low, high)] = anderson_rubin(np.array([2.0]), np.array([1.0]), np.diag([0.04, 1e-12]), 4.0)
    >>> round(low, 6), round(high, 6)
    (1.6, 2.4)
    """
    m = reduced.size
    a, c, d = covariance[:m, :m], covariance[:m, m:], covariance[m:, m:]

    def excess(b: np.ndarray) -> np.ndarray:
        b = np.asarray(b, dtype=float)[..., None]
        g = reduced - b * first
        v = a - b[..., None] * (c + c.T) + (b * b)[..., None] * d
        return np.asarray(np.einsum("...m,...m", g, np.linalg.solve(v, g[..., None])[..., 0]) / m - critical)

    # b = centre + width·tan(θ) runs over the whole line
    precision = np.linalg.inv(a)
    centre = float(first @ precision @ reduced / (first @ precision @ first))
    width = float(np.sqrt(1 / (first @ precision @ first)))
    angles = np.linspace(-np.pi / 2, np.pi / 2, 4001)[1:-1]
    points = centre + width * np.tan(angles)
    inside = excess(points) <= 0
    if not inside.any():
        return []
    from scipy.optimize import brentq

    borders = np.flatnonzero(inside[1:] != inside[:-1])
    ends = [float(brentq(excess, points[k], points[k + 1], xtol=1e-12 * width, rtol=1e-14)) for k in borders]
    if inside[0]:
        ends.insert(0, -np.inf)
    if inside[-1]:
        ends.append(np.inf)
    return list(zip(ends[::2], ends[1::2], strict=True))
