"""The tables of digital trade rules by pair, by kind of pair and by economy."""

from __future__ import annotations

import pandas as pd

from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.connect.china_partners import CHINA
from indexer.study.questions.rules.samples import ASSUMED_YEAR, KINDS, UPGRADE, Pairs
from indexer.study.report import Table

LATEST = 2024
"""The last year with indices of restrictiveness, and of the editions."""


def depth_matrix(pairs: Pairs) -> Table:
    """Return depth between the economies of RCEP in the last year, shown as a square."""
    year = pairs.of_rcep[pairs.of_rcep[YEAR] == LATEST].drop(columns=YEAR)
    order = [*pairs.eleven, *(one for one in pairs.rcep if one not in pairs.eleven)]
    square = year.pivot(index=EXPORTER, columns=IMPORTER, values="rules_depth").reindex(index=order, columns=order)
    shown = square.rename_axis(columns=None).reset_index(names="economy")
    return Table(
        "depth", f"Depth of digital trade rules by pair, {LATEST} (0 none, 1 all provisions binding and enforceable)",
        year, dict.fromkeys(order, ".2f"),
        ("Own coding of RCEP, CPTPP, DEPA and the ASEAN agreement; the same in both directions.",), shown=shown,
    )  # fmt: skip


def groups(pairs: Pairs) -> Table:
    """Return mean depth by kind of pair over years, and what an upgrade would add."""
    upgraded = pairs.depths(pairs.rcep, upgrade=True)
    upgraded["kind"] = pairs.of_rcep["kind"].to_numpy()
    rows = []
    for kind in KINDS:
        now = pairs.of_rcep[pairs.of_rcep["kind"] == kind]
        then = upgraded[(upgraded["kind"] == kind) & (upgraded[YEAR] == ASSUMED_YEAR)]
        means = now.groupby(YEAR)["rules_depth"].mean()
        rows.append(
            {"pairs": kind, "number": len(then) // 2}
            | {str(year): means[year] for year in (2018, 2020, 2021, 2022, 2023, LATEST, ASSUMED_YEAR)}
            | {f"{ASSUMED_YEAR} with 3.0": then["rules_depth"].mean()}
        )
    years = dict.fromkeys([name for name in rows[0] if name[:2] == "20"], ".3f")
    return Table(
        "groups", "Mean depth by kind of pair", pd.DataFrame(rows), {"number": ".0f"} | years,
        (
            f"{ASSUMED_YEAR}: agreements that are dated today. With 3.0: the {UPGRADE}, signed on 28 October 2025, "
            "assumed in force all year and to hold cooperation only; an assumption, its text was not read.",
        ),
    )  # fmt: skip


def economies(pairs: Pairs) -> Table:
    """Return each economy's own depth, its gap to China's, and its restrictiveness."""
    frame = pairs.regressors[pairs.regressors[YEAR] == LATEST]
    own = frame.groupby(EXPORTER).agg(own_depth=("depth_exporter", "first"), dstri=("dstri_exporter", "first"))
    own["gap_to_china"] = (own["own_depth"] - own["own_depth"].to_dict()[CHINA]).abs()
    out = own.reset_index(names="economy").sort_values("own_depth", ascending=False, ignore_index=True)
    return Table(
        "economies", f"Own depth (mean over the ten others), gap to China's, and DSTRI, {LATEST}", out,
        {"own_depth": ".3f", "gap_to_china": ".3f", "dstri": ".3f"},
        ("DSTRI: OECD, 0 open to 1 closed; Myanmar is not covered.",),
    )  # fmt: skip


def restrictiveness(pairs: Pairs) -> Table:
    """Return the restrictiveness of each pair in the last year, shown as a square."""
    year = pairs.regressors[pairs.regressors[YEAR] == LATEST]
    square = year.pivot(index=EXPORTER, columns=IMPORTER, values="restrictiveness")
    shown = square.rename_axis(columns=None).reset_index(names="economy")
    return Table(
        "restrictiveness", f"Restrictiveness of digital services by pair, {LATEST}: the higher of the two DSTRIs",
        year[[EXPORTER, IMPORTER, "restrictiveness"]], dict.fromkeys(pairs.eleven, ".2f"), shown=shown,
    )  # fmt: skip
