"""The question of the first study: does trade of China and its ASEAN partners go with the partner's AI development."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from indexer import gravity
from indexer.analyse.within import contributions, within_parts
from indexer.connect.china_partners import CHINA, china_partners, with_total
from indexer.folder import read_trade
from indexer.index import Index
from indexer.panel import Status
from indexer.pipeline import build

FLOWS = ("total", "exports", "imports")
WINDOWS = ((2020, 2024), (2020, 2023))
BETWEEN = "ai10 + log(gdp_partner) + log(distance) | year"
WITHIN = "ai10 + log(gdp_partner) | partner + year"


@dataclass(frozen=True)
class Study:
    """The result of a study: a table, what it rests on, and what it says."""

    title: str
    table: pd.DataFrame
    notes: tuple[str, ...]
    sentence: str

    def text(self) -> str:
        """Return the study as plain text, table first."""
        notes = (textwrap.fill(note, 98, initial_indent="- ", subsequent_indent="  ") for note in self.notes)
        title, sentence = textwrap.fill(self.title, 98), textwrap.fill(self.sentence, 98)
        return "\n".join([title, "", _layout(self.table), "", *notes, "", sentence])

    def as_dict(self) -> dict[str, object]:
        """Return the study as plain values, for JSON."""
        table = json.loads(self.table.to_json(orient="records", double_precision=15))
        return {"title": self.title, "table": table, "notes": list(self.notes), "sentence": self.sentence}


def china_asean() -> Study:
    """Estimate trade of China with the ten ASEAN members on the partner's AI index, as log-OLS and PPML.

    Dependent variables are China's total trade, exports and imports; windows 2020-2024 and 2020-2023; the index is
    the one without trade outcomes. Two designs: year effects with GDP and distance (between partners), and partner
    and year effects (within partners). Errors are clustered by partner; p-values and intervals use t with clusters -
    1 degrees of freedom in every column, since there are ten clusters only.

    Returns
    -------
    Study
        `table` has one row a window, flow and estimator: estimate, standard error, p-value and 95 % interval of both
        designs, n, clusters.

    References
    ----------
    Wei et al. (2025), doi 10.62517/jse.202511619, for the design with GDP and distance.
    """
    index = build().without("trade_outcome")
    flows = gravity.attach(index, china_partners(index.folder, read_trade()))
    flows["ai10"] = flows["ai_importer"].where(flows["exporter"] == CHINA, flows["ai_exporter"]) / 10
    data = with_total(flows)
    rows = [
        _row(data, flow, estimator, window) for window in WINDOWS for flow in FLOWS for estimator in ("log-OLS", "PPML")
    ]
    table = pd.DataFrame(rows)
    parts = {window: _parts(index, window) for window in WINDOWS}
    movers = parts[WINDOWS[0]].groupby("indicator")["part"].sum().sort_values(ascending=False).head(2)
    notes = (
        "AI: the partner's index of edition "
        f"{index.edition.name} without indicators that are trade themselves, per 10 points of 0-100.",
        "Year effects: trade on AI, GDP of the partner and distance; China's own AI and GDP are then absorbed, so no "
        "coefficient is shown for them.",
        "Partner and year effects: only changes within a partner count; distance is absorbed too.",
        "Standard errors in brackets, clustered by partner: 10 clusters in every column, p-values from t with 9 "
        "degrees of freedom. With so few clusters such errors still tend to be too small.",
        "Share of the partners' AI within-variation that comes from observed cells: "
        + "; ".join(f"{a}-{b} {100 * p.loc[p['observed'], 'part'].sum():.1f} %" for (a, b), p in parts.items())
        + " (the rest was carried forward or interpolated).",
        "What moves within partners is mostly "
        + " and ".join(f"{index.catalogue.indicator(str(name)).name} ({part:.0%})" for name, part in movers.items())
        + ": the within columns compare before and after a few steps of a few partners.",
        "Trade: Source: International Monetary Fund, International Trade in Goods (by partner country) and "
        "Direction of Trade Statistics; China's reports in both directions (imports cif).",
    )
    title = (
        "China with ten ASEAN members: trade and the partner's AI development (coefficient on 10 points of the index)"
    )
    return Study(title, table, notes, _sentence(table))


def _row(data: pd.DataFrame, flow: str, estimator: str, window: tuple[int, int]) -> dict[str, object]:
    sample = data[(data["flow"] == flow) & data["year"].between(*window)]
    fit = gravity.ols if estimator == "log-OLS" else gravity.ppml
    left = "log(trade)" if estimator == "log-OLS" else "trade"
    row: dict[str, object] = {"window": f"{window[0]}-{window[1]}", "flow": flow, "estimator": estimator}
    for design, right in (("between", BETWEEN), ("within", WITHIN)):
        result = fit(f"{left} ~ {right}", sample, vcov={"CRV1": "partner"})
        term = result.tidy().set_index("term").loc["ai10"]
        clusters = next(iter(result.n_clusters.values()))
        estimate, se = term["estimate"], term["std_error"]
        reach = stats.t.ppf(0.975, clusters - 1) * se
        row |= {
            f"{design}_estimate": estimate,
            f"{design}_se": se,
            f"{design}_p": 2 * stats.t.sf(abs(estimate / se), clusters - 1),
            f"{design}_low": estimate - reach,
            f"{design}_high": estimate + reach,
            "n": result.n_obs,
            "clusters": clusters,
        }
    return row


def _parts(index: Index, window: tuple[int, int]) -> pd.DataFrame:
    """Parts of the partners' AI within-variation by cell: indicator, whether observed, part."""
    labels = pd.DataFrame(index.panel.case_labels, columns=["economy", "year"])
    rows = ((labels["economy"] != CHINA) & labels["year"].between(*window)).to_numpy()
    labels = labels[rows]
    parts = within_parts(
        contributions(index.plan, index.result)[rows], labels["economy"].to_numpy(), labels["year"].to_numpy()
    )
    observed = np.isin(index.panel.cases(index.panel.status)[rows], [Status.OBSERVED, Status.CORRECTED])
    names = np.broadcast_to(np.array(index.plan.indicators), parts.shape)
    return pd.DataFrame({"indicator": names.ravel(), "observed": observed.ravel(), "part": parts.ravel()})


def _layout(table: pd.DataFrame) -> str:
    widths = (9, 7, 9, 14, 6, 22, 6, 3, 8)
    names = ("window", "flow", "estimator", "year effects", "p", "partner + year effects", "p", "N", "clusters")
    rows = [
        (
            r["window"], r["flow"], r["estimator"],
            f"{r['between_estimate']:.3f} ({r['between_se']:.3f})", f"{r['between_p']:.3f}",
            f"{r['within_estimate']:.3f} ({r['within_se']:.3f})", f"{r['within_p']:.3f}",
            str(r["n"]), str(r["clusters"]),
        )
        for r in table.to_dict("records")
    ]  # fmt: skip
    lines = [
        " ".join(cell.ljust(w) if k < 3 else cell.rjust(w) for k, (cell, w) in enumerate(zip(row, widths, strict=True)))
        for row in (names, *rows)
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _sentence(table: pd.DataFrame) -> str:
    main = table[(table["window"] == table["window"].iloc[0]) & (table["estimator"] == "PPML")].set_index("flow")
    total, exports, imports = (main.loc[flow] for flow in FLOWS)
    sure = [flow for flow in FLOWS if main.loc[flow, "within_low"] > 0 or main.loc[flow, "within_high"] < 0]
    closing = (
        f"only for {' and '.join(sure)} does the interval exclude zero" if sure else "every interval includes zero"
    )
    return (
        "What it shows: across partners of the same GDP and distance, 10 more index points go with "
        f"{_percent(total, 'between')} total trade with China (PPML, {total['window']}); "
        f"China's exports {_percent(exports, 'between')}, its imports {_percent(imports, 'between')}. "
        f"Within partners over time it is {_percent(total, 'within')} for total trade, "
        f"{_percent(exports, 'within')} for exports and {_percent(imports, 'within')} for imports; {closing}. "
        "What it does not show: that AI causes trade. Ten partners over five years identify little, richer partners "
        "differ in much besides AI, and a difference between exports and imports is not tested here."
    )


def _percent(row: pd.Series, design: str) -> str:
    low, mid, high = (100 * np.expm1(row[f"{design}_{part}"]) for part in ("low", "estimate", "high"))
    return f"{mid:+.0f} % (95 % interval {low:+.0f} to {high:+.0f})"
