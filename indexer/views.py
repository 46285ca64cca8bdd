"""Views: the indicators grouped otherwise than by sets, to be read beside an index and never to make one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from indexer.catalogue import Indicator
from indexer.columns import ECONOMY, INDICATOR, YEAR
from indexer.errors import FactsError, Fault, UsageError
from indexer.folder import Folder
from indexer.index import Index
from indexer.panel import Status

INDEX = "index.yaml"


@dataclass(frozen=True)
class Member:
    """A group of a view: what it is for, and what a reader should know of it."""

    id: str
    name: str
    definition: str
    note: str = ""


@dataclass(frozen=True)
class View:
    """A way to group the indicators, as `index.yaml` defines it."""

    id: str
    name: str
    definition: str
    members: tuple[Member, ...]


def views(folder: Folder) -> tuple[View, ...]:
    """Return the views that a folder defines; none where its index.yaml has no `views`.

    Raises
    ------
    FactsError
        Naming every indicator that is put in a view or member which index.yaml does not define.
    """
    found = tuple(_view(name, one) for name, one in folder.catalogue.views.items())
    known = {view.id: [member.id for member in view.members] for view in found}
    faults = []
    for meta in _series(folder):
        for name, member in meta.views.items():
            if member not in known.get(name, ()):
                what, choices = ("member", known[name]) if name in known else ("view", list(known))
                remedy = f"one of: {', '.join(choices)}" if choices else "leave it out"
                message = f"{INDEX} defines no such {what}"
                faults.append(Fault(f"{meta.set}/{meta.id}.yaml", None, f"views.{name}", member, message, remedy))
    if faults:
        raise FactsError(faults)
    return found


def view(folder: Folder, name: str) -> pd.DataFrame:
    """Return the indicators of a view, member by member.

    Parameters
    ----------
    folder : Folder
    name : str
        "dimension" or "strand" in the shipped folder.

    Returns
    -------
    DataFrame
        view, member, indicator, name, n_cells (facts of all economies and years). A member that no indicator measures
        has one row with indicator and name missing and no cells.

    Raises
    ------
    UsageError
        If the folder defines no such view.
    """
    counts = folder.facts[INDICATOR].value_counts()
    rows: list[tuple[str, str, str | None, str | None, int]] = []
    for member in named(folder, name).members:
        inside = [meta for meta in _series(folder) if meta.views.get(name) == member.id]
        rows += [(name, member.id, meta.id, meta.name, int(counts.get(meta.id, 0))) for meta in inside]
        if not inside:
            rows.append((name, member.id, None, None, 0))
    return pd.DataFrame(rows, columns=["view", "member", INDICATOR, "name", "n_cells"])


def scores(index: Index, name: str) -> pd.DataFrame:
    """Return a plain mean of the normalised indicators of each member, for every economy and year.

    Every indicator of the edition counts the same and a missing one is left out, so means over different numbers of
    indicators stand side by side: `n_indicators` says over how many. It is a way to look, not an index.

    Parameters
    ----------
    index : Index
    name : str
        A view of the index's folder.

    Returns
    -------
    DataFrame
        economy, year, view, member, score (in the range of the edition), n_indicators (present), n_observed (of these,
        not carried or filled), n_of (in that member of the edition; where it is 0 there is no score).

    Raises
    ------
    UsageError
        If the folder defines no such view.
    """
    found = named(index.folder, name)
    member = {meta.id: meta.views[name] for meta in index.folder.catalogue.indicators if name in meta.views}
    cells = index.cells.assign(member=lambda frame: frame[INDICATOR].map(member))
    cells["observed"] = cells["status"].isin([Status.OBSERVED.label, Status.CORRECTED.label])
    grouped = cells.groupby(["member", ECONOMY, YEAR])
    means = grouped["normalised"].agg(["mean", "count"]).join(grouped["observed"].sum())
    total = cells.groupby("member")[INDICATOR].nunique()
    cases = cells[[ECONOMY, YEAR]].drop_duplicates().sort_values([ECONOMY, YEAR])
    parts = []
    for one in found.members:
        keys = pd.MultiIndex.from_frame(cases.assign(member=one.id)[["member", ECONOMY, YEAR]])
        values = means.reindex(keys)
        parts.append(cases.assign(
            view=name, member=one.id, score=values["mean"].to_numpy(dtype=float),
            n_indicators=values["count"].fillna(0).to_numpy(dtype=int),
            n_observed=values["observed"].fillna(0).to_numpy(dtype=int), n_of=int(total.get(one.id, 0)),
        ))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def named(folder: Folder, name: str) -> View:
    """Return the view of that name.

    Raises
    ------
    UsageError
        If there is none.
    """
    known = {one.id: one for one in views(folder)}
    if name not in known:
        remedy = f"one of: {', '.join(known)}" if known else f"define `views` in {INDEX}"
        raise UsageError(f"no view {name!r}", where="view", remedy=remedy)
    return known[name]


def _series(folder: Folder) -> tuple[Indicator, ...]:
    return (*folder.catalogue.indicators, *folder.catalogue.context)


def _view(name: str, document: Mapping[str, Any]) -> View:
    members = tuple(Member(one, **about) for one, about in document["members"].items())
    return View(name, document["name"], document["definition"], members)
