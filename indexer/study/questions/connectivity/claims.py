"""Reported totals of China's trade with ASEAN partners, held against the flows and the basis of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import EXPORTER, YEAR
from indexer.connect.china_partners import CHINA
from indexer.study.report import Table

BILLION = 1e9
YEARS = (2022, 2023, 2024, 2025)
OWN = "china_imports_cif"
"""The basis on which China's imports are China's own reports."""
HOLDS, FAILS, OPEN = "holds", "does not hold", "cannot be decided on this basis"


@dataclass(frozen=True)
class Claim:
    """A reported figure: exactly `count` partners, or (count None) their total, above an amount in billion US$."""

    words: str
    count: int | None
    above: float


CLAIMS = (
    Claim("five partners above US$100 bn", 5, 100.0),
    Claim("two partners above US$200 bn", 2, 200.0),
    Claim("total above US$1 tn", None, 1000.0),
)
CLAIM_YEARS = (2024, 2025)


def totals(flows: pd.DataFrame) -> pd.DataFrame:
    """Return exports, imports and total of China by partner and year, in billion US$, with the basis of each.

    Parameters
    ----------
    flows : DataFrame
        exporter, importer, year, trade_usd, basis.

    Returns
    -------
    DataFrame
        partner, year, exports, imports, total, basis (of the imports), imports_before (China's own report of the year
        before; NaN where the year is itself one of its own reports).
    """
    away, home = flows[flows[EXPORTER] == CHINA], flows[flows["importer"] == CHINA]
    sides = [
        one.set_index([one[side].rename("partner"), YEAR])[["trade_usd", "basis"]]
        for one, side in ((away, "importer"), (home, EXPORTER))
    ]
    exports = sides[0][["trade_usd"]].rename(columns={"trade_usd": "exports"})
    both = exports.join(sides[1].rename(columns={"trade_usd": "imports"}), how="inner").reset_index()
    both[["exports", "imports"]] /= BILLION
    both["total"] = both["exports"] + both["imports"]
    own = both[both["basis"] == OWN].set_index(["partner", YEAR])["imports"]
    before = own.reindex(pd.MultiIndex.from_arrays([both["partner"], both[YEAR] - 1])).to_numpy()
    both["imports_before"] = np.where(both["basis"] == OWN, np.nan, before)
    return both.sort_values(["partner", YEAR], ignore_index=True)


def verdicts(table: pd.DataFrame, claims: tuple[Claim, ...] = CLAIMS) -> pd.DataFrame:
    """Say of each claim and year whether it holds, does not, or cannot be decided, and what deciding would take.

    A year in which both directions are China's own reports decides. In another one, a claim holds or fails where it
    does so with the partners' reports as China's imports and with China's own imports of the year before in their
    place; else it is open.

    Parameters
    ----------
    table : DataFrame
        What `totals` returned.

    Returns
    -------
    DataFrame
        claim, year, china (figure on China's reports), mixed (partners' reports as imports), repeated (China's imports
        of the year before), floor (no imports at all): number of partners, or billion US$; verdict, takes.
    """
    rows = []
    for claim in claims:
        for year in CLAIM_YEARS:
            one = table[table[YEAR] == year]
            if one.empty:
                continue
            decided = bool((one["basis"] == OWN).all())
            rest = {
                "mixed": one["total"],
                "repeated": one["exports"] + one["imports_before"].where(one["basis"] != OWN, one["imports"]),
                "floor": one["exports"],
            }
            made = {"china": one["total"]} if decided else rest
            figures = {name: _figure(claim, values) for name, values in made.items()}
            held = [_held(claim, value) for name, value in figures.items() if name != "floor"]
            verdict = HOLDS if all(held) else OPEN if any(held) else FAILS
            if any(np.isnan(value) for value in figures.values()):
                verdict = OPEN
            takes = "" if decided else _takes(claim, one)
            rows.append({"claim": claim.words, "year": year, **figures, "verdict": verdict, "takes": takes})
    columns = ["claim", "year", "china", "mixed", "repeated", "floor", "verdict", "takes"]
    return pd.DataFrame(rows).reindex(columns=columns)


def _figure(claim: Claim, values: pd.Series) -> float:
    if values.isna().any():
        return np.nan
    return float(values.sum()) if claim.count is None else float((values > claim.above).sum())


def _held(claim: Claim, figure: float) -> bool:
    return figure > claim.above if claim.count is None else figure == claim.count


def _takes(claim: Claim, one: pd.DataFrame) -> str:
    """Name the imports that the claim needs, beside what is known of them."""
    if claim.count is None:
        need = claim.above - one["exports"].sum()
        known = f"{one['imports_before'].sum():.1f} the year before; partners report {one['imports'].sum():.1f}"
        return f"China's own imports of the year above {need:.1f} ({known})"
    near = one[(one["total"] > claim.above) | (one["exports"] + one["imports_before"] > claim.above)]
    near = near[near["exports"] <= claim.above].sort_values("exports", ascending=False)
    said = [
        f"{row['partner']} above {claim.above - row['exports']:.1f} ({row['imports_before']:.1f}; {row['imports']:.1f})"
        for row in near.to_dict("records")
    ]
    return f"China's own imports from {', '.join(said)}" if said else ""


def tables(flows: pd.DataFrame) -> tuple[Table, Table]:
    """Return the tables of verdicts and of totals by partner, year and basis."""
    found = totals(flows)
    judged = verdicts(found)
    figures = ["china", "mixed", "repeated", "floor"]
    shown = judged.drop(columns="takes").assign(**{name: [_short(v) for v in judged[name]] for name in figures})
    said = zip(judged["claim"], judged["year"], judged["takes"], strict=True)
    takes = [f"{claim}, {year}, would take {what}." for claim, year, what in said if what]
    claims = Table(
        "claims", "Reported totals of China's trade with the ten, held against the shipped flows", judged, {},
        (
            "Number of partners, or billion US$. China: its exports (fob) and imports (cif) as it reports them. In "
            "2025 only exporters' reports are shipped: mixed: China's exports and the partners' exports; repeated: "
            "China's exports and its imports of 2024; floor: China's exports alone. Holds: on mixed and repeated; does "
            "not: on neither.",
            *takes,
            "In brackets: China's own imports of the year before; what the partner reports of 2025.",
        ),
        shown,
    )  # fmt: skip
    return claims, _totals(found)


def _short(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.0f}" if value < 100 else f"{value:,.1f}"


def _totals(found: pd.DataFrame) -> Table:
    recent = found[found[YEAR].isin(YEARS)].copy()
    wide = recent.pivot(index="partner", columns=YEAR, values="total")
    last = recent[recent["imports_before"].notna()].set_index("partner")
    names: dict[Any, str] = {
        year: f"{year}" + ("" if (recent.loc[recent[YEAR] == year, "basis"] == OWN).all() else " mixed")
        for year in wide.columns
    }
    wide = wide.rename(columns=names)
    if not last.empty:
        year = int(last[YEAR].max())
        wide[f"{year} repeated"] = last["exports"] + last["imports_before"]
        wide[f"{year} exports"] = last["exports"]
    wide = wide.sort_values(str(wide.columns[0]), ascending=False)
    wide.loc["sum"] = wide.sum()
    shown = wide.reset_index()
    formats: Mapping[str, str] = {str(name): ",.1f" for name in shown.columns[1:]}
    shown.columns.name = None
    return Table(
        "totals", "China's trade with each partner, billion US$, by basis", recent, formats,
        ("Columns as under the claims. The step from 2024 to 2025 mixed is a break and no change.",), shown,
    )  # fmt: skip
