"""Equal weights."""

from __future__ import annotations

import numpy as np


def equal_weights(n: int) -> np.ndarray:
    """Return n weights of 1/n."""
    return np.full(n, 1.0 / n)
