"""Does AI work through supply chains and trade facilitation? Mediation on China's trade with its partners."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import EstimationError, UsageError
from indexer.index import Index
from indexer.pipeline import build
from indexer.study.beyond import Headline, beyond, limits
from indexer.study.estimate import Equation
from indexer.study.frames import FLOWS, Facts, partners
from indexer.study.mediation import Mediation, mediate
from indexer.study.options import Options
from indexer.study.questions.mechanisms.series import LONG, MEDIATORS, WITH_RCEP, Mediator, Window, users
from indexer.study.questions.mechanisms.text import caveats, sentence, short
from indexer.study.questions.rcep.samples import members as partners_of
from indexer.study.report import Figure, Study, Table

DRAWS = 999
POINTS = 10.0
DESIGNS = {
    "between": "ai_partner + log(gdp_partner) + log(distance){rcep} | year",
    "within": "ai_partner + log(gdp_partner){rcep} | partner + year",
}
EARLIER = 5
"""Years by which the trade of the placebo is older than index and mediator."""
PATHS = ("c", "a", "b", "ab", "c'")
ENDS = tuple(f"{kind}_{end}" for kind in ("sobel", "percentile", "bca") for end in ("low", "high", "p"))
NUMBERS = {
    **dict.fromkeys([*PATHS, *(f"{path}_p" for path in PATHS), *ENDS], ".3f"),
    "n": ".0f", "clusters": ".0f", "failed": ".1%",
}  # fmt: skip


def study(data: str | Path | list[str | Path] | None = None, **given: Any) -> Study:
    """Split the coefficient on the partner's index into what goes through a mediator and what does not.

    Parameters
    ----------
    data : path, optional
        A table of economy, year and one column a mediator of your own, taken as it stands, over the years that it and
        an edition have.
    **given
        See `indexer.study.options.Options`.

    Returns
    -------
    Study
        Tables `mediation`, `checks`, and those of `indexer.study.beyond`.

    References
    ----------
    Baron & Kenny (1986); Sobel (1982); Imai, Keele & Yamamoto (2010), for sequential ignorability.
    """
    options = Options.of(**given)
    facts = Facts.shipped()
    indices = Indices(options)
    found = {
        (one.label, window.label, flow, design): _made(facts, indices, one, window, flow, design)
        for one in (*MEDIATORS, *users(data, facts))
        for window in one.windows
        for flow in FLOWS
        for design in DESIGNS
    }
    names = ("mediator", "window", "flow", "design")
    table = pd.DataFrame([dict(zip(names, key, strict=True)) | row(made) for key, made in found.items()])
    checked = _checks(facts, indices, found, options.seed)
    main = MEDIATORS[0]
    index = indices.of(LONG, main)
    headlines = [
        Headline(_equation(design, path, main), index, partial(_sample, facts, main), _coastal(facts))
        for design in DESIGNS
        for path in ("c", "a", "c'")
    ]
    models = {
        f"{path}, {design}": made.fits[path]
        for design in DESIGNS
        for path in ("c", "a", "b")
        if isinstance(made := found[main.label, LONG.label, "total", design], Mediation)
    }
    tables = (_main(table), _checked(checked), *beyond(headlines, options))
    return Study(
        "mechanisms", "Does AI work through supply chains and trade facilitation?", tables, sentence(table, checked),
        caveats(DRAWS), _figures(table), models, limits(headlines, options),
    )  # fmt: skip


class Indices:
    """The index by edition and by the indicators it is rebuilt without; each is built once."""

    def __init__(self, options: Options):
        self.options = options
        self.known: dict[tuple[str | None, frozenset[str]], Index] = {}

    def of(self, window: Window, one: Mediator) -> Index:
        """Return the index of a window for a mediator; EstimationError if an edition cannot do without it."""
        edition = window.edition or self.options.edition
        plain = (edition, frozenset[str]())
        if plain not in self.known:
            self.known[plain] = build(self.options.indicators, edition).without("trade_outcome")
        base = self.known[plain]
        key = (edition, one.without & set(base.plan.indicators))
        if key not in self.known:
            try:
                self.known[key] = base.rebuild(base.folder, base.edition.without(key[1], "the-mediator"))
            except UsageError as error:
                raise EstimationError(error.message, where="mechanisms", remedy=error.remedy) from None
        return self.known[key]


def outcome(design: str, one: Mediator, last: int, estimator: str = "ols") -> str:
    """Return the outcome's equation; RCEP stands in it where it varies."""
    rcep = " + rcep" if last >= WITH_RCEP and one.every_year else ""
    return f"{'log(trade)' if estimator == 'ols' else 'trade'} ~ {DESIGNS[design].format(rcep=rcep)}"


def row(made: Mediation | str) -> dict[str, Any]:
    """Return paths on ten points of the index (b: on one unit of the mediator), intervals of a·b, or the reason."""
    if isinstance(made, str):
        return dict.fromkeys([*PATHS, *ENDS], np.nan) | {"note": made}
    paths: dict[Any, dict[Any, float]] = made.paths.to_dict("index")
    lines: dict[Any, dict[Any, float]] = made.intervals.astype(float).to_dict("index")
    out: dict[str, Any] = {}
    for path in PATHS:
        scale = 1.0 if path == "b" else POINTS
        out |= {path: paths[path]["estimate"] * scale, f"{path}_p": paths[path]["p"]}
    for kind, line in lines.items():
        out |= {f"{kind}_low": line["low"] * POINTS, f"{kind}_high": line["high"] * POINTS, f"{kind}_p": line["p"]}
    return out | {"n": made.n, "clusters": made.clusters, "failed": made.failed, "note": ""}


def _made(
    facts: Facts, indices: Indices, one: Mediator, window: Window, flow: str, design: str
) -> Mediation | str:  # fmt: skip
    try:
        index = indices.of(window, one)
    except EstimationError as error:
        return error.message
    frame = one.rows(facts, partners(facts, index), window, flow)
    return _estimate(frame, design, one, window, indices.options.seed)


def _estimate(
    frame: pd.DataFrame, design: str, one: Mediator, window: Window, seed: int, estimator: str = "ols", shift: int = 0
) -> Mediation | str:
    """Estimate, or return the reason why the data cannot carry it."""
    formula = outcome(design, one, window.last - shift, estimator)
    try:
        return mediate(frame, formula, one.term, "ai_partner", estimator=estimator, draws=DRAWS, seed=seed)
    except EstimationError as error:
        return error.message


def _equation(design: str, path: str, one: Mediator) -> Equation:
    """Return the equation behind a path of the headline, with its coefficient on ten points of the index."""
    formula = outcome(design, one, LONG.last)
    if path == "a":
        formula = formula.replace("log(trade)", one.term)
    if path == "c'":
        formula = formula.replace(" |", f" + {one.term} |")
    return Equation(f"{path}, {design}", "ols", formula, "ai_partner", scale=POINTS)


def _sample(facts: Facts, one: Mediator, index: Any, lag: int) -> pd.DataFrame:
    frame = one.rows(facts, partners(facts, index, lag), LONG, "total")
    # the paths are compared on one sample: the total effect, too, is that of partners with the mediator
    return frame[np.isfinite(frame["mediator"])]


def _coastal(facts: Facts) -> tuple[str, ...]:
    """Partners that have shipping at all."""
    return tuple(sorted(set(partners_of(facts)) & set(facts.series("lsci_annual_mean").index.get_level_values(0))))


def _checks(facts: Facts, indices: Indices, found: dict[Any, Mediation | str], seed: int) -> pd.DataFrame:
    """Variants of the indirect effect through shipping: Poisson, trade of earlier years, one partner less."""
    one = MEDIATORS[0]
    rows = []
    for window in one.windows:
        index = indices.of(window, one)
        same = one.rows(facts, partners(facts, index), window, "total")
        before = one.rows(facts, partners(facts, index, -EARLIER), window, "total", EARLIER)
        for design in DESIGNS:
            plain = found[one.label, window.label, "total", design]
            made = {"as in the table": plain}
            made["PPML for b and c'"] = _estimate(same, design, one, window, seed, "ppml")
            if before["year"].nunique() == window.last - window.first + 1:
                said = f"placebo: trade {EARLIER} years earlier"
                made[said] = _estimate(before, design, one, window, seed, shift=EARLIER)
            if isinstance(plain, Mediation):
                for end, who in (("lowest", plain.left_out.idxmin()), ("highest", plain.left_out.idxmax())):
                    less = same[same["partner"] != who]
                    made[f"without {who} ({end})"] = _estimate(less, design, one, window, seed)
            rows += [{"check": check, "window": window.label, "design": design} | row(m) for check, m in made.items()]
    return pd.DataFrame(rows)


def _main(table: pd.DataFrame) -> Table:
    total = table[table["flow"] == "total"]
    reasons = total[total["note"] != ""].to_dict("records")
    return Table(
        "mediation", "Through what the partner's AI goes with China's total trade: ten points of the index, log-OLS",
        table, NUMBERS,
        (
            "c total; a index → mediator; b mediator → trade beside the index; ab through the mediator; c' the rest: "
            "c = c' + ab. * p of t below .05; errors clustered by partner.",
            f"ab: 95 % percentile interval of {DRAWS} draws of whole partners; p of Sobel | of these draws. Exports, "
            "imports, BCa intervals, rows: mediation.csv.",
            "Times and costs are log(1 + x), lower is better: where AI works through them, a and b are both negative.",
            *dict.fromkeys(f"{r['mediator']}, {r['window']}: {r['note']}." for r in reasons),
        ),
        short(total, ("mediator", "window", "design")),
    )  # fmt: skip


def _checked(frame: pd.DataFrame) -> Table:
    return Table(
        "checks", "What the indirect effect through shipping rests on (total trade)", frame, NUMBERS,
        (f"Placebo: index and shipping of 2020–2024 on trade of {2020 - EARLIER}–{2024 - EARLIER}.",),
        short(frame, ("check", "window", "design")),
    )  # fmt: skip


def _figures(table: pd.DataFrame) -> tuple[Figure, ...]:
    return (Figure("mechanisms", "Indirect effects by mediator", partial(picture, table)),)


def picture(table: pd.DataFrame) -> Any:
    """Draw the indirect effects of total trade with their bootstrap intervals, by design."""
    from indexer.figures import coefficients

    rows = table[(table["flow"] == "total") & np.isfinite(table["ab"])].copy()
    rows["term"] = rows["mediator"] + ", " + rows["window"]
    rows = rows.rename(columns={"ab": "estimate", "percentile_low": "conf_low", "percentile_high": "conf_high"})
    return coefficients(
        rows, "What goes through each mediator", unit="log points of total trade for ten points of the index",
        group="design", subtitle="dot: a·b; line: 95 % interval of draws of whole partners",
    )  # fmt: skip
