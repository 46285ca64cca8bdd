"""Goalposts: min-max between bounds that are chosen, not found in the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option, Parameters
from indexer.normalise.linear import between, min_max
from indexer.normalise.scale import called, check_range, columns, directions, extremes


def goalposts(x: np.ndarray, low: np.ndarray | float, high: np.ndarray | float, clip: bool = True) -> np.ndarray:
    """Scale x to (x - low) / (high - low), and to [0, 1] what lies beyond the goalposts.

    Parameters
    ----------
    x : ndarray
        Values, cases × indicators, NaN = missing (stays missing).
    low, high : float or ndarray
        Goalposts of each column, in its unit; `high` > `low`.
    clip : bool
        Whether values beyond the goalposts count as being at them, as in the Human Development Index.

    Raises
    ------
    MethodError
        If an upper goalpost does not lie above its lower one.

    References
    ----------
    UNDP (2022), Human Development Report 2021/22, technical note 1.

    Examples
    --------
    >>> goalposts(np.array([20.0, 52.5, 90.0]), 20.0, 85.0)
    array([0. , 0.5, 1. ])
    """
    y = min_max(x, low, high)
    return np.clip(y, 0.0, 1.0) if clip else y


def _fit(
    x: np.ndarray, *, names: tuple[str, ...] = (), lower_better: Any = False, low: float = 0.0, high: float = 100.0,
    given: Sequence[tuple[float, float] | None] | None = None, clip: bool = True,
) -> Parameters:  # fmt: skip
    check_range(low, high)
    values = columns(x, names)
    directions(values, lower_better)
    extremes(values, names, vary=False)
    posts = [None] * values.shape[1] if given is None else list(given)
    if len(posts) != values.shape[1]:
        raise MethodError(
            f"goalposts of {len(posts)} columns for {values.shape[1]}", remedy="give a pair of goalposts a column"
        )
    return [_pair(post, called(names, j)) for j, post in enumerate(posts)]


def _pair(post: Any, name: str) -> dict[str, float]:
    if post is None:
        raise MethodError(f"{name} has no goalposts", remedy="give its lower and upper goalpost, in its unit")
    try:
        lower, upper = (float(value) for value in post)
    except (TypeError, ValueError) as error:
        raise MethodError(f"the goalposts of {name} are {post!r}", remedy="give a lower and an upper number") from error
    if not (np.isfinite(lower) and np.isfinite(upper) and lower < upper):
        raise MethodError(
            f"the upper goalpost of {name} ({upper:g}) does not lie above the lower one ({lower:g})",
            remedy="give the lower one first; the direction of the indicator says which is better",
        )
    return {"lower": lower, "upper": upper}


METHOD = Method(_fit, between, {"clip": Option(True, "boolean")}, frozenset({"range", "goalposts"}))
