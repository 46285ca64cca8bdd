"""Pairs of indicators that count the same thing twice, or contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

DOUBLE_COUNTING = 0.92
CONTRADICTION = -0.4


@dataclass(frozen=True)
class Pair:
    """Two indicators whose correlation stands out, with what it means."""

    left: str
    right: str
    level: str
    correlation: float
    finding: str


def outstanding_pairs(y: np.ndarray, names: Sequence[str], sets: Sequence[str]) -> list[Pair]:
    """Find pairs that count the same thing twice (|r| > .92) or contradict each other (r < -.4).

    Correlations are taken over the cases in which both are present; `sets` gives the set of each name.
    """
    pairs = []
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            both = np.isfinite(y[:, i]) & np.isfinite(y[:, j])
            if both.sum() < 3 or np.ptp(y[both, i]) == 0 or np.ptp(y[both, j]) == 0:
                continue
            r = float(np.corrcoef(y[both, i], y[both, j])[0, 1])
            if abs(r) > DOUBLE_COUNTING:
                finding = "double counting: keep one, or merge them"
            elif r < CONTRADICTION:
                finding = "contradiction: check the direction"
            else:
                continue
            pairs.append(Pair(names[i], names[j], "within" if sets[i] == sets[j] else "across", r, finding))
    return pairs
