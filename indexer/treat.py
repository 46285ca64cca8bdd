"""Treatment: the basis on which an indicator enters, and the logarithm of what a few economies hold nearly all of."""

from __future__ import annotations

import math

import numpy as np

from indexer.errors import MethodError

PEOPLE = 1_000_000
"""Per-head indicators enter per million people, whatever their published denominator."""


def enter(
    x: np.ndarray,
    basis: str,
    enters: str,
    *,
    per: float = 1.0,
    unit_size: float = 1.0,
    population: np.ndarray | None = None,
    gdp: np.ndarray | None = None,
) -> np.ndarray:
    """Convert a published series to the basis on which it enters the index.

    Parameters
    ----------
    x : ndarray
        Published values, any shape, NaN = missing.
    basis : {"total", "per_head", "per_gdp", "rate", "score"}
        What the published number is.
    enters : {"as_published", "total", "per_head", "per_gdp"}
        What it is to be.
    per : float
        People in the published denominator (1e6 for "per million people"); read only where `basis` is per head.
    unit_size : float
        Base units in one published unit (1e6 for "million US$").
    population, gdp : ndarray, optional
        Persons and US$, of the shape of `x`; a missing denominator makes the cell missing.

    Returns
    -------
    ndarray
        Values as published, totals in base units, per million people, or a fraction of GDP.

    Raises
    ------
    MethodError
        If the conversion has no meaning (a rate as a total) or its denominator is not given.
    """
    if enters == "as_published":
        return np.array(x, dtype=float)
    people = _denominator(population, "population")
    total = {
        "total": lambda: x * unit_size,
        "per_head": lambda: x * unit_size * people() / per,
        "per_gdp": lambda: x * unit_size * _denominator(gdp, "GDP")(),
    }.get(basis)
    if total is None:
        raise MethodError(
            f"a {basis} cannot enter as {enters}",
            remedy="use `enters: as_published`, or correct the `basis` in the metadata",
        )
    if basis == "per_head" and enters == "per_head":
        return np.asarray(x * unit_size * (PEOPLE / per))
    if enters == "total":
        return np.asarray(total())
    if enters == "per_head":
        return np.asarray(total() / people() * PEOPLE)
    if enters == "per_gdp":
        return np.asarray(total() / _denominator(gdp, "GDP")())
    raise MethodError(f"unknown basis {enters!r}", remedy="one of as_published, total, per_head, per_gdp")


def _denominator(values: np.ndarray | None, name: str):  # type: ignore[no-untyped-def]
    def get() -> np.ndarray:
        if values is None:
            raise MethodError(f"no {name} was given", remedy=f"add the {name} series to `_reference/` of the folder")
        return values

    return get


def log(x: np.ndarray) -> np.ndarray:
    """Take natural logarithms; NaN stays NaN.

    Raises
    ------
    MethodError
        If a value is zero or negative.
    """
    x = np.asarray(x, dtype=float)
    if np.any(x <= 0):
        raise MethodError(
            "the logarithm of zero or a negative number",
            remedy="use `transform: log1p` where zeros are real; leave an indicator with negative values untransformed",
        )
    # math, not numpy: numpy picks its loop by processor, and the last digit of a published parameter would depend on it
    return _elementwise(math.log, x)


def log1p(x: np.ndarray) -> np.ndarray:
    """Take log(1 + x), for counts in which zero is real; NaN stays NaN.

    Raises
    ------
    MethodError
        If a value is negative.
    """
    x = np.asarray(x, dtype=float)
    if np.any(x < 0):
        raise MethodError("log(1 + x) of a negative number", remedy="leave the indicator untransformed")
    return _elementwise(math.log1p, x)


def _elementwise(function, x: np.ndarray) -> np.ndarray:  # type: ignore[no-untyped-def]
    return np.array([function(v) if v == v else math.nan for v in x.ravel().tolist()]).reshape(x.shape)


TRANSFORMS = {"none": lambda x: np.array(x, dtype=float), "log": log, "log1p": log1p}
"""Transforms by the names used in editions."""
