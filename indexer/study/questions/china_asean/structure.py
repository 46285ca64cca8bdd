"""Rung 5 on a world sample: what exporter-year, importer-year and pair effects leave of the index."""

from __future__ import annotations

from typing import Any

import pandas as pd

from indexer import gravity
from indexer.columns import EXPORTER, YEAR
from indexer.errors import EstimationError
from indexer.study.estimate import Equation, Found

POINTS = 10.0
PAIR = {"CRV1": "pair"}
STRUCTURE = "exporter^year + importer^year + exporter^importer"


def structural(frame: pd.DataFrame) -> list[tuple[str, str, Found]]:
    """Return rung, what of, and what came of it: of the index, of its products with distance and border, of its gap."""
    abroad = frame[frame["international"] == 1]
    asked = {
        "exporter's AI": "ai_exporter", "exporter's AI × ln distance": "ai_exporter:ln_distance",
        "importer's AI × ln distance": "ai_importer:ln_distance", "gap of AI": "ai_gap",
    }  # fmt: skip
    found = [("5 structural", said, _five(term, term).estimate(abroad)) for said, term in asked.items()]
    border = "ai_exporter_international"
    found.append(("5 structural", "exporter's AI × international", _five(border, border).estimate(frame)))
    return [*found, both_borders(frame)]


def both_borders(frame: pd.DataFrame) -> tuple[str, str, Found]:
    """Return rung 5 with AI × international of both sides at once, which no data identify."""
    both = "ai_exporter_international + ai_importer_international"
    return "5 structural", "both sides' AI × international", _five(both, "ai_importer_international").estimate(frame)


def _five(right: str, term: str) -> Equation:
    return Equation("5 structural", "ppml", f"trade ~ {right} | {STRUCTURE}", term, PAIR, POINTS)


def second_stage(frame: pd.DataFrame) -> dict[str, Any]:
    """Return exporter-year effects on the exporter's index, with country and year effects, as numbers of a row."""
    equation = Equation("5 second stage", "ols", "", "ai_exporter", PAIR, POINTS)
    try:
        fit = gravity.ppml("trade ~ ln_distance | exporter^year + importer^year", frame, vcov=PAIR)
        scores = frame.loc[fit.sample, [EXPORTER, YEAR, "ai_exporter"]].drop_duplicates([EXPORTER, YEAR]).dropna()
        # an exporter with one year says nothing beside country effects
        scores = scores[scores.groupby(EXPORTER)[YEAR].transform("size") > 1]
        line = gravity.second_stage(fit, "ai_exporter", effect="exporter^year", data=scores).tidy().iloc[0]
    except EstimationError as error:
        return Found(equation, None, error.message).row()
    names = {"estimate": "estimate", "std_error": "se", "p_value": "p", "conf_low": "low", "conf_high": "high"}
    numbers = {short: float(line[name]) * (1 if short == "p" else POINTS) for name, short in names.items()}
    note = "exporter-year effects on the exporter's index, with country and year effects"
    return numbers | {"n": len(scores), "clusters": scores[EXPORTER].nunique(), "note": note}
