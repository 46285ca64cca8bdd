"""New samples of the left side of a fitted model, under another coefficient, and its estimates on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.errors import ConvergenceError, EstimationError
from indexer.gravity.bootstrap import WEBB_UP_TO, draw_weights
from indexer.gravity.poisson import Poisson, Start
from indexer.gravity.problem import Problem
from indexer.gravity.sandwich import covariance

if TYPE_CHECKING:
    from indexer.gravity.result import Fit

CHUNK = 50
"""Draws of one task."""
MOST_LEVERAGE = 0.95


class SimulatedFlows:
    """Samples under a fitted model with another coefficient of its k-th term, and what the model says of them.

    Residuals of a fit are smaller than errors, most where a row or a cluster fits itself: they are divided by √(1 - h),
    h the leverage of the row through other regressors and effects that cross clusters (`leverage`), and their part
    along x̃ in a cluster by √(1 - L), L its share of the variation of x̃, the term beside effects and other regressors.

    Least squares: y = fitted + (b - β)x̃ + e. With clusters the residuals of each get one random sign (Webb's weights up
    to a dozen clusters), so that what is dependent stays so; "hetero" draws a sign by row; "iid" draws residuals anew.

    Poisson: y = μ·exp((b - β)x̃)·ε, ε of mean 1 and positive, since flows are not negative. With r = y/μ the residual of
    a row, ε = exp(s·σ·z - σ²/2), s the sign of r - 1, σ² = ln(1 + (r - 1)²), z one standard normal draw of the cluster.
    The variance is (r - 1)², as in a wild bootstrap; rows of a cluster move together as their residuals stand; a row
    keeps its own dispersion, whatever its size, which residuals moved between clusters would not. Weights of two
    points would make flows negative where r > 2. Zeros become small flows, which the Poisson score hardly tells apart.

    With several cluster variables errors go by the one with fewest clusters.

    Raises
    ------
    EstimationError
        If there are not more rows than parameters and levels of effects.
    """

    def __init__(self, fit: Fit, k: int):
        self.fit, self.k = fit, k
        layout, solution = fit.kept.layout, fit.solution
        y, self.mean = fit.design.y[layout.rows()], solution.fitted()
        if fit.n_obs <= fit.n_parameters:
            raise EstimationError(
                f"{fit.n_obs} rows for {fit.n_parameters} parameters and effects: the residuals say nothing of errors",
                where="residuals", remedy="use fewer fixed effects",
            )  # fmt: skip
        self.kind = "clusters" if fit.clusters.names else fit.specification.vcov.kind
        if self.kind == "clusters":
            by = int(np.argmin([fit.clusters.counts[n] for n in fit.clusters.names]))
            self.who = np.unique(fit.clusters.codes([by]), return_inverse=True)[1].ravel()
            unit = f"by {fit.clusters.names[by]}"
        else:
            self.who, unit = np.arange(fit.n_obs), "by row"
        # the term beside effects and other regressors, in the user's units
        beside = solution.swept
        others = np.delete(beside, k, axis=0)
        w = solution.normal.w
        left = beside[k] - (_on(others, beside[k], w) if len(others) else 0.0)
        self.x, self.w = layout.gather(left) / solution.x.scale[k], layout.gather(w)
        self.value = float(solution.coef[k])
        if fit.is_poisson:
            apart = self._as_errors(y / self.mean - 1.0)
            self.sign, self.sigma = np.sign(apart), np.sqrt(np.log1p(apart**2))
            self.words = f"lognormal errors that move together {unit}"
        else:
            self.residual = self._as_errors(y - self.mean)
            webb = self.kind == "clusters" and self.who.max() < WEBB_UP_TO
            self.weights = "webb" if webb else "rademacher"
            drawn = "residuals drawn anew" if self.kind == "iid" else f"residuals with random signs {unit}"
            self.words = drawn if not webb else f"residuals with Webb's weights {unit}"

    def _as_errors(self, e: np.ndarray) -> np.ndarray:
        """Make residuals as large as errors: by row for what else the model fits, by cluster for the term itself."""
        within = self.who if self.kind == "clusters" else None
        e = e / np.sqrt(1 - leverage(self.fit, self.k, within))
        variation = np.bincount(self.who, self.w * self.x**2)
        share = np.minimum(variation / variation.sum(), MOST_LEVERAGE)
        score = np.bincount(self.who, self.w * self.x * e)
        with np.errstate(divide="ignore", invalid="ignore"):
            along = np.where(variation > 0, score / variation, 0.0)
        return np.asarray(e + self.x * (along * (1 / np.sqrt(1 - share) - 1))[self.who])

    def sample(self, b: float, rng: np.random.Generator) -> np.ndarray:
        """Draw the left side of all rows of the sample with the coefficient b."""
        g = int(self.who.max()) + 1
        if self.fit.is_poisson:
            z = rng.standard_normal(g)[self.who]
            error = np.exp(self.sign * self.sigma * z - self.sigma**2 / 2)
            return np.asarray(self.mean * np.exp((b - self.value) * self.x) * error)
        if self.kind == "iid":
            weights = self.fit.design.weights
            root = 1.0 if weights is None else np.sqrt(weights[self.fit.kept.layout.rows()])
            error = (self.residual * root)[rng.integers(0, g, g)] / root
        else:
            error = self.residual * _one(self.weights, g, rng)[self.who]
        return np.asarray(self.mean + (b - self.value) * self.x + error)

    def estimate(self, y: np.ndarray) -> tuple[float, float]:
        """Estimate again: coefficient and standard error; NaN where it does not converge."""
        fit, core = self.fit, self.fit.solution.core
        full = np.zeros(fit.design.y.size)
        full[fit.kept.layout.rows()] = y
        problem = Problem(fit.design, fit.kept.layout, fit.is_poisson, full)
        start = Start(core.beta, core.u, core.effect, core.projections) if isinstance(core, Poisson) else None
        try:
            found = problem.solve(fit.judged.x, fit.solution.names, None, start, fit.specification.accuracy)
        except ConvergenceError:
            return np.nan, np.nan
        matrix = covariance(fit.specification.vcov, fit.specification.ssc, found, fit.clusters).matrix
        return float(found.coef[self.k]), float(np.sqrt(matrix[self.k, self.k]))


def leverage(fit: Fit, without: int | None = None, clusters: np.ndarray | None = None) -> np.ndarray:
    """Return how much each row of the sample determines its own fitted value, between 0 and .95.

    Parameters
    ----------
    without : int, optional
        The number of a regressor that is taken for known.
    clusters : ndarray of int, optional
        Effects that lie within these are taken for known: a regressor beside them has the same product with errors
        and with residuals in each cluster.

    Notes
    -----
    With W the weights (Poisson: times means), h = w·Σ_e 1/(sum of w over the row's level of effect e) - w·(effects -
    1)/Σw + w·x̃'(X̃'WX̃)^-1 x̃. It is the diagonal of the hat matrix for one effect, and on balanced panels with equal
    weights for crossed ones; elsewhere it takes crossed effects for orthogonal.
    """
    layout, solution, design = fit.kept.layout, fit.solution, fit.design
    w = layout.gather(solution.normal.w)
    h, crossed = np.zeros_like(w), 0
    for columns in design.effects.values():
        codes = design.ids[columns].codes[layout.rows()]
        if clusters is None or not _nested(codes, clusters):
            h += w / np.bincount(codes, w)[codes]
            crossed += 1
    # each effect but the first holds the constant once more
    h -= w * (crossed - (crossed == len(design.effects) > 0)) / w.sum()
    x = np.stack([layout.gather(v) for v in solution.swept])
    if without is not None:
        x = np.delete(x, without, axis=0)
    h += w * np.einsum("pn,pn->n", x, np.linalg.solve((x * w) @ x.T, x))
    return np.asarray(np.clip(h, 0.0, MOST_LEVERAGE))


def _nested(codes: np.ndarray, clusters: np.ndarray) -> bool:
    """Whether each level lies within one cluster."""
    of = np.zeros(int(codes.max()) + 1, dtype=clusters.dtype)
    of[codes] = clusters
    return bool(np.array_equal(of[codes], clusters))


def _one(kind: str, g: int, rng: np.random.Generator) -> np.ndarray:
    """Weights of one draw."""
    return draw_weights(kind, max(g, 2), 1, rng)[0][:g]


def simulated(simulation: SimulatedFlows, b: float, draws: int, seed: int) -> np.ndarray:
    """Estimates and standard errors of samples with the coefficient b, shape (2, draws)."""
    from joblib import Parallel, delayed

    n = [min(CHUNK, draws - first) for first in range(0, draws, CHUNK)]
    seeds = np.random.SeedSequence(seed).spawn(len(n))
    parts = Parallel()(delayed(_chunk)(simulation, b, k, s) for k, s in zip(n, seeds, strict=True))
    return np.concatenate(parts, axis=1)


def _chunk(simulation: SimulatedFlows, b: float, draws: int, seed: np.random.SeedSequence) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array([simulation.estimate(simulation.sample(b, rng)) for _ in range(draws)]).T


def _on(x: np.ndarray, v: np.ndarray, w: np.ndarray) -> np.ndarray:
    root = np.sqrt(w)
    slopes = np.linalg.lstsq((x * root).T, v * root, rcond=None)[0]
    return np.asarray(slopes @ x)
