"""Digital trade rules between two economies: how deep their agreements go, and how restrictive the two are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from indexer.columns import ECONOMY, INDICATOR, VALUE, YEAR
from indexer.connect.obligations import Law
from indexer.errors import UsageError
from indexer.folder import Folder, read_table
from indexer.resources import folder as shipped_folder

PROVISIONS = "_reference/agreements/digital_provisions.csv"
EVENTS = "_reference/rules_events.csv"
DSTRI = "dstri"


def read_provisions(root: str | Path | None = None) -> pd.DataFrame:
    """Read the coded provisions of a folder, the shipped one by default; columns as in schemas/tables."""
    return read_table(Path(root or shipped_folder("indicators")) / PROVISIONS, "digital_provisions")


def read_events(root: str | Path | None = None) -> pd.DataFrame:
    """Read the dated events of laws and agreements of a folder, the shipped one by default."""
    return read_table(Path(root or shipped_folder("indicators")) / EVENTS, "rules_events")


def assume(agreement: str, economies: Iterable[str], date: str) -> pd.DataFrame:
    """Return entries into force to assume, as `depth` takes them for a scenario."""
    return pd.DataFrame(
        [(agreement, one, "in_force", date, "assumed", "low") for one in economies],
        columns=["agreement_or_law", ECONOMY, "event", "date", "legal_reference", "confidence"],
    )


def depth(
    provisions: pd.DataFrame,
    events: pd.DataFrame,
    pairs: Iterable[tuple[str, str]],
    years: Iterable[int],
    *,
    scenario: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return how deep the digital trade rules between two economies go, as a mean over the days of the year.

    On each day it is Σ_q max_a s_qa / Σ_q 3: for each provision q the strongest obligation s among the agreements a in
    force for both, over the strongest there could be. An agreement is in force between two from the later of their two
    days; a party that is obliged less until some day lowers the obligation of the pair till then.

    Parameters
    ----------
    provisions : DataFrame
        agreement, provision, economy, until, obligation, scenario, confidence: `read_provisions()`.
    events : DataFrame
        agreement_or_law, economy, event, date, confidence: `read_events()`; entries into force are used.
    pairs : iterable of (exporter, importer)
    years : iterable of int
    scenario : DataFrame, optional
        Further entries into force to assume, made with `assume`. Agreements that are marked as a scenario count only
        here.

    Returns
    -------
    DataFrame
        exporter, importer, year, rules_depth (0 to 1), agreements (names of those in force on some day of the year,
        joined by "; ") and confidence (the lowest of their dates; "high" where there is none). Sorted by exporter,
        importer and year. It is the same in both directions.

    Raises
    ------
    UsageError
        For an agreement without dates or provisions, and for an economy that no coded agreement concerns: its depth
        is not known to be zero.

    Notes
    -----
    The scale of 0 to 3 is ordinal; adding it up is a convention, as in Hofmann, Osnago & Ruta (2017).
    """
    law = Law.of(provisions, events, scenario)
    wanted, span = _wanted(pairs, law.economies), _years(years)
    rows = []
    known: dict[tuple[str, str, int], tuple[float, str, str]] = {}
    for i, j in wanted:
        for year in span:
            key = (min(i, j), max(i, j), year)
            if key not in known:
                known[key] = law.of_year(*key)
            rows.append((i, j, year, *known[key]))
    return pd.DataFrame(rows, columns=["exporter", "importer", YEAR, "rules_depth", "agreements", "confidence"])


def depth_gap(depths: pd.DataFrame) -> pd.DataFrame:
    """Add how far the two economies' own depths lie apart.

    An economy's own depth of a year is its mean depth over all partners in the table, so the gap depends on which
    economies the table has. It tells a well connected economy from a badly connected one, not how deep the rules are
    between the two.

    Parameters
    ----------
    depths : DataFrame
        What `depth` returned, with every economy paired with every other one, in one or both directions.

    Returns
    -------
    DataFrame
        With depth_exporter, depth_importer and depth_gap, their absolute difference.

    Raises
    ------
    UsageError
        If some pair is missing: means over different partners cannot be compared.
    """
    both = pd.concat([depths, depths.rename(columns={"exporter": "importer", "importer": "exporter"})])
    both = both.drop_duplicates(["exporter", "importer", YEAR])
    n = both["exporter"].nunique()
    counts = both.groupby(["exporter", YEAR]).size()
    if n * both[YEAR].nunique() != len(counts) or (counts != n - 1).any():
        raise UsageError(
            "some pairs of these economies are missing", where="depths", remedy="give all pairs of them to `depth`"
        )
    own = both.groupby(["exporter", YEAR])["rules_depth"].mean()
    out = depths.copy()
    for side in ("exporter", "importer"):
        out[f"depth_{side}"] = own.reindex(pd.MultiIndex.from_frame(out[[side, YEAR]])).to_numpy()
    return out.assign(depth_gap=(out["depth_exporter"] - out["depth_importer"]).abs())


def restrictiveness(folder: Folder, pairs: Iterable[tuple[str, str]], years: Iterable[int]) -> pd.DataFrame:
    """Return the restrictiveness of digital services of two economies: the higher of their two DSTRIs (OECD).

    Returns
    -------
    DataFrame
        exporter, importer, year, dstri_exporter, dstri_importer, restrictiveness (0 open to 1 closed); missing where
        either has no fact of the year. Nothing is carried from another year.

    Raises
    ------
    UsageError
        For an unknown economy, or a folder without the index.
    """
    wanted, span = _wanted(pairs, folder.names), _years(years)
    facts = folder.facts[folder.facts[INDICATOR] == DSTRI]
    if facts.empty:
        raise UsageError(f"the folder has no indicator {DSTRI}", where=str(folder.root), remedy="use the shipped one")
    value = facts.set_index([ECONOMY, YEAR])[VALUE]
    rows = [(i, j, year) for i, j in wanted for year in span]
    out = pd.DataFrame(rows, columns=["exporter", "importer", YEAR])
    for side in ("exporter", "importer"):
        out[f"dstri_{side}"] = value.reindex(pd.MultiIndex.from_frame(out[[side, YEAR]])).to_numpy()
    return out.assign(restrictiveness=out[["dstri_exporter", "dstri_importer"]].max(axis=1, skipna=False))


def _wanted(pairs: Iterable[tuple[str, str]], known: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs once each, in order; refuse an unknown economy and one paired with itself."""
    wanted, economies = sorted({(str(i), str(j)) for i, j in pairs}), set(known)
    for i, j in wanted:
        if lost := [one for one in (i, j) if one not in economies]:
            raise UsageError(
                f"nothing is known of {lost[0]!r}", where="pairs", remedy=f"use {', '.join(sorted(economies)[:20])}"
            )
        if i == j:
            raise UsageError(f"{i} is paired with itself", where="pairs", remedy="give two economies")
    return wanted


def _years(years: Iterable[int]) -> list[int]:
    out = sorted(set(years))
    for year in out:
        if not isinstance(year, int | np.integer) or isinstance(year, bool) or not 1900 <= year <= 2100:
            raise UsageError(f"{year!r} is not a year", where="years", remedy="give whole numbers such as 2024")
    return [int(year) for year in out]
