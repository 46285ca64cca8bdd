"""The logarithm of what a few economies hold nearly all of."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from indexer.errors import MethodError


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
    return elementwise(math.log, x)


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
    return elementwise(math.log1p, x)


def elementwise(function: Callable[[float], float], x: np.ndarray) -> np.ndarray:
    """Call a function of the standard library on every value; NaN stays NaN."""
    return np.array([function(v) if v == v else math.nan for v in x.ravel().tolist()]).reshape(x.shape)


TRANSFORMS = {"none": lambda x: np.array(x, dtype=float), "log": log, "log1p": log1p}
"""Transforms by the names used in editions."""
