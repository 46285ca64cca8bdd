"""Does the partner's AI go with China's exports as with its imports? Both flows stacked, and their difference."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from indexer.index import Index
from indexer.study.beyond import NUMBERS, Headline, beyond, limits
from indexer.study.estimate import SSC, Equation, Found, interval
from indexer.study.frames import Facts, pairs, within
from indexer.study.options import Options
from indexer.study.questions.asymmetry.checks import DIFFERENCE, MAIN, checks, equation, instrumented, rows
from indexer.study.questions.china_asean import question as ladder
from indexer.study.report import Figure, Study, Table


def both_sides(found: Found) -> dict[str, float]:
    """Return the coefficient of each flow with its error, from the stacked fit."""
    names = ("exports", "exports_se", "imports", "imports_se")
    if found.fit is None:
        return dict.fromkeys(names, np.nan)
    terms = ["ai_partner", DIFFERENCE]
    b = found.fit.coef[terms].to_numpy()
    v = found.fit.vcov_matrix.loc[terms, terms].to_numpy()
    values = (b.sum(), np.sqrt(v.sum()), b[0], np.sqrt(v[0, 0]))
    return dict(zip(names, (ladder.POINTS * float(value) for value in values), strict=True))


def study(data: Path | list[Path] | None = None, **given: Any) -> Study:
    """Test whether the partner's AI development goes with China's exports as it goes with China's imports.

    Parameters
    ----------
    data : path or list of paths, optional
        A world sample (see `indexer.study.samples`): the importer's and the exporter's index in one equation.
    **given
        See `indexer.study.options.Options`.

    Returns
    -------
    Study
        Tables `asymmetry`, `checks`, and those of `indexer.study.beyond`.

    References
    ----------
    Wei et al. (2025), doi 10.62517/jse.202511619. Heid, Larch & Yotov (2021) for what domestic trade identifies.
    """
    options = Options.of(**given)
    if data is not None:
        from indexer.study.questions.asymmetry.world import world_asymmetry
        from indexer.study.samples import read_sample

        return world_asymmetry(read_sample(data), options)
    facts = Facts.shipped()
    spans = ladder.windows(options)
    found = {
        (f"{first}–{last}", rung): equation(rung).estimate(rows(facts, first, last, one, 0))
        for first, last, one in spans
        for rung in ladder.RUNGS
    }
    first, last, index = spans[0]
    window = f"{first}–{last}"
    table = pd.DataFrame([_row(one, said, rung) for (said, rung), one in found.items()] + _refused(facts, index))
    checked = checks(facts, index, first, last)
    headlines = [Headline(equation(rung), index, partial(rows, facts, first, last), facts.members) for rung in MAIN]
    plain = replace(options, instrument=None)
    tables = (
        _shown(table),
        Table("checks", f"What the difference of {window} rests on", checked, dict.fromkeys(("low", "high"), ".2f")),
        *beyond(headlines, plain), *instrumented(facts, index, (first, last), options),
    )  # fmt: skip
    models = {rung: fit for rung in ladder.RUNGS if (fit := found[window, rung].fit) is not None}
    title = "Does the partner's AI development go with China's exports as it goes with China's imports?"
    figure = Figure(
        "study-asymmetry", f"Coefficients on ten index points, {window}, 95 % intervals", partial(_draw, table, window)
    )
    return Study(
        "asymmetry", title, tables, sentence(table, checked), _caveats(table, spans), (figure,), models,
        limits(headlines, plain),
    )  # fmt: skip


def _row(found: Found, window: str, rung: str) -> dict[str, Any]:
    about = {"window": window, "rung": rung, "estimator": found.equation.estimator}
    numbers = found.row(**about, **both_sides(found))
    return numbers | {"f": (numbers["estimate"] / numbers["se"]) ** 2}


def _refused(facts: Facts, index: Index) -> list[dict[str, Any]]:
    """Structural effects: what they absorb, with the reasons as the estimator gives them."""
    first, last = ladder.years_among(facts, index)
    frame = within(pairs(facts, index), first, last)
    asked = {"5 AI of both sides": "", "5 AI × international of both sides": "_international"}
    made = []
    for rung, form in asked.items():
        right = f"ai_exporter{form} + ai_importer{form} | exporter^year + importer^year"
        found = Equation(rung, "ppml", f"trade ~ {right}", f"ai_exporter{form}", {"CRV1": "pair"}).estimate(frame)
        row = _row(found, f"{first}–{last}", rung)
        if form:
            row["note"] += (
                ". With domestic trade in the data they are collinear, and an asymmetry is not identified either"
            )
        made.append(row)
    return made


def _shown(frame: pd.DataFrame) -> Table:
    def pair(value: float, se: float) -> str:
        return f"{value:.2f} ({se:.2f})" if np.isfinite(value) else "—"

    lines = frame.to_dict("records")
    degrees = f"F(1, {frame['clusters'].min() - 1:.0f})"
    shown = pd.DataFrame({
        "window": frame["window"], "rung": frame["rung"],
        "exports (se)": [pair(r["exports"], r["exports_se"]) for r in lines],
        "imports (se)": [pair(r["imports"], r["imports_se"]) for r in lines],
        "difference [95 %]": [
            f"{r['estimate']:.2f} [{r['low']:.2f}, {r['high']:.2f}]" if np.isfinite(r["estimate"]) else "not identified"
            for r in lines
        ],
        degrees: frame["f"], "p": frame["p"], "p boot": frame["p_bootstrap"], "n": frame["n"],
    })  # fmt: skip
    reasons = [f"{r['rung']}: {r['note']}." for r in lines if r["note"]]
    sides = dict.fromkeys(("exports", "exports_se", "imports", "imports_se", "f", "p boot"), ".3f")
    return Table(
        "asymmetry",
        "Coefficient on ten points of the partner's index: China's exports, its imports, and their difference",
        frame, NUMBERS | sides | {degrees: ".2f"},
        (
            "Exports and imports stacked, every regressor and effect with a coefficient of its own for each, so that "
            "both come out as they do alone; errors by partner let a partner's two flows move together. Rungs as in "
            "china-asean.",
            "p: F(1, clusters − 1). Bootstrap: restricted wild (log-OLS) and score (PPML) with equality imposed, "
            "Webb's weights.",
            *dict.fromkeys(reasons),
        ),
        shown,
    )  # fmt: skip


def sentence(table: pd.DataFrame, checked: pd.DataFrame) -> str:
    """Say what the differences show, and what takes them back."""
    known = table[np.isfinite(table["estimate"])]
    firm = int((known["p_bootstrap"] < 0.05).sum())
    first = str(known["window"].iloc[0])
    main = known[known["window"] == first].set_index("rung")
    between, inside = (dict(main.loc[rung]) for rung in MAIN)
    low = checked.set_index(["rung", "check"])["low"]
    out = checked[checked["check"].str.startswith("leaving") & (checked["rung"] == MAIN[0])]
    least, most = float(out["low"].iloc[0]), float(out["high"].iloc[0])
    larger = int((known["estimate"] > 0).sum())
    without = low.get((MAIN[1], "index without known AI supercomputers"), np.nan)
    placebo = checked.loc[checked["check"].str.startswith("placebo")].iloc[0]
    earlier = str(placebo["check"]).removeprefix("placebo: ")
    return (
        f"What it shows: of {len(known)} pairs of coefficients {larger} are larger for China's exports than for its "
        f"imports; equality is rejected at 5 % by the bootstrap in {firm}, where chance alone gives about "
        f"{0.05 * len(known):.1f}. Between partners ({first}, PPML) the difference on ten index points is "
        f"{interval(between['estimate'], between['low'], between['high'])} (bootstrap p {between['p_bootstrap']:.2f}); "
        f"leaving out one partner moves it from {least:.2f} to {most:.2f}, "
        f"and on {earlier}, which later AI cannot have raised, it is {placebo['low']:+.2f}. "
        "Within partners over time it is "
        f"{interval(inside['estimate'], inside['low'], inside['high'])} (bootstrap p {inside['p_bootstrap']:.2f})"
        + (f"; without known AI compute in the index {without:+.2f}. " if np.isfinite(without) else ". ")
        + "What it does not show: that AI raises exports more than imports, or that it does not. With exporter-year "
        "and importer-year effects an asymmetry is not identified at all, so these equations hold multilateral "
        "resistance constant only as far as their controls do."
    )


def _caveats(table: pd.DataFrame, spans: list[tuple[int, int, Index]]) -> tuple[str, ...]:
    tests = int(np.isfinite(table["estimate"]).sum())
    clusters = int(table["clusters"].min())
    return (
        f"AI: edition {spans[0][2].edition.document} without trade outcomes, 0–100{ladder.other_editions(spans)}.",
        f"{clusters} clusters, factor ssc='{SSC}', t with {clusters - 1} degrees of freedom. The {tests} tests share "
        "flows, partners and years: they are no independent looks.",
        "Both directions are China's reports: exports f.o.b., imports c.i.f. A constant margin is absorbed; one that "
        "moves with AI is not.",
        "Wei et al. (2025) report positive effects, larger for exports. Their data and index are not public; the "
        f"index here leaves trade outcomes out, and errors allow for {clusters} clusters. Both make findings rarer.",
        "Trade: Source: International Monetary Fund, International Trade in Goods (by partner country) and Direction "
        "of Trade Statistics.",
    )


def _draw(table: pd.DataFrame, window: str) -> Any:
    from indexer.figures import coefficients

    made = []
    for line in table[table["window"] == window].to_dict("records"):
        reach = float(stats.t.ppf(0.975, line["clusters"] - 1)) if np.isfinite(line["estimate"]) else np.nan
        for flow in ("exports", "imports"):
            value, se = line[flow], line[f"{flow}_se"]
            made.append({"term": line["rung"], "flow": f"China's {flow}", "estimate": value,
                         "conf_low": value - reach * se, "conf_high": value + reach * se})  # fmt: skip
    return coefficients(
        pd.DataFrame(made), f"The partner's AI and China's exports and imports, {window}", group="flow",
        unit="ten points of the partner's index", source="Data: IMF, World Bank, CEPII. Errors by partner.",
    )  # fmt: skip
