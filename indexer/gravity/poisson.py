"""Poisson pseudo-maximum likelihood with fixed effects, by iteratively reweighted least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.errors import ConvergenceError
from indexer.gravity.demean import Effects, demean
from indexer.gravity.least_squares import solve

TOLERANCE = 1e-10
MAX_ITER = 100


@dataclass(frozen=True)
class Poisson:
    """A Poisson fit: slopes, regressors demeaned with weights mu, inverse Hessian, fitted means, and how it ended."""

    coef: np.ndarray
    x: np.ndarray
    bread: np.ndarray
    mu: np.ndarray
    deviance: float
    n_iter: int
    gradient: float


def deviance(y: np.ndarray, mu: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return 2 Σ w (y ln(y/mu) - (y - mu)), with 0 ln 0 = 0.

    Examples
    --------
    >>> deviance(np.array([0.0, 2.0]), np.array([1.0, 2.0]))
    2.0
    """
    ratio = np.divide(y, mu, out=np.ones_like(mu), where=y > 0)
    unit = y * np.log(ratio) - (y - mu)
    return float(2.0 * (unit.sum() if weights is None else weights @ unit))


def poisson(
    y: np.ndarray,
    x: np.ndarray,
    effects: Effects,
    weights: np.ndarray | None = None,
    tol: float = TOLERANCE,
    max_iter: int = MAX_ITER,
) -> Poisson:
    """Estimate E[y] = exp(x b + effects).

    Parameters
    ----------
    y : ndarray, shape (n,)
        Not negative, not separated.
    x : ndarray, shape (n, p)
        Identified beside the effects.
    effects : Effects
        No level with y = 0 throughout.
    weights : ndarray, shape (n,), optional
        Positive.
    tol : float
        Both the relative change of the deviance and the scaled gradient must fall below it. The gradient of a column
        is Σ x (y - mu) / sqrt(Σ x² mu · Σ mu), that of an effect the same with its dummy: free of all scales.

    Notes
    -----
    y is divided by its mean and each x centred and divided by its spread inside; slopes are returned in the caller's
    units. A step that raises the deviance is halved (Santos Silva & Tenreyro 2006; Correia, Guimarães & Zylkin 2020).

    Raises
    ------
    ConvergenceError
        If `max_iter` steps do not suffice.
    """
    w = np.ones(len(y)) if weights is None else weights / weights.mean()
    unit = float(w @ y / w.sum())
    y = y / unit
    centred = x - x.mean(axis=0) if effects.codes else x
    spread = np.sqrt((centred * centred).mean(axis=0))
    xs = centred / np.where(spread > 0, spread, 1.0)

    mu = (y + 1.0) / 2
    eta = np.log(mu)
    dev = deviance(y, mu, w)
    z_old = np.zeros_like(y)
    zd, xd = np.zeros_like(y), xs
    gradient = change = np.inf
    for step in range(1, max_iter + 1):
        z = eta + (y - mu) / mu
        # z changed by z - z_old; adding that to the demeaned z keeps it right up to effects, and a short way from done
        both = demean(np.column_stack([zd + z - z_old, xd]), effects, w * mu)
        zd, xd, z_old = both[:, 0], both[:, 1:], z
        coef, _ = solve(xd, zd, w * mu)
        target = z - (zd - xd @ coef)
        old_eta, old_dev = eta, dev
        for halving in range(30):
            eta = target if halving == 0 else old_eta + (target - old_eta) * 0.5**halving
            with np.errstate(over="ignore"):
                mu = np.maximum(np.exp(eta), 1e-300)
            dev = deviance(y, mu, w) if np.all(np.isfinite(mu)) else np.inf
            if dev <= old_dev * (1 + 1e-10) + 1e-12 or (step == 1 and np.isfinite(dev)):
                break
        change = abs(dev - old_dev) / max(dev, 1e-8 * len(y))
        gradient = _gradient(y, mu, w, xd, effects)
        if change < tol and gradient < tol:
            break
    else:
        raise ConvergenceError(
            f"the Poisson estimation stopped after {max_iter} steps with the deviance changing by {change:.1e} "
            f"and a scaled gradient of {gradient:.1e}", where="ppml",
            remedy="look for regressors that are nearly collinear with the effects or with each other, for outlying "
            "values of a regressor (take logs), or allow more steps with max_iter",
        )  # fmt: skip
    xd = demean(xd, effects, w * mu)
    _, bread = solve(xd, y, w * mu)
    scale = np.where(spread > 0, spread, 1.0)
    weight = 1.0 if weights is None else weights.mean()
    if not effects.codes:
        coef = _with_unit(coef, x, xs, unit)
    return Poisson(
        coef / scale, xd * scale, bread / np.outer(scale, scale) / (unit * weight), mu * unit,
        dev * unit * weight, step, gradient,
    )  # fmt: skip


def _with_unit(coef: np.ndarray, x: np.ndarray, xs: np.ndarray, unit: float) -> np.ndarray:
    """Put the logarithm of the unit of y back where a constant column carries it."""
    constant = np.linalg.lstsq(xs, np.full(len(x), np.log(unit)), rcond=None)[0] if x.shape[1] else np.zeros(0)
    return np.asarray(coef + constant)


def _gradient(y: np.ndarray, mu: np.ndarray, w: np.ndarray, xd: np.ndarray, effects: Effects) -> float:
    e, total = w * (y - mu), float(w @ mu)
    size = np.sqrt(((w * mu)[:, None] * xd * xd).sum(axis=0) * total)
    parts = [np.abs(xd.T @ e) / np.where(size > 0, size, 1.0)]
    parts += [np.abs(s @ e) / np.sqrt((s @ (w * mu)) * total) for s in effects.sums]
    return float(max((p.max() for p in parts if p.size), default=0.0))
