"""The equations of the study of digital trade rules, and what their coefficient rests on."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from indexer import gravity
from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.errors import EstimationError
from indexer.study.estimate import Equation, Found
from indexer.study.frames import FLOWS, within
from indexer.study.options import Options
from indexer.study.questions.rules.samples import Pairs, information
from indexer.study.report import Table

WINDOW, CHINA_WINDOW, DSTRI_WINDOW = (2014, 2022), (2014, 2024), (2020, 2022)
LEAD = 2
DRAWS = 1999
STEP = 0.1
"""Coefficients are shown for a tenth of the scale."""
EFFECTS = (("exporter", "year"), ("importer", "year"), ("exporter", "importer"))
THREE_WAY = "exporter^year + importer^year + exporter^importer"
TWO_WAY = "partner + year"
NUMBERS = {
    "estimate": ".3f", "se": ".3f", "p": ".3f", "low": ".3f", "high": ".3f", "n": ".0f", "clusters": ".0f",
    "p_bootstrap": ".3f", "corrected": ".3f", "corrected_se": ".3f",
}  # fmt: skip

CPTPP = "CPTPP"
LABELS = {"depth": "depth, all pairs", "strict": "max DSTRI, all pairs", "china total": "depth, China total"}
ABOUT = {
    "depth": ("all pairs", "depth"),
    "breadth": ("all pairs", "provisions covered"),
    "at once": ("all pairs", "depth, no periods of grace"),
    "gap": ("all pairs", "gap of own depths"),
    "no CPTPP": ("all pairs", "depth, without CPTPP pairs"),
    "no MMR": ("all pairs", "depth, without MMR"),
    "strict": ("all pairs", "max DSTRI"),
}


def effects(pairs: Pairs, options: Options) -> dict[str, Found]:
    """Estimate every equation; keys are those of `ABOUT` or speak for themselves."""
    flows = within(pairs.flows(), *WINDOW)
    cptpp = flows[[EXPORTER, IMPORTER]].isin(pairs.parties(CPTPP)).all(axis=1)
    late = within(flows, *DSTRI_WINDOW)

    def touches(frame: pd.DataFrame, code: str) -> pd.Series:
        return (frame[EXPORTER] == code) | (frame[IMPORTER] == code)

    depth = _three_way("rules_depth").estimate(flows)
    top = top_pair(shares(depth))
    jobs = {
        "breadth": ("breadth", flows),
        "at once": ("depth_at_once", flows),
        "gap": ("depth_gap", flows),
        without_pair(top): ("rules_depth", flows[flows["pair"] != top]),
        "no CPTPP": ("rules_depth", flows[~cptpp]),
        "no MMR": ("rules_depth", flows[~touches(flows, "MMR")]),
        "strict": ("restrictiveness", late),
        **{without_mover(one): ("restrictiveness", late[~touches(late, one)]) for one in movers(pairs)},
    }
    found = {"depth": depth} | {key: _three_way(column).estimate(frame) for key, (column, frame) in jobs.items()}
    for lag in options.lags:
        found[_earlier(lag)] = _three_way("depth_ahead").estimate(within(pairs.flows(-lag), *WINDOW))
    for lead in options.leads or (LEAD,):
        frame = within(pairs.flows(lead), *WINDOW)
        found[_later(lead)] = _three_way("depth_ahead", " + rules_depth").estimate(frame)
    china = within(pairs.china(), *CHINA_WINDOW)
    for flow in FLOWS:
        found[f"china {flow}"] = _two_way("rules_depth").estimate(china[china["flow"] == flow])
    for lead in options.leads or (LEAD,):
        frame = within(pairs.china(lead), *CHINA_WINDOW)
        found[f"china {_later(lead)}"] = _two_way("depth_ahead", " + rules_depth").estimate(
            frame[frame["flow"] == "total"]
        )
    total = china[china["flow"] == "total"]
    found["china strict"] = _two_way("restrictiveness").estimate(total)
    found["china three-way"] = _three_way("rules_depth").estimate(china[china["flow"] == "exports"])
    return found


def movers(pairs: Pairs) -> tuple[str, ...]:
    """Return whose own DSTRI changed while all flows are known."""
    own = within(pairs.regressors, *DSTRI_WINDOW).groupby(EXPORTER)["dstri_exporter"].nunique()
    return tuple(str(one) for one in own.index[own > 1])


def top_pair(shared: pd.DataFrame) -> str:
    """Return the pair that carries most of what identifies the effect of depth; empty where there is no effect."""
    return "" if shared.empty else str(shared.groupby("pair")["share"].sum().idxmax())


def without_pair(pair: str) -> str:
    """Return the name of the equation without a pair."""
    return f"depth, without {pair.replace('-', '–')}"


def without_mover(economy: str) -> str:
    """Return the name of the equation of restrictiveness without an economy."""
    return f"max DSTRI, without {economy}"


def _three_way(column: str, beside: str = "") -> Equation:
    return Equation(column, "ppml", f"trade ~ {column}{beside} | {THREE_WAY}", column, {"CRV1": "pair"}, STEP)


def _two_way(column: str, beside: str = "") -> Equation:
    formula = f"trade ~ {column}{beside} + log(gdp_partner) | {TWO_WAY}"
    return Equation(column, "ppml", formula, column, scale=STEP)


def _earlier(lag: int) -> str:
    return f"depth {_years(lag)} earlier"


def _later(lead: int) -> str:
    return f"depth {_years(lead)} later (placebo)"


def _years(n: int) -> str:
    return f"{n} year{'s' if n > 1 else ''}"


def _row(key: str, found: Found, seed: int) -> dict[str, Any]:
    flows, what = ABOUT.get(key, ("all pairs", key))
    if key.startswith("china "):
        rest = key.removeprefix("china ")
        named = {
            "strict": ("total", "max DSTRI"),
            "three-way": ("exports", "depth, exporter-year and pair effects"),
        }
        flow, what = named.get(rest, (rest, "depth") if rest in FLOWS else ("total", rest))
        flows = f"China, {flow}"
    frame = None if found.fit is None else found.fit.data.loc[found.fit.sample, YEAR]
    window = "" if frame is None else f"{frame.min()}–{frame.max()}"
    return {"flows": flows, "rules": what, "window": window} | _numbers(found, seed)


def _numbers(found: Found, seed: int) -> dict[str, Any]:
    corrected, why = _corrected(found)
    boot = {"p_bootstrap": _bootstrap(found, seed)}
    return found.numbers | boot | corrected | {"note": found.reason or why}


def _bootstrap(found: Found, seed: int) -> float:
    """Return the p-value of the score bootstrap, which is wanted in every row: few pairs carry the variation."""
    if found.fit is None:
        return np.nan
    try:
        return float(found.fit.bootstrap(f"{found.equation.term} = 0", draws=DRAWS, seed=seed)["p_value"].iloc[0])
    except EstimationError:
        return np.nan


def _corrected(found: Found) -> tuple[dict[str, float], str]:
    """Bias-corrected estimate and error of a three-way fit, and why there is none."""
    out, term = {"corrected": np.nan, "corrected_se": np.nan}, found.equation.term
    if found.fit is None or THREE_WAY not in found.fit.formula:
        return out, ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", gravity.FewCountriesWarning)
            made = found.fit.bias_corrected("exporter^importer")
    except EstimationError as error:
        return out, f"not corrected: {error.message}"
    return {"corrected": float(made.coef[term]) * STEP, "corrected_se": float(made.se[term]) * STEP}, ""


def _without_facts() -> list[dict[str, Any]]:
    """What is asked for and no shipped flow can answer."""
    reasons = {
        (
            "all pairs",
            f"depth, {WINDOW[1] + 1}–{CHINA_WINDOW[1]}",
        ): f"no flows within ASEAN after {WINDOW[1]} are shipped",
        ("fifteen of RCEP", "depth"): "flows of Australia, Japan, Korea and New Zealand are not shipped",
        ("digital services by pair", "depth"): "no bilateral flows of services are shipped",
    }
    nothing = dict.fromkeys(NUMBERS, np.nan)
    return [{"flows": a, "rules": b, "window": "", **nothing, "note": why} for (a, b), why in reasons.items()]


def effects_table(found: dict[str, Found], seed: int) -> Table:
    """Return every equation as a row, those that the facts cannot carry with the reason."""
    table = pd.DataFrame([*(_row(key, one, seed) for key, one in found.items()), *_without_facts()])
    first = table.iloc[0]
    reasons = [f"{r['flows']}, {r['rules']}: {r['note']}." for r in table.to_dict("records") if r["note"]]
    return Table(
        "effects", f"Goods trade on digital trade rules, for {STEP} more on the scale of 0 to 1", table, NUMBERS,
        (
            *reasons,
            "All pairs: PPML on directed flows among the eleven with exporter-year, importer-year and pair effects, "
            "errors clustered by undirected pair. China: PPML with partner and year effects and the partner's GDP, "
            "clustered by partner. p from t with clusters - 1 degrees of freedom. The placebo stands beside the depth "
            "of the year.",
            f"p_bootstrap: score bootstrap by the same clusters, {DRAWS:,} draws; 0.000 is less than one of them. In "
            "the file, corrected: bias and errors of three-way PPML corrected (Weidner & Zylkin 2021), errors by "
            "directed pair, rough with eleven countries"
            f"; for depth {first['corrected']:+.3f} ({first['corrected_se']:.3f}).",
        ),
        shown=_short(table),
    )  # fmt: skip


def _short(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that are printed: reasons stand below, and the rest is in the file."""
    return table[["flows", "rules", "window", "estimate", "low", "high", "p", "p_bootstrap", "n", "clusters"]]


def shares(found: Found) -> pd.DataFrame:
    """Return the share of each row in what identifies the effect of depth, with pair and year; empty without a fit."""
    if found.fit is None:
        return pd.DataFrame({"pair": [], YEAR: [], "share": []})
    share = information(found.fit, found.equation.term, EFFECTS)
    return found.fit.data.loc[share.index, ["pair", YEAR]].assign(share=share)


def identification(shared: pd.DataFrame) -> Table:
    """Return the pairs and years with the greatest shares."""
    by_pair = shared.groupby("pair")["share"].sum().sort_values(ascending=False).head(8)
    by_year = shared.groupby(YEAR)["share"].sum()
    rows = [("pair", str(name), share) for name, share in by_pair.items()]
    rows += [("year", str(year), share) for year, share in by_year.items()]
    return Table(
        "identification",
        "What the effect of depth between all pairs rests on: share of the variation left beside the effects",
        pd.DataFrame(rows, columns=["by", "which", "share"]), {"share": ".1%"},
        ("The eight pairs with most, and all years. A row counts by its fitted trade and the square of its residual.",),
    )  # fmt: skip


def limits(found: dict[str, Found]) -> Table:
    """Return what the headline equations could find: clusters, pairs that count, the smallest effect."""
    rows = []
    for key, label in LABELS.items():
        numbers = found[key].numbers
        reach = stats.t.ppf([0.975, 0.8], numbers["clusters"] - 1).sum() if found[key].fit is not None else np.nan
        by_pair = None if key.startswith("china") else shares(found[key]).groupby("pair")["share"].sum()
        rows.append({
            "equation": label, "rows": numbers["n"], "clusters": numbers["clusters"],
            "effective_pairs": np.nan if by_pair is None or by_pair.empty else 1 / (by_pair**2).sum(),
            "smallest_effect": float(np.expm1(reach * numbers["se"])),
        })  # fmt: skip
    return Table(
        "limits", f"What the data can say: the smallest effect of {STEP} of the scale found in four samples of five",
        pd.DataFrame(rows), {"rows": ".0f", "clusters": ".0f", "effective_pairs": ".1f", "smallest_effect": ".1%"},
        (
            "Smallest effect: (t at 97.5 % + t at 80 %) standard errors, as per cent of trade. Effective pairs: 1 over "
            "the sum of squared shares as in `identification`: so many equal pairs would carry as much.",
        ),
    )  # fmt: skip
