"""Standard scores: distance from the mean of the reference cases, in their standard deviations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option, Parameters
from indexer.normalise.scale import columns, directions, extremes, fitted


def z_score(
    x: np.ndarray, mean: np.ndarray | float | None = None, sd: np.ndarray | float | None = None,
    names: tuple[str, ...] = (),
) -> np.ndarray:  # fmt: skip
    """Scale x to (x - mean) / sd.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_indicators) or (n_cases,)
        Values, NaN = missing (stays missing).
    mean, sd : float or ndarray, optional
        Of each column; by default those of its present values, `sd` with n - 1 in the denominator.
    names : tuple of str
        Names of the columns, for the error.

    Raises
    ------
    MethodError
        If a column that is asked for its mean or standard deviation has no present value or is constant, or an `sd`
        given is not above 0.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.2.

    Examples
    --------
    >>> z_score(np.array([1.0, 2.0, 3.0]))
    array([-1.,  0.,  1.])
    """
    values = columns(x, names)
    if mean is None or sd is None:
        own_mean, own_sd = _moments(values, names)
        mean = own_mean if mean is None else mean
        sd = own_sd if sd is None else sd
    if not np.all((np.asarray(sd, dtype=float) > 0) & np.isfinite(mean)):
        raise MethodError("a standard deviation must lie above 0", remedy="check the mean and sd that were given")
    with np.errstate(over="ignore"):
        return np.asarray((values - mean) / sd).reshape(np.shape(x))


def means(x: np.ndarray) -> np.ndarray:
    """Return the mean of the present values of each column, rounded once: the order of the cases does not matter."""
    scaled, exponent = _scaled(x)
    return np.ldexp([math.fsum(column.tolist()) / column.size for column in _present(scaled)], exponent)


def _moments(x: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    extremes(x, names)
    scaled, exponent = _scaled(x)
    mean, sd = [], []
    for column in _present(scaled):
        mean.append(math.fsum(column.tolist()) / column.size)
        deviations = column - mean[-1]
        sd.append(math.sqrt(math.fsum((deviations * deviations).tolist()) / (column.size - 1)))
    return np.ldexp(mean, exponent), np.ldexp(sd, exponent)


def _scaled(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # A power of two out of each column, so that no square leaves the range of floats; it costs no digit.
    exponent = np.frexp(np.fmax.reduce(np.abs(x), axis=0, initial=np.nan))[1]
    return np.ldexp(x, -exponent), exponent


def _present(x: np.ndarray) -> list[np.ndarray]:
    return [column[~np.isnan(column)] for column in x.T]


def _fit(
    x: np.ndarray, *, names: tuple[str, ...] = (), lower_better: Any = False, low: float = 0.0, high: float = 100.0,
    given: Sequence[tuple[float, float] | None] | None = None, mean: float = 0.0, sd: float = 1.0,
) -> Parameters:  # fmt: skip
    values = columns(x, names)
    directions(values, lower_better)
    means, sds = _moments(values, names)
    return [{"mean": m, "sd": s} for m, s in zip(means.tolist(), sds.tolist(), strict=True)]


def _apply(
    x: np.ndarray, parameters: Parameters, *, names: tuple[str, ...] = (), lower_better: Any = False,
    low: float = 0.0, high: float = 100.0, mean: float = 0.0, sd: float = 1.0,
) -> np.ndarray:  # fmt: skip
    values = columns(x, names)
    z = z_score(values, np.array(fitted(parameters, "mean", values)), np.array(fitted(parameters, "sd", values)))
    return np.asarray(mean + sd * np.where(directions(values, lower_better), -z, z))


METHOD = Method(_fit, _apply, {"mean": Option(0.0, "number"), "sd": Option(1.0, "number", above=0.0)})
