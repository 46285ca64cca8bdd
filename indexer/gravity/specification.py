"""Tests after an estimation: linear restrictions, functional form, the kind of heteroskedasticity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indexer.errors import EstimationError, UsageError
from indexer.gravity.scaling import Scaled, scale_columns

if TYPE_CHECKING:
    from indexer.gravity.problem import Solution
    from indexer.gravity.result import Fit


@dataclass(frozen=True)
class TestResult:
    """A test: the hypothesis in words, its statistic, law, degrees of freedom and p-value."""

    hypothesis: str
    statistic: float
    law: str
    dof: tuple[int, ...]
    p_value: float

    def __str__(self) -> str:
        dof = ", ".join(map(str, self.dof))
        return f"{self.hypothesis}: {self.law}({dof}) = {self.statistic:.4g}, p = {self.p_value:.4f}"


TestResult.__test__ = False  # type: ignore[attr-defined]  # not a case for pytest


def restrictions(terms: Sequence[str], hypothesis: str) -> tuple[np.ndarray, np.ndarray]:
    """Read linear restrictions on terms, "a = b" or "a + 2*b = 1, c = 0"; return R and r of R b = r.

    Raises
    ------
    UsageError
        For what cannot be read, names that are no terms, or a chain "a = b = 0".
    """
    from formulaic.utils.constraints import LinearConstraints

    if not isinstance(hypothesis, str):
        raise UsageError(f"{hypothesis!r} is no hypothesis", where="hypothesis", remedy="give text, 'a = b, c = 0'")
    text = _quote(terms, hypothesis)
    outside = re.sub("`[^`]*`", "_", text)
    if any(part.count("=") > 1 for part in outside.split(",")):
        # of a chain the library reads the first equality alone
        raise UsageError(
            f"the hypothesis {hypothesis!r} has more than one equals sign in a restriction", where="hypothesis",
            remedy="join restrictions by commas: 'x = z, z = 0'",
        )  # fmt: skip
    # the library takes "=-" for an operator of its own
    text = re.sub(r"(`[^`]*`)|=\s*-", lambda m: m.group(1) or "= 0 -", text)
    try:
        found = LinearConstraints.from_spec(text, variable_names=list(terms))
    except Exception as fault:  # the library raises what its parser happens to raise
        why = re.sub(r"\x1b\[[0-9;]*m|[⧛⧚]", "", str(fault)).split("\n")[0]
        raise UsageError(
            f"the hypothesis {hypothesis!r} cannot be read: {why}", where="hypothesis",
            remedy=f"write it as 'a = b' or 'a + 2*b = 1, c = 0' with the terms {', '.join(terms)}",
        ) from None  # fmt: skip
    matrix, values = np.atleast_2d(found.constraint_matrix), np.atleast_1d(found.constraint_values).astype(float)
    if not len(matrix) or not matrix.any(axis=1).all():
        raise UsageError(f"the hypothesis {hypothesis!r} restricts nothing", where="hypothesis",
                         remedy="name a term with a coefficient that is not zero")  # fmt: skip
    return matrix, values


def _quote(terms: Sequence[str], text: str) -> str:
    """Put names such as ai:log(distance), however spaced, into backticks, so that each is one name.

    In a single pass and the longest first: one name may stand inside another, or in backticks already.
    """
    odd = sorted((t for t in terms if not re.fullmatch(r"\w+", t)), key=len, reverse=True)
    one_of = "|".join(f"({_spaced(t)})" for t in odd)
    if not odd:
        return text
    return re.sub(
        rf"`[^`]*`|(?<![`\w.:])(?:{one_of})(?![`\w:])",
        lambda m: f"`{odd[m.lastindex - 1]}`" if m.lastindex else m.group(), text,
    )  # fmt: skip


def _spaced(term: str) -> str:
    """Return a pattern for a term that allows spaces around its signs."""
    parts = re.findall(r"\w+(?:\s+\w+)*|[^\w\s]", term)
    return "".join(re.escape(p) if re.match(r"\w", p) else rf"\s*{re.escape(p)}\s*" for p in parts)


def wald(fit: Fit, hypothesis: str) -> TestResult:
    """Test linear restrictions jointly with the covariance of the fit.

    W = (Rb - r)'(RVR')^-1 (Rb - r): chi-squared with q degrees of freedom where the fit uses z, W/q as F(q, dof) where
    it uses t.

    Parameters
    ----------
    fit : Fit
    hypothesis : str
        "ai_x = ai_m", or several joined by commas.

    Raises
    ------
    EstimationError
        If the restrictions repeat each other, or the covariance cannot carry as many (few clusters).
    """
    r, value = restrictions(list(fit.coef.index), hypothesis)
    middle = r @ fit.covariance.matrix @ r.T
    if (rank := _rank(middle)) < len(r):
        raise EstimationError(
            f"{len(r)} restrictions cannot be tested jointly: the covariance has rank {rank} for them",
            where="hypothesis", remedy="leave out restrictions that follow from others; with G clusters, at most G - 1",
        )  # fmt: skip
    return _joint(fit, hypothesis, r @ fit.solution.coef - value, middle)


def _rank(middle: np.ndarray) -> int:
    """Return how many directions a covariance has a positive variance in, whatever the units."""
    scale = np.sqrt(np.maximum(np.diag(middle), 1e-300))
    return int((np.linalg.eigvalsh(middle / np.outer(scale, scale)) > 1e-10).sum())


def _joint(fit: Fit, words: str, gap: np.ndarray, middle: np.ndarray) -> TestResult:
    """Test that a gap with a covariance of full rank is zero."""
    from scipy import stats

    q = gap.size
    w = float(gap @ np.linalg.solve(middle, gap))
    if fit.distribution == "z":
        return TestResult(words, w, "chi2", (q,), float(stats.chi2(q).sf(w)))
    return TestResult(words, w / q, "F", (q, int(fit.dof or 0)), float(stats.f(q, fit.dof).sf(w / q)))


def extended(fit: Fit, columns: Sequence[np.ndarray], names: Sequence[str]) -> Solution:
    """Estimate the model of a fit with further regressors, given by row of its sample, on the same sample."""
    layout, design = fit.kept.layout, fit.design
    rows = layout.rows()
    full = []
    for c in columns:
        out = np.zeros(design.y.size)
        out[rows] = c
        full.append(out)
    more = scale_columns(layout, full, names, design.has_constant)
    x, n = fit.judged.x, len(fit.judged.x)
    joint = Scaled(
        np.concatenate([x.cells, more.cells]), np.r_[x.shift, more.shift], np.r_[x.scale, more.scale],
        np.r_[x.flat, more.flat], np.r_[x.noise, more.noise], np.r_[x.largest, more.largest], x.intercept,
    )  # fmt: skip
    from indexer.gravity.identify import surely

    labels = (*fit.solution.names, *names)
    if surely(layout, joint, labels) is None and _lost(fit, joint, labels, n):
        raise EstimationError(
            f"{', '.join(names)} cannot be added: absorbed by the fixed effects and regressors", where="sample",
            remedy="such a test needs variation beside the fixed effects; use coarser ones",
        )  # fmt: skip
    return fit.solution.problem.solve(joint, labels, accuracy=fit.specification.accuracy)


def _lost(fit: Fit, x: Scaled, names: Sequence[str], n: int) -> bool:
    from indexer.gravity.identify import verdicts

    def never(effects: Sequence[str]) -> object:
        raise LookupError

    try:
        found = verdicts(fit.kept.layout, x, names, never, tuple(fit.design.effects))  # type: ignore[arg-type]
    except LookupError:
        return True
    return any(v.kind != "identified" for v in found[n:])


def reset(fit: Fit, powers: int | Sequence[int] = (2,)) -> TestResult:
    """Test the functional form by adding powers of the linear predictor (Ramsey 1969; Santos Silva & Tenreyro 2006).

    Parameters
    ----------
    powers : int or sequence of int
        Powers of the linear predictor, fixed effects included, that are added as regressors; all from 2 on.

    Raises
    ------
    UsageError
        After two-stage least squares, or for powers that cannot be used.
    EstimationError
        If the linear predictor does not vary, the fixed effects absorb the powers, or the covariance of their slopes
        is not positive definite (clusters in several ways, or few).
    """
    from indexer.gravity.sandwich import covariance

    if fit.design.instruments:
        # least squares with the powers added would test another model
        raise UsageError("RESET is not offered with instruments", where="reset",
                         remedy="test the equation by ols without them, or the reduced form")  # fmt: skip
    given = powers
    powers = (powers,) if isinstance(powers, int | np.integer) else powers
    if (
        not isinstance(powers, Sequence)
        or not powers
        or any(not isinstance(k, int | np.integer) or k < 2 for k in powers)
        or len(set(powers)) < len(powers)
    ):
        raise UsageError(f"powers={given!r}: only different whole numbers from 2 on", where="reset",
                         remedy="use powers=(2, 3)")  # fmt: skip
    eta = fit.linear_predictor()
    # fitted values of least squares are known to the rounding of the left side
    if np.ptp(eta) <= 1e-12 * max(1.0 if fit.is_poisson else np.abs(fit._left[0]).max(), np.abs(eta).max()):
        raise _constant("reset")
    centred = (eta - eta.mean()) / (eta.std() or 1.0)
    names = [f"predictor^{k}" for k in powers]
    solution = extended(fit, [centred**k for k in powers], names)
    v = covariance(fit.specification.vcov, fit.ssc, solution, fit.clusters).matrix
    q = len(powers)
    middle = v[-q:, -q:]
    if (rank := _rank(middle)) < q:
        raise EstimationError(
            f"the covariance of {', '.join(names)} is not positive definite: rank {rank}", where="reset",
            remedy="add fewer powers, or cluster by one variable only",
        )  # fmt: skip
    words = f"no power {', '.join(map(str, powers))} of the linear predictor (RESET)"
    return _joint(fit, words, solution.coef[-q:], middle)


def park(fit: Fit) -> TestResult:
    """Test whether a log-linear model is valid: that the variance is proportional to the squared mean.

    Regresses ln (y - μ)² on ln μ with robust errors and tests the slope against 2 (Park 1966, as in Santos Silva &
    Tenreyro 2006, eq. 9). For a linear model of a logarithm μ is the exponential of the fitted values.

    Raises
    ------
    EstimationError
        If μ does not vary.
    """
    y, mu = _levels(fit)
    good = (y != mu) & (mu > 0)
    _check_varying(mu[good], "park")
    slope, error = _robust_slope(np.log(mu[good]), np.log((y[good] - mu[good]) ** 2), intercept=True)
    return _normal("variance proportional to the squared mean (Park)", (slope - 2) / error)


def proportional(fit: Fit) -> TestResult:
    """Test whether the variance is proportional to the mean, in which case PPML is efficient.

    The Gauss–Newton regression of Santos Silva & Tenreyro (2006, eq. 11): (y - μ)²/√μ on √μ and ln(μ)·√μ, robust
    errors, whether the second slope is zero.

    Raises
    ------
    EstimationError
        If μ does not vary.
    """
    y, mu = _levels(fit)
    good = mu > 0
    _check_varying(mu[good], "proportional")
    y, mu = y[good], mu[good]
    unit = mu.mean()
    y, mu = y / unit, mu / unit
    root = np.sqrt(mu)
    x = np.column_stack([root, np.log(mu) * root])
    b, v = _robust(x, (y - mu) ** 2 / root)
    return _normal("variance proportional to the mean (Gauss-Newton)", b[1] / np.sqrt(v[1, 1]))


def _levels(fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Flows and their means, in levels."""
    y, _ = fit._left
    if fit.is_poisson:
        return y, fit.solution.fitted()
    if not fit.specification.parsed.lhs.factors[0].startswith("log("):
        raise UsageError("the test is about flows in levels", where="fit",
                         remedy="use it after ppml, or after ols of log(flow)")  # fmt: skip
    return np.exp(y), np.exp(fit.solution.fitted())


def _check_varying(mu: np.ndarray, where: str) -> None:
    """Refuse means without variation, on which nothing can be regressed."""
    logs = np.log(mu)
    if logs.size < 3 or np.ptp(logs) <= 1e-8 * max(1.0, np.abs(logs).max()):
        raise _constant(where)


def _constant(where: str) -> EstimationError:
    return EstimationError("the fitted values do not vary", where=where,
                           remedy="such a test needs regressors or fixed effects that move them")  # fmt: skip


def _robust_slope(x: np.ndarray, y: np.ndarray, intercept: bool) -> tuple[float, float]:
    b, v = _robust(np.column_stack([x, np.ones(x.size)]) if intercept else x[:, None], y)
    return float(b[0]), float(np.sqrt(v[0, 0]))


def _robust(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least squares with heteroskedasticity-robust covariance, factor n/(n-K)."""
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ (x.T @ y)
    s = x * (y - x @ b)[:, None]
    n, k = x.shape
    return b, inverse @ (s.T @ s) @ inverse * n / (n - k)


def _normal(hypothesis: str, z: float) -> TestResult:
    from scipy import stats

    return TestResult(hypothesis, float(z**2), "chi2", (1,), float(stats.chi2(1).sf(z**2)))
