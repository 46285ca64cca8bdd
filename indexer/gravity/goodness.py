"""How well a model fits: deviance, R² of several kinds, likelihoods, residuals of four kinds."""

from __future__ import annotations

import numpy as np

from indexer.errors import UsageError

RESIDUALS = ("response", "pearson", "deviance", "working")


def deviance(y: np.ndarray, mu: np.ndarray) -> float:
    """Return 2 Σ (y ln(y/mu) - (y - mu)), with 0 ln 0 = 0; with weights, y and mu times the weights.

    Examples
    --------
    >>> deviance(np.array([0.0, 2.0]), np.array([1.0, 2.0]))
    2.0
    """
    ratio = np.divide(y, mu, out=np.ones_like(mu), where=y > 0)
    return float(2.0 * (y @ np.log(ratio) - (y.sum() - mu.sum())))


def linear(y: np.ndarray, w: np.ndarray, rss: float, has_constant: bool) -> dict[str, float]:
    """Return deviance (the weighted sum of squared residuals) and R² = 1 - RSS/TSS of a linear model.

    Parameters
    ----------
    y, w : ndarray, shape (n,)
        Left side and weights.
    rss : float
    has_constant : bool
        Whether a constant is in the span of the model, so that the total is taken about the mean.
    """
    centred = y - (w @ y / w.sum() if has_constant else 0.0)
    total = float(w @ (centred * centred))
    return {"deviance": rss, "r2": 1 - rss / total if total > 0 else np.nan, "pseudo_r2": np.nan}


def poisson(y: np.ndarray, mu: np.ndarray, w: np.ndarray, offset: np.ndarray | None = None) -> dict[str, float]:
    """Return deviance, squared correlation of flows and means, and 1 - deviance/deviance of the mean alone.

    Parameters
    ----------
    y, mu, w : ndarray, shape (n,)
        Flows, means and weights.
    offset : ndarray, shape (n,), optional
        The model of the mean alone has it too.

    Examples
    --------
    >>> y = np.array([1.0, 3.0])
    >>> poisson(y, y, np.ones(2))["pseudo_r2"]
    1.0
    """
    left = deviance(y * w, mu * w)
    base = w if offset is None else w * np.exp(offset - offset.max())
    null = deviance(y * w, base * ((y @ w) / base.sum()))
    square = float(np.corrcoef(y, mu)[0, 1] ** 2) if y.std() > 0 and mu.std() > 0 else np.nan
    return {
        "deviance": left, "r2": square, "r2_within": np.nan, "pseudo_r2": 1 - left / null if null > 0 else np.nan,
    }  # fmt: skip


def normal_likelihood(rss: float, w: np.ndarray) -> float:
    """Return the log-likelihood of a linear model at its maximum, with variance RSS/(n w)."""
    n = w.size
    return float(-n / 2 * (np.log(2 * np.pi * rss / n) + 1) + np.log(w).sum() / 2)


def poisson_likelihood(y: np.ndarray, mu: np.ndarray, w: np.ndarray) -> float:
    """Return the Poisson log-likelihood, a pseudo-likelihood for flows that are no counts."""
    from scipy.special import gammaln

    return float(w @ (np.log(mu, out=np.zeros_like(mu), where=y > 0) * y - mu - gammaln(y + 1)))


def residuals(y: np.ndarray, mu: np.ndarray, w: np.ndarray, kind: str, is_poisson: bool) -> np.ndarray:
    """Return response, pearson, deviance or working residuals (McCullagh & Nelder 1989, ch. 2.4).

    Parameters
    ----------
    y, mu, w : ndarray, shape (n,)
        Left side, fitted values and weights.
    kind : {"response", "pearson", "deviance", "working"}

    Raises
    ------
    UsageError
        For another kind.

    Examples
    --------
    >>> residuals(np.array([3.0]), np.array([1.0]), np.ones(1), "working", True).tolist()
    [2.0]
    """
    if kind not in RESIDUALS:
        raise UsageError(f"kind={kind!r} is not offered", where="resid", remedy=f"use {', '.join(RESIDUALS)}")
    e = y - mu
    if kind == "response" or (kind == "working" and not is_poisson):
        return e
    if not is_poisson:
        return np.asarray(e * np.sqrt(w))
    if kind == "pearson":
        return np.asarray(e * np.sqrt(w / mu))
    if kind == "working":
        return e / mu
    ratio = np.divide(y, mu, out=np.ones_like(mu), where=y > 0)
    return np.asarray(np.sign(e) * np.sqrt(np.maximum(2 * w * (y * np.log(ratio) - e), 0.0)))
