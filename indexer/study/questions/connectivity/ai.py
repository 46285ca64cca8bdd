"""Does AI go with hard or with soft connectivity? The index beside both, and multiplied with both."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from indexer.index import Index
from indexer.pipeline import build
from indexer.study.beyond import Headline
from indexer.study.estimate import Equation
from indexer.study.frames import within
from indexer.study.options import Options
from indexer.study.questions.connectivity.effects import CHINA, CLUSTER, DESIGNS, PAIRS, always
from indexer.study.questions.connectivity.tables import NUMBERS
from indexer.study.report import Table

POINTS = 10.0
PRODUCTS = 4
"""Products that are carried on to lags, draws and limits: those of China and of the exporter's index."""
WINDOWS = {CHINA: (2020, 2024), PAIRS: (2020, 2022)}
ITSELF = frozenset({"fixed_broadband_per_100", "dstri", "digital_agreements_in_force"})
"""Indicators that are themselves connectivity here."""


def index_without(options: Options) -> Index:
    """Build the index without trade outcomes and without what stands beside it as connectivity."""
    base = build(options.indicators, options.edition).without("trade_outcome")
    gone = ITSELF & set(base.plan.indicators)
    return base.rebuild(base.folder, base.edition.without(gone, "connectivity")) if gone else base


def scored(base: pd.DataFrame, index: Any, lag: int) -> pd.DataFrame:
    """Return rows with the index of exporter and importer, and of the partner, `lag` years older than trade."""
    scores = index.scores if isinstance(index, Index) else index
    series = scores.set_index(["economy", "year"])["index"]

    def of(side: str) -> np.ndarray:
        at = pd.MultiIndex.from_arrays([base[side], base["year"] - lag])
        return np.asarray(series.reindex(at).to_numpy(dtype=float))

    sides = {f"ai_{side}": of(side) for side in ("exporter", "importer", "partner") if side in base}
    return base.assign(**sides)


def blocks(frame: pd.DataFrame, flows: str) -> pd.DataFrame:
    """Return the rows of a window with hard (mean of ships and broadband) and soft (depth), standardised on them."""
    rows = within(frame, *WINDOWS[flows])
    if flows == CHINA:
        rows = rows[rows["flow"] == "total"]
    rows = rows.dropna(subset=["ships", "broadband", "depth", "trade", "distance"])

    def z(x: pd.Series) -> pd.Series:
        return (x - x.mean()) / x.std()

    return rows.assign(hard=z(z(rows["ships"]) + z(rows["broadband"])), soft=z(rows["depth"]))


def headlines(rows: dict[str, pd.DataFrame], index: Index) -> tuple[list[Headline], list[Headline]]:
    """Return the index beside connectivity (China), and its products with hard and soft (China, all pairs)."""
    used = {flows: blocks(frame, flows) for flows, frame in rows.items()}
    made = {flows: partial(scored, frame) for flows, frame in used.items()}
    # an economy without rows, landlocked say, moves no coefficient
    away = tuple(sorted(used[CHINA]["partner"].unique()))
    members = tuple(sorted(used[PAIRS]["exporter"].unique()))
    level = [
        Headline(_equation(CHINA, design, "ai_partner", "ai_partner", False), index, made[CHINA], away)
        for design in DESIGNS[CHINA]
    ]
    products = [
        Headline(_equation(flows, "within", side, f"{side}:{block}", True), index, made[flows], who, side)
        for flows, side, who in (
            (CHINA, "ai_partner", away),
            (PAIRS, "ai_exporter", members),
            (PAIRS, "ai_importer", members),
        )
        for block in ("hard", "soft")
    ]
    return level, products


def _equation(flows: str, design: str, side: str, term: str, products: bool) -> Equation:
    """PPML of trade on hard and soft, the index where the effects leave it, and its products."""
    own = [side] if flows == CHINA else []
    both = [f"{side}:hard", f"{side}:soft"] if products else []
    right = f"{' + '.join([*own, 'hard', 'soft', *both])} + {DESIGNS[flows][design]}".replace("+ |", "|")
    sample = f"{CHINA}, total" if flows == CHINA else PAIRS
    label = f"{sample}, {design}: {term.replace(':', ' × ')}"
    return Equation(label, "ppml", f"trade ~ {right}", term, {"CRV1": CLUSTER[flows]}, POINTS)


def table(level: list[Headline], products: list[Headline]) -> Table:
    """Return the table of the index beside and times connectivity."""
    rows = []
    for one in (*level, *products):
        found = one.found()
        numbers = found.row(equation=one.equation.label)
        numbers["p_bootstrap"] = always(found, f"{one.equation.term} = 0")
        rows.append(numbers)
    formats = {name: how for name, how in NUMBERS.items() if name in rows[0]}
    return Table(
        "ai", "The AI index beside hard and soft connectivity, and times them: ten points of the index",
        pd.DataFrame(rows), formats,
        (
            "PPML; hard: mean of ships and broadband, soft: depth, each with standard deviation 1. China "
            f"{WINDOWS[CHINA][0]}–{WINDOWS[CHINA][1]}, all pairs {WINDOWS[PAIRS][0]}–{WINDOWS[PAIRS][1]}. The index is "
            "rebuilt without broadband, DSTRI and digital agreements, which are connectivity here. Between all pairs "
            "the index of one side is absorbed, its product with a variable of the pair is not.",
        ),
    )  # fmt: skip
