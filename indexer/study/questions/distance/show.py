"""The tables, pictures and words of the distance study."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import YEAR
from indexer.study.beyond import NUMBERS
from indexer.study.estimate import interval
from indexer.study.questions.distance.path import Path
from indexer.study.report import Figure, Table


def ai_table(frame: pd.DataFrame) -> Table:
    """Return the table of AI × ln distance, the flows side by side."""
    shown = []
    for (years, design, ai), group in frame.groupby(["years", "design", "ai"], sort=False):
        row: dict[str, Any] = {"years": years, "design": design, "ai": ai}
        row |= {line["flows"]: _short(line) for line in group.to_dict("records")}
        row["n"] = next((f"{n:,.0f}" for n in group["n"] if n > 0), "")
        shown.append(row)
    wide = pd.DataFrame(shown)
    order = [*(name for name in wide if name != "n"), "n"]
    countries = "p_countries" in frame
    beside = (
        "p clustered by pair | p clustered by exporter and importer" if countries else "p of t | p of the bootstrap"
    )
    reasons = [f"{r['design']}, {r['ai']}: {r['note']}." for r in frame.to_dict("records") if r["note"]]
    return Table(
        "ai_distance",
        "AI × ln distance: change of the distance elasticity with ten more points of the index (standard error), "
        f"{beside}",
        frame, NUMBERS | dict.fromkeys(("se_countries", "p_countries"), ".3f"),
        ("Positive: distance weighs less where AI is more developed. Errors of China's flows by partner, of all pairs "
         "by undirected pair.", *dict.fromkeys(reasons)),
        wide[order].fillna(""),
    )  # fmt: skip


def _short(line: Mapping[Any, Any]) -> str:
    if not np.isfinite(line["estimate"]):
        return "not identified"
    other = line.get("p_countries", line["p_bootstrap"])
    beside = f"|{other:.2f}" if np.isfinite(other) else ""
    return f"{line['estimate']:.2f} ({line['se']:.2f}) {line['p']:.2f}{beside}"


def path_tables(paths: list[Path]) -> tuple[Table, Table]:
    """Return the path by year, designs side by side, and the tests."""
    rows = _rows(paths)
    tests = pd.DataFrame([one.tests for one in paths])
    wide = pd.DataFrame({"year": sorted(rows[YEAR].unique())})
    for label, group in rows.groupby("design", sort=False):
        lines = group.set_index("year").to_dict("index")
        wide[str(label)] = [_cell(lines.get(year)) for year in wide["year"]]
    numbers = {"estimate": ".3f", "se": ".3f", "low": ".3f", "high": ".3f", "year": ".0f"}
    three = ("f_constant", "p_constant", "p_constant_bootstrap", "trend", "trend_se", "p_trend")
    formats = dict.fromkeys((*three, "p boot"), ".3f") | {
        "f_constant": ".1f", "change_pct": ".1f", "change_se": ".1f", "n": ",.0f", "clusters": ",.0f",
    }  # fmt: skip
    return (
        Table(
            "path", "The elasticity of trade to distance by year (standard error)", rows, numbers,
            ("Without pair effects distance varies within exporter and year: every year has its elasticity, and none "
             "is a reference. Pair effects absorb distance: only changes against the base year are identified.",),
            wide.assign(year=wide["year"].map(lambda year: f"{year:.0f}")),
        ),
        Table(
            "path_tests", "Is the path constant, and does it have a trend?", tests, formats,
            ("Constant: Wald F that all years are equal. Trend: change of the elasticity a year, positive where "
             "distance loses weight. Change: first to last year in per cent of the first, error by the delta method.",
             "Boot: score bootstrap with the constant path imposed, below a hundred clusters; with few clusters a "
             "joint F of many years can reject far too often.",
             *dict.fromkeys(f"{one.design.label}: {one.tests['note']}." for one in paths if one.tests["note"])),
            tests.drop(columns=["years", "note"]).rename(columns={"p_constant_bootstrap": "p boot"})
            .dropna(axis=1, how="all"),
        ),
    )  # fmt: skip


def _cell(line: Mapping[Any, Any] | None) -> str:
    if line is None or not np.isfinite(line["estimate"]):
        return ""
    return f"{line['estimate']:.3f} ({line['se']:.3f})" if np.isfinite(line["se"]) else "0 (base)"


def _rows(paths: list[Path]) -> pd.DataFrame:
    known = [one.rows for one in paths if len(one.rows)]
    return pd.concat(known, ignore_index=True) if known else paths[0].rows


def figures(paths: list[Path], source: str) -> tuple[Figure, ...]:
    """Return the pictures of the paths: elasticities, and changes since the base year."""

    def draw(chosen: list[Path], title: str, zero: float | None) -> Any:
        from indexer.figures import path as chart

        frame = _rows(chosen).rename(columns={"low": "conf_low", "high": "conf_high"})
        group = "design" if len(chosen) > 1 else None
        return chart(frame, title, unit="elasticity of trade to distance", source=source, group=group, zero=zero)

    known = [one for one in paths if one.fit is not None]
    levels = [one for one in known if one.design.base is None]
    changes = [one for one in known if one.design.base is not None]
    made = []
    if levels:
        made.append(Figure("study-distance-path", "The elasticity of trade to distance by year",
                           partial(draw, levels, "The elasticity of trade to distance by year", None)))  # fmt: skip
    if changes:
        title = f"Change of the distance elasticity since {changes[0].design.base}, pair effects"
        made.append(Figure("study-distance-change", title, partial(draw, changes, title, 0.0)))
    return tuple(made)


def _p(value: float) -> str:
    return "p < 0.01" if value < 0.01 else f"p {value:.2f}"


def said_of_path(one: Path) -> str:
    """Say whether a path is constant and where it goes."""
    if one.fit is None:
        return f"cannot be estimated ({one.tests['note']})"
    tests, first, last = one.tests, one.rows.iloc[0], one.rows.iloc[-1]
    level = f"goes from {first['estimate']:.2f} in {first['year']:.0f} to {last['estimate']:.2f} in {last['year']:.0f}"
    if one.design.base is not None:
        moved = interval(last["estimate"], last["low"], last["high"])
        level = f"changes by {moved} from {first['year']:.0f} to {last['year']:.0f}"
    boot = tests["p_constant_bootstrap"]
    how = (
        f"{_p(boot)} by the bootstrap (F alone: {_p(tests['p_constant'])})"
        if np.isfinite(boot)
        else _p(tests["p_constant"])
    )
    return f"{level}; a constant path has {how}, no trend {_p(tests['p_trend'])}"
