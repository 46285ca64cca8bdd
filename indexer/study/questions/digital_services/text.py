"""What the study of digital services says: notes, sentence and caveats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from indexer.study.estimate import interval
from indexer.study.questions.digital_services.effects import REGRESSORS
from indexer.study.questions.digital_services.panel import RCEP, WORLD

KEYS = ["sample", "effects", "estimator"]
NAMES = {"ict": "ICT"}
NOTES: dict[str, tuple[str, ...]] = {
    "coefficients": (
        "Size: ln GDP (US$). Institutions: mean of regulatory quality, government effectiveness and rule of law. "
        "Infrastructure: broadband and ln secure servers, both per head. ICT: internet users and mobile subscriptions. "
        "The last three have standard deviation 1 over the world and all years. Between: year effects; within: economy "
        "and year effects. Errors by economy, p of t, and of the "
        "restricted bootstrap behind the bar where clusters are fewer than 30.",
        "left_over in coefficients.csv: what a regressor explains of the variance that the others leave (log-OLS).",
        "Exports of ICT services are a part of what is explained, so they are not among the regressors.",
    ),
    "claim": (
        "By bootstrap: the third one. F with clusters - 1 degrees of freedom.",
    ),
    "falling": ("p_joint: neither coefficient changes. Minus: it falls.",),
    "rolling": ("Every third window; all of them, with size and intervals, in rolling.csv. * p < .05 by t.",),
    "parts": ("Per step; the other three blocks stand beside it. DSTRI begins in 2020, 4G in 2013. p as above.",),
    "left_out": ("without_low, without_high: without whom the coefficient is lowest and highest.",),
    "ai": (
        "rebuilt without trade outcomes, broadband, servers, 4G, internet and mobile, which stand beside it.",
    ),
    "cells": ("used: economy-years of the equations with all four blocks.",),
}  # fmt: skip


def short(row: Mapping[Any, Any]) -> str:
    """Write an estimate with its error and p-values."""
    if not np.isfinite(row["estimate"]):
        return "—"
    boot = row.get("p_bootstrap", np.nan)
    p = f"{row['p']:.2f}" + (f"|{boot:.2f}" if np.isfinite(boot) else "")
    return f"{row['estimate']:+.2f} ({row['se']:.2f}) {p}"


def wide(frame: pd.DataFrame, more: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return one row an equation and one column a regressor."""
    rows = []
    for key, group in frame.groupby(KEYS, sort=False):
        cells = {NAMES.get(row["regressor"], row["regressor"]): short(row) for row in group.to_dict("records")}
        rest = {name: group[name].iloc[0] for name in more}
        rows.append(dict(zip(KEYS, key, strict=True)) | cells | rest | {"n": f"{group['n'].iloc[0]:.0f}"})
    return pd.DataFrame(rows)


def wide_tests(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the tests under readable headings."""
    names = {
        "p_size_institutions": "size = institutions = 0", "p_infrastructure_ict": "infrastructure = ICT = 0",
        "p_equal": "institutions = infrastructure", "p_equal_bootstrap": "by bootstrap",
    }  # fmt: skip
    shown = frame[[*KEYS, *names]].rename(columns=names)
    for name in names.values():
        shown[name] = ["—" if np.isnan(p) else f"{p:.3f}" for p in shown[name]]
    return shown


def windows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return every third window, one column each; starred where the interval leaves zero out."""
    last = sorted(frame["last"].unique())[::-3][::-1]
    some = frame[frame["last"].isin(last) & (frame["regressor"] != "size")]
    rows = []
    for (sample, design, regressor), group in some.groupby(["sample", "effects", "regressor"], sort=False):
        cells = {
            str(row["last"]): f"{row['estimate']:+.2f} ({row['se']:.2f})" + "*" * bool(row["low"] * row["high"] > 0)
            if np.isfinite(row["estimate"]) else "—"
            for row in group.to_dict("records")
        }  # fmt: skip
        rows.append(
            {"sample": sample, "effects": design, "regressor": NAMES.get(str(regressor), str(regressor))} | cells
        )
    return pd.DataFrame(rows)


def wide_parts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a part, one column a design and estimator."""
    rows = []
    for (part, step), group in frame.groupby(["part", "step"], sort=False):
        cells = {f"{row['effects']}: {row['estimator']}": short(row) for row in group.to_dict("records")}
        rows.append({"part": part, "step": f"{step:g}", "window": group["window"].iloc[0]} | cells)
    return pd.DataFrame(rows)


def sentence(found: dict[str, pd.DataFrame]) -> str:
    """Say whether the claim holds in RCEP's members, in the world, and over time."""
    table = found["coefficients"]
    falling, ai = found["falling"], found["ai"]

    def told(sample: str, design: str, estimator: str) -> str:
        one = _of(table, sample, design, estimator).set_index("regressor")
        return "; ".join(f"{NAMES.get(name, name)} {_told(one, name)}" for name in REGRESSORS)

    rcep = falling[falling["sample"] == RCEP]
    down = int(((rcep["estimate"] < 0) & (rcep["p_bootstrap"] < 0.05)).sum())
    up = int(((rcep["estimate"] > 0) & (rcep["p_bootstrap"] < 0.05)).sum())
    said = rcep.groupby(KEYS[1:])
    moved = [group for _, group in said if group["p_joint"].iloc[0] < 0.05]
    rising = sum(bool((group["estimate"] > 0).all()) for group in moved)
    joint = f"the joint test finds a change in {len(moved)} of {said.ngroups} equations, upwards in {rising}"
    world = _of(table, WORLD, "between", "ols").set_index("regressor")["estimate"].to_dict()
    mine = table[table["sample"] == RCEP]
    firm = mine[(mine["estimate"] > 0) & (mine["p_bootstrap"] < 0.05)]["regressor"].value_counts().to_dict()
    n = int((mine["regressor"] == "size").sum())
    added = "; ".join(
        f"{row['equation']} {interval(row['estimate'], row['low'], row['high'])}" for row in ai.to_dict("records")
    )
    large = _of(table, WORLD, "between", "ppml").set_index("regressor")["estimate"].to_dict()
    counts = ", ".join(f"{NAMES.get(name, name)} {firm.get(name, 0)}" for name in REGRESSORS)
    size, institutions = ("seen" if 2 * firm.get(name, 0) > n else "not firm" for name in ("size", "institutions"))
    behind = world["institutions"] < world["infrastructure"]
    less = down or any((group["estimate"] < 0).all() for group in moved)
    equal = float(_of(found["claim"], RCEP, "between", "ols")["p_equal_bootstrap"].iloc[0])
    return (
        f"What it shows: of {n} equations of RCEP's exports of digitally deliverable services so many have a "
        f"coefficient that is positive and firm by the bootstrap: {counts}; log-OLS, year effects, 95 % intervals: "
        f"{told(RCEP, 'between', 'ols')}; PPML, economy and year effects: {told(RCEP, 'within', 'ppml')}. That "
        f"institutions and infrastructure have the same coefficient has p = {equal:.2f} by the bootstrap (log-OLS, "
        f"year effects). Of the claim, that about size is {size}, that about institutions is {institutions}. In the "
        f"world {'it does not hold as such' if behind else 'it is seen, too'}: a standard deviation of "
        f"infrastructure goes with {world['infrastructure']:+.2f}, one of institutions with "
        f"{world['institutions']:+.2f} (log-OLS, year effects; in PPML, where large exporters count most, "
        f"infrastructure has {large['infrastructure']:+.2f}). That infrastructure and ICT come to matter less is "
        f"{'seen in part' if less else 'not seen'}: of {len(rcep)} changes over time in RCEP {down} are firmly down "
        f"and {up} firmly up, and {joint}. Ten points of the AI index beside all this: {added}. What it does not show: "
        f"that size or institutions drive these exports, or that networks do not: {mine['clusters'].max():.0f} "
        "economies that differ in everything tell little apart, and within them institutions hardly move."
    )


def _of(table: pd.DataFrame, sample: str, design: str, estimator: str) -> pd.DataFrame:
    return table[(table["sample"] == sample) & (table["effects"] == design) & (table["estimator"] == estimator)]


def _told(table: pd.DataFrame, name: str) -> str:
    value, low, high = (float(table.loc[name, end]) for end in ("estimate", "low", "high"))  # type: ignore[arg-type]
    return interval(value, low, high)


def caveats(found: dict[str, pd.DataFrame]) -> tuple[str, ...]:
    """Say what is missing, what single economies do, and what the facts are."""
    missing = [f"{row['economy']} {row['missing']}" for row in found["cells"].to_dict("records") if row["missing"]]
    table = found["left_out"]
    at = (table["effects"] == "within") & (table["estimator"] == "ols") & (table["regressor"] == "institutions")
    one = table[at].iloc[0]
    return (
        f"Exports missing: {'; '.join(missing)}. Nothing is filled.",
        f"Single economies carry much: within economies the coefficient of institutions (log-OLS) is "
        f"{one['estimate']:+.2f}, and without {one['without_low']} {one['lowest']:+.2f}.",
        "Digitally deliverable services could have been delivered over networks; whether they were is not known. "
        "Values are nominal US$, and size is nominal GDP in US$, so exchange rates move both.",
        "Institutions are perceptions and one bundle: regulatory quality, government effectiveness and rule of law go "
        "together. The DSTRI is of 2020–2023 here and hardly moves.",
        "Year effects take the growth of infrastructure that is common to all. 4G begins in 2013 and reaches nearly "
        "all in a few years; it stands among the parts.",
        "Papers that find size and openness ahead of old infrastructure mostly have one equation, count rows as "
        "independent, and let trends common to all years into the coefficients.",
        "Sources: UNCTAD by way of World Bank Data360 (exports), World Bank (GDP, governance, networks; the last in "
        "part from ITU): CC BY 4.0; DSTRI: OECD (CC BY 4.0).",
    )
