"""The stacked equation of exports and imports, its checks, and its difference with an instrument."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from indexer.index import Index
from indexer.study.beyond import NUMBERS, Headline, beyond
from indexer.study.estimate import Equation
from indexer.study.frames import Facts, partners, within
from indexer.study.options import Options
from indexer.study.questions.china_asean import question as ladder
from indexer.study.report import Table

DIFFERENCE = "ai_partner:away"
"""The partner's AI on China's exports, less that on its imports."""
MAIN = ("2 as PPML", "4 PPML of 3")
DOUBTFUL = "known_ai_supercomputer_h100_equivalents"
PLACEBO_LEAD = 6


def stacked(formula: str) -> str:
    """Return a formula of one flow for both: every regressor and every effect its own for China's exports.

    Examples
    --------
    >>> stacked("log(trade) ~ ai_partner + rcep | partner + year")
    'log(trade) ~ ai_partner + ai_partner:away + rcep + rcep:away | flow^partner + flow^year'
    """
    left, right = (part.strip() for part in formula.split("~"))
    regressors, *effects = (part.strip() for part in right.split("|"))
    both = " + ".join(f"{term} + {term}:away" for term in regressors.split(" + "))
    if not effects:
        return f"{left} ~ {both} + away"
    return f"{left} ~ {both} | " + " + ".join(f"flow^{effect}" for effect in effects[0].split(" + "))


def equation(rung: str) -> Equation:
    """Return the stacked equation of a rung of the ladder; its coefficient is the difference on ten points."""
    estimator, formula = ladder.RUNGS[rung]
    return Equation(f"{rung}, exports − imports", estimator, stacked(formula), DIFFERENCE, scale=ladder.POINTS)


def rows(facts: Facts, first: int, last: int, index: Any, lag: int) -> pd.DataFrame:
    """Return exports and imports of China below each other; `away` is 1 on exports."""
    frame = within(partners(facts, index, lag), first, last)
    frame = frame[frame["flow"] != "total"]
    return frame.assign(away=(frame["flow"] == "exports").astype(float))


def checks(facts: Facts, index: Index, first: int, last: int) -> pd.DataFrame:
    """Estimate the difference again under changes that should not matter.

    Returns
    -------
    DataFrame
        rung, check, low and high: the lowest and highest difference (equal where it is one estimate).
    """
    data = rows(facts, first, last, index, 0)
    members = sorted(data["partner"].unique())
    frames = {
        "as in the table": [data],
        "leaving out one partner in turn": [data[data["partner"] != one] for one in members],
    }
    if DOUBTFUL in index.plan.indicators:
        other = index.rebuild(index.folder, index.edition.without(frozenset({DOUBTFUL}), DOUBTFUL))
        frames["index without known AI supercomputers"] = [rows(facts, first, last, other, 0)]
    made = []
    for rung in MAIN:
        for check, used in frames.items():
            values = [equation(rung).estimate(frame).numbers["estimate"] for frame in used]
            made.append({"rung": rung, "check": check, "low": min(values), "high": max(values)})
    begin, end = first - PLACEBO_LEAD, last - PLACEBO_LEAD
    # before RCEP there is nothing for its share to say
    one = equation(MAIN[0])
    before = replace(one, formula=one.formula.replace(" + rcep + rcep:away", ""))
    value = before.estimate(rows(facts, begin, end, index, -PLACEBO_LEAD)).numbers["estimate"]
    made.append({"rung": MAIN[0], "check": f"placebo: trade of {begin}–{end}", "low": value, "high": value})
    return pd.DataFrame(made)


def instrumented(facts: Facts, index: Index, window: tuple[int, int], options: Options) -> list[Table]:
    """Each flow by itself instrumented, and the difference by stacked two-stage least squares."""
    given = options.instruments()
    if given is None:
        return []
    first, last = window
    single = [
        Headline(
            ladder.equation(rung, flow),
            index,
            partial(ladder._rows, facts, flow, first, last),
            facts.members,
        )
        for rung in MAIN
        for flow in ("exports", "imports")
    ]
    only = replace(options, lags=(), leads=(), draws=0)
    if "economy" not in given:
        return beyond(single, only)
    names = [str(name) for name in given if name not in ("economy", "year")]
    frame = rows(facts, first, last, index, 0).merge(
        given.rename(columns={"economy": "partner"}), on=["partner", "year"], how="left"
    )
    made = []
    for rung in MAIN:
        left, right = equation(rung).formula.split(" ~ ")
        regressors, *effects = right.split(" | ")
        others = " + ".join(term for term in regressors.split(" + ") if term not in ("ai_partner", DIFFERENCE))
        doubled = " + ".join(f"{name} + {name}:away" for name in names)
        formula = " | ".join([f"log({left.removeprefix('log(').removesuffix(')')}) ~ {others}", *effects,
                              f"ai_partner + {DIFFERENCE} ~ {doubled}"])  # fmt: skip
        one = Equation(f"{rung}, exports − imports", "ols", formula, DIFFERENCE, scale=ladder.POINTS)
        made.append(one.estimate(frame).row(equation=one.label, estimator="2SLS"))
    table = Table(
        "instrument_difference", f"The difference, with the index instrumented by {', '.join(names)}",
        pd.DataFrame(made), NUMBERS,
        ("Stacked two-stage least squares; the strength of the instrument stands in the table before.",),
    )  # fmt: skip
    return [*beyond(single, only), table]
