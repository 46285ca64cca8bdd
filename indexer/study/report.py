"""A study as it is printed: table, checks, notes, and the sentence that says what it shows and does not."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indexer.study.estimate import FLOWS

WIDTH = 98


@dataclass(frozen=True)
class Study:
    """The result of a study.

    Attributes
    ----------
    title : str
    table : DataFrame
        One row a window, flow and estimator: estimate, standard error, p-value, 95 % interval of both designs.
    checks : DataFrame
        Lowest and highest coefficient under each check.
    notes : tuple of str
    sentence : str
        What the table shows and what it does not.
    """

    title: str
    table: pd.DataFrame
    checks: pd.DataFrame
    notes: tuple[str, ...]
    sentence: str

    def text(self) -> str:
        """Return the study as plain text, table first."""
        notes = (textwrap.fill(note, WIDTH, initial_indent="- ", subsequent_indent="  ") for note in self.notes)
        title, sentence = textwrap.fill(self.title, WIDTH), textwrap.fill(self.sentence, WIDTH)
        heading = "What the PPML coefficients of the first window rest on:"
        parts = [title, "", _main(self.table), "", heading, "", _checks(self.checks), "", *notes, "", sentence]
        return "\n".join(parts)

    def as_dict(self) -> dict[str, object]:
        """Return the study as plain values, for JSON."""
        table, checks = (
            json.loads(frame.to_json(orient="records", double_precision=15)) for frame in (self.table, self.checks)
        )
        return {
            "title": self.title,
            "table": table,
            "checks": checks,
            "notes": list(self.notes),
            "sentence": self.sentence,
        }


def _main(table: pd.DataFrame) -> str:
    names = ("window", "flow", "estimator", "year effects", "p", "partner + year effects", "p", "N", "clusters")
    rows = [
        (
            r["window"], r["flow"], r["estimator"],
            f"{r['between_estimate']:.3f} ({r['between_se']:.3f})", f"{r['between_p']:.3f}",
            f"{r['within_estimate']:.3f} ({r['within_se']:.3f})", f"{r['within_p']:.3f}",
            str(r["n"]), str(r["clusters"]),
        )
        for r in table.to_dict("records")
    ]  # fmt: skip
    return _grid(names, rows, (9, 7, 9, 14, 6, 22, 6, 3, 8), left=3)


def _checks(checks: pd.DataFrame) -> str:
    blocks = []
    for design, title in (("between", "year effects"), ("within", "partner and year effects")):
        rows = []
        for check, group in checks[checks["design"] == design].groupby("check", sort=False):
            spans = {r["flow"]: _span(r["low"], r["high"]) for r in group.to_dict("records")}
            rows.append((str(check), *(spans[flow] for flow in FLOWS)))
        blocks.append(_grid((title, *FLOWS), rows, (48, 12, 12, 12), left=1))
    return "\n\n".join(blocks)


def _span(low: float, high: float) -> str:
    return f"{low:.2f}" if low == high else f"{low:.2f}…{high:.2f}"


def _grid(names: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], left: int) -> str:
    lines = []
    for row in (names, *rows):
        cells = [cell.ljust(w) for cell, w in zip(row[:left], widths[:left], strict=True)]
        cells += [cell.rjust(w) for cell, w in zip(row[left:], widths[left:], strict=True)]
        lines.append(" ".join(cells).rstrip())
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def sentence(table: pd.DataFrame, checks: pd.DataFrame) -> str:
    """Say what the first window's PPML coefficients show, with the checks that take it back."""
    main = table[(table["window"] == table["window"].iloc[0]) & (table["estimator"] == "PPML")].set_index("flow")
    found = {(r["check"].split(":")[0], r["design"], r["flow"]): r["low"] for r in checks.to_dict("records")}
    total, exports, imports = (main.loc[flow] for flow in FLOWS)
    before = [found["placebo", "between", flow] for flow in FLOWS]
    as_large = all(abs(b) >= 0.5 * abs(main.loc[f, "between_estimate"]) for b, f in zip(before, FLOWS, strict=True))
    compute = checks[checks["check"].str.contains("AI supercomputers") & (checks["design"] == "within")]
    without = compute.set_index("flow")["low"]
    turned = [flow for flow in FLOWS if without[flow] * main.loc[flow, "within_estimate"] < 0]
    return (
        f"What it shows: in a cross-section of ten partners ({total['window']}, PPML), 10 more index points go with "
        f"{_percent(total, 'between')} total trade with China at the same GDP and distance; exports "
        f"{_percent(exports, 'between')}, imports {_percent(imports, 'between')}. In trade six years earlier the "
        f"coefficients are {', '.join(f'{value:.2f}' for value in before)}"
        + (": they tell partners apart, not what AI did in these years. " if as_large else ". ")
        + f"Within partners over time it is {_percent(total, 'within')} for total trade, "
        f"{_percent(exports, 'within')} for exports and {_percent(imports, 'within')} for imports; without known AI "
        f"compute in the index the coefficients are {', '.join(f'{without[flow]:+.2f}' for flow in FLOWS)}"
        + (f", so the sign for {' and '.join(turned)} rests on one indicator. " if turned else ". ")
        + "What it does not show: that AI raises trade, or that it does not. Ten partners over five years identify "
        "little; a difference between exports and imports is not tested here."
    )


def _percent(row: pd.Series, design: str) -> str:
    ends = ("low", "estimate", "high")
    low, mid, high = (round(100 * float(np.expm1(row[f"{design}_{end}"]))) for end in ends)
    return f"{mid:+d} % (95 % interval {low:+d} to {high:+d})"
