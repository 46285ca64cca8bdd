"""The two designs of the China-ASEAN study, and one coefficient of them."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from indexer import gravity
from indexer.connect.china_partners import CHINA, with_total
from indexer.index import Index

FLOWS = ("total", "exports", "imports")
DESIGNS = {
    "between": "ai10 + log(gdp_partner) + log(distance) | year",
    "within": "ai10 + log(gdp_partner) | partner + year",
}
SSC = "default"
"""One small-sample factor in every column: G/(G-1)·(n-1)/(n-K)."""


def panel(index: Index, directed: pd.DataFrame, lead: int = 0) -> pd.DataFrame:
    """Return flows and their totals with the partner's index, per 10 points, of `lead` years later.

    Parameters
    ----------
    index : Index
        Without trade outcomes.
    directed : DataFrame
        Flows of `china_partners`.
    lead : int
        0 for the index of the same year; more for a placebo, trade on an index that was still to come.
    """
    flows = gravity.attach(index, directed.assign(year=directed["year"] + lead))
    flows["ai10"] = flows["ai_importer"].where(flows["exporter"] == CHINA, flows["ai_exporter"]) / 10
    return with_total(flows.assign(year=flows["year"] - lead))


def estimate(data: pd.DataFrame, flow: str, estimator: str, right: str) -> dict[str, float]:
    """Estimate the coefficient on ten index points, clustered by partner, with t on clusters - 1 degrees of freedom.

    Returns
    -------
    dict
        estimate, se, p, low, high (95 %), n, clusters.
    """
    fit, left = (gravity.ols, "log(trade)") if estimator == "log-OLS" else (gravity.ppml, "trade")
    result = fit(f"{left} ~ {right}", data[data["flow"] == flow], vcov={"CRV1": "partner"}, ssc=SSC)
    clusters = result.n_clusters["partner"]
    value, se = float(result.coef["ai10"]), float(result.se["ai10"])
    reach = float(stats.t.ppf(0.975, clusters - 1)) * se
    return {
        "estimate": value,
        "se": se,
        "p": float(2 * stats.t.sf(abs(value / se), clusters - 1)),
        "low": value - reach,
        "high": value + reach,
        "n": result.n_obs,
        "clusters": clusters,
    }
