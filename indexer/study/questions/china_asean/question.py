"""Does China's trade with its ASEAN partners go with the partner's AI development? A ladder of designs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from indexer import gravity
from indexer.analyse.observed import within_cells
from indexer.connect.china_partners import CHINA
from indexer.errors import EstimationError, UsageError
from indexer.index import Index
from indexer.pipeline import build
from indexer.study.beyond import NUMBERS, Headline, beyond, limits
from indexer.study.estimate import SSC, Equation, Found, percent
from indexer.study.frames import FLOWS, Facts, pairs, partners, within
from indexer.study.options import Options
from indexer.study.questions.china_asean.checks import PLACEBO_LEAD, checks, show_checks
from indexer.study.report import Figure, Study, Table

if TYPE_CHECKING:
    from indexer.gravity.result import Fit

WINDOWS = ((2020, 2024, None), (2020, 2023, None), (2015, 2023, "asean-long"))
"""First and last year, and the edition where it is not that asked for: the longest that facts allow has its own."""
RUNGS = {
    "1 log-OLS": ("ols", "log(trade) ~ ai_partner + log(gdp_china) + log(gdp_partner) + log(distance) + rcep"),
    "2 + year effects": ("ols", "log(trade) ~ ai_partner + log(gdp_partner) + log(distance) + rcep | year"),
    "2 as PPML": ("ppml", "trade ~ ai_partner + log(gdp_partner) + log(distance) + rcep | year"),
    "3 + partner effects": ("ols", "log(trade) ~ ai_partner + log(gdp_partner) + rcep | partner + year"),
    "4 PPML of 3": ("ppml", "trade ~ ai_partner + log(gdp_partner) + rcep | partner + year"),
}
TARIFFS = ("3 + tariff", "ols", "log(trade) ~ ai_partner + log(gdp_partner) + rcep + tariff_partner | partner + year")
DEPTH = (
    "3 + rules depth", "ols",
    "log(trade) ~ ai_partner + log(gdp_partner) + rcep + rules_depth | partner + year",
)  # fmt: skip
TARIFF = "tariff_applied_weighted_mean"
OWN = "log(trade) ~ ai_partner + ai_china + log(gdp_partner) + log(distance) + rcep | year"
STRUCTURAL = {
    "5 AI of exporter": ("ai_exporter", "ai_exporter"),
    "5 AI × ln distance": ("ai_exporter:log(distance)", "ai_exporter:log(distance)"),
    "5 gap of AI": ("ai_gap", "ai_gap"),
}
POINTS = 10.0
SOURCE = "IMF, International Trade in Goods; index without trade outcomes. Errors by partner, t on partners - 1."


def equation(rung: str, flow: str = "") -> Equation:
    """Return an equation of the ladder, its coefficient on ten points of the partner's index."""
    estimator, formula = RUNGS[rung]
    return Equation(f"{rung}, {flow}" if flow else rung, estimator, formula, "ai_partner", scale=POINTS)


def study(data: Any = None, **given: Any) -> Study:
    """Estimate China's trade with the ten ASEAN members on the partner's index: total, exports and imports.

    Parameters
    ----------
    data : path or list of paths, optional
        A world sample (see `indexer.study.samples`), in place of the shipped facts.
    **given
        See `indexer.study.options.Options`.

    Returns
    -------
    Study
        Tables `ladder`, `checks`, and those of `indexer.study.beyond`.

    References
    ----------
    Wei et al. (2025), doi 10.62517/jse.202511619, for rung 1; Yotov et al. (2016) for rung 5.
    """
    options = Options.of(**given)
    if data is not None:
        from indexer.study.questions.china_asean.world import world_ladder
        from indexer.study.samples import read_sample

        return world_ladder(read_sample(data), options)
    facts = Facts.shipped()
    spans = windows(options)
    found = {
        (first, last, flow, rung): equation(rung, flow).estimate(_rows(facts, flow, first, last, one, 0))
        for first, last, one in spans
        for flow in FLOWS
        for rung in RUNGS
    }
    rows = [
        one.row(window=f"{first}–{last}", flow=flow, rung=rung, estimator=one.equation.estimator)
        | {"reset": one.reset(), "park": one.park()}
        for (first, last, flow, rung), one in found.items()
    ]
    first, last, index = spans[0]
    rows += _further(facts, index, first, last)
    structural = _structural(facts, index)
    among = "–".join(map(str, years_among(facts, index)))
    five = structural.frame.assign(window=among, flow="all pairs").to_dict("records")
    rows += [{str(name): value for name, value in row.items()} for row in five]
    headlines = [
        Headline(equation(rung, flow), index, partial(_rows, facts, flow, first, last), facts.members)
        for rung in ("2 as PPML", "4 PPML of 3")
        for flow in FLOWS
    ]
    checked = checks(facts, index, (first, last))
    tables = (
        _ladder(pd.DataFrame(rows)),
        structural,
        Table("checks", f"What the PPML coefficients of {first}–{last} rest on", checked, shown=show_checks(checked)),
        *_curve(facts, index),
        *beyond(headlines, options),
    )
    models = {
        f"{rung}, total": one.fit
        for (a, b, flow, rung), one in found.items()
        if (a, b, flow) == (first, last, "total") and one.fit is not None
    }
    title = "Does trade of China with ten ASEAN members go with the partner's AI development?"
    return Study(
        "china-asean", title, tables, sentence(tables[0].frame, checked), _caveats(facts, spans),
        _figures(tables, models), models, limits(headlines, options),
    )  # fmt: skip


def _index(options: Options, edition: str | None) -> Index:
    return build(options.indicators, edition or options.edition).without("trade_outcome")


def windows(options: Options) -> list[tuple[int, int, Index]]:
    """Return first year, last year and index of every window, cut to the years of the index, each once.

    Raises
    ------
    UsageError
        If the index has no two years of any.
    """
    known = {options.edition: _index(options, None)}
    found = {}
    for first, last, own in WINDOWS:
        if own is not None and own not in known[options.edition].folder.editions:
            continue
        name = own or options.edition
        if name not in known:
            known[name] = _index(options, name)
        index = known[name]
        first, last = max(first, index.edition.years[0]), min(last, index.edition.years[-1])
        if first < last:
            found[first, last, name] = index
    if not found:
        raise UsageError(
            f"the index has no two years of {min(w[0] for w in WINDOWS)}–{max(w[1] for w in WINDOWS)}",
            where="china-asean", remedy="use an edition with these years",
        )  # fmt: skip
    return [(first, last, index) for (first, last, _), index in found.items()]


def _rows(facts: Facts, flow: str, first: int, last: int, index: Any, lag: int) -> pd.DataFrame:
    frame = within(partners(facts, index, lag), first, last)
    return frame[frame["flow"] == flow]


def years_among(facts: Facts, index: Index) -> tuple[int, int]:
    """Return first and last year that have an index and flows among all."""
    (first, last), years = facts.among, index.edition.years
    return max(first, years[0]), min(last, years[-1])


def _structural(facts: Facts, index: Index) -> Table:
    """Rung 5: all directed pairs of the eleven, exporter-year, importer-year and pair effects."""
    first, last = years_among(facts, index)
    frame = within(pairs(facts, index), first, last)
    effects = "| exporter^year + importer^year + exporter^importer"
    rows = []
    for rung, (right, term) in STRUCTURAL.items():
        one = Equation(rung, "ppml", f"trade ~ {right} {effects}", term, {"CRV1": "exporter^importer"}, POINTS)
        rows.append(one.estimate(frame).row(rung=rung))
    rows.append(_second_stage(frame))
    order = ["rung", *(name for name in rows[0] if name not in ("rung", "p_bootstrap", "note")), "note"]
    return Table(
        "structural",
        f"Rung 5: all directed pairs of the eleven, {first}–{last}, PPML, exporter-year, importer-year, pair effects",
        pd.DataFrame(rows)[order], NUMBERS,
        (
            f"Flows within ASEAN end in {facts.among[1]}. Domestic trade, which would identify AI × border, needs "
            "gross output of the eleven, and none may be shipped; `gravity.add_domestic` takes yours.",
        ),
    )  # fmt: skip


def _curve(facts: Facts, index: Index) -> tuple[Table, ...]:
    """Every index, equation and window that the edition states."""
    if index.edition.specifications is None:
        return ()
    from indexer.specifications import specification_curve

    def rows(scores: pd.DataFrame) -> pd.DataFrame:
        frame = partners(facts, scores)
        return frame.assign(ai10=frame["ai_partner"] / POINTS)

    found = specification_curve(index, rows)
    shown = found.summary.drop(columns=["by", "same_sign_significant"])
    return (
        Table(
            "specifications", "Specification curve: indices, equations and windows that the edition stated beforehand",
            found.table, {"baseline": ".3f", "median": ".3f", "low": ".3f", "high": ".3f", "same_sign": ".0%",
                          "significant": ".0%"},
            ("These are choices and no sample: read shares; no p-value of them all means anything.",), shown,
        ),
    )  # fmt: skip


def _figures(tables: tuple[Table, ...], models: dict[str, Fit]) -> tuple[Figure, ...]:
    frames = {table.name: table.frame for table in tables}
    made = [Figure("ladder", "Coefficients of rungs 1–4", partial(_draw_ladder, frames["ladder"]))]
    if "2 as PPML, total" in models:
        drawn = partial(_draw_potential, models["2 as PPML, total"])
        made.append(Figure("potential", "Trade potential: actual against fitted", drawn))
    if "specifications" in frames:
        made.append(Figure("specifications", "Specification curve", partial(_draw_curve, frames["specifications"])))
    return tuple(made)


def _draw_ladder(ladder: pd.DataFrame) -> Any:
    from indexer import figures

    rows = ladder[(ladder["window"] == ladder["window"].iloc[0]) & ladder["rung"].isin(RUNGS)]
    names = {"rung": "term", "low": "conf_low", "high": "conf_high"}
    return figures.coefficients(
        rows.rename(columns=names), f"Does China's trade go with the partner's AI? {ladder['window'].iloc[0]}",
        unit="ln trade, 10 points", panel="flow", source=SOURCE,
    )  # fmt: skip


def _draw_potential(fit: Fit) -> Any:
    from indexer import figures

    rows = fit.data.loc[fit.fitted.index].assign(fitted=fit.fitted)
    rows = rows[rows["year"] == rows["year"].max()]
    return figures.potential(
        rows, f"With whom does China trade more than the model expects? {rows['year'].max()}", unit="US$",
        label="partner", actual="trade", source=SOURCE,
    )  # fmt: skip


def _draw_curve(table: pd.DataFrame) -> Any:
    from indexer import figures

    rows = table[table["sample"] == "total"].assign(main=lambda t: t["index"] == "headline")
    return figures.specification_curve(
        rows, "China's total trade with its partners: every index, equation and window stated beforehand",
        choices={"equation": "equation", "window": "window", "index": "index"}, main="main",
        unit="ln trade, 10 points", source=SOURCE,
    )  # fmt: skip


def _second_stage(frame: pd.DataFrame) -> dict[str, Any]:
    about = {"rung": "5 second stage"}
    effects = "trade ~ log(distance) | exporter^year + importer^year"
    try:
        fit = gravity.ppml(effects, frame, vcov={"CRV1": "exporter^importer"})
        line = gravity.second_stage(fit, "ai_exporter", effect="exporter^year").tidy().iloc[0]
    except EstimationError as error:
        return about | Found(Equation("", "ols", "", ""), None, error.message).row()
    names = {"estimate": "estimate", "std_error": "se", "p_value": "p", "conf_low": "low", "conf_high": "high"}
    numbers = {short: float(line[name]) * (1 if short == "p" else POINTS) for name, short in names.items()}
    note = "exporter-year effects on the exporter's index, with country and year effects"
    return about | numbers | {"clusters": frame["exporter"].nunique(), "note": note}


def _further(facts: Facts, index: Index, first: int, last: int) -> list[dict[str, Any]]:
    """Lines with further controls, and one that cannot be carried, with its reason as the estimator gives it."""
    from indexer.study.questions.rcep.depth import Depth

    depth = Depth.shipped([CHINA, *facts.members])
    rows = []
    for flow in FLOWS:
        frame = _rows(facts, flow, first, last, index, 0)
        tariff = frame.assign(tariff_partner=facts.of(TARIFF, frame["partner"], frame["year"]))
        known = tariff.loc[tariff["tariff_partner"].notna(), "year"]
        span = f"{known.min()}–{known.max()}"
        rung, estimator, formula = TARIFFS
        one = Equation(f"{rung}, {flow}", estimator, formula, "ai_partner", scale=POINTS)
        rows.append(one.estimate(tariff).row(window=span, flow=flow, rung=rung, estimator=estimator))
        rung, estimator, formula = DEPTH
        one = Equation(f"{rung}, {flow}", estimator, formula, "ai_partner", scale=POINTS)
        rows.append(
            one.estimate(depth.onto(frame)).row(window=f"{first}–{last}", flow=flow, rung=rung, estimator=estimator)
        )
        own = Equation("China's own AI", "ols", OWN, "ai_china", scale=POINTS)
        rows.append(
            own.estimate(frame).row(window=f"{first}–{last}", flow=flow, rung="2 + China's AI", estimator="ols")
        )
    return rows


def _ladder(frame: pd.DataFrame) -> Table:
    shown = []
    for (window, rung), group in frame.groupby(["window", "rung"], sort=False):
        row: dict[str, Any] = {"window": window, "rung": rung}
        lines: dict[str, Any] = {r["flow"]: r for r in group.to_dict("records")}
        for flow in FLOWS:
            row[flow] = _short(lines[flow]) if flow in lines else ""
        if "all pairs" in lines:  # has no flows of its own: it stands where the total does
            row["total"] = _short(lines["all pairs"])
        row["n"] = next((f"{r['n']:.0f}" for r in lines.values() if r.get("n", np.nan) > 0), "")
        shown.append(row)
    wide = pd.DataFrame(shown)
    reasons = [f"Rung {r['rung']}: {r['note']}." for r in frame.to_dict("records") if r["note"]]
    return Table(
        "ladder", "Coefficient on ten index points (standard error), p of t | p of the bootstrap", frame, NUMBERS,
        (
            "Rungs 1–4: trade of China with each partner, GDP (US$), distance (km), RCEP as share of the year's "
            "days. Rung 2 absorbs China's own AI and GDP, rung 3 distance. Rung 5: all directed pairs, in the "
            "column of totals; the next table has its intervals.",
            "Bootstrap: restricted wild (log-OLS) and score (PPML) by partner, Webb's weights. RESET and Park: "
            "ladder.csv.",
            *dict.fromkeys(reasons),
        ),
        wide,
    )  # fmt: skip


def _short(row: Mapping[Any, Any]) -> str:
    if not np.isfinite(row["estimate"]):
        return "not identified"
    boot = row.get("p_bootstrap", np.nan)
    text = f"{row['estimate']:.2f} ({row['se']:.2f}) {row['p']:.2f}" + (f"|{boot:.2f}" if np.isfinite(boot) else "")
    return re.sub(r"(?<!\d)0\.", ".", text)


def sentence(ladder: pd.DataFrame, checked: pd.DataFrame) -> str:
    """Say what the PPML coefficients of the first window show, with the checks that take it back."""
    window = ladder["window"].iloc[0]
    main = ladder[ladder["window"] == window].set_index(["rung", "flow"])
    found = {(r["check"].split(":")[0], r["design"], r["flow"]): r["low"] for r in checked.to_dict("records")}
    between = {flow: main.loc[("2 as PPML", flow)].to_dict() for flow in FLOWS}
    inside = {flow: main.loc[("4 PPML of 3", flow)].to_dict() for flow in FLOWS}
    before = [found["placebo", "between", flow] for flow in FLOWS]
    as_large = all(abs(b) >= 0.5 * abs(between[f]["estimate"]) for b, f in zip(before, FLOWS, strict=True))
    compute = checked[checked["check"].str.contains("AI supercomputers") & (checked["design"] == "within")]
    without = {str(row["flow"]): float(row["low"]) for row in compute.to_dict("records")}
    turned = [flow for flow in without if without[flow] * inside[flow]["estimate"] < 0]
    firm = [flow for flow in FLOWS if inside[flow]["p_bootstrap"] < 0.05]
    partners, years = between["total"]["clusters"], between["total"]["n"] / between["total"]["clusters"]
    return (
        f"What it shows: in a cross-section of {partners:.0f} partners ({window}, PPML), 10 more index points go with "
        f"{percent(between['total'])} total trade with China at the same GDP and distance; exports "
        f"{percent(between['exports'])}, imports {percent(between['imports'])}. In trade {PLACEBO_LEAD} years earlier "
        f"the coefficients are {', '.join(f'{value:.2f}' for value in before)}"
        + (": they tell partners apart, not what AI did in these years. " if as_large else ". ")
        + f"Within partners over time it is {percent(inside['total'])} for total trade, {percent(inside['exports'])} "
        f"for exports and {percent(inside['imports'])} for imports"
        + (f" (by the bootstrap firm for {' and '.join(firm)})" if firm else " (by the bootstrap firm for none)")
        + (
            "; without known AI compute in the index the coefficients are "
            + ", ".join(f"{value:+.2f}" for value in without.values())
            if without
            else ""
        )
        + (f", so the sign for {' and '.join(turned)} rests on one indicator. " if turned else ". ")
        + f"What it does not show: that AI raises trade, or that it does not. {partners:.0f} partners over {years:.0f} "
        "years identify little; whether exports and imports differ is the question of `asymmetry`."
    )


def other_editions(spans: list[tuple[int, int, Index]]) -> str:
    """Say which windows rest on another index than the first."""
    index = spans[0][2]
    others = [(a, b, one.edition.document) for a, b, one in spans if one is not index]
    return "".join(f"; {a}–{b} from edition {name}, another set of indicators" for a, b, name in others)


def _caveats(facts: Facts, spans: list[tuple[int, int, Index]]) -> tuple[str, ...]:
    first, last, index = spans[0]
    clusters = len(facts.members)
    cells = within_cells(index, facts.members, (first, last))
    movers = cells.groupby("indicator")["part"].sum().sort_values(ascending=False).head(2)
    observed = cells["observed"]
    return (
        f"AI: the partner's index of edition {index.edition.document} without indicators that are trade themselves, on "
        f"0–100{other_editions(spans)}. Its rules set counts trade agreements (RCEP among them), which are trade "
        "policy.",
        f"Errors clustered by partner: {clusters} clusters, factor ssc='{SSC}', t with {clusters - 1} degrees of "
        "freedom.",
        f"Of the partners' AI within-variation {first}–{last} {100 * cells.loc[observed, 'part'].sum():.0f} % comes "
        f"from observed cells, while {100 * cells.loc[observed, 'weight'].sum():.0f} % of the weight rests on observed "
        f"cells. A carried cell does not move, so the first figure flatters.",
        "What moves within partners is mostly "
        + " and ".join(f"{index.catalogue.indicator(str(name)).name} ({part:.0%})" for name, part in movers.items())
        + ": rungs 3 and 4 compare before and after a few steps of a few partners.",
        "The depth of digital rules between China and a partner comes from RCEP alone; it differs from RCEP's share "
        "only where obligations of a partner begin later, so `3 + rules depth` can hardly tell the two apart.",
        "Wei et al. (2025) report positive effects, larger for exports. Their data and index are not public; the "
        f"index here leaves trade outcomes out, and errors allow for {clusters} clusters. Both make findings rarer.",
        "Trade: Source: International Monetary Fund, International Trade in Goods (by partner country) and Direction "
        "of Trade Statistics; China's reports in both directions (imports cif).",
    )
