"""How much of what an index does within economies over time rests on observed cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indexer.analyse.within import contributions, within_parts
from indexer.errors import MethodError, UsageError
from indexer.panel import Status

if TYPE_CHECKING:
    from indexer.index import Index

SEEN = (Status.OBSERVED, Status.CORRECTED)


def within_cells(
    index: Index, economies: Iterable[str] | None = None, years: tuple[int, int] | None = None
) -> pd.DataFrame:
    """Split the within-variation of an index over the cells behind it.

    Parameters
    ----------
    index : Index
    economies : iterable of str, optional
        Codes; all of the index by default.
    years : (int, int), optional
        First and last year; all by default.

    Returns
    -------
    DataFrame
        economy, year, indicator, status, observed (whether observed or corrected, not carried or filled), part (of the
        variation left when means of economies and of years are taken out; all parts sum to 1, and one is negative where
        its cell moves against the index) and weight (of the cell among all of the table; sums to 1).

    Raises
    ------
    UsageError
        For an economy or year that the index does not have, or fewer than two of either.
    MethodError
        If nothing varies within economies, or a case has no index.
    """
    labels = pd.DataFrame(index.panel.case_labels, columns=["economy", "year"])
    rows = _chosen(labels, index.edition.economies, economies, index.edition.years, years)
    labels = labels[rows].reset_index(drop=True)
    if np.isnan(index.result.index[rows]).any():
        at = labels[np.isnan(index.result.index[rows])]
        raise MethodError(
            f"{len(at)} economy-years have no index", where="within_cells", rows=at.to_numpy().tolist()[:5],
            remedy="leave these economies or years out",
        )  # fmt: skip
    cells = contributions(index.plan, index.result)[rows]
    parts = within_parts(cells, labels["economy"].to_numpy(), labels["year"].to_numpy())
    if np.isnan(parts).any():
        raise MethodError("the index does not vary within economies over these years", where="within_cells",
                          remedy="take other years")  # fmt: skip
    status = index.panel.cases(index.panel.status)[rows]
    n, m = parts.shape
    return pd.DataFrame({
        "economy": np.repeat(labels["economy"].to_numpy(), m), "year": np.repeat(labels["year"].to_numpy(), m),
        "indicator": np.tile(np.array(index.plan.indicators), n), "status": [Status(s).label for s in status.ravel()],
        "observed": np.isin(status, SEEN).ravel(), "part": parts.ravel(),
        "weight": np.broadcast_to(index.plan.effective_weights / n, parts.shape).ravel(),
    })  # fmt: skip


def within_observed(
    index: Index, economies: Iterable[str] | None = None, years: tuple[int, int] | None = None
) -> float:
    """Return the share of an index's within-variation that comes from observed rather than carried or filled cells.

    What a two-way fixed-effects estimate uses of an index is its movement within economies beside what moves all of
    them. A carried cell does not move, so the share is high even where few cells were observed: read the share of the
    weight that rests on observed cells beside it (`within_cells`). Arguments and errors as there.

    Returns
    -------
    float
        Below 0 or above 1 where observed and other cells move against each other.
    """
    cells = within_cells(index, economies, years)
    return float(cells.loc[cells["observed"], "part"].sum())


def _chosen(
    labels: pd.DataFrame, has: tuple[str, ...], economies: Iterable[str] | None, span: tuple[int, ...],
    years: tuple[int, int] | None,
) -> np.ndarray:  # fmt: skip
    """Which cases are asked for."""
    wanted = (
        has if economies is None else tuple(dict.fromkeys([economies] if isinstance(economies, str) else economies))
    )
    if strange := [str(one) for one in wanted if one not in has]:
        raise UsageError(f"economy {strange[0]!r} is not in the index", where="economies",
                         remedy=f"one of {', '.join(has)}")  # fmt: skip
    first, last = (span[0], span[-1]) if years is None else years
    if not (span[0] <= first <= last <= span[-1]):
        raise UsageError(f"{first}-{last} are not years of the index", where="years",
                         remedy=f"years from {span[0]} to {span[-1]}")  # fmt: skip
    if len(wanted) < 2 or first == last:
        raise UsageError("variation within needs two economies and two years", where="economies, years",
                         remedy="give more")  # fmt: skip
    return (labels["economy"].isin(wanted) & labels["year"].between(first, last)).to_numpy()
