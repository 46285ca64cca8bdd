"""The question of the first study: does trade of China and its ASEAN partners go with the partner's AI development."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indexer.analyse.within import contributions, within_parts
from indexer.connect.china_partners import CHINA, china_partners
from indexer.folder import read_trade
from indexer.index import Index
from indexer.panel import Status
from indexer.pipeline import build
from indexer.study.estimate import DESIGNS, FLOWS, SSC, estimate, panel
from indexer.study.report import Study, sentence
from indexer.study.robustness import checks

WINDOWS = ((2020, 2024), (2020, 2023))


def china_asean() -> Study:
    """Estimate trade of China with the ten ASEAN members on the partner's AI index, as log-OLS and PPML.

    Dependent variables are China's total trade, exports and imports; windows 2020-2024 and 2020-2023; the index is
    the one without trade outcomes. Two designs: year effects with GDP and distance (between partners), and partner
    and year effects (within partners). Errors are clustered by partner, with one small-sample factor and t on nine
    degrees of freedom throughout, since there are ten clusters only.

    Returns
    -------
    Study

    References
    ----------
    Wei et al. (2025), doi 10.62517/jse.202511619, for the design with GDP and distance.
    """
    index = build().without("trade_outcome")
    directed = china_partners(index.folder, read_trade())
    data = panel(index, directed)
    table = pd.DataFrame(
        [_row(data, flow, estimator, w) for w in WINDOWS for flow in FLOWS for estimator in ("log-OLS", "PPML")]
    )
    found = checks(index, directed, WINDOWS[0])
    title = (
        "China with ten ASEAN members: trade and the partner's AI development (coefficient on 10 points of the index)"
    )
    return Study(title, table, found, _notes(index), sentence(table, found))


def _row(data: pd.DataFrame, flow: str, estimator: str, window: tuple[int, int]) -> dict[str, object]:
    sample = data[data["year"].between(*window)]
    row: dict[str, object] = {"window": f"{window[0]}-{window[1]}", "flow": flow, "estimator": estimator}
    for design, right in DESIGNS.items():
        found = estimate(sample, flow, estimator, right)
        row |= {"n": found.pop("n"), "clusters": found.pop("clusters")}
        row |= {f"{design}_{name}": value for name, value in found.items()}
    return row


def _notes(index: Index) -> tuple[str, ...]:
    cells = [(w, _cells(index, w)) for w in WINDOWS]
    movers = cells[0][1].groupby("indicator")["part"].sum().sort_values(ascending=False).head(2)
    shares = "; ".join(
        f"{a}-{b} {100 * c.loc[c['observed'], 'part'].sum():.1f} %, "
        f"while {100 * c.loc[c['observed'], 'weight'].sum():.0f} % of the weight rests on observed cells"
        for (a, b), c in cells
    )
    return (
        f"AI: the partner's index of edition {index.edition.document} without indicators that are trade themselves, "
        "per 10 points of 0-100. Its rules set counts trade agreements (RCEP among them), which are trade policy.",
        "Year effects: trade on AI, GDP of the partner and distance; China's own AI and GDP are then absorbed, so no "
        "coefficient is shown for them.",
        "Partner and year effects: only changes within a partner count; distance is absorbed too.",
        f"Standard errors in brackets, clustered by partner: 10 clusters in every column, factor ssc='{SSC}', p-values "
        "from t with 9 degrees of freedom. With so few clusters they are rough, and tend to be too small.",
        f"Share of the partners' AI within-variation that comes from observed cells: {shares}. A carried cell does not "
        "move, so the first figure flatters.",
        "What moves within partners is mostly "
        + " and ".join(f"{index.catalogue.indicator(str(name)).name} ({part:.0%})" for name, part in movers.items())
        + ": the within columns compare before and after a few steps of a few partners.",
        "Trade: Source: International Monetary Fund, International Trade in Goods (by partner country) and Direction "
        "of Trade Statistics; China's reports in both directions (imports cif).",
    )


def _cells(index: Index, window: tuple[int, int]) -> pd.DataFrame:
    """Cells of the partners: indicator, whether observed, part of the within-variation, share of the weight."""
    labels = pd.DataFrame(index.panel.case_labels, columns=["economy", "year"])
    rows = ((labels["economy"] != CHINA) & labels["year"].between(*window)).to_numpy()
    labels = labels[rows]
    parts = within_parts(
        contributions(index.plan, index.result)[rows], labels["economy"].to_numpy(), labels["year"].to_numpy()
    )
    observed = np.isin(index.panel.cases(index.panel.status)[rows], [Status.OBSERVED, Status.CORRECTED])
    weight = np.broadcast_to(index.plan.effective_weights / len(labels), parts.shape)
    names = np.broadcast_to(np.array(index.plan.indicators), parts.shape)
    columns = {"indicator": names, "observed": observed, "part": parts, "weight": weight}
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()})
