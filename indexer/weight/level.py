"""What a weighting method is fitted on: the members of one level over the reference cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Level:
    """The members of one level (the indicators of a set, or the sets), better higher, NaN = missing.

    Attributes
    ----------
    names : tuple of str
        The members, in the order of the columns.
    y : ndarray, shape (n_cases, n_members)
        The normalised values, as they are aggregated.
    unit : ndarray, shape (n_cases, n_members)
        The same on [0, 1]: entropy is not invariant to a shift, and standard deviations differ only there.
    years : ndarray, shape (n_cases,)
        The year of each case.
    """

    names: tuple[str, ...]
    y: np.ndarray
    unit: np.ndarray
    years: np.ndarray
