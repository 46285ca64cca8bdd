"""How many components are retained, by Kaiser's rule and by comparison with chance."""

from __future__ import annotations

import numpy as np

TIE = 1e-9
"""Eigenvalues nearer to each other than this part are the same."""


def kaiser(eigenvalues: np.ndarray) -> int:
    """Return how many components explain no less than one indicator alone, at least one.

    References
    ----------
    Guttman (1954), Psychometrika 19(2), 149-161; Kaiser (1960), Educational and Psychological Measurement 20, 141-151.

    Examples
    --------
    >>> kaiser(np.array([1.4, 0.9999999999999999, 0.6]))
    2
    """
    return max(1, int((eigenvalues >= 1.0 - TIE).sum()))


def above_chance(eigenvalues: np.ndarray, chance: np.ndarray) -> int:
    """Return how many leading eigenvalues lie above those of chance, maybe none."""
    return int(np.cumprod(eigenvalues > chance).sum())
