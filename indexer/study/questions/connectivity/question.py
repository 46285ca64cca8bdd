"""Hard or soft connectivity: ships and networks, or rules and facilitation? And the totals that are reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.connect.connectivity import connectivity
from indexer.study.beyond import beyond, limits
from indexer.study.estimate import interval
from indexer.study.frames import Facts, pairs, partners
from indexer.study.options import Options
from indexer.study.questions.connectivity import ai, claims, effects, tables
from indexer.study.questions.connectivity.effects import CHINA, DESIGNS, LEAD, MAIN, PAIRS, SPECS, Side
from indexer.study.report import Figure, Study, Table

FIRM, FULL = 0.05, 98
LAST = 2024
"""The last year in which both directions are China's own reports."""


def study(**given: Any) -> Study:
    """Compare hard and soft connectivity in one equation, and check reported totals of China's trade with ASEAN.

    Parameters
    ----------
    **given
        See `indexer.study.options.Options`. An instrument is used for the level of the partner's index, not for its
        products: one for the index is none for them.

    Returns
    -------
    Study
        Tables `effects`, `tests`, `ai`, `claims`, `totals`, and those of `indexer.study.beyond`.

    References
    ----------
    Fugazza & Hoffmann (2017), Liner shipping connectivity as determinant of trade; Hofmann, Osnago & Ruta (2017) for
    depth; Heid, Larch & Yotov (2021) for what structural effects leave.
    """
    options = Options.of(**given)
    facts = Facts.shipped()
    index = ai.index_without(options)
    rows = samples(facts, index)
    sides = [effects.estimate(spec, design, rows[spec.flows]) for spec in SPECS for design in DESIGNS[spec.flows]]
    level, products = ai.headlines(rows, index)
    headlines = [level[1], *products[: ai.PRODUCTS]]
    more = beyond(headlines, replace(options, instrument=None))
    if options.instrument is not None:
        more += [one for one in beyond(level, replace(options, lags=(), leads=())) if one.name == "instrument"]
    coefficients = tables.effects_table(sides, effects.others(rows))
    tested, indexed = tables.tests_table(sides), ai.table(level, products)
    judged = claims.tables(facts.trade.flows)
    lagged = {one.equation.label: one.found(1).numbers["estimate"] for one in products}
    models = {
        f"{side.spec.sample}, {side.design}": side.fit for side in sides if side.spec in MAIN and side.fit is not None
    }
    return Study(
        "connectivity", "Hard or soft connectivity: ships and networks, or rules and facilitation?",
        (coefficients, tested, indexed, *judged, *more),
        _sentence(coefficients.frame, tested.frame, indexed, judged[0].frame, lagged), _caveats(facts),
        (Figure("connectivity", "Hard and soft connectivity in one equation", partial(draw, sides)),),
        models, limits(headlines, options),
    )  # fmt: skip


def samples(facts: Facts, index: Any) -> dict[str, pd.DataFrame]:
    """Return China's flows with its partners, and all flows of the eleven, each with connectivity."""
    found = {CHINA: partners(facts, index), PAIRS: pairs(facts, index)}
    out = {}
    for name, frame in found.items():
        frame = frame[frame[YEAR] <= (LAST if name == CHINA else MAIN[1].last)].reset_index(drop=True)
        made = connectivity(facts.folder, facts.trade.shipping, frame)
        later = connectivity(facts.folder, facts.trade.shipping, frame.assign(year=frame[YEAR] + LEAD))
        made["ships_later"] = later["ships"]
        for side in (EXPORTER, IMPORTER):
            made[f"broadband_{side}"] = facts.of("fixed_broadband_per_100", made[side], made[YEAR])
        made["broadband_gap"] = (made["broadband_exporter"] - made["broadband_importer"]).abs()
        out[name] = made
    return out


def _sentence(
    table: pd.DataFrame, tested: pd.DataFrame, indexed: Table, judged: pd.DataFrame, lagged: Mapping[str, float]
) -> str:
    def told(spec: effects.Spec, design: str) -> str:
        at = (table["flows"] == spec.sample) & (table["window"] == spec.label) & (table["design"] == design)
        one = table[at].set_index("variable")
        rows = one[["estimate", "low", "high", "p_bootstrap"]].astype(float).T.to_dict("list")
        return "; ".join(
            f"{name} {interval(*rows[name][:3])}, bootstrap p {rows[name][3]:.2f}" for name in spec.variables
        )

    def p_of(spec: effects.Spec, design: str) -> float:
        at = (tested["flows"] == spec.sample) & (tested["window"] == spec.label) & (tested["design"] == design)
        return float(tested.loc[at, "p_bootstrap"].iloc[0])

    china, every = MAIN
    later = table[(table["variable"] == f"ships {LEAD} years later") & (table["flows"] == china.sample)]
    before = later.set_index("design").loc["between"]
    between, within = _row(table, china, "between", "ships"), _row(table, china, "within", "ships")
    seen = between["estimate"] > 0 and between["p_bootstrap"] < FIRM
    products = indexed.frame[indexed.frame["equation"].str.contains(" × ")].set_index("equation")
    firm = [str(one) for one, p in holm(products["p_bootstrap"]).items() if p < 0.05]
    now = products["estimate"].to_dict()
    earlier = "; ".join(
        f"{one} ({now[one]:+.2f}, with the index of the year before {lagged[one]:+.2f})" for one in firm
    )
    verdicts = judged.groupby("verdict", sort=False)
    said = "; ".join(
        f"{verdict}: {', '.join(f'{row.claim} in {row.year}' for row in group.itertuples())}"
        for verdict, group in verdicts
    )
    return (
        f"What it shows: between partners China trades {'' if seen else 'not firmly '}more where container lines "
        f"connect ({china.label}, PPML, per standard deviation, 95 % intervals: {told(china, 'between')}; that ships "
        f"and broadband sum to what depth has: p = {p_of(china, 'between'):.3f} by the bootstrap). Within partners "
        f"{'it stays' if within['estimate'] > 0 and within['p_bootstrap'] < FIRM else 'nothing firm is left'} "
        f"({told(china, 'within')}; p = {p_of(china, 'within'):.2f}). Lines may follow cargo: connectivity {LEAD} "
        f"years later, beside that of the year, goes with {before['estimate']:+.2f} (p = {before['p_bootstrap']:.2f}). "
        f"Between all pairs, with pair effects ({every.label}): {told(every, 'within')}; same sums p = "
        f"{p_of(every, 'within'):.3f}, though {_weak(table, every)}. Of {len(products)} products of the AI index with "
        f"hard or soft, firm by the bootstrap after Holm's correction: {earlier or 'none'}. Reported totals – {said}. "
        "What it does not show: that ships matter and rules do not. Hard stands with two variables and soft with one, "
        "so sums do not compare like with like. Depth hardly varied before 2022, so a variable "
        "that differs between places is held against one that came to most at once."
    )


def _row(table: pd.DataFrame, spec: effects.Spec, design: str, variable: str) -> dict[Any, Any]:
    at = (table["flows"] == spec.sample) & (table["window"] == spec.label) & (table["design"] == design)
    return dict(table[at].set_index("variable").loc[variable])


def _weak(table: pd.DataFrame, spec: effects.Spec) -> str:
    at = (table["flows"] == spec.sample) & (table["window"] == spec.label) & (table["design"] == "within")
    one = table[at].set_index("variable")
    part, who, rest = one["top_share"].to_dict(), one["top"].to_dict(), one["left"].to_dict()
    return (
        f"{part['depth']:.0%} of what identifies depth is {who['depth']}, and of the standard deviation of ships "
        f"{rest['ships']:.0%} is left"
    )


def holm(p: pd.Series) -> pd.Series:
    """Return p-values corrected for their number (Holm 1979).

    Examples
    --------
    >>> holm(pd.Series([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    order = p.sort_values()
    steps = np.arange(len(order), 0, -1)
    return pd.Series(np.minimum(np.maximum.accumulate(order.to_numpy() * steps), 1), index=order.index).reindex(p.index)


def _caveats(facts: Facts) -> tuple[str, ...]:
    power = facts.series("access_to_electricity_pct").unstack().reindex([claims.CHINA, *facts.members])
    last = power.dropna(axis=1, how="all").columns[-1]
    full = int((power[last] >= FULL).sum())
    return (
        "Shipping connectivity counts services, carriers and ship sizes, which follow the cargo there is: it is an "
        "outcome of trade as much as a cause. It is close to the product of the two economies' own connectivity, so "
        "beside exporter-year and importer-year effects mostly jumps are left. Laos is landlocked and drops out of "
        "every row with ships.",
        f"Electricity ends in {last}, when {full} of the {len(power)} have {FULL} % or more: context, no contest.",
        "Depth between China and its partners is RCEP's alone (2022; 2023 for Indonesia and the Philippines). Openness "
        "(the higher DSTRI, 2020–2024) is China's own value for all partners but Cambodia and Laos, so within partners "
        "it is absorbed; Myanmar has none, and eight partners are left.",
        "Facilitation is of few years: hours at the border (Doing Business) end in 2019, customs scores (logistics "
        "performance) are of 2014, 2016, 2018 and 2023.",
        "Trade is goods trade: digital rules should show in services first.",
        "Standardised coefficients compare effects of typical differences in these rows; a variable that hardly varies "
        "in them has a small typical difference whatever it does elsewhere.",
        "Papers that call hard connectivity the stronger one mostly compare countries, as the rows between do.",
        "Verdicts on 2025 rest on exporters' reports of April 2026; the source calls the step from 2024 a break.",
        "Trade: Source: International Monetary Fund, International Trade in Goods (by partner country) and Direction "
        "of Trade Statistics; extract. Shipping: UNCTADstat. Broadband, electricity, Doing Business, logistics: World "
        "Bank (CC BY 4.0). DSTRI: OECD (CC BY 4.0).",
    )


def draw(sides: list[Side]) -> Any:
    """Draw the coefficients of the main equations, alone and together."""
    from indexer.figures import coefficients

    rows = []
    for side in sides:
        if side.spec not in MAIN:
            continue
        for name in side.spec.variables:
            for how, found in (("alone", side.alone[name]), ("together", side.together[name])):
                numbers = found.numbers
                rows.append(
                    {
                        "term": name, "estimate": numbers["estimate"], "conf_low": numbers["low"],
                        "conf_high": numbers["high"], "group": how, "panel": f"{side.spec.sample}, {side.design}",
                    }
                )  # fmt: skip
    return coefficients(
        pd.DataFrame(rows), "Hard or soft connectivity: what goes with trade?", unit="per standard deviation",
        group="group", panel="panel", subtitle="dot: estimate; line: 95 % interval; PPML, 2014–2024 and 2014–2022",
        source="IMF, UNCTADstat, World Bank; depth of digital rules: this project.",
    )  # fmt: skip
