"""A draw of the missing cells from what the model leaves open, for the uncertainty of the index."""

from __future__ import annotations

import numpy as np

from indexer.errors import MethodError
from indexer.impute.cases import matching
from indexer.impute.model import chained, in_order, predicted, restored, scales
from indexer.methods import Parameters

SWEEPS = 5
"""Times that the chain is run through in a draw, so that cells missing together vary together."""


def draw(x: np.ndarray, parameters: Parameters, rng: np.random.Generator) -> np.ndarray:
    """Fill the missing cells with one draw from their posterior distribution.

    Beginning at the imputed values, each column in turn is drawn from the normal distribution of its last regression
    (variance 1/α + (z - c)'Σ(z - c), noise and coefficients together), cut off at the range of the reference values.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_columns)
        Values, NaN = missing.
    parameters : list of mapping
        As fitted by the method "model".
    rng : Generator
        Consumed in the order of the chain, then of the cases.

    Returns
    -------
    ndarray
        A filled copy; present values are untouched.

    Raises
    ------
    MethodError
        If the parameters are those of another method.
    """
    if not all("covariance" in p for p in parameters):
        raise MethodError("these parameters have no posterior", where="impute", remedy="fit with `method: model`")
    x = matching(x, len(parameters))
    mean, scale, low, high = scales(parameters)
    least, most = (low - mean) / scale, (high - mean) / scale
    z, missing = chained(x, parameters), np.isnan(x)
    order = [j for j in in_order(parameters) if missing[:, j].any()]
    covariance = {j: _square(parameters[j]["covariance"], len(parameters)) for j in order}
    for _ in range(SWEEPS):
        for j in order:
            rows = missing[:, j]
            z[rows, j] = _normal(*_posterior(z[rows], parameters[j], covariance[j]), least[j], most[j], rng)
    return restored(x, z, parameters)


def _posterior(z: np.ndarray, p: dict, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of the prediction of one column."""
    mean = predicted(z, p["rounds"][-1]) if p["rounds"] else np.zeros(len(z))
    apart = z - np.array(p["centre"])
    return mean, np.sqrt(1 / p["alpha"] + np.maximum(((apart @ covariance) * apart).sum(axis=1), 0.0))


def _square(triangle: list[float], n: int) -> np.ndarray:
    lower = np.zeros((n, n))
    lower[np.tril_indices(n)] = triangle
    return lower + np.tril(lower, -1).T


def _normal(mean: np.ndarray, deviation: np.ndarray, least: float, most: float, rng: np.random.Generator) -> np.ndarray:
    """Draw from normal distributions cut off at `least` and `most`, by the inverse of their distribution function."""
    from scipy.special import ndtr, ndtri

    mean = np.clip(mean, least, most)
    from_, to = ndtr((least - mean) / deviation), ndtr((most - mean) / deviation)
    u = from_ + (to - from_) * rng.uniform(size=len(mean))
    return np.asarray(np.clip(mean + deviation * ndtri(u), least, most))
