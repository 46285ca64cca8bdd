"""Exports of digitally deliverable services: do they go with size and institutions, or with infrastructure and ICT."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.index import Index
from indexer.pipeline import build
from indexer.study.beyond import NUMBERS, Headline, beyond, limits
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.digital_services import effects, text
from indexer.study.questions.digital_services.effects import DESIGNS, REGRESSORS
from indexer.study.questions.digital_services.panel import (
    BLOCKS,
    FIRST,
    LAST,
    RCEP,
    SERIES,
    WITH_4G,
    WORLD,
    Panel,
    read_exports,
)
from indexer.study.report import Figure, Study, Table

EDITION = "world"
POINTS = 10.0
ITSELF = frozenset(SERIES[name] for block in ("infrastructure", "ict") for name in BLOCKS[block]) | {
    SERIES[WITH_4G["infrastructure_4g"][-1]]
}
"""Indicators that stand beside the index as infrastructure and ICT."""


def study(data: str | Path | list[str | Path] | None = None, **given: Any) -> Study:
    """Estimate exports of digitally deliverable services of RCEP's members, and of the world beside them.

    Parameters
    ----------
    data : path, optional
        Exports of your own in place of the shipped ones: economy, year, services (million US$).
    **given
        See `indexer.study.options.Options`; the edition is `world` by default, since it holds all fifteen members.

    Returns
    -------
    Study
        Tables `coefficients`, `claim`, `falling`, `rolling`, `parts`, `left_out`, `ai`, `cells`, and those of
        `indexer.study.beyond`.

    Raises
    ------
    UsageError
        For an edition that lacks a member of RCEP, and for a table that `read_exports` refuses.

    References
    ----------
    Freund & Weinhold (2002) for the internet and services trade; Nordås & Rouzet (2017) and Ferencz (2019) for
    regulation.
    """
    options = Options.of(**given)
    facts = Facts.shipped()
    panel = Panel(facts, None if data is None else read_exports(data, facts.folder.names))
    index = _index(options, panel.members)
    headlines = _headlines(panel, index)
    found = {
        "coefficients": effects.blocks(panel), "claim": effects.claims(panel),
        "falling": effects.falling(panel), "left_out": effects.left_out(panel),
        "rolling": effects.rolling(panel), "parts": effects.parts(panel), "cells": panel.cells(),
        "ai": pd.DataFrame([one.found().row(equation=one.equation.label) for one in headlines]),
    }  # fmt: skip
    models = {}
    for design in DESIGNS:
        for estimator in effects.ESTIMATORS:
            fit = effects.together(panel, RCEP, design, estimator)["size"].fit
            if fit is not None:
                models[f"{estimator}, {design}"] = fit
    return Study(
        "digital-services",
        "Do RCEP's exports of digitally deliverable services go with size and institutions, or with networks?",
        (*_tables(found, index), *beyond(headlines, options)), text.sentence(found), text.caveats(found),
        (Figure("digital-services", "Coefficients over windows of five years", partial(draw, found["rolling"])),),
        models, limits(headlines, options),
    )  # fmt: skip


def _index(options: Options, members: list[str]) -> Index:
    base = build(options.indicators, options.edition or EDITION).without("trade_outcome")
    gone = ITSELF & set(base.plan.indicators)
    index = base.rebuild(base.folder, base.edition.without(gone, "networks")) if gone else base
    if lost := sorted(set(members) - set(index.scores["economy"])):
        raise UsageError(
            f"the edition {index.edition.document} has no {', '.join(lost)}", where="edition",
            remedy=f"use an edition with all members of RCEP, such as {EDITION}",
        )  # fmt: skip
    return index


def _headlines(panel: Panel, index: Index) -> list[Headline]:
    """Return the index added to the four blocks, PPML, in both samples and designs."""
    known = index.scores.groupby("economy")["index"].count()
    scored = set(known.index[known == known.max()])
    made = []
    needed = [*REGRESSORS, "services", "ai_exporter"]
    for sample in (RCEP, WORLD):
        for design in DESIGNS:
            one = effects.equation(
                design, "ppml", "ai_exporter", (*REGRESSORS, "ai_exporter"), POINTS, f"{sample}, {design}"
            )
            # an economy without exports in these years moves no coefficient
            used = set(panel.scored(sample, index, 0).dropna(subset=needed)["exporter"])
            who = sorted(used if sample == RCEP else used & scored)
            made.append(Headline(one, index, partial(panel.scored, sample), tuple(who), "ai_exporter"))
    return made


def _tables(found: dict[str, pd.DataFrame], index: Index) -> tuple[Table, ...]:
    blocks = found["coefficients"]
    years = index.scores["year"]
    about = f"The index of edition {index.edition.document}, {years.min()}–{years.max()}, {text.NOTES['ai'][0]}"
    if SERIES["regulatory"] in index.plan.indicators:
        about += " Regulatory quality stays in it, so part of institutions is in it."
    return (
        Table(
            "coefficients",
            f"Exports of digitally deliverable services, {FIRST}–{LAST}: coefficient (standard error), p",
            blocks, NUMBERS | {"left_over": ".0%"}, text.NOTES["coefficients"], text.wide(blocks),
        ),
        Table(
            "claim", "Size and institutions against infrastructure and ICT: joint Wald tests", found["claim"],
            {}, text.NOTES["claim"], text.wide_tests(found["claim"]),
        ),
        Table(
            "falling", "Do the coefficients of infrastructure and ICT fall? Change in ten years (standard error), p",
            found["falling"], NUMBERS | {"p_joint": ".3f"}, text.NOTES["falling"],
            text.wide(found["falling"], ("p_joint",)),
        ),
        Table(
            "rolling", "Windows of five years by their last year, log-OLS: coefficient (standard error)",
            found["rolling"], {}, text.NOTES["rolling"], text.windows(found["rolling"]),
        ),
        Table(
            "parts", "Each part in the place of its block, RCEP: coefficient (standard error), p", found["parts"],
            NUMBERS, text.NOTES["parts"], text.wide_parts(found["parts"]),
        ),
        Table(
            "left_out", "One economy of RCEP left out at a time: range of the coefficients", found["left_out"],
            dict.fromkeys(["estimate", "lowest", "highest"], "+.2f"), text.NOTES["left_out"],
        ),
        Table(
            "ai", "The AI index added to the four blocks, PPML: ten points of the index", found["ai"], NUMBERS,
            (about,),
        ),
        Table("cells", "What the facts hold of RCEP's members", found["cells"], {}, text.NOTES["cells"]),
    )  # fmt: skip


def draw(rolling: pd.DataFrame) -> Any:
    """Draw the coefficients of infrastructure and ICT of RCEP's members over rolling windows, year effects."""
    from indexer.figures import path

    names = {"infrastructure": "infrastructure", "ict": "ICT", "institutions": "institutions"}
    rows = rolling[(rolling["sample"] == RCEP) & (rolling["effects"] == "between") & rolling["regressor"].isin(names)]
    frame = rows.assign(regressor=rows["regressor"].map(names)).rename(columns={"low": "conf_low", "high": "conf_high"})
    frame = frame[np.isfinite(frame["estimate"])]
    return path(
        frame, "Do networks come to matter less for digital services?",
        unit="per standard deviation", group="regressor",
        subtitle="RCEP, log-OLS with year effects, five years up to the year shown; band: 95 % interval",
        source="UNCTAD and World Bank Data360; World Bank.",
    )  # fmt: skip
