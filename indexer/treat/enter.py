"""The basis on which an indicator enters: totals, per million people, or a share of GDP."""

from __future__ import annotations

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
    x = np.array(x, dtype=float)
    if enters == "as_published":
        return x
    if enters not in ("total", "per_head", "per_gdp"):
        raise MethodError(f"unknown basis {enters!r}", remedy="one of as_published, total, per_head, per_gdp")
    if basis == "per_head" and enters == "per_head":
        return np.asarray(x * unit_size * (PEOPLE / per))
    if basis == "total":
        total = x * unit_size
    elif basis == "per_head":
        total = x * unit_size * _given(population, "population") / per
    elif basis == "per_gdp":
        total = x * unit_size * _given(gdp, "GDP")
    else:
        remedy = "use `enters: as_published`, or correct the `basis` in the metadata"
        raise MethodError(f"a {basis} cannot enter as {enters}", remedy=remedy)
    # a denominator of 0 gives no number: the caller names such cells
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if enters == "per_head":
            return np.asarray(total / _given(population, "population") * PEOPLE)
        return np.asarray(total / _given(gdp, "GDP")) if enters == "per_gdp" else np.asarray(total)


def _given(values: np.ndarray | None, name: str) -> np.ndarray:
    if values is None:
        raise MethodError(f"no {name} was given", remedy=f"add the {name} series to `_reference/` of the folder")
    return values
