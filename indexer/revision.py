"""Two releases compared: how far a score moved by revised data, by another method, and in reality."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import ECONOMY, INDEX, INDICATOR, YEAR
from indexer.errors import UsageError
from indexer.folder import Release, read_release
from indexer.frozen import parameters_of
from indexer.scoring import score

PARTS = ("data", "method", "real")
ORDERS = ("sequential", "shapley")
_PUBLISHED = ("basis", "per", "unit_size", "repeated_at_source")
"""What is said of the published number: a matter of the facts, not of the method."""
_Side = tuple[bool, bool, bool]


def revise(old: str | Path, new: str | Path, *, order: str = "sequential") -> pd.DataFrame:
    """Split the change of every score between two releases into data revision, method revision and real change.

    With s(facts, parameters, year): data = s(new, old, t0) - s(old, old, t0), method = s(new, new, t0) - s(new, old,
    t0), real = s(new, new, t1) - s(new, new, t0), in that order; `shapley` takes the mean over all orders instead.
    Scores are computed anew from the facts and parameters that releases carry, and the old and new ones must be
    those that were published. Of years after a release's last one, it is given the facts of the other.

    Parameters
    ----------
    old, new : path
        Folders of two releases.
    order : {"sequential", "shapley"}
        Order of the parts. `shapley` needs the new parameters to score the old facts, in both years.

    Returns
    -------
    DataFrame
        economy, year_before, year_after, before, after, data, method, real, change (after - before, which the three
        parts sum to), note. One row for each economy and year that both releases have (real = 0 there), and for the
        last year of each where these differ. `attrs` holds `order` and `unrevised` (indicators that the new release
        has no facts of, so that the old ones stand for them).

    Raises
    ------
    UsageError
        If a folder is not a release, facts and parameters do not give the scores that it published, or the releases
        share no economy or no indicator.
    """
    if order not in ORDERS:
        raise UsageError(f"unknown order {order!r}", remedy=f"one of: {', '.join(ORDERS)}")
    before, after = read_release(old), read_release(new)
    parameters = parameters_of(before.parameters), parameters_of(after.parameters)
    economies = [one for one in parameters[0]["economies"] if one in set(parameters[1]["economies"])]
    if not economies:
        raise UsageError("the releases share no economy", where=f"{old}, {new}", remedy="compare releases of one index")
    used = [{one["indicator"] for one in side["inputs"]} for side in parameters]
    if not used[0] & used[1]:
        raise UsageError(
            "the releases share no indicator", where=f"{old}, {new}", remedy="compare releases of one index"
        )
    last = tuple(one["years"][-1] for one in parameters)
    facts = before.facts, after.facts

    @cache
    def vintage(new_facts: bool, year: int) -> pd.DataFrame:
        return _vintage(facts[new_facts], facts[not new_facts], last[new_facts] if year > last[new_facts] else None)

    @cache
    def scores(new_facts: bool, new_method: bool, year: int) -> pd.Series:
        # Facts of later years of a release fill gaps of earlier ones, so every release is scored to its own last year.
        span = (year, max(last[new_facts], year))
        method = _in_units_of(parameters[new_facts], parameters[new_method])
        frame = score(method, vintage(new_facts, year), span, economies)
        return frame[frame[YEAR] == year].set_index(ECONOMY)[INDEX]

    for side, release in enumerate((before, after)):
        year = last[side]
        _same_as_published(release, scores(bool(side), bool(side), year), year, economies)
    spans = [set(one["years"]) for one in parameters]
    pairs = [(year, year) for year in sorted(spans[0] & spans[1])]
    pairs += [last] if last[0] != last[1] else []
    rows = []
    for first, final in pairs:

        def value(side: _Side, years: tuple[int, int] = (first, final)) -> pd.Series:
            return scores(side[0], side[1], years[side[2]])

        parts = _split(value, order)
        frame = pd.DataFrame({"before": value((False, False, False)), "after": value((True, True, True)), **parts})
        frame.insert(0, "year_after", final)
        frame.insert(0, "year_before", first)
        rows.append(frame)
    whole = pd.concat(rows).rename_axis(ECONOMY).reset_index()
    whole["change"] = whole["after"] - whole["before"]
    lost = whole[list(PARTS)].isna().any(axis=1)
    whole["note"] = np.where(lost, "not split: a score is missing on the way from one to the other", "")
    whole = whole.sort_values([ECONOMY, "year_before", "year_after"], ignore_index=True)
    whole.attrs["order"] = order
    whole.attrs["unrevised"] = sorted(set(before.facts[INDICATOR]) - set(after.facts[INDICATOR]))
    return whole


def _vintage(own: pd.DataFrame, other: pd.DataFrame, last: int | None) -> pd.DataFrame:
    """Return a release's facts with those of the other for indicators that it has none of.

    With `last`, its last year, also with the other's facts of later years: what a release could not know is no
    revision of what it knew.
    """
    lacking = ~other[INDICATOR].isin(set(own[INDICATOR]))
    if last is not None:
        lacking |= other[YEAR] > last
    return pd.concat([own, other[lacking]], ignore_index=True)


def _in_units_of(facts: Mapping[str, Any], method: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return parameters that read each published number as the release does that the facts are from."""
    own = {one["indicator"]: {key: one[key] for key in _PUBLISHED} for one in facts["inputs"]}
    return {**method, "inputs": [{**one, **own.get(one["indicator"], {})} for one in method["inputs"]]}


def _split(value: Callable[[_Side], pd.Series], order: str) -> dict[str, pd.Series]:
    orders: Iterable[tuple[int, ...]] = [(0, 1, 2)] if order == "sequential" else list(permutations(range(3)))
    found = []
    for one in orders:
        side = [False, False, False]
        parts = {}
        for player in one:
            start = value((side[0], side[1], side[2]))
            side[player] = True
            parts[PARTS[player]] = value((side[0], side[1], side[2])) - start
        found.append(parts)
    return {name: sum(parts[name] for parts in found) / len(found) for name in PARTS}  # type: ignore[misc]


def _same_as_published(release: Release, scores: pd.Series, year: int, economies: list[str]) -> None:
    published = release.scores[release.scores[YEAR] == year].set_index(ECONOMY)[INDEX].reindex(economies)
    gap = (scores - published).abs()
    if (gap > 1e-5).any() or (scores.isna() != published.isna()).any():
        worst = gap.idxmax() if gap.notna().any() else economies[0]
        raise UsageError(
            f"its facts and parameters do not give its published scores (first: {worst} {year})",
            where=str(release.root),
            remedy="the release was changed by hand, or made by another version: build it anew",
        )
