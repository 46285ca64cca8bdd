"""Validity: whether an index orders economies as another one does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from indexer.analyse.agreement import BOOTSTRAP, agreement, intervals
from indexer.analyse.cases import checked, scores_of
from indexer.analyse.labels import places
from indexer.errors import IndexerError, MethodError

SPARSE = 40
_ANCHORS: dict[str, dict[str, Any]] = {
    "right": {"align": "left", "baseline": "middle", "dx": 5},
    "left": {"align": "right", "baseline": "middle", "dx": -5},
    "above": {"align": "center", "baseline": "bottom", "dy": -4},
    "below": {"align": "center", "baseline": "top", "dy": 5},
}
LEAST = 5
"""Common economies below which a rank correlation says nothing."""


def compare(scores: Any, frame: Any, *, draws: int = BOOTSTRAP, seed: int = 1) -> pd.DataFrame:
    """Correlate an index with outside measures by ranks, year by year and over all years.

    Parameters
    ----------
    scores : Index or DataFrame
        An index, or a table with the columns economy, year, index.
    frame : DataFrame or Index
        Columns economy, maybe year, and one numeric column for each measure, higher better. Without a year each
        value stands beside every year of the index. Of another index its index is the measure, by the name of its
        edition.
    draws : int
        Bootstrap draws of economies with all their years, since the years of one are not independent; 0 for none.
    seed : int
        Of the bootstrap; every row of the result draws anew from it.

    Returns
    -------
    DataFrame
        measure, year (empty = all years pooled, where the frame has years), n, economies, spearman, spearman_low,
        spearman_high, kendall (tau-b), kendall_low, kendall_high (percentile intervals of 95 %), note (why a number is
        missing).

    Raises
    ------
    MethodError
        If columns are missing or not numeric, a case is there twice, or fewer than five economies are common.

    References
    ----------
    Spearman (1904), American J. Psychology 15(1), 72-101; Kendall (1945), Biometrika 33(3), 239-251.
    """
    rows = []
    frame = _measures(frame)
    dated = "year" in frame.columns
    for measure, pair in _pairs(scores, frame).items():
        years = sorted(pair["year"].unique().tolist())
        parts = [(year, pair[pair["year"] == year]) for year in years]
        if dated and len(years) > 1:
            parts.append((pd.NA, pair))
        rows += [{"measure": measure, "year": year, **_row(part, draws, seed)} for year, part in parts]
    return pd.DataFrame(rows).astype({"year": "Int64"})


def scatter(scores: Any, frame: Any, measure: str | None = None, year: int | None = None) -> Any:
    """Draw the index against one outside measure, with the economies' codes where there is room for them.

    Parameters
    ----------
    scores, frame
        As for `compare`.
    measure : str, optional
        Column of `frame`; the first by default.
    year : int, optional
        The latest common one by default.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    MethodError
        As `compare`, or if there is no such measure or year.
    IndexerError
        If altair is not installed.
    """
    try:
        import altair as alt
    except ImportError as error:
        raise IndexerError("charts need altair", remedy="pip install 'ai-trade-indexer[report]'") from error
    pairs = _pairs(scores, _measures(frame))
    measure = next(iter(pairs)) if measure is None else measure
    if measure not in pairs:
        raise MethodError(f"no measure {measure!r}", remedy=f"one of: {', '.join(pairs)}")
    pair = pairs[measure]
    year = int(pair["year"].max()) if year is None else year
    part = pair[pair["year"] == year]
    if part.empty:
        raise MethodError(
            f"no common case in {year}", remedy=f"one of: {', '.join(map(str, sorted(set(pair['year']))))}"
        )
    spearman = agreement(part["index"].to_numpy(), part["value"].to_numpy())[0]
    title = f"{measure} and the index, {year} (n = {len(part)}, Spearman {spearman:.2f})"
    size, font = (480, 11) if len(part) <= SPARSE else (720, 9)
    domains = [_domain(part[name].to_numpy(dtype=float)) for name in ("value", "index")]
    pixels = [
        (part[name].to_numpy(dtype=float) - low) / (high - low) * size
        for name, (low, high) in zip(("value", "index"), domains, strict=True)
    ]
    part = part.assign(side=places(pixels[0], size - pixels[1], (size, size), (2.2 * font, 1.1 * font)))
    base = alt.Chart(part.reset_index(drop=True), title=title, width=size, height=size).encode(
        x=alt.X("value:Q", title=measure, scale=alt.Scale(domain=domains[0], nice=False)),
        y=alt.Y("index:Q", title="index", scale=alt.Scale(domain=domains[1], nice=False)),
        tooltip=["economy", "index", "value"],
    )
    layers = [base.mark_circle(size=4 * font, opacity=0.9)]
    for side, how in _ANCHORS.items():
        if side in set(part["side"]):
            words = base.transform_filter(alt.datum.side == side).mark_text(fontSize=font, **how)
            layers.append(words.encode(text="economy:N"))
    return alt.layer(*layers)


def _domain(values: np.ndarray) -> tuple[float, float]:
    margin = 0.05 * (values.max() - values.min()) or 1.0
    return float(values.min() - margin), float(values.max() + margin)


def _measures(source: Any) -> pd.DataFrame:
    """Return a table of measures as it is, and of an index its index under the name of its edition."""
    if isinstance(source, pd.DataFrame):
        return source
    return source.scores[["economy", "year", "index"]].rename(columns={"index": source.edition.name})


def _pairs(scores: Any, frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return economy, year, index, value of the common cases of each measure, in the order of economies and years."""
    keys = ["economy", "year"] if "year" in frame.columns else ["economy"]
    measures = [name for name in frame.columns if name not in keys]
    if not measures:
        raise MethodError("the frame has no column of values", remedy="give one beside economy and year")
    left = checked(scores_of(scores), ["economy", "year"], ["index"])
    right = checked(frame, keys, measures, "the frame's rows")
    pairs = {}
    for measure in measures:
        pair = left.merge(right[[*keys, measure]].set_axis([*keys, "value"], axis=1), on=keys).dropna()
        common = pair["economy"].nunique()
        if common < LEAST:
            raise MethodError(
                f"{common} common economies with {measure!r} are too few, at least {LEAST} are needed",
                remedy="check that economies are ISO 3166-1 alpha-3 codes and years the same, or give more",
            )
        pairs[str(measure)] = pair.sort_values(["economy", "year"], ignore_index=True)
    return pairs


def _row(part: pd.DataFrame, draws: int, seed: int) -> dict[str, Any]:
    names = ("spearman", "spearman_low", "spearman_high", "kendall", "kendall_low", "kendall_high")
    economies = part["economy"].nunique()
    head = {"n": len(part), "economies": economies}
    x, y = part["index"].to_numpy(), part["value"].to_numpy()
    note = ""
    if economies < LEAST:
        note = f"fewer than {LEAST} economies"
    elif np.ptp(x) == 0 or np.ptp(y) == 0:
        note = "a constant has no ranks"
    if note:
        return {**head, **dict.fromkeys(names, float("nan")), "note": note}
    spearman, kendall = agreement(x, y)
    low, high = intervals(x, y, pd.factorize(part["economy"])[0], draws, seed)
    numbers = (spearman, low[0], high[0], kendall, low[1], high[1])
    return {**head, **dict(zip(names, numbers, strict=True)), "note": ""}
