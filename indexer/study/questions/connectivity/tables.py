"""Tables of hard against soft connectivity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from indexer.study.questions.connectivity.effects import HARD, LEAD, Side, always, left, tests
from indexer.study.report import Table

NEARLY, THIN, ONE = 0.01, 0.1, 0.5
"""Less than this left of a variable is not shown; less than this is marked; so is more than this from one cluster."""
NUMBERS = {
    **{
        f"{name}{side}": ".3f"
        for name in ("estimate", "se", "p", "low", "high", "p_bootstrap")
        for side in ("", "_alone")
    },
    "n": ".0f", "clusters": ".0f", "left": ".0%", "top_share": ".0%",
}  # fmt: skip


def rows_of(side: Side) -> Iterator[dict[str, Any]]:
    """Return a row a variable: together, alone, what is left of it, and the reason where there is no number."""
    for name in side.spec.variables:
        joint, alone = side.together[name], side.alone[name]
        share, top, top_share = left(side, name)
        nearly = f"{share:.1%} of the standard deviation of {name} is left: nearly absorbed" if share < NEARLY else ""
        yield {
            "flows": side.spec.sample, "window": side.spec.label, "design": side.design,
            "kind": "hard" if name in HARD else "soft", "variable": name,
            **joint.numbers, "p_bootstrap": always(joint, f"{name} = 0"),
            **{f"{key}_alone": value for key, value in alone.numbers.items() if key not in ("n", "clusters")},
            "p_bootstrap_alone": always(alone, f"{name} = 0"),
            "left": share, "top": top, "top_share": top_share, "note": joint.reason or nearly,
        }  # fmt: skip


def effects_table(sides: list[Side], more: list[dict[str, Any]]) -> Table:
    """Return the table of coefficients, alone and together, and rows that cannot be carried."""
    frame = pd.DataFrame([row for side in sides for row in rows_of(side)] + more)
    heads = ["flows", "window", "kind", "variable"]
    heads += [f"{design}: {how}" for design in ("between", "within") for how in ("alone", "together")]
    shown = []
    for (flows, window, variable), group in frame.groupby(["flows", "window", "variable"], sort=False):
        line: dict[str, Any] = {"flows": flows, "window": window, "kind": group["kind"].iloc[0], "variable": variable}
        for row in group.to_dict("records"):
            line[f"{row['design']}: alone"] = _short(row, "_alone")
            line[f"{row['design']}: together"] = _short(row, "")
        shown.append({name: line.get(name, "") for name in heads})
    reasons = dict.fromkeys(
        f"{row['flows']}, {row['window']}, {row['design']}, {row['variable']}: {row['note']}."
        for row in frame[frame["note"] != ""].to_dict("records")
    )
    return Table(
        "effects",
        "Hard and soft connectivity: coefficient on one standard deviation (standard error), p of the bootstrap",
        frame, NUMBERS,
        (
            "PPML, variables standardised on the rows of the equation, so that coefficients compare; all grow with "
            "connectivity. China: trade with each partner and its GDP; between: distance and year effects; within: "
            "partner and year effects; by partner. All pairs: directed flows of the eleven with exporter-year and "
            "importer-year effects; between: distance; within: pair effects; by undirected pair.",
            f"* less than {THIN:.0%} of the variable's standard deviation is left beside effects and other variables, "
            f"or one partner or pair carries more than {ONE:.0%} of what is left (effects.csv: left, top, top_share). "
            "— cannot be carried.",
            f"Ships {LEAD} years later stand beside the ships of the year: what is still to come should move nothing.",
            "Broadband, electricity, customs and ease are the weaker side's. Beside exporter-year and importer-year "
            "effects such a minimum is minus half the gap of the two: likeness, not level.",
            *reasons,
        ),
        pd.DataFrame(shown),
    )  # fmt: skip


def tests_table(sides: list[Side]) -> Table:
    """Return the table of tests of hard against soft."""
    frame = pd.DataFrame([tests(side) for side in sides])
    p = dict.fromkeys(["p_equal", "p_bootstrap", "p_all_equal", "p_hard", "p_soft"], ".3f")
    shown = frame[frame["note"] == ""].drop(columns="note")
    notes = [f"{r['flows']}, {r['window']}, {r['design']}: {r['note']}." for r in frame.to_dict("records") if r["note"]]
    return Table(
        "tests", "Hard = soft? Sums of standardised coefficients in one equation, and joint Wald tests", frame,
        {"hard": ".3f", "soft": ".3f", "gap": ".3f", "gap_se": ".3f", **p, "clusters": ".0f"},
        (
            "p equal: sum of hard = sum of soft, p bootstrap its score bootstrap; p all equal: every "
            "coefficient the same; p hard, p soft: all of them zero. F with clusters - 1 degrees of freedom.",
            *notes,
        ),
        shown,
    )  # fmt: skip


def _short(row: Mapping[Any, Any], side: str) -> str:
    if row["note"] or not np.isfinite(row.get(f"estimate{side}", np.nan)):
        return "—"
    thin = side == "" and (row.get("left", 1) < THIN or row.get("top_share", 0) > ONE)
    number = f"{row[f'estimate{side}']:+.2f} ({row[f'se{side}']:.2f}) {row[f'p_bootstrap{side}']:.2f}"
    return number + ("*" if thin else "")
