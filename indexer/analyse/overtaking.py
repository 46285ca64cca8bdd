"""Changes of rank: whom an economy overtook, who overtook it, and which indicators moved the gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.analyse.explain import decompose
from indexer.columns import DECIMALS
from indexer.errors import UsageError
from indexer.methods import near
from indexer.tree import Tree, climb


@dataclass(frozen=True)
class Overtaking:
    """A rival that stood above before and does not after ("overtaken"), or the other way round ("overtook").

    `gap_before` and `gap_after` are the economy's index less the rival's; `contributions` are its contributions to its
    own change less the rival's to the rival's, by indicator: they sum to the change of the gap.
    """

    rival: str
    kind: str
    gap_before: float
    gap_after: float
    contributions: dict[str, float]


def overtakings(
    plan: Tree, before: np.ndarray, after: np.ndarray, economies: Sequence[str], economy: str
) -> list[Overtaking]:
    """Return the rivals with which an economy changed places between two years.

    Parameters
    ----------
    plan : Tree
        Indicators, nodes (bottom-up, the index last) and range.
    before, after : ndarray, shape (n_economies, n_indicators)
        Normalised values of both years, NaN = missing.
    economies : sequence of str, length n_economies
        Labels of the rows.
    economy : str
        The one whose rank changed.

    Returns
    -------
    list of Overtaking
        In the order of the rows. Overtaken less overtook is the number of places gained (ties share the better rank),
        where all rivals have an index in both years; others are left out.

    Raises
    ------
    UsageError
        If the economy is not among the rows or has no index in one of the years, the shapes do not go together, or a
        change has no exact contributions.
    """
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    names = list(economies)
    if before.shape != after.shape or before.shape != (len(names), len(plan.indicators)):
        raise UsageError(
            f"values of shapes {before.shape} and {after.shape} do not go with {len(names)} economies and "
            f"{len(plan.indicators)} indicators",
            remedy="give one row an economy and one column an indicator, twice",
        )
    if economy not in names:
        raise UsageError(f"no economy {economy!r}", remedy=near(economy, names))
    index = np.column_stack([climb(plan, y)[0][:, -1] for y in (before, after)])
    me = names.index(economy)
    if not np.isfinite(index[me]).all():
        raise UsageError(f"{economy} has no index in one of the two years", remedy="choose another year")
    shown = np.round(index, DECIMALS)
    above = shown > shown[me]
    changed = np.isfinite(index).all(axis=1) & (above[:, 0] != above[:, 1])
    if not changed.any():
        return []
    own = _contributions(plan, before[me], after[me])
    found = []
    for r in np.flatnonzero(changed):
        gaps = index[me] - index[r]
        parts = own - _contributions(plan, before[r], after[r])
        found.append(
            Overtaking(
                names[r],
                "overtaken" if above[r, 0] else "overtook",
                float(gaps[0]),
                float(gaps[1]),
                {name: float(part) for name, part in zip(plan.indicators, parts, strict=True)},
            )
        )
    return found


def _contributions(plan: Tree, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return each indicator's contribution, through value and coverage."""
    total = np.zeros(len(plan.indicators))
    columns = {name: j for j, name in enumerate(plan.indicators)}
    for part in decompose(plan, np.array([before, after]))[0]:
        total[columns[part.indicator]] += part.value + part.coverage
    return total
