"""A fitted equation as dense arrays, estimated again under draws of whole clusters; intervals of such draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from indexer.errors import UsageError

if TYPE_CHECKING:
    from indexer.gravity.result import Fit

LARGEST = 30_000_000
"""Rows times columns squared up to which dense arrays are made."""
BLOCK = 500
SINGULAR = 1e-10
"""Share of a regressor's variation beside everything else at and below which a draw is not identified."""
STEPS = 50


@dataclass(frozen=True, eq=False)
class Dense:
    """The sample of a fit as arrays, fixed effects as dummies.

    Attributes
    ----------
    names : tuple of str
        Regressors; they stand first in `x`, dummies of all levels of all effects after them.
    x : ndarray, shape (n, k)
        Regressors without their means, where there are effects, and divided by their `size`.
    y, fitted : ndarray, shape (n,)
    size : ndarray, shape (number of regressors,)
    is_poisson : bool
    """

    names: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray
    fitted: np.ndarray
    size: np.ndarray
    is_poisson: bool

    @classmethod
    def of(cls, fit: Fit) -> Dense:
        """Take it from a fit without weights.

        Raises
        ------
        UsageError
            If there are too many rows and levels of effects.
        """
        rows = fit.kept.layout.rows()
        x = np.column_stack([fit.design.x[k][rows] for k in fit.judged.which])
        levels = sum(fit.effects.values())
        if rows.size * (x.shape[1] + levels) ** 2 > LARGEST:
            raise UsageError(
                f"{rows.size} rows and {levels} levels of effects are too many for dense arrays", where="effects",
                remedy="use fewer or coarser fixed effects",
            )  # fmt: skip
        if fit.effects:
            x = x - x.mean(axis=0)
        size = np.abs(x).max(axis=0)
        codes = [fit.design.ids[of].codes[rows] for of in fit.design.effects.values()]
        dummies = [pd.get_dummies(one).to_numpy(dtype=float) for one in codes]
        x = np.column_stack([x / size, *dummies])
        unit = float(fit.fitted.mean()) if fit.is_poisson else 1.0
        y, fitted = fit.design.y[rows] / unit, fit.fitted.to_numpy() / unit
        return cls(tuple(fit.solution.names), x, y, fitted, size, fit.is_poisson)

    def influence(self, term: str) -> np.ndarray:
        """Return what each row contributes to the error of a slope: e_k'(X'WX)⁻¹x_i(y_i - fitted_i)."""
        at = self.names.index(term)
        weight = self.fitted if self.is_poisson else np.ones(len(self.y))
        right = np.eye(self.x.shape[1])[at]
        line = _solve(((self.x.T * weight) @ self.x)[None], right[None], len(self.names))[0]
        return np.asarray((self.x @ line) * (self.y - self.fitted) / self.size[at])

    def slopes(self, weights: np.ndarray, term: str) -> np.ndarray:
        """Return a slope under weights of rows.

        Parameters
        ----------
        weights : ndarray, shape (draws, n)
        term : str

        Returns
        -------
        ndarray, shape (draws,)
            NaN where it is not identified.
        """
        at, run = self.names.index(term), _poisson if self.is_poisson else _linear
        found = [run(self, weights[k : k + BLOCK])[:, at] for k in range(0, len(weights), BLOCK)]
        return np.concatenate(found) / self.size[at]


def _products(x: np.ndarray) -> np.ndarray:
    return np.einsum("nk,nl->nkl", x, x).reshape(len(x), -1)


def _solve(normal: np.ndarray, right: np.ndarray, p: int) -> np.ndarray:
    """Solve normal equations by draw, the first p unknowns being slopes; NaN where these are not identified.

    Levels without rows, and levels that others add up to, take what the generalised inverse gives them: the slopes do
    not depend on it.
    """
    a, b, d = normal[:, :p, :p], normal[:, :p, p:], normal[:, p:, p:]
    own = np.sqrt(np.where((diagonal := np.einsum("dkk->dk", a)) > 0, diagonal, 1.0))
    level = np.sqrt(np.where((mass := np.einsum("dkk->dk", d)) > 0, mass, 1.0))
    good = np.isfinite(normal).all(axis=(1, 2))
    d = np.where(good[:, None, None], d / level[:, :, None] / level[:, None, :], 0.0)
    inverse = np.linalg.pinv(d, rcond=1e-10, hermitian=True) / level[:, :, None] / level[:, None, :]
    beside = (a - b @ inverse @ b.transpose(0, 2, 1)) / own[:, :, None] / own[:, None, :]
    beside[~good] = np.eye(p)
    good &= np.linalg.eigvalsh(beside)[:, 0] > SINGULAR
    beside[~good] = np.eye(p)
    first, rest = right[:, :p, None], right[:, p:, None]
    slopes = np.linalg.solve(beside, (first - b @ inverse @ rest) / own[:, :, None]) / own[:, :, None]
    out = np.concatenate([slopes, inverse @ (rest - b.transpose(0, 2, 1) @ slopes)], axis=1)[:, :, 0]
    out[~good] = np.nan
    return np.asarray(out)


def _linear(system: Dense, weights: np.ndarray) -> np.ndarray:
    k = system.x.shape[1]
    return _solve(
        (weights @ _products(system.x)).reshape(-1, k, k), weights @ (system.x * system.y[:, None]), len(system.names)
    )


def _poisson(system: Dense, weights: np.ndarray) -> np.ndarray:
    """Reweight by draw, from the estimate on all rows; a draw that does not settle is not identified."""
    x, k = system.x, system.x.shape[1]
    products = _products(x)
    start = np.linalg.lstsq(x, np.log(system.fitted), rcond=None)[0]
    beta = np.tile(start, (len(weights), 1))
    out = np.full_like(beta, np.nan)
    at = np.arange(len(weights))
    for _ in range(STEPS):
        with np.errstate(over="ignore", invalid="ignore"):
            eta = beta @ x.T
            mu = np.exp(eta)
            w = weights[at]
            new = _solve(
                ((w * mu) @ products).reshape(-1, k, k), (w * (mu * eta + system.y - mu)) @ x, len(system.names)
            )
            moved = np.abs(((new - beta) @ x.T) * (w > 0)).max(axis=1)
        done = moved < 1e-9
        out[at[done]] = new[done]
        going = ~done & np.isfinite(moved)
        at, beta = at[going], new[going]
        if not at.size:
            break
    return out


def draw_clusters(g: int, draws: int, seed: int) -> np.ndarray:
    """Return how often each of g clusters is drawn, g times with replacement; shape (draws, g)."""
    chosen = np.random.default_rng(seed).integers(0, g, (draws, g))
    return np.stack([np.bincount(one, minlength=g) for one in chosen]).astype(float)


def percentile(draws: np.ndarray) -> dict[str, float]:
    """Return the 95 % percentile interval of draws, and twice the smaller share on either side of zero."""
    low, high = np.quantile(draws, [0.025, 0.975])
    p = min(1.0, 2 * min(float(np.mean(draws <= 0)), float(np.mean(draws >= 0))))
    return {"low": float(low), "high": float(high), "p": p}


def bca(draws: np.ndarray, left_out: np.ndarray, value: float) -> dict[str, float]:
    """Return the 95 % bias-corrected and accelerated interval (Efron 1987).

    Parameters
    ----------
    draws : ndarray
        Bootstrap values, finite.
    left_out : ndarray
        Values with each cluster left out; where one is not finite there is no interval.
    value : float
        The estimate.

    Returns
    -------
    dict
        low, high, and p, which is missing: the interval has none.
    """
    none = {"low": np.nan, "high": np.nan, "p": np.nan}
    share = (np.mean(draws < value) + np.mean(draws <= value)) / 2
    distance = left_out.mean() - left_out
    spread = float(np.sum(distance**2))
    if not np.isfinite(spread) or spread == 0 or not 0 < share < 1:
        return none
    acceleration = float(np.sum(distance**3)) / (6 * spread**1.5)
    middle = stats.norm.ppf(share)
    ends = middle + stats.norm.ppf([0.025, 0.975])
    at = stats.norm.cdf(middle + ends / (1 - acceleration * ends))
    low, high = np.quantile(draws, at)
    return none | {"low": float(low), "high": float(high)}
